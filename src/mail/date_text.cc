// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/date_text.hh"

namespace lorelei::mail {

namespace {

// Longer names before their beginnings, so that the first that fits is the right one.
constexpr std::string_view kDays[] = {"wednesday", "wednes", "wed",    "tuesday", "tues",   "tue",
                                      "thursday",  "thurs",  "thur",   "thu",     "sunday", "sun",
                                      "saturday",  "sat",    "monday", "mon",     "friday", "fri"};

bool is_word(char c) { return is_alnum(c) || c == '_'; }

}  // namespace

DateText::DateText(std::string_view text) : text_(text) {
  drop_comments();
  text_.insert(text_.begin(), ' ');
  text_.push_back(' ');
  soften_punctuation();
  drop_day_name();
}

void DateText::cut(Span span) {
  text_[span.start] = ' ';
  erase({span.start + 1, span.end});
}

bool DateText::boundary_at(std::size_t i) const { return (i > 0 && is_word(at(i - 1))) != is_word(at(i)); }

std::int64_t DateText::number(Span span) const {
  std::int64_t value = 0;
  for (const char c : piece(span))
    if (value < 1'000'000'000) value = value * 10 + (c - '0');
  return value;
}

std::vector<std::size_t> DateText::number_ends(std::size_t from, std::size_t least, std::size_t most) const {
  std::size_t end = from;
  while (end - from < most && digit_at(end)) ++end;
  std::vector<std::size_t> ends;
  for (; end - from >= least && end > from; --end) ends.push_back(end);
  return ends;
}

void DateText::drop_comments() {
  std::string out;
  std::vector<std::size_t> open;
  for (const char c : text_) {
    if (c == ')' && !open.empty()) {
      out.resize(open.back());
      open.pop_back();
      out.push_back(' ');
      continue;
    }
    if (c == '(') open.push_back(out.size());
    out.push_back(c == '\n' ? ' ' : c);
  }
  text_ = std::move(out);
}

// A dot or comma behind a word and before a space goes; so do all commas.
void DateText::soften_punctuation() {
  std::string out;
  for (std::size_t i = 0; i < text_.size(); ++i) {
    const char c = text_[i];
    if ((is_word(c) || is_space(c)) && (at(i + 1) == '.' || at(i + 1) == ',') && space_at(i + 2)) {
      out.push_back(c);
      out.push_back(' ');
      i += 2;
    } else {
      out.push_back(c == ',' ? ' ' : c);
    }
  }
  text_ = std::move(out);
}

void DateText::drop_day_name() {
  for (std::size_t i = 0; i < text_.size(); ++i)
    for (const auto day : kDays) {
      if (!holds(i, day)) continue;
      const std::size_t end = i + day.size();
      for (std::size_t next = spaces_end(end); next + 1 > end; --next) {
        const bool den = holds(next, "den") && space_at(next + 3) && boundary_at(next + 4);
        if (den || boundary_at(next)) return cut({i, den ? next + 4 : next});
      }
    }
}

}  // namespace lorelei::mail
