// SPDX-License-Identifier: GPL-3.0-or-later
// What a contributor may have sent to the lists: the rules that each mail of a submission must keep.
//
//   1. a developer's signature, good by the key that the service has verified, and not old
//   2. one From with one address: the identity, perhaps with +something behind its local part
//   3. one Subject with [PATCH...] among its tags; Date; one Message-ID
//   4. text/plain, with a diff or a diffstat; nothing that two programs read differently
//   5. a To or Cc that the service may send to
//
// The signature covers who wrote what, not to whom: rule 5 and the age of a signature keep others from sending on, to
// whomever they like, what somebody has signed.
//
// Foreign bytes: linear. Source: the web endpoint of b4.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "attest/key_path.hh"
#include "base/env.hh"
#include "base/result.hh"
#include "serve/endpoint_settings.hh"

namespace lorelei::serve {

// Whom the signatures of a mail say they are from; each once.
std::vector<attest::KeyName> named_signers(std::string_view message);

// The key that a signature is held against.
struct SignerKey {
  attest::KeyName name;
  std::string key;  // as a keyring has it
};
// kRelayed: with the From that the service has put there, which X-Original-From undoes.
enum class Sent { kByAuthor, kRelayed };
// Errors: kAttestation, and why.
Result<void> check_signature(const Env&, std::string_view message, const SignerKey&, std::int64_t most_days,
                             Sent = Sent::kByAuthor);

// A line of the text that begins so: what follows it. For verify: and auth-delete.
std::optional<std::string> line_after(std::string_view message, std::string_view prefix);
// Whether the only From is that address, or that address and +something. Errors: kRefused.
Result<void> check_author(std::string_view message, std::string_view identity);

// A mail that keeps the rules.
struct Submitted {
  std::string message;
  std::string message_id;               // without <>
  std::string author_name, author;      // decoded; of From
  std::vector<std::string> recipients;  // of To and Cc, each once
  std::string digest;                   // of what is signed: subject and text
  bool has_diff = false;
};
// Errors: kAttestation (1), kRefused (the others), kTooLarge.
Result<Submitted> check_submission(const Env&, const std::string& message, const SignerKey&, const EndpointSettings&);

}  // namespace lorelei::serve
