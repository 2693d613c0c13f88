// SPDX-License-Identifier: GPL-3.0-or-later
// TLS as a client speaks it, without a socket: encrypted bytes in, plain bytes out, and the reverse. Who holds the
// socket (net/connection) sends what take_output() gives, and hands what the peer sent to received().
//
// The certificate of the peer must be for the host, and signed by an authority that the system trusts or that ca_file
// names; there is no switch to turn that off. TLS 1.2 or newer. OpenSSL is opened on first use.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hh"

namespace lorelei::net {

struct TlsOptions {
  std::string ca_file = {};     // PEM; instead of the authorities that the system trusts
  std::string ca_setting = {};  // where the user may name it
};

class TlsSession {
 public:
  // host: a name or an address. Errors: kFailed, OpenSSL is not installed or the file of authorities cannot be read.
  static Result<TlsSession> open(const std::string& host, const TlsOptions& options);
  TlsSession(TlsSession&&) noexcept;
  TlsSession& operator=(TlsSession&&) noexcept;
  ~TlsSession();

  // One step of the greeting: true when it is done, else the peer has to say more. Before: what the peer has said so
  // far was given to received(). Errors: kRefused, the certificate is not good; kFailed.
  Result<bool> advance();
  void received(std::string_view encrypted);
  // What was received, as far as it is complete. Errors: kFailed, somebody tampered with it.
  Result<std::string> decrypt();
  Result<void> encrypt(std::string_view plain);
  // Says goodbye.
  void close();
  // What has to be sent now.
  std::string take_output();
  bool peer_has_closed() const;

 private:
  struct State;
  explicit TlsSession(std::unique_ptr<State>);
  std::unique_ptr<State> state_;
};

}  // namespace lorelei::net
