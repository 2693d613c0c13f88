// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/smtp.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hh"

namespace lorelei::wire {

namespace {

using Kind = Error::Kind;
constexpr const char* kRead = "read the answer of the mail server";
constexpr std::size_t kMaxShown = 500;       // of what a server says to people
constexpr std::size_t kMaxMechanisms = 100;  // servers have five

tl::unexpected<Error> no_reply(std::string_view line, const char* why) {
  return err(Kind::kCorrupt, kRead, printable(line.substr(0, 80)), why, "is this the port of a mail server?");
}

// "NNN", "NNN text" or "NNN-text"; 0 for anything else.
int code_of(std::string_view line) {
  const bool is_reply = line.size() >= 3 && line[0] >= '2' && line[0] <= '5' && is_digit(line[1]) &&
                        is_digit(line[2]) && (line.size() == 3 || line[3] == ' ' || line[3] == '-');
  return is_reply ? (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0') : 0;
}

// The length of "5.1.1" at the front of text, for a reply of the same class; 0 if there is none.
std::size_t enhanced_length(std::string_view text, int code) {
  std::size_t at = 0;
  for (const std::size_t longest : {1, 3, 3}) {
    if (at > 0 && (at >= text.size() || text[at++] != '.')) return 0;
    const std::size_t start = at;
    while (at < text.size() && at - start < longest && is_digit(text[at])) ++at;
    if (at == start) return 0;
  }
  const bool ends = at == text.size() || text[at] == ' ';
  return ends && text[0] - '0' == code / 100 ? at : 0;
}

// Each line has the enhanced code (RFC 2034 3).
SmtpReply without_enhanced(int code, std::vector<std::string> lines) {
  SmtpReply reply{code, {}, std::move(lines)};
  const auto length = enhanced_length(reply.lines[0], code);
  if (length == 0) return reply;
  reply.enhanced = reply.lines[0].substr(0, length);
  for (auto& line : reply.lines)
    if (const auto same = enhanced_length(line, code); same > 0) line.erase(0, std::min(same + 1, line.size()));
  return reply;
}

}  // namespace

std::string SmtpReply::text() const {
  auto all = fmt::format("{}", code);
  for (const auto& part : {enhanced, squeeze_spaces(join(lines, " "))})
    if (!part.empty()) all += fmt::format(" {}", part);
  return printable(std::string_view(all).substr(0, kMaxShown));
}

void SmtpReader::feed(std::string_view bytes) {
  if (at_ > buffer_.size() / 2) {
    buffer_.erase(0, at_);
    scanned_ -= at_;
    at_ = 0;
  }
  buffer_ += bytes;
}

Result<std::optional<SmtpReply>> SmtpReader::next() {
  for (;;) {
    const auto end = buffer_.find('\n', scanned_);
    const auto length = std::min(end, buffer_.size()) - at_;
    if (length > kMaxSmtpLine) return err(Kind::kTooLarge, kRead, "", "a line of it has no end");
    if (end == std::string::npos) {
      scanned_ = buffer_.size();
      return std::nullopt;
    }
    std::string_view line(buffer_.data() + at_, length);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const int code = code_of(line);
    if (code == 0) return no_reply(line, "it does not begin with a number");
    if (!lines_.empty() && code != code_) return no_reply(line, "its lines have different numbers");
    if (lines_.size() == kMaxSmtpLines) return err(Kind::kTooLarge, kRead, "", "it has too many lines");
    at_ = scanned_ = end + 1;
    code_ = code;
    lines_.emplace_back(line.substr(std::min<std::size_t>(4, line.size())));
    if (line.size() == 3 || line[3] == ' ') return without_enhanced(code, std::exchange(lines_, {}));
  }
}

bool SmtpExtensions::has_mechanism(std::string_view name) const {
  return std::find(mechanisms.begin(), mechanisms.end(), name) != mechanisms.end();
}

SmtpExtensions parse_smtp_extensions(const SmtpReply& reply) {
  SmtpExtensions offered;
  for (std::size_t i = 1; i < reply.lines.size(); ++i) {  // the first names the server
    auto words = split_words(reply.lines[i]);
    if (words.empty()) continue;
    auto name = words[0];
    if (starts_with_ignore_case(name, "AUTH=")) {  // as servers said it before RFC 2554
      words[0].remove_prefix(5);
      words.insert(words.begin(), name = "AUTH");
    }
    if (equal_ignore_case(name, "STARTTLS")) offered.start_tls = true;
    if (equal_ignore_case(name, "PIPELINING")) offered.pipelining = true;
    if (equal_ignore_case(name, "8BITMIME")) offered.eight_bit = true;
    if (equal_ignore_case(name, "SMTPUTF8")) offered.utf8_addresses = true;
    if (equal_ignore_case(name, "SIZE")) offered.size = true;
    if (equal_ignore_case(name, "SIZE") && words.size() > 1) offered.size_limit = parse_uint(words[1]).value_or(0);
    if (!equal_ignore_case(name, "AUTH")) continue;
    for (std::size_t w = 1; w < words.size() && offered.mechanisms.size() < kMaxMechanisms; ++w) {
      std::string mechanism;
      for (const char c : words[w]) mechanism += is_lower(c) ? static_cast<char>(c - 32) : c;
      offered.mechanisms.push_back(std::move(mechanism));
    }
  }
  return offered;
}

}  // namespace lorelei::wire
