// SPDX-License-Identifier: GPL-3.0-or-later
// The text of a date while it is read: pieces are recognised at a place, and taken out, until nothing is left.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hh"

namespace lorelei::mail {

class DateText {
 public:
  struct Span {
    std::size_t start, end;
  };

  // text: in lower case. (Comments), the first day of the week, commas and dots behind words are gone already; a space
  // stands at either end.
  explicit DateText(std::string_view text);

  std::size_t size() const { return text_.size(); }
  char at(std::size_t i) const { return i < text_.size() ? text_[i] : '\0'; }
  bool space_at(std::size_t i) const { return i < text_.size() && is_space(text_[i]); }
  bool digit_at(std::size_t i) const { return is_digit(at(i)); }
  bool boundary_at(std::size_t i) const;  // a word starts or ends there
  bool holds(std::size_t i, std::string_view piece) const {
    return std::string_view(text_).substr(std::min(i, text_.size())).starts_with(piece);
  }
  std::string_view piece(Span span) const { return std::string_view(text_).substr(span.start, span.end - span.start); }
  std::string_view left() const { return trim(text_); }  // what has not been taken yet

  void cut(Span);  // a space takes its place
  void erase(Span span) { text_.erase(span.start, span.end - span.start); }
  void clear() { text_.clear(); }

  // Of digits; numbers that are too large for any date stop growing.
  std::int64_t number(Span) const;
  // Where a number of at least least and at most most digits can end, the longest first.
  std::vector<std::size_t> number_ends(std::size_t from, std::size_t least, std::size_t most) const;
  std::size_t digits_end(std::size_t from) const {
    while (digit_at(from)) ++from;
    return from;
  }
  std::size_t spaces_end(std::size_t from) const {
    while (space_at(from)) ++from;
    return from;
  }
  std::size_t letters_end(std::size_t from) const {
    while (is_lower(at(from))) ++from;
    return from;
  }

 private:
  void drop_comments();
  void soften_punctuation();
  void drop_day_name();

  std::string text_;
};

}  // namespace lorelei::mail
