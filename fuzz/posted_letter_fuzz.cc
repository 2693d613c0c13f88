// SPDX-License-Identifier: GPL-3.0-or-later
// What a posted series says of itself: the first byte says which. Of a header of its tracking, packed or as JSON, only
// words that may go into subjects and configuration are kept; a letter has nothing that is for programs; dependencies
// are written as they are read.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/deflate.hh"
#include "base/text.hh"
#include "workflow/dependencies.hh"
#include "workflow/posted_letter.hh"

using namespace lorelei;
using namespace lorelei::workflow;

static void require(bool holds) {
  if (!holds) std::abort();
}

static void check_tracking(const std::string& field) {
  const auto tracking = read_tracking_field(field);
  if (!tracking) return;
  for (const auto& prefix : tracking->prefixes)
    require(printable(prefix) == prefix && prefix.find_first_of("[]") == std::string::npos);
  for (const auto& line : tracking->prerequisites) require(dependency_in(line).has_value());
  require(!tracking->base_branch.starts_with('-'));
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 100'000) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      check_tracking(std::string(text));
      break;
    case 1: {
      Deflater gzip(Deflater::Form::kGzip);
      check_tracking("v=1; b=" + base64(gzip.deflate(text)));
      break;
    }
    case 2: {
      const auto letter = text_above_diffstat(text);
      require(letter.size() <= text.size() && text_above_diffstat(letter).size() <= letter.size());
      break;
    }
    default:
      for (const auto line : split(text, '\n'))
        if (const auto one = dependency_in(line)) require(dependency_in(one->line()) == one);
      (void)read_dependencies(text);
      break;
  }
  return 0;
}
