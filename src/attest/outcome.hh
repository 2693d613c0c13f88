// SPDX-License-Identifier: GPL-3.0-or-later
// What can be said of one signature. Each outcome has its own name and none stands for another: "not signed" is not
// "signed in a way that cannot be read", "no key" is not "bad".
#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace lorelei::attest {

enum class Outcome {
  kGood,           // everything matches, and the key is one that the keyring has for this identity
  kGoodOtherFrom,  // the same, but who signed is not who wrote it
  kGoodRelayed,    // the same once the From is put back that a list server took away
  kGoodTrimmed,    // only of the first l= bytes, and only where that was asked for
  kUnsigned,       // there is no signature
  kUnknownKey,     // good by the key that the mail itself names, which no keyring knows: whole, but anybody's
  kNoKey,          // no keyring has a key for this identity and selector
  kMalformed,      // there is a signature, and its header, its object or the message cannot be read as one
  kUnsupported,    // a version or an algorithm that we do not know
  kAmbiguous,      // the message can be read in two ways, so that what was signed is not certainly what is seen
  kFailed,         // we could not judge: a key file that cannot be read, a program that does not run
  kBadBody,        // the text is another one than was signed
  kBadHeader,      // the signed headers are others than were signed
  kBadSignature,   // the signature is not one of this key
  kExpiredKey,     // the key had ended when the signature was made
  kRevokedKey,     // the owner has withdrawn the key
  kWeakKey,        // the key or its algorithm does not protect any more
  kStale,          // signed too long before it arrived
  kFuture,         // signed after it arrived
  kOtherIdentity   // good, but the key is not known to belong to who it says it is from
};

// What a key says of a signature object over a digest.
struct Judgement {
  Outcome outcome = Outcome::kFailed;
  std::string reason = {};                     // for everything but kGood: a phrase for the user
  std::string fingerprint = {};                // of the key that signed, in the form that its algorithm uses
  std::optional<std::int64_t> signed_at = {};  // seconds since 1970, where the object itself carries a time
};

}  // namespace lorelei::attest
