// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as what a mail server says: however they are cut into pieces, the same replies come out. Any bytes as a
// mail: what may be sent is, on the wire, lines that a server takes for the same mail, with no end of it inside.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hh"
#include "wire/smtp.hh"
#include "wire/smtp_mail.hh"

using namespace lorelei;
using namespace lorelei::wire;

static void require(bool holds) {
  if (!holds) std::abort();
}

static std::vector<std::string> replies_in(std::string_view bytes, std::size_t piece) {
  SmtpReader reader;
  std::vector<std::string> all;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    reader.feed(bytes.substr(at, piece));
    for (;;) {
      const auto reply = reader.next();
      if (!reply) return all.push_back(reply.error().why), all;
      if (!*reply) break;
      require((*reply)->code >= 200 && (*reply)->code < 600 && !(*reply)->lines.empty());
      (void)parse_smtp_extensions(**reply);
      all.push_back((*reply)->text());
      require(all.back().find('\n') == std::string::npos);
    }
  }
  all.push_back(reader.is_empty() ? "" : "more");
  return all;
}

// The mail that a server takes the bytes behind DATA for, read to the dot; with LF.
static std::string taken(std::string_view wire) {
  std::string mail;
  for (;;) {
    const auto end = wire.find("\r\n");
    require(end != wire.npos);
    auto line = wire.substr(0, end);
    wire.remove_prefix(end + 2);
    require(line.find_first_of("\r\n") == line.npos);
    if (line == ".") break;
    require(line.size() <= kMaxSmtpMailLine + 1);
    if (line.starts_with('.')) line.remove_prefix(1);
    mail += line;
    mail += '\n';
  }
  require(wire.empty());  // no end inside
  return mail;
}

static void check_mail(std::string_view mail) {
  const auto facts = smtp_mail_facts(mail);
  require((facts.flaw == SmtpMailFacts::Flaw::kNone) == (facts.line == 0));
  if (facts.flaw != SmtpMailFacts::Flaw::kNone) return;
  auto wire = smtp_data(mail);
  wire += kSmtpEnd;
  auto expected = std::string(mail);
  if (!mail.empty() && !mail.ends_with('\n')) expected += '\n';
  require(taken(wire) == expected);
  require(facts.size_bytes == replace_all(expected, "\n", "\r\n").size());
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  require(replies_in(bytes, data[0] % 16 + std::size_t{1}) == replies_in(bytes, bytes.size() + 1));
  check_mail(bytes);
  if (is_smtp_address(bytes)) require(bytes.find_first_of(std::string_view("\0\r\n <>", 6)) == bytes.npos);
  return 0;
}
