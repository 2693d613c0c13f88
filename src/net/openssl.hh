// SPDX-License-Identifier: GPL-3.0-or-later
// OpenSSL as this project calls it: the functions, opened on first use.
//
// For .cc files of this room only: it brings in OpenSSL's own headers.
#pragma once
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <string>

#include "base/library.hh"

namespace lorelei::net {

#define LORELEI_SSL_FUNCTIONS(F)      \
  F(TLS_client_method)                \
  F(SSL_CTX_new)                      \
  F(SSL_CTX_free)                     \
  F(SSL_CTX_ctrl)                     \
  F(SSL_CTX_set_verify)               \
  F(SSL_CTX_set_default_verify_paths) \
  F(SSL_CTX_load_verify_file)         \
  F(SSL_new)                          \
  F(SSL_free)                         \
  F(SSL_ctrl)                         \
  F(SSL_set_bio)                      \
  F(SSL_set_hostflags)                \
  F(SSL_set1_host)                    \
  F(SSL_get0_param)                   \
  F(SSL_set_connect_state)            \
  F(SSL_do_handshake)                 \
  F(SSL_read)                         \
  F(SSL_write)                        \
  F(SSL_shutdown)                     \
  F(SSL_get_error)                    \
  F(SSL_get_shutdown)                 \
  F(SSL_get_verify_result)

#define LORELEI_CRYPTO_FUNCTIONS(F) \
  F(BIO_new)                        \
  F(BIO_s_mem)                      \
  F(BIO_read)                       \
  F(BIO_write)                      \
  F(BIO_ctrl_pending)               \
  F(ERR_get_error)                  \
  F(ERR_clear_error)                \
  F(ERR_reason_error_string)        \
  F(X509_VERIFY_PARAM_set1_ip_asc)  \
  F(X509_verify_cert_error_string)

struct LibSsl {
  LORELEI_LIBRARY_TABLE(LibSsl, LORELEI_SSL_FUNCTIONS)
};
struct LibCrypto {
  LORELEI_LIBRARY_TABLE(LibCrypto, LORELEI_CRYPTO_FUNCTIONS)
};
struct OpenSsl {
  LibSsl ssl;
  LibCrypto crypto;

  // The first of the errors that this thread has met, as a phrase; all are forgotten then.
  std::string take_error() const;
};

// The one table of the process. Errors: kFailed if the library is not installed.
Result<const OpenSsl*> openssl();

}  // namespace lorelei::net
