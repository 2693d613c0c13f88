// SPDX-License-Identifier: GPL-3.0-or-later
// The text of a mail, taken for a pull request: what is found stands in the text, commits are hexadecimal, and a place
// that passes has nothing in it that git would take for something else.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/text.hh"
#include "git/ref_name.hh"
#include "workflow/pull_place.hh"
#include "workflow/pull_request.hh"

using namespace lorelei;
using namespace lorelei::workflow;

static void require(bool holds) {
  if (!holds) std::abort();
}

static void require_harmless(const std::string& url, const std::string& ref) {
  for (const auto local : {LocalPlaces::kRefused, LocalPlaces::kAllowed}) {
    if (!check_pull_place(url, ref, local)) continue;
    require(git::is_ref_name(ref));
    require(!url.empty() && url.size() <= kMaxPullUrl && url.front() != '-');
    require(printable(url).find(' ') == std::string::npos);
    require(!url.starts_with("ext::") && !url.starts_with("fd::"));
    require(local == LocalPlaces::kAllowed || url.find(':') != std::string::npos);
    require(!url_of_merge(url).empty());
  }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto found = parse_pull_request(text);
  if (found) {
    require(!found->base.empty() || !found->tip.empty());
    for (const auto& id : {found->base, found->tip}) {
      require(id.empty() || (id.size() >= 7 && id.size() <= 64));
      for (const char c : id) require(is_hex(c) && !is_upper(c));
    }
    require(!found->url.empty() && text.find(found->url) != text.npos);
    require(found->ref == "HEAD" || text.find(found->ref) != text.npos);
    require(found->message.empty() || text.find(found->message) != text.npos);
    require_harmless(found->url, found->ref);
  }
  const auto blank = text.find(' ');
  require_harmless(std::string(text.substr(0, blank)),
                   blank == text.npos ? "HEAD" : std::string(text.substr(blank + 1)));
  return 0;
}
