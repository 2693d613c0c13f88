// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/tls.hh"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/library.hh"

namespace lorelei::serve {

namespace {

#define LORELEI_SERVED_SSL_FUNCTIONS(F) \
  F(TLS_server_method)                  \
  F(SSL_CTX_new)                        \
  F(SSL_CTX_free)                       \
  F(SSL_CTX_ctrl)                       \
  F(SSL_CTX_set_options)                \
  F(SSL_CTX_use_certificate_chain_file) \
  F(SSL_CTX_use_PrivateKey_file)        \
  F(SSL_CTX_check_private_key)          \
  F(SSL_CTX_set_alpn_select_cb)         \
  F(SSL_CTX_set_default_passwd_cb)      \
  F(SSL_new)                            \
  F(SSL_free)                           \
  F(SSL_set_fd)                         \
  F(SSL_set_accept_state)               \
  F(SSL_do_handshake)                   \
  F(SSL_read)                           \
  F(SSL_write)                          \
  F(SSL_shutdown)                       \
  F(SSL_get_error)
#define LORELEI_SERVED_CRYPTO_FUNCTIONS(F) F(ERR_get_error) F(ERR_clear_error) F(ERR_reason_error_string)

struct Ssl {
  LORELEI_LIBRARY_TABLE(Ssl, LORELEI_SERVED_SSL_FUNCTIONS)
};
struct Crypto {
  LORELEI_LIBRARY_TABLE(Crypto, LORELEI_SERVED_CRYPTO_FUNCTIONS)
};
struct Libraries {
  Ssl ssl;
  Crypto crypto;
};

Result<Libraries> open_both() {
  constexpr const char* kPackage = "libssl3";
  Libraries both;
  TRY(both.crypto, Crypto::open(LORELEI_LIBCRYPTO, kPackage));
  TRY(both.ssl, Ssl::open(LORELEI_LIBSSL, kPackage));
  return both;
}

Result<const Libraries*> libraries() {
  static const Result<Libraries> opened = open_both();
  if (!opened) return tl::unexpected(opened.error());
  return &*opened;
}

tl::unexpected<Error> refused(const Libraries& library, const char* doing, const std::string& subject) {
  const auto code = library.crypto.ERR_get_error();
  const char* reason = code ? library.crypto.ERR_reason_error_string(code) : nullptr;
  library.crypto.ERR_clear_error();
  return err(Error::Kind::kFailed, doing, subject, reason ? reason : "OpenSSL does not take it");
}

// A client that names protocols must name ours, or it would speak another one.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned size,
                    void*) {
  constexpr std::string_view kOurs = "http/1.1";
  for (unsigned at = 0; at < size; at += 1u + in[at]) {
    if (at + 1u + in[at] > size) break;
    if (std::string_view(reinterpret_cast<const char*>(in) + at + 1, in[at]) != kOurs) continue;
    *out = in + at + 1;
    *out_size = in[at];
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

// A key with a passphrase is refused: nobody is there to type it.
int no_passphrase(char*, int, int, void*) { return -1; }

class Session final : public TlsSide {
 public:
  Session(const Libraries& library, SSL* ssl) : library_(library), ssl_(ssl) {}
  ~Session() override { library_.ssl.SSL_free(ssl_); }

  Step greet() override {
    return step([this] { return library_.ssl.SSL_do_handshake(ssl_); });
  }
  Step read(std::span<char> into) override {
    return step([&] { return library_.ssl.SSL_read(ssl_, into.data(), static_cast<int>(into.size())); });
  }
  Step write(std::string_view bytes) override {
    const auto part = bytes.substr(0, 1 << 20);
    return step([&] { return library_.ssl.SSL_write(ssl_, part.data(), static_cast<int>(part.size())); });
  }
  Step say_goodbye() override {
    const int said = library_.ssl.SSL_shutdown(ssl_);
    return {said >= 0 ? Step::Outcome::kDone : Step::Outcome::kBroken, 0};
  }

 private:
  template <typename Call>
  Step step(Call call) {
    using Outcome = Step::Outcome;
    library_.crypto.ERR_clear_error();
    const int size = call();
    if (size > 0) return {Outcome::kDone, static_cast<std::size_t>(size)};
    switch (library_.ssl.SSL_get_error(ssl_, size)) {
      case SSL_ERROR_WANT_READ:
        return {Outcome::kWantsRead, 0};
      case SSL_ERROR_WANT_WRITE:
        return {Outcome::kWantsWrite, 0};
      case SSL_ERROR_ZERO_RETURN:
        return {Outcome::kEnd, 0};
      default:
        return {Outcome::kBroken, 0};
    }
  }
  const Libraries& library_;
  SSL* ssl_;
};

}  // namespace

struct TlsIdentity::Context {
  Context(const Libraries& table, SSL_CTX* made) : library(table), context(made) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { library.ssl.SSL_CTX_free(context); }
  const Libraries& library;
  SSL_CTX* context;
};

TlsIdentity::TlsIdentity(std::unique_ptr<Context> context) : context_(std::move(context)) {}
TlsIdentity::TlsIdentity(TlsIdentity&&) noexcept = default;
TlsIdentity& TlsIdentity::operator=(TlsIdentity&&) noexcept = default;
TlsIdentity::~TlsIdentity() = default;

Result<TlsIdentity> TlsIdentity::load(const std::string& certificate_file, const std::string& key_file) {
  TRY(const Libraries* library, libraries());
  const auto& ssl = library->ssl;
  library->crypto.ERR_clear_error();
  auto* made = ssl.SSL_CTX_new(ssl.TLS_server_method());
  if (!made) return refused(*library, "prepare", "encrypted connections");
  auto context = std::make_unique<Context>(*library, made);
  ssl.SSL_CTX_ctrl(made, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, nullptr);
  ssl.SSL_CTX_set_options(made, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  ssl.SSL_CTX_ctrl(made, SSL_CTRL_MODE,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS,
                   nullptr);
  ssl.SSL_CTX_set_alpn_select_cb(made, choose_protocol, nullptr);
  ssl.SSL_CTX_set_default_passwd_cb(made, no_passphrase);
  if (ssl.SSL_CTX_use_certificate_chain_file(made, certificate_file.c_str()) != 1)
    return refused(*library, "read the certificate", certificate_file);
  if (ssl.SSL_CTX_use_PrivateKey_file(made, key_file.c_str(), SSL_FILETYPE_PEM) != 1)
    return refused(*library, "read the key of the certificate", key_file);
  if (ssl.SSL_CTX_check_private_key(made) != 1) return refused(*library, "use the key of the certificate", key_file);
  return TlsIdentity(std::move(context));
}

std::unique_ptr<TlsSide> TlsIdentity::begin(int fd) const {
  const auto& ssl = context_->library.ssl;
  auto* made = ssl.SSL_new(context_->context);
  if (!made) return nullptr;
  auto session = std::make_unique<Session>(context_->library, made);
  if (ssl.SSL_set_fd(made, fd) != 1) return nullptr;
  ssl.SSL_set_accept_state(made);
  return session;
}

}  // namespace lorelei::serve
