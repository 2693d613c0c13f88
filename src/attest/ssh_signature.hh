// SPDX-License-Identifier: GPL-3.0-or-later
// One SSH signature of some bytes by one SSH key, verified by OpenSSL and libsodium: what attest/sshsig.hh wraps.
//
//   signature := string TYPE string BYTES [flags (1 byte) counter (4 bytes)]     the last two for security tokens
//
// For an ECDSA key BYTES are two integers; for RSA, TYPE says the hash. A token signs
// SHA-256(application) flags counter SHA-256(bytes), and bit 0 of flags says that somebody touched it.
#pragma once
#include <string>
#include <string_view>

#include "attest/outcome.hh"
#include "base/result.hh"

namespace lorelei::attest {

enum class SshHash { kSha256, kSha384, kSha512 };
// Errors: kFailed, OpenSSL is not installed.
Result<std::string> ssh_hash(SshHash, std::string_view bytes);

// kGood, kMalformed, kBadSignature, kWeakKey (right, but RSA of less than 2,048 bits or with a small exponent),
// kUnsupported (a kind of key), kFailed (the key makes no sense, or a library is not installed).
Judgement judge_ssh_signature(std::string_view signature, std::string_view bytes, std::string_view key_blob);

}  // namespace lorelei::attest
