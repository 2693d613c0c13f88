// SPDX-License-Identifier: GPL-3.0-or-later
// OpenSSL's cryptography and libsodium as this room calls them: the functions, opened on first use.
//
// For .cc files of this room only: it brings in the libraries' own headers.
#pragma once
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <sodium.h>

#include <memory>

#include "base/library.hh"

namespace lorelei::attest {

#define LORELEI_EVP_FUNCTIONS(F)      \
  F(EVP_PKEY_new_raw_public_key)      \
  F(EVP_PKEY_free)                    \
  F(EVP_PKEY_get_bits)                \
  F(EVP_PKEY_get_base_id)             \
  F(EVP_PKEY_get_bn_param)            \
  F(EVP_PKEY_CTX_new_from_name)       \
  F(EVP_PKEY_CTX_free)                \
  F(EVP_PKEY_fromdata_init)           \
  F(EVP_PKEY_fromdata)                \
  F(EVP_PKEY_CTX_set_rsa_padding)     \
  F(OSSL_PARAM_BLD_new)               \
  F(OSSL_PARAM_BLD_free)              \
  F(OSSL_PARAM_BLD_push_BN)           \
  F(OSSL_PARAM_BLD_push_utf8_string)  \
  F(OSSL_PARAM_BLD_push_octet_string) \
  F(OSSL_PARAM_BLD_to_param)          \
  F(OSSL_PARAM_free)                  \
  F(BN_bin2bn)                        \
  F(BN_free)                          \
  F(BN_is_odd)                        \
  F(BN_num_bits)                      \
  F(d2i_PUBKEY)                       \
  F(d2i_PublicKey)                    \
  F(EVP_MD_CTX_new)                   \
  F(EVP_MD_CTX_free)                  \
  F(EVP_DigestVerifyInit)             \
  F(EVP_DigestVerify)                 \
  F(EVP_PKEY_CTX_new)                 \
  F(EVP_PKEY_verify_init)             \
  F(EVP_PKEY_CTX_set_signature_md)    \
  F(EVP_PKEY_verify)                  \
  F(EVP_Digest)                       \
  F(EVP_sha256)                       \
  F(EVP_sha384)                       \
  F(EVP_sha512)                       \
  F(ERR_clear_error)                  \
  F(EVP_sha224)
struct Evp {
  LORELEI_LIBRARY_TABLE(Evp, LORELEI_EVP_FUNCTIONS)
};
// The one table of the process. Errors: kFailed if the library is not installed.
Result<const Evp*> evp();

#define LORELEI_SODIUM_FUNCTIONS(F)      \
  F(sodium_init)                         \
  F(sodium_memzero)                      \
  F(randombytes_buf)                     \
  F(crypto_sign_ed25519_seed_keypair)    \
  F(crypto_sign_ed25519_detached)        \
  F(crypto_sign_ed25519_verify_detached) \
  F(crypto_core_ed25519_is_valid_point)
struct Sodium {
  LORELEI_LIBRARY_TABLE(Sodium, LORELEI_SODIUM_FUNCTIONS)
};
// The same for libsodium, initialised.
Result<const Sodium*> sodium();

template <typename T, void (*Evp::*Free)(T*)>
struct FreedByEvp {
  const Evp* library = nullptr;
  void operator()(T* pointer) const { (library->*Free)(pointer); }
};
using PkeyHandle = std::unique_ptr<EVP_PKEY, FreedByEvp<EVP_PKEY, &Evp::EVP_PKEY_free>>;
using MdContextHandle = std::unique_ptr<EVP_MD_CTX, FreedByEvp<EVP_MD_CTX, &Evp::EVP_MD_CTX_free>>;

}  // namespace lorelei::attest
