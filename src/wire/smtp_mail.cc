// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/smtp_mail.hh"

#include <algorithm>

#include "base/text.hh"

namespace lorelei::wire {

namespace {

using Flaw = SmtpMailFacts::Flaw;

Flaw flaw_of(std::string_view line) {
  if (line.size() > kMaxSmtpMailLine) return Flaw::kLongLine;
  for (const char c : line) {
    if (c == '\r') return Flaw::kCarriageReturn;
    if (c == '\0') return Flaw::kNul;
  }
  return Flaw::kNone;
}

// Calls back for each line, without its LF.
template <typename Callback>
void for_each_line(std::string_view mail, const Callback& callback) {
  while (!mail.empty()) {
    const auto end = mail.find('\n');
    callback(mail.substr(0, end));
    mail.remove_prefix(end == mail.npos ? mail.size() : end + 1);
  }
}

}  // namespace

SmtpMailFacts smtp_mail_facts(std::string_view mail) {
  SmtpMailFacts facts;
  std::size_t number = 0;
  for_each_line(mail, [&](std::string_view line) {
    ++number;
    facts.size_bytes += line.size() + 2;
    facts.has_8bit |= std::any_of(line.begin(), line.end(), [](char c) { return (c & 0x80) != 0; });
    if (facts.flaw != Flaw::kNone) return;
    facts.flaw = flaw_of(line);
    if (facts.flaw != Flaw::kNone) facts.line = number;
  });
  return facts;
}

std::string smtp_data(std::string_view mail) {
  std::string data;
  data.reserve(mail.size() + mail.size() / 16);
  for_each_line(mail, [&data](std::string_view line) {
    if (line.starts_with('.')) data += '.';
    data += line;
    data += "\r\n";
  });
  return data;
}

bool is_smtp_address(std::string_view address) {
  const auto at = address.find('@');
  if (at == 0 || at == address.npos || at + 1 == address.size() || address.size() > kMaxSmtpAddress) return false;
  if (address.find('@', at + 1) != address.npos || !is_utf8(address)) return false;
  return std::all_of(address.begin(), address.end(), [](char c) {
    const bool is_text = (c > ' ' && c <= '~') || (c & 0x80) != 0;
    return is_text && std::string_view("()<>,;:\\\"[]").find(c) == std::string_view::npos;
  });
}

}  // namespace lorelei::wire
