// SPDX-License-Identifier: GPL-3.0-or-later
// The signature of a message by a key, verified by OpenSSL and libsodium: RSA and Ed25519, which is nearly all that
// developers have. Nothing is said of the key's own worth. librnp tests each RSA key for being prime each time: six
// milliseconds for 4,096 bits, where this takes a tenth of one.
//
// Source: RFC 4880 section 5.2.4; for Ed25519, RFC 9580 section 5.2.3.3.
#pragma once
#include "attest/openpgp_key_file.hh"
#include "attest/openpgp_message.hh"

namespace lorelei::attest {

enum class Word {
  kGood,
  kBad,
  kUnsure,  // an algorithm, a hash or a form that is not known here
};
// Before: both are of version 4.
Word verify_openpgp(const OpenpgpMessage&, const OpenpgpKey& issuer);

}  // namespace lorelei::attest
