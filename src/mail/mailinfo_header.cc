// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/mailinfo_header.hh"

#include <algorithm>

#include "base/text.hh"
#include "mail/mailinfo_text.hh"

namespace lorelei::mail {

std::string_view MailinfoLines::next() {
  const auto lf = rest_.find('\n');
  const auto line = rest_.substr(0, lf == rest_.npos ? rest_.size() : lf + 1);
  rest_.remove_prefix(line.size());
  return line;
}

namespace {

bool is_header_like(std::string_view line) {
  if (line.starts_with("From ") || line.starts_with(">From ")) return true;
  for (const char c : line) {
    if (c == ':') return true;
    if (c < 33 || c > 126) return false;
  }
  return false;
}

}  // namespace

HeaderLine next_mailinfo_header(MailinfoLines& lines, std::string_view& line, std::string& storage) {
  if (lines.at_end()) return HeaderLine::kEnd;
  const auto whole = lines.next();
  line = git_trim_end(whole);
  if (!is_header_like(line)) {
    if (whole.size() == line.size() + 1 && whole.ends_with('\n')) {
      line = whole;
    } else {
      storage = line;
      storage += '\n';
      line = storage;
    }
    return HeaderLine::kOther;
  }
  if (lines.at_end() || (lines.peek() != ' ' && lines.peek() != '\t')) return HeaderLine::kHeader;
  storage = line;
  while (!lines.at_end() && (lines.peek() == ' ' || lines.peek() == '\t')) {
    const auto more = git_trim_end(lines.next());
    if (more.empty()) continue;
    storage += ' ';
    storage += more.substr(1);
  }
  line = storage;
  return HeaderLine::kHeader;
}

std::optional<MailinfoHeader> known_mailinfo_header(std::string_view line) {
  static constexpr struct {
    std::string_view name;
    MailinfoField field;
  } kNames[] = {
      {"from:", MailinfoField::kFrom},
      {"subject:", MailinfoField::kSubject},
      {"date:", MailinfoField::kDate},
      {"content-type:", MailinfoField::kContentType},
      {"content-transfer-encoding:", MailinfoField::kTransferEncoding},
      {"message-id:", MailinfoField::kMessageId},
  };
  for (const auto& [name, field] : kNames) {
    if (!starts_with_ignore_case(line, name)) continue;
    auto value = line.substr(name.size());
    while (!value.empty() && is_git_space(value.front())) value.remove_prefix(1);
    return MailinfoHeader{field, value};
  }
  return std::nullopt;
}

std::size_t find_ignore_case(std::string_view text, std::string_view lower_case) {
  const auto at = std::search(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                              [](char a, char b) { return to_lower(a) == b; });
  return at == text.end() ? text.npos : static_cast<std::size_t>(at - text.begin());
}

std::optional<std::string_view> mailinfo_attribute(std::string_view value, std::string_view name_and_equals) {
  value = until_nul(value);
  const auto at = find_ignore_case(value, name_and_equals);
  if (at == value.npos) return std::nullopt;
  value.remove_prefix(at + name_and_equals.size());
  if (value.starts_with('"')) {
    value.remove_prefix(1);
    return value.substr(0, value.find('"'));
  }
  return value.substr(0, value.find_first_of("; \t"));
}

}  // namespace lorelei::mail
