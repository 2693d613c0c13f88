// SPDX-License-Identifier: GPL-3.0-or-later
// Signatures "a=openpgp-sha256" of a digest, judged by the keys of a keyring in git.
//
// The one idea: librnp says whether and until when the key is good, once for each key file; OpenSSL and libsodium
// verify the signature (librnp does, where it is neither RSA nor Ed25519), which costs a tenth of a millisecond.
// Whatever else it may be (ended, withdrawn, weak, unknown to librnp) GnuPG is asked, which tells them apart and costs
// some processes. All are asked about the parts that attest/openpgp_message.hh read, never about the object.
//
//   the object is not one signed literal      kMalformed, kBadSignature, kUnsupported
//   its literal is another digest             kBadHeader
//   no key file has the key that it names     kNoKey
//   right, but ...                            kExpiredKey (ended when it was made; later is good), kRevokedKey,
//                                             kWeakKey (RSA, DSA below 2,048 bits; MD5, SHA-1, RIPEMD-160), kStale
//                                             (the signer gave the signature an end)
#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "attest/openpgp_gnupg.hh"
#include "attest/openpgp_message.hh"
#include "attest/outcome.hh"
#include "base/env.hh"
#include "base/sha256.hh"

namespace lorelei::attest {

inline constexpr std::size_t kOpenpgpKeyFilesKept = 256;  // more than the signers of a list in a year

// Keeps the key files it was given, parsed and loaded, by their contents. Of one thread.
class OpenpgpJudge {
 public:
  // program: gpg, for what librnp cannot tell.
  explicit OpenpgpJudge(const Env&, std::string program = "gpg");
  OpenpgpJudge(OpenpgpJudge&&) noexcept;
  OpenpgpJudge& operator=(OpenpgpJudge&&) noexcept;
  ~OpenpgpJudge();

  // A key file that cannot be read makes it kFailed unless another one settles it. The fingerprint is that of the
  // primary key in upper-case hex, whichever subkey signed.
  Judgement judge(std::string_view object, const Sha256Digest&, std::span<const std::string> key_files);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The judgement that needs no key: it is no such message, or of another digest. Nothing: it is one over the digest.
std::optional<Judgement> refuse_openpgp(const OpenpgpReading&, const Sha256Digest&);

}  // namespace lorelei::attest
