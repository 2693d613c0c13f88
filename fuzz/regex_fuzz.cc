// SPDX-License-Identifier: GPL-3.0-or-later
// The first line as a regular expression, the second as another, the rest as a text: each finds alone what it finds
// beside the other, and again what it found before.
#include <cstdlib>
#include <string_view>

#include "patch/regex_set.hh"
#include "patch/regex_words.hh"

using namespace lorelei;

static void require(bool holds) {
  if (!holds) std::abort();
}

static std::string_view line_of(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto first = line_of(text);
  const auto second = line_of(text);
  patch::RegexSet both;
  std::vector<std::size_t> alone;
  for (const auto pattern : {first, second}) {
    patch::RegexSet one;
    const auto added = one.add(pattern, patch::Blanks::kCount);
    if (!added) {
      require(!added.error().why.empty());
      continue;
    }
    const auto number = both.add(pattern, patch::Blanks::kCount);
    require(number.has_value());
    if (!one.found_in(text).empty()) alone.push_back(*number);
    (void)patch::words_of_regex(pattern, patch::Blanks::kIgnored);
  }
  require(both.found_in(text) == alone);
  require(both.found_in(text) == alone);
  return 0;
}
