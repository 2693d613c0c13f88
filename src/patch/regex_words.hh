// SPDX-License-Identifier: GPL-3.0-or-later
// What a regular expression finds, said as words: for those who can look for words only.
//
//   \b(clone_args|kernel_clone_args)\b     clone_args, kernel_clone_args
//   (devm_)?hwmon_device_(un)?register     hwmon_device_register..., devm_hwmon_device_register..., and two more
//   [^a-z]tegra                            tegra...
//   struct\s+phylink                       struct, then phylink...
//
// All ways through the program are walked. A choice of bytes is a way each; what stands no word byte separates words;
// where anything may follow, the word is cut and open. The words find what the expression does, but where it begins
// within a word, and more where it was cut.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "patch/regex_code.hh"

namespace lorelei::patch {

struct RegexWords {
  std::vector<std::string> words;  // in lower case, next to each other
  bool open_start = false;         // the first may be the end of a longer word
  bool open_end = false;           // the last may be the start of a longer word
  bool operator==(const RegexWords&) const = default;
};

inline constexpr std::size_t kMaxRegexWays = 64;
inline constexpr std::size_t kLeastWordBytes = 3;  // a shorter one is everywhere

// Nothing if there are more than kMaxRegexWays or one of them has no word of kLeastWordBytes.
std::optional<std::vector<RegexWords>> words_of_regex(std::string_view pattern, Blanks);

}  // namespace lorelei::patch
