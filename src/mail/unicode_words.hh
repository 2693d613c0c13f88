// SPDX-License-Identifier: GPL-3.0-or-later
// Letters of Unicode, as far as keys made of words need them. Tables of Unicode 14.0, the version that the reference
// (Perl 5.36) makes its keys with: a key must not change because a library learned new letters.
#pragma once

namespace lorelei::mail {

// Letters, marks, decimal digits, connectors like "_" (the class \w of regular expressions). code: any.
bool is_word_character(char32_t code);
bool is_white_space(char32_t code);
// The lower case of one character, where that is one character; else itself.
char32_t to_lower_character(char32_t code);

}  // namespace lorelei::mail
