// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/tls.hh"

#include <arpa/inet.h>

#include "net/openssl.hh"

namespace lorelei::net {

namespace {

using Kind = Error::Kind;
constexpr std::size_t kChunk = 16 << 10;  // one record of TLS

Result<OpenSsl> open_both() {
  constexpr const char* kPackage = "libssl3";
  OpenSsl both;
  TRY(both.crypto, LibCrypto::open(LORELEI_LIBCRYPTO, kPackage));
  TRY(both.ssl, LibSsl::open(LORELEI_LIBSSL, kPackage));
  return both;
}

bool is_address(const std::string& host) {
  unsigned char bytes[sizeof(in6_addr)];
  return inet_pton(AF_INET, host.c_str(), bytes) == 1 || inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

}  // namespace

Result<const OpenSsl*> openssl() {
  static const Result<OpenSsl> opened = open_both();
  if (!opened) return tl::unexpected(opened.error());
  return &*opened;
}

std::string OpenSsl::take_error() const {
  const auto code = crypto.ERR_get_error();
  const char* reason = code ? crypto.ERR_reason_error_string(code) : nullptr;
  crypto.ERR_clear_error();
  return reason ? reason : "the encrypted connection broke";
}

struct TlsSession::State {
  State(const OpenSsl& table, std::string name, const std::string& setting) : openssl(table), host(std::move(name)) {
    if (!setting.empty()) advice = "if the server is yours, name the file of its authority in " + setting;
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (session) openssl.ssl.SSL_free(session);  // and both BIOs
    if (context) openssl.ssl.SSL_CTX_free(context);
  }
  tl::unexpected<Error> failed(const char* doing) const {
    return err(Kind::kFailed, doing, host, openssl.take_error());
  }

  const OpenSsl& openssl;
  const std::string host;
  std::string advice = {};  // where the certificate is not good
  SSL_CTX* context = nullptr;
  SSL* session = nullptr;
  BIO *from_peer = nullptr, *to_peer = nullptr;  // owned by session
  bool peer_has_closed = false;
};

TlsSession::TlsSession(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsSession::TlsSession(TlsSession&&) noexcept = default;
TlsSession& TlsSession::operator=(TlsSession&&) noexcept = default;
TlsSession::~TlsSession() = default;

Result<TlsSession> TlsSession::open(const std::string& host, const TlsOptions& options) {
  TRY(const OpenSsl* table, openssl());
  const auto& [ssl, crypto] = *table;
  auto state = std::make_unique<State>(*table, host, options.ca_setting);
  crypto.ERR_clear_error();
  state->context = ssl.SSL_CTX_new(ssl.TLS_client_method());
  if (!state->context) return state->failed("prepare an encrypted connection to");
  ssl.SSL_CTX_ctrl(state->context, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, nullptr);
  ssl.SSL_CTX_set_verify(state->context, SSL_VERIFY_PEER, nullptr);
  if (options.ca_file.empty()) {
    ssl.SSL_CTX_set_default_verify_paths(state->context);
  } else if (ssl.SSL_CTX_load_verify_file(state->context, options.ca_file.c_str()) != 1) {
    return err(Kind::kFailed, "read the certificates of authorities from", options.ca_file, table->take_error());
  }
  state->session = ssl.SSL_new(state->context);
  state->from_peer = crypto.BIO_new(crypto.BIO_s_mem());
  state->to_peer = crypto.BIO_new(crypto.BIO_s_mem());
  if (!state->session || !state->from_peer || !state->to_peer)
    return state->failed("prepare an encrypted connection to");
  ssl.SSL_set_bio(state->session, state->from_peer, state->to_peer);
  ssl.SSL_set_connect_state(state->session);
  ssl.SSL_set_hostflags(state->session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (is_address(host)) {
    crypto.X509_VERIFY_PARAM_set1_ip_asc(ssl.SSL_get0_param(state->session), host.c_str());
  } else {
    // Which certificate we want to see; several names may live at one address.
    ssl.SSL_ctrl(state->session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                 const_cast<char*>(host.c_str()));
    if (ssl.SSL_set1_host(state->session, host.c_str()) != 1) return state->failed("check the certificate of");
  }
  return TlsSession(std::move(state));
}

Result<bool> TlsSession::advance() {
  const auto& ssl = state_->openssl.ssl;
  state_->openssl.crypto.ERR_clear_error();
  const int done = ssl.SSL_do_handshake(state_->session);
  if (done == 1) return true;
  if (ssl.SSL_get_error(state_->session, done) == SSL_ERROR_WANT_READ) return false;
  const long verdict = ssl.SSL_get_verify_result(state_->session);
  if (verdict == X509_V_OK) return state_->failed("open an encrypted connection to");
  state_->openssl.crypto.ERR_clear_error();
  return err(Kind::kRefused, "trust the certificate of", state_->host,
             state_->openssl.crypto.X509_verify_cert_error_string(verdict), state_->advice);
}

void TlsSession::received(std::string_view encrypted) {
  if (!encrypted.empty())
    state_->openssl.crypto.BIO_write(state_->from_peer, encrypted.data(), static_cast<int>(encrypted.size()));
}

Result<std::string> TlsSession::decrypt() {
  const auto& ssl = state_->openssl.ssl;
  std::string plain;
  char chunk[kChunk];
  for (;;) {
    state_->openssl.crypto.ERR_clear_error();
    const int size = ssl.SSL_read(state_->session, chunk, sizeof chunk);
    if (size > 0) {
      plain.append(chunk, static_cast<std::size_t>(size));
      continue;
    }
    const int reason = ssl.SSL_get_error(state_->session, size);
    if (reason == SSL_ERROR_ZERO_RETURN) state_->peer_has_closed = true;
    if (reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_ZERO_RETURN || !plain.empty()) return plain;
    return state_->failed("read from");
  }
}

Result<void> TlsSession::encrypt(std::string_view plain) {
  while (!plain.empty()) {
    const auto part = plain.substr(0, 1 << 20);
    state_->openssl.crypto.ERR_clear_error();
    const int size = state_->openssl.ssl.SSL_write(state_->session, part.data(), static_cast<int>(part.size()));
    if (size <= 0) return state_->failed("write to");
    plain.remove_prefix(static_cast<std::size_t>(size));
  }
  return {};
}

void TlsSession::close() {
  state_->openssl.crypto.ERR_clear_error();
  state_->openssl.ssl.SSL_shutdown(state_->session);
}

std::string TlsSession::take_output() {
  std::string bytes(state_->openssl.crypto.BIO_ctrl_pending(state_->to_peer), '\0');
  if (!bytes.empty()) state_->openssl.crypto.BIO_read(state_->to_peer, bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

bool TlsSession::peer_has_closed() const { return state_->peer_has_closed; }

}  // namespace lorelei::net
