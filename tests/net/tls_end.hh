// SPDX-License-Identifier: GPL-3.0-or-later
// The server's end of TLS for a fake server, with a certificate that is made for the test.
#pragma once
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "tests/net/fake_server.hh"

namespace lorelei::net {

struct FreeSsl {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

class TlsEnd {
 public:
  // names: "DNS:localhost,IP:127.0.0.1". It signs itself, so that the certificate is the authority, too.
  explicit TlsEnd(const std::string& names)
      : key_(EVP_EC_gen("P-256")), certificate_(X509_new()), context_(SSL_CTX_new(TLS_server_method())) {
    auto* certificate = certificate_.get();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
    X509_set_pubkey(certificate, key_.get());
    auto* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    if (X509_sign(certificate, key_.get(), EVP_sha256()) == 0 ||
        SSL_CTX_use_certificate(context_.get(), certificate) != 1 ||
        SSL_CTX_use_PrivateKey(context_.get(), key_.get()) != 1)
      std::abort();
  }

  void write_certificate(const std::string& path) const {
    std::FILE* file = std::fopen(path.c_str(), "w");
    if (!file || PEM_write_X509(file, certificate_.get()) != 1) std::abort();
    std::fclose(file);
  }

  // Greets the client; from then on the line is encrypted. Throws HungUp.
  void encrypt(FakeServer::Line& line) const {
    const std::shared_ptr<SSL> ssl(SSL_new(context_.get()), FreeSsl());
    SSL_set_fd(ssl.get(), line.fd());
    if (SSL_accept(ssl.get()) != 1) throw HungUp();
    line.wrap([ssl](char* to, std::size_t size) -> ssize_t { return SSL_read(ssl.get(), to, static_cast<int>(size)); },
              [ssl](const char* from, std::size_t size) -> ssize_t {
                return size == 0 ? 0 : SSL_write(ssl.get(), from, static_cast<int>(size));
              });
  }

 private:
  std::unique_ptr<EVP_PKEY, FreeSsl> key_;
  std::unique_ptr<X509, FreeSsl> certificate_;
  std::unique_ptr<SSL_CTX, FreeSsl> context_;
};

}  // namespace lorelei::net
