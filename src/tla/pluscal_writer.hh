// SPDX-License-Identifier: GPL-3.0-or-later
// Writes a translation twice at once: as text that people read, and as the tokens of that text, each with the place in
// the user's source that it is about. Token::at is line and column of the text, so that both have the same junction
// lists.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "tla/pluscal_syntax.hh"

namespace lorelei::tla::pluscal {

// More than this is an error: deep nesting and many variables can make much of little.
inline constexpr std::size_t kMaxTranslationBytes = 64 << 20;

class Writer {
 public:
  explicit Writer(unsigned width) : width_(width) { tokens_.reserve(kUsualTokens); }

  // Where the next token goes, from 1.
  unsigned column() const { return column_; }
  // Behind what is there; tokens of ours, as they stand. A blank at the end of text is kept.
  void text(std::string_view text, Place place = {});
  void put(const Tokens& laid_out);
  void line(unsigned column = 1);  // a new one
  void comment(std::string_view text);
  // Text with its tokens, from the start of a line. tokens: from a source, as text is, which begins at `from` in it.
  void verbatim(std::string_view text, const Tokens& tokens, Position from);
  // "a, b, c", with new lines in the same column where the width is reached.
  void list(const std::vector<std::string>& words, Place place = {});

  bool is_too_large() const { return text_.size() > kMaxTranslationBytes; }
  std::string take_text() { return std::move(text_); }
  Tokens take_tokens() { return std::move(tokens_); }

 private:
  // Of the translation of an algorithm of a page.
  static constexpr std::size_t kUsualTokens = 4096;
  void pad_to(unsigned line, unsigned column);

  std::string text_;
  Tokens tokens_;
  unsigned width_, line_ = 1, column_ = 1;
};

}  // namespace lorelei::tla::pluscal
