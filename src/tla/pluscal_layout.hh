// SPDX-License-Identifier: GPL-3.0-or-later
// Words that get other words put in their place, and junction lists that stay what they are.
//
// In TLA+ the columns of "/\" and "\/" decide what belongs to which list. Where x becomes x'[self], what stands behind
// it moves to the right; to move it by itself would tear it away from what stands below it. So columns are moved, not
// words: all words that began in one column begin in one column afterwards, and of two columns the left one stays left.
// No list can change by that.
//
// Laid out tokens have Token::at from line 1, with the leftmost of them in column 1.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "tla/pluscal_syntax.hh"

namespace lorelei::tla::pluscal {

// The token as it is written, in ASCII but for what stands in a string.
std::string spelling(const Token&);
std::uint32_t width_of(std::string_view utf8);  // in code points

// What stands in place of one word: one token or more, laid out among themselves.
struct Piece {
  Position at = {};         // of the word that it stands for
  std::uint32_t width = 0;  // of that word
  Tokens tokens = {};       // not empty
};
Tokens lay_out(const std::vector<Piece>&);

// Tokens as they come from a source, laid out.
Tokens lay_out(const Tokens& from_source);
// Laid out tokens as pieces, each standing for itself.
std::vector<Piece> pieces_of(const Tokens&);

// The tokens of text of ours, on one line as it stands; all are said to come from place.
Tokens made(std::string_view text, Place place = {});
// One behind the other; a blank between them where spaced, or where two words would become one.
enum class Gap { kNone, kBlank };
void append(Tokens& to, const Tokens& more, Gap gap = Gap::kNone);
// As they are written, with all lines behind one another.
std::string one_line(const Tokens&);
// (tokens), if it is more than one.
Tokens in_parentheses(const Tokens&);

// Whether an expression can stand beside "=" or "\in" as it is: whether all of it binds more strongly.
bool binds_strongly(const Tokens&);

// Whether tokens[i] names a field of a record, as in r.f, [f |-> e], [f : S], or something of an instance, I!f.
// Walks from the front, one token after the other.
class FieldNames {
 public:
  explicit FieldNames(const Tokens& tokens) : tokens_(tokens) {}
  bool is_field(std::size_t i);  // i: each from 0 on, in order

 private:
  const Tokens& tokens_;
  std::string open_;  // the brackets that are
};

bool is_word(const Token&, std::string_view);  // a name or a symbol, not a string
bool is_name(const Token&);                    // a name that is no keyword of TLA+
bool is_tla_keyword(std::string_view);

}  // namespace lorelei::tla::pluscal
