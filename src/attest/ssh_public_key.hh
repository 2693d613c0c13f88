// SPDX-License-Identifier: GPL-3.0-or-later
// A public key as SSH writes it: one line of an authorized_keys file without options.
//
//   line    := TYPE " " BASE64 [" " comment]
//   blob    := what BASE64 stands for: string TYPE, then what the type is made of
//   string  := length (4 bytes, big-endian), bytes
//
// Source: RFC 4253 section 6.6, RFC 5656, RFC 8709, and PROTOCOL.u2f of OpenSSH.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hh"

namespace lorelei::attest {

inline constexpr std::size_t kMaxSshKeyLine = 16 << 10;  // a key of 16,384 bits has 2.8 KB

struct SshPublicKey {
  std::string type = {};     // "ssh-ed25519"
  std::string blob = {};     // with the type in it
  std::string comment = {};  // whose key it is, if the line says; nothing depends on it
};

// The content of a key file, or a line. Errors: kCorrupt (no such line, more than one, TYPE is not the one in the
// blob), kTooLarge.
Result<SshPublicKey> parse_ssh_public_key(std::string_view line, const std::string& name);
// "SHA256:" and base64 without padding, as `ssh-keygen -l` prints it.
std::string ssh_fingerprint(std::string_view blob);
// TYPE and BASE64.
std::string to_text(const SshPublicKey&);

// Takes the parts of such bytes one after the other. After the first that is not there, all are missing.
class SshReader {
 public:
  explicit SshReader(std::string_view bytes) : rest_(bytes) {}
  std::optional<std::string_view> take(std::size_t count);
  std::optional<std::uint32_t> number();
  std::optional<std::string_view> string();
  // A positive integer in its one spelling, without the zero byte that only keeps it positive.
  std::optional<std::string_view> integer();
  bool at_end() const { return !failed_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};
void append_ssh_string(std::string& out, std::string_view);

}  // namespace lorelei::attest
