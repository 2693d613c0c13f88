// SPDX-License-Identifier: GPL-3.0-or-later
// The record of a DKIM key, and the key in it.
//
//   v=DKIM1; k=rsa; p=BASE64          k: rsa (default), ed25519; p empty: revoked; RSA as SubjectPublicKeyInfo or
//   PKCS#1
//            h=sha256; s=email; t=y:s     t: y testing, s only for identities of the very domain; g, n and others: no
//            use
//
// Source: RFC 6376 section 3.6.1, RFC 8301, RFC 8463.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "attest/dkim_signature.hh"
#include "base/result.hh"
#include "base/sha256.hh"

namespace lorelei::attest {

inline constexpr int kMinRsaBits = 1'024;   // less is refused (RFC 8301)
inline constexpr int kGoodRsaBits = 2'048;  // less is said to be weak
inline constexpr int kMaxRsaBits = 8'192;   // the cost of one verification grows with the square

struct DkimKeyRecord {
  enum class Type { kRsa, kEd25519 };
  Type type = Type::kRsa;
  std::string key;            // p=, decoded; empty: revoked
  bool allows_sha256 = true;  // by h=
  bool is_for_mail = true;    // by s=
  bool is_testing = false;    // t=y
  bool is_exact = false;      // t=s
};
// Errors: kCorrupt, it is none; kFailed, of a type that we do not know.
Result<DkimKeyRecord> parse_dkim_key(std::string_view record);
// Whether the record says that it is one, well-formed or not: what else stands under the name does not count.
bool is_dkim_record(std::string_view record);

// A key ready for use.
class DkimKey {
 public:
  // Before: the record is not revoked. Errors: kCorrupt, it is no key of its type.
  static Result<DkimKey> load(const DkimKeyRecord&);
  int bits() const { return bits_; }
  // digest: of what was signed.
  bool verifies(const Sha256Digest& digest, std::string_view signature) const;

 private:
  struct Rsa;
  std::shared_ptr<Rsa> rsa_;
  std::string ed25519_;
  int bits_ = 0;
};

}  // namespace lorelei::attest
