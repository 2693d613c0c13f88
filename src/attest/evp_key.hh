// SPDX-License-Identifier: GPL-3.0-or-later
// Public keys for OpenSSL made of the numbers that a format has them as, and whether a signature is one of theirs.
//
// For .cc files of this room only: it brings in the library's own headers.
#pragma once
#include <string_view>

#include "attest/libcrypto.hh"

namespace lorelei::attest {

// All are null if there is no such key: an even number, a point that is not on the curve. Numbers are big-endian.
PkeyHandle rsa_key(const Evp&, std::string_view exponent, std::string_view modulus);
// group: "P-256". The point in its long form, 04 X Y.
PkeyHandle ecdsa_key(const Evp&, const char* group, std::string_view point);

// RSA as PKCS #1 1.5, with all bytes of the modulus; ECDSA as DER.
bool verifies(const Evp&, EVP_PKEY*, const EVP_MD*, std::string_view signature, std::string_view bytes);

}  // namespace lorelei::attest
