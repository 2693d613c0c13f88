// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/pluscal_writer.hh"

#include <algorithm>

#include "base/text.hh"
#include "tla/pluscal_layout.hh"

namespace lorelei::tla::pluscal {

void Writer::pad_to(unsigned line, unsigned column) {
  if (is_too_large()) return;
  for (; line_ < line; ++line_, column_ = 1) text_ += '\n';
  if (column_ >= column) return;
  text_.append(column - column_, ' ');
  column_ = column;
}

void Writer::text(std::string_view text, Place place) {
  put(made(text, place));
  if (text.ends_with(' ')) pad_to(line_, column_ + 1);
}

void Writer::put(const Tokens& laid_out) {
  const auto line = line_, column = column_;
  for (auto token : laid_out) {
    if (is_too_large()) return;
    pad_to(line + token.at.line - 1, column + token.at.column - 1);
    const auto written = spelling(token);
    text_ += written;
    token.at = {line_, column_};
    column_ += width_of(written);
    tokens_.push_back(std::move(token));
  }
}

void Writer::line(unsigned column) { pad_to(line_ + 1, column); }

void Writer::comment(std::string_view text) {
  text_ += text;
  column_ += width_of(text);
}

void Writer::verbatim(std::string_view text, const Tokens& tokens, Position from) {
  if (column_ > 1) line();
  const auto first = line_;
  pad_to(line_, from.column);
  text_ += text;
  line_ += static_cast<unsigned>(std::count(text.begin(), text.end(), '\n'));
  const auto last = text.rfind('\n');
  column_ = last == text.npos ? column_ + width_of(text) : 1 + width_of(text.substr(last + 1));
  for (auto token : tokens) {
    token.at.line = token.at.line - from.line + first;
    tokens_.push_back(std::move(token));
  }
}

void Writer::list(const std::vector<std::string>& words, Place place) {
  const auto start = column_;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) {
      text(",", place);
      if (column_ + words[i].size() + 5 > width_) {
        line(start);
      } else {
        pad_to(line_, column_ + 1);
      }
    }
    text(words[i], place);
  }
}

}  // namespace lorelei::tla::pluscal
