// SPDX-License-Identifier: GPL-3.0-or-later
// What `git verify-tag --raw` and `git verify-commit --raw` say of a signature: status lines of gpg or gpgsm, or what
// ssh-keygen writes. The program judges, with the user's keys; here its words become a value.
//
//   [GNUPG:] GOODSIG KEYID NAME            right; so are EXPSIG, EXPKEYSIG (it or the key has ended), REVKEYSIG
//   [GNUPG:] BADSIG KEYID NAME             not of these bytes
//   [GNUPG:] ERRSIG KEYID ... REASON FPR   cannot be judged; reason 9, or NO_PUBKEY: the key is not there
//   [GNUPG:] VALIDSIG FPR DATE SECONDS     which key it was, and when
//   [GNUPG:] TRUST_LEVEL                   how sure it is that the key is theirs
//   Good "git" signature for WHO with KIND key FPR        ("signature with": of nobody who is listed)
//
// More than one verdict is none: a second signature must not speak for the first. Good is only what git's own exit
// status agrees with (it knows gpg.minTrustLevel). Names are foreign text, in gpg's escapes. Foreign bytes: linear.
// Source: doc/DETAILS of GnuPG; ssh-keygen(1).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lorelei::git {

struct SignatureStatus {
  enum class State {
    kGood,       // right, and the key is known to be theirs
    kUntrusted,  // right, but nobody says that the key is theirs
    kExpired,    // it was right once
    kRevoked,    // its key was withdrawn
    kNoKey,      // it cannot be verified here
    kBad,        // it is not of what it stands on
    kUnknown,    // the program does not say, or says too much
    kUnsigned,
  };
  State state = State::kUnsigned;
  std::string kind;                  // "openpgp", "ssh"; empty: nobody said
  std::string signer;                // as the key or the list of signers has it; may be empty
  std::string key;                   // fingerprint, or the id of the key if that is all
  std::optional<std::int64_t> when;  // seconds since 1970
  std::string trust;                 // "ultimate", "undefined"; empty: nothing was said
};
const char* name_of(SignatureStatus::State);  // "good", "no-key"

// said: standard error of git; status: its exit status.
SignatureStatus read_signature_status(std::string_view said, int status);

}  // namespace lorelei::git
