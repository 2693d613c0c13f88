// SPDX-License-Identifier: GPL-3.0-or-later
// Developers' signatures of a message, each judged on its own, over the one canonical form of the message.
//
//   header -> tags -> key of (algorithm, identity, selector) -> body hash -> header hash -> signature -> time
//
// Whoever applies, shows or stores "what was signed" takes it from Verdict::content, which is cut where only a part
// was signed. The order of signatures, and bad ones beside good ones, change nothing about each.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "attest/canonical.hh"
#include "attest/ed25519.hh"
#include "attest/keyring.hh"
#include "attest/openpgp.hh"
#include "attest/outcome.hh"

namespace lorelei::attest {

inline constexpr std::size_t kMaxSignatures = 20;  // of a message; a maintainer's and a few developers'

inline constexpr std::int64_t kMaxClockSkew = 15 * 60;  // seconds that a signature may be ahead of its arrival

enum class Trim { kNo, kYes };
struct VerifyOptions {
  Trim trim = Trim::kNo;  // whether a text that goes on behind the l= signed bytes may count
  std::int64_t staleness_days = 30;
  bool enforce_time = false;       // stale and future signatures do not hold; else a remark says so
  bool accepts_relays = true;      // letters that a list server sent on under its own address
  bool looks_for_signers = false;  // whether a keyring has a key of who wrote what no good signature is over
  bool asks_gnupg = true;          // the user's own keyring, for an OpenPGP key that no other one has
  Gnupg gnupg = {};                // for keys that no keyring has
};

struct Signature {
  Outcome outcome = Outcome::kFailed;
  std::string reason;                // for everything but kGood
  std::vector<std::string> remarks;  // what else a reader should know
  std::string algorithm;             // "ed25519"; what stands there if it is unknown
  std::string identity, selector;
  std::string key_source;   // empty: there was no key
  std::string fingerprint;  // of the key, as its algorithm shows it
  std::optional<std::int64_t> signed_at;
  std::vector<std::string> signed_headers;
  std::size_t covered = 0;                   // bytes of the canonical body
  bool is_of_other = false;                  // who signed is not who wrote it
  std::string relay;                         // who handed it on under another From
  std::shared_ptr<const Canonical> content;  // what it covers, if it is good
  std::string digest;                        // what was signed, 32 bytes; empty if it did not come to that
};

struct Verdict {
  std::vector<Signature> signatures;         // of an unsigned message: one, kUnsigned
  std::shared_ptr<const Canonical> content;  // what the best one covers, else all; null: it cannot be read
  bool is_of_known_signer = false;           // none is good, and a keyring has, or may have, a key of who wrote it

  const Signature& best() const;  // the first good one, else the first
};

// Judges message after message; keys are looked up and read once. One thread at a time.
class Verifier {
 public:
  Verifier(const Env&, Keyring, VerifyOptions);
  // arrived: seconds since 1970; unknown: no time is checked.
  Verdict verify(std::string_view message, std::optional<std::int64_t> arrived = {});

 private:
  friend class Check;
  const Env& env_;
  Keyring keyring_;
  VerifyOptions options_;
  OpenpgpJudge openpgp_;
  std::unordered_map<std::string, Result<Ed25519PublicKey>> ed25519_keys_;  // by the content of their files
};

bool is_good(Outcome);         // kGood and those that begin with it
const char* name_of(Outcome);  // "good", "no-key", "bad-body": for JSON and summaries
inline constexpr std::string_view kDefaultKeyring = "(default keyring)/";  // how key_source of such keys begins
// The numbers that patatt gives: 0 valid, 4 unsigned, 8 no key, 16 error, 32 bad.
int patatt_status(Outcome);

}  // namespace lorelei::attest
