// SPDX-License-Identifier: GPL-3.0-or-later
// Words of a shell's command line: a text as one of them, quoted if it has to be; and a line taken apart.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lorelei {

std::string shell_word(std::string_view);
// Blanks separate words; '...', "..." and \ quote, and nothing else means anything. Nothing: a quote is not ended.
std::optional<std::vector<std::string>> shell_words(std::string_view line);

}  // namespace lorelei
