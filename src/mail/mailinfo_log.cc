// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/mailinfo_log.hh"

#include <optional>

namespace lorelei::mail {
namespace {

char at_or_nul(std::string_view text, std::size_t at) { return at < text.size() ? text[at] : '\0'; }

// ">From " and the line by which format-patch starts each mail.
bool is_quoted_separator(std::string_view line) {
  constexpr std::string_view kStart = ">From ", kEnd = " Mon Sep 17 00:00:00 2001\n";
  constexpr std::size_t kDigits = 40;
  return line.size() == kStart.size() + kDigits + kEnd.size() && line.ends_with(kEnd) &&
         line.find_first_not_of("0123456789abcdef", kStart.size()) == kStart.size() + kDigits;
}

bool starts_patch(std::string_view line) {
  if (line.starts_with("diff -") || line.starts_with("Index: ")) return true;
  if (line.size() < 4 || !line.starts_with("---")) return false;
  if (line[3] == ' ' && !is_git_space(at_or_nul(line, 4))) return true;
  for (const char c : line.substr(3)) {
    if (c == '\n') return true;
    if (!is_git_space(c)) return false;
  }
  return false;
}

// More than a third of what can be seen is perforation, dashes with blanks behind them, and less than half of that is
// blanks; "8<", ">8", "%<" and ">%" are the scissors, of which there has to be one.
bool is_scissors(std::string_view line) {
  constexpr std::size_t kLeastVisible = 8;
  line = line.substr(0, line.find('\0'));
  std::size_t perforation = 0, blanks = 0;
  bool has_scissors = false, in_perforation = false;
  std::optional<std::size_t> first;
  std::size_t last = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (is_git_space(line[at])) {
      perforation += in_perforation;
      blanks += in_perforation;
      continue;
    }
    if (!first) first = at;
    last = at;
    const auto two = line.substr(at, 2);
    const bool cuts = two == ">8" || two == "8<" || two == ">%" || two == "%<";
    in_perforation = cuts || line[at] == '-';
    if (!in_perforation) continue;
    perforation += cuts ? 2 : 1;
    has_scissors |= cuts;
    if (cuts) ++at;
  }
  const auto visible = first ? last - *first + 1 : 0;
  return has_scissors && visible >= kLeastVisible && visible < perforation * 3 && blanks * 2 < perforation;
}

}  // namespace

bool MailinfoLog::finish() {
  if (pending_.empty()) return true;
  const auto header = known_mailinfo_header(pending_);
  nul_cut_ = nul_cut_ || header->value.find('\0') != header->value.npos;
  auto value = decode_mailinfo_words(header->value, conversion_);
  if (!value) {
    failure_ = "a header line in the body has a broken encoded word";
    return false;
  }
  values_[static_cast<std::size_t>(header->field)] = *std::move(value);
  pending_.clear();
  return true;
}

MailinfoLog::Top MailinfoLog::take_top_line(std::string_view line) {
  if (!pending_.empty() && (line.starts_with(' ') || line.starts_with('\t'))) {
    if (scissors_ == Scissors::kHeeded && is_scissors(line)) return finish() ? Top::kText : Top::kBroken;
    if (pending_.ends_with('\n')) pending_.pop_back();
    pending_ += line;
    return Top::kTaken;
  }
  if (!finish()) return Top::kBroken;
  if (line.starts_with(">From") && is_git_space(at_or_nul(line, 5)))
    return is_quoted_separator(line) ? Top::kTaken : Top::kText;
  if (line.starts_with("[PATCH]") && is_git_space(at_or_nul(line, 7))) {
    values_[static_cast<std::size_t>(MailinfoField::kSubject)] = line;
    return Top::kTaken;
  }
  const auto header = known_mailinfo_header(line);
  if (!header) return Top::kText;
  const auto index = static_cast<std::size_t>(header->field);
  if (index >= kMailinfoShown || values_[index]) return Top::kText;
  pending_ = line;
  return Top::kTaken;
}

bool MailinfoLog::add(std::string_view line, MailinfoCharset& charset) {
  if (stage_ == Stage::kPatch) {
    patch_ += line;
    return true;
  }
  if (stage_ == Stage::kTop) {
    if (line.empty() || line == "\n") {
      if (pending_.empty()) return true;
      stage_ = Stage::kMessage;
      return finish();
    }
    const auto top = take_top_line(line);
    if (top == Top::kBroken) return false;
    if (top == Top::kTaken) {
      took_lines_ = true;
      return true;
    }
    stage_ = Stage::kMessage;
  }
  const auto text = conversion_.convert(line, charset, converted_);
  if (!text) {
    failure_ = "a line is not of the charset that is declared, or that is not known";
    return false;
  }
  if (scissors_ == Scissors::kHeeded && is_scissors(*text)) {
    cut_ = true;
    message_.clear();
    values_ = {};
    stage_ = Stage::kTop;
    return true;
  }
  if (starts_patch(*text)) stage_ = Stage::kPatch;
  (in_patch() ? patch_ : message_) += *text;
  return true;
}

}  // namespace lorelei::mail
