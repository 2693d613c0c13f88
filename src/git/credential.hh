// SPDX-License-Identifier: GPL-3.0-or-later
// User names and passwords as git knows them: helpers, keyrings and prompts that the user has set up for git serve mail
// servers, too. `git credential` is asked, and told afterwards whether what it gave was right, so that it stores or
// forgets it. Secrets go through pipes, never onto a command line, and into no error message.
//
//   keys   protocol=imap host=mail.example.org [username=ann]    host:port is asked first if the port is not the usual
//                                                                one; the host alone is what older programs stored
#pragma once
#include <cstdint>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/env.hh"
#include "base/result.hh"

namespace lorelei::git {

// What a password is for.
struct CredentialKey {
  std::string protocol = {};  // "imap", "https"
  std::string host = {};
  std::uint16_t port = 0;                    // 0: the usual one of the protocol
  std::optional<std::string> username = {};  // if the address names one

  auto operator<=>(const CredentialKey&) const = default;
};

struct Credential {
  enum class Kind { kPassword, kToken };
  Kind kind = Kind::kPassword;
  std::string username = {};
  std::string secret = {};         // a password, or an access token (OAuth 2)
  std::string answered_host = {};  // the key under which it was found
  std::string authtype = {};       // as the helper named it; of a token
};

// What may happen when no helper knows the answer.
enum class Prompt { kTerminal, kNever };

// Asks once for each key, however many connections need it. May be used from several threads.
class Credentials {
 public:
  // env must outlive it.
  Credentials(const Env& env, Prompt prompt) : env_(env), prompt_(prompt) {}

  // Errors: kRefused, nobody knows it (the host is named); kCancelled.
  Result<Credential> fill(const CredentialKey&);
  // It was right: helpers may store it, while the caller goes on; reject() and the destructor wait for them. A failure
  // of theirs is no failure of ours.
  void approve(const CredentialKey&, const Credential&);
  // It was wrong: helpers forget it, and fill() asks again.
  void reject(const CredentialKey&, const Credential&);

 private:
  const Env& env_;
  const Prompt prompt_;
  std::mutex mutex_;
  std::map<CredentialKey, Credential> known_;     // guarded by mutex_
  std::map<CredentialKey, Credential> approved_;  // guarded by mutex_: told to helpers, or on the way to them
  std::vector<std::future<void>> telling_;        // guarded by mutex_
};

}  // namespace lorelei::git
