// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a URL: what is one has one spelling, and keeps it.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "net/nntp_url.hh"
#include "net/url.hh"

using namespace lorelei;
using namespace lorelei::net;

static void require(bool holds) {
  if (!holds) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)without_password(text);
  require(percent_decoded(segment_encoded(text)) == text);
  if (const auto url = parse_url(text)) {
    const auto again = parse_url(url->text());
    require(again && again->text() == url->text() && again->origin() == url->origin());
  }
  if (const auto base = canonical_archive_url(text)) require(canonical_archive_url(*base) == *base);
  if (const auto group = parse_nntp_url(text)) {
    const auto again = parse_nntp_url(group->canonical);
    require(again && again->canonical == group->canonical && again->group == group->group);
  }
  return 0;
}
