// SPDX-License-Identifier: GPL-3.0-or-later
// The words of TLA+ and of PlusCal. One lexer for both: which words are keywords is decided where they are read.
//
//   name       letters, digits, "_", at least one letter: also keywords, "WF_" and "SF_" apart from what is behind them
//   number     decimal, \b101, \o17, \hFF
//   string     one line; the value has its escapes undone
//   symbol     the longest operator or punctuation: "/\" "\/" "==" "|->" "\cup" ":=" "||" "--" ...; a Unicode spelling
//              stands as its ASCII one
//   separator  four or more "-";   module_end  four or more "="
//
// Comments, \* to the end of the line and nested (* *), are left out. Places keep lines and columns, which junction
// lists are made of.
//
// Foreign bytes: linear; what is no word is a diagnostic, and reading goes on behind it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "tla/source.hh"

namespace lorelei::tla {

enum class TokenKind { kName, kNumber, kString, kSymbol, kSeparator, kModuleEnd, kEnd };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string text;  // of a string its value; of a symbol its ASCII spelling, the first of several ("/=" for "#")
  Place place;       // in what the user wrote
  Position at;       // where its first character stands for junction lists; the same as place, but for translations
};

// From begin to end of the source, in bytes; the last token is kEnd. Diagnostics are added to what is there.
std::vector<Token> read_tokens(const Source&, std::uint32_t begin, std::uint32_t end, std::vector<Diagnostic>&);

}  // namespace lorelei::tla
