// SPDX-License-Identifier: GPL-3.0-or-later
// Goes through the words of an algorithm: what is next, where an expression ends, what is said when it is the wrong
// word.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "tla/pluscal_syntax.hh"

namespace lorelei::tla::pluscal {

// Of one run; more than these nobody reads.
inline constexpr int kMaxErrors = 20;

class Cursor {
 public:
  // tokens: with kEnd as the last one.
  Cursor(const Tokens& tokens, std::vector<Diagnostic>& diagnostics) : tokens_(tokens), diagnostics_(diagnostics) {}

  const Token& peek(std::size_t ahead = 0) const;
  const Token& before() const { return tokens_[at_ > 0 ? at_ - 1 : 0]; }
  bool is(std::string_view word, std::size_t ahead = 0) const;
  bool is_any(std::initializer_list<std::string_view> words) const;
  bool at_end() const { return peek().kind == TokenKind::kEnd; }
  std::size_t position() const { return at_; }
  const Token& take();
  bool take_if(std::string_view word);
  // Or an error: "'do' is missing here: 'x' stands where ...".
  bool expect(std::string_view word, std::string_view of_what);
  // A name that is no keyword.
  bool expect_name(Token& name, std::string_view what);

  // The words up to one that cannot be part of an expression: a word of PlusCal, a bracket that closes nothing opened
  // in it, a comma outside of brackets and of the names behind \E and the like, or a second operand without an
  // operator. An error if there are none, or if a bracket of it is open at the end. Laid out.
  bool expression(Tokens& out, std::string_view of_what);
  // The tokens of [begin, end) as they stand.
  Tokens range(std::size_t begin, std::size_t end) const;

  // Nothing more is said before mended() is called, so that one slip gives one message.
  void error(Place, std::string text, std::string hint = {});
  void warning(Place, std::string text, std::string hint = {});
  void mended() { is_broken_ = false; }
  bool is_broken() const { return is_broken_; }
  bool has_errors() const { return errors_ > 0; }
  void give_up() { errors_ = kMaxErrors; }  // nothing that follows is worth a message
  bool gave_up() const { return errors_ >= kMaxErrors; }
  // The place just behind the word before.
  Place behind() const;

 private:
  void check(const Tokens& expression);
  bool ends_expression(const Token&, bool in_let, const Tokens& so_far) const;

  const Tokens& tokens_;
  std::vector<Diagnostic>& diagnostics_;
  std::size_t at_ = 0;
  int errors_ = 0;
  bool is_broken_ = false;
};

// A word as a message has it: 'while', or "the end of the algorithm".
std::string named(const Token&);
bool is_pluscal_keyword(std::string_view);

}  // namespace lorelei::tla::pluscal
