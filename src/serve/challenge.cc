// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/challenge.hh"

#include <fmt/core.h>
#include <sys/random.h>

#include "attest/key_file.hh"
#include "base/text.hh"
#include "mail/header_writer.hh"
#include "serve/dates.hh"

namespace lorelei::serve {

namespace {

Result<std::string> random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    return err_errno(errno, "make a challenge", "");
  return bytes;
}

constexpr const char* kText = R"(Somebody, most likely you, asks {service} to accept patches from

  {identity}

that are signed by the {algorithm} key "{selector}":

  {fingerprint}

To show that address and key are yours, run this within {hours} hours where the
key is:

  b4 send --web-auth-verify {challenge}

If it was not you, there is nothing to do: without an answer nothing is accepted.
)";

}  // namespace

Result<std::string> new_challenge() {
  TRY(auto bytes, random_bytes(16));
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  const auto digits = hex(bytes);
  return fmt::format("{}-{}-{}-{}-{}", digits.substr(0, 8), digits.substr(8, 4), digits.substr(12, 4),
                     digits.substr(16, 4), digits.substr(20));
}

Result<Letter> challenge_letter(const EndpointSettings& settings, const Contributor& one, std::int64_t now) {
  TRY(const auto key, attest::describe_key(one.key_name.algorithm, one.key));
  TRY(const auto random, random_bytes(8));
  Letter letter;
  letter.envelope = {fmt::format("{}@{}", settings.local, settings.domain), {one.key_name.identity}};
  letter.message_id = fmt::format("{}.{}.endpoint@{}", now, hex(random), settings.domain);
  letter.digest = letter.message_id;
  auto& mail = letter.message;
  mail += mail::from_field({settings.name, letter.envelope.sender});
  mail += mail::address_field("To", {{one.name, one.key_name.identity}});
  mail += mail::text_field("Subject", settings.name + ": is this your address?");
  mail += mail::text_field("Date", mail_date(now));
  mail += fmt::format("Message-ID: <{}>\n", letter.message_id);
  mail +=
      "Auto-Submitted: auto-generated\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
      "Content-Transfer-Encoding: 8bit\n\n";
  mail += fmt::format(kText, fmt::arg("service", settings.name), fmt::arg("identity", one.key_name.identity),
                      fmt::arg("algorithm", name_of(one.key_name.algorithm)),
                      fmt::arg("selector", one.key_name.selector), fmt::arg("fingerprint", key.fingerprint),
                      fmt::arg("hours", settings.limits.challenge_hours), fmt::arg("challenge", one.challenge));
  return letter;
}

}  // namespace lorelei::serve
