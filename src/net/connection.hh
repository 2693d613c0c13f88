// SPDX-License-Identifier: GPL-3.0-or-later
// A TCP connection to a server, encrypted from the start, later (STARTTLS) or not at all. No protocol in it.
//
// Nothing waits longer than it may: every wait ends at its deadline, or within a quarter of a second once the user
// wants to stop. While write() waits for the peer to take bytes it keeps what the peer says, so that two sides that
// both write cannot block each other.
//
// Once any call has failed but for a wait that ran out in read_some, the connection is lost and stays so.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/env.hh"
#include "base/files.hh"
#include "base/result.hh"
#include "net/tls.hh"

namespace lorelei::net {

struct ConnectionOptions {
  std::chrono::milliseconds connect_limit = std::chrono::seconds(30);  // for its addresses, then for each of them
  std::chrono::milliseconds silence_limit = std::chrono::minutes(5);   // without one byte in either direction
};

class Connection {
 public:
  // Errors: kTemporary, the name is not known or nobody answers; kCancelled. env must outlive it.
  static Result<Connection> open(const Env&, std::string host, std::uint16_t port, const ConnectionOptions& = {});
  Connection(Connection&&) noexcept = default;
  Connection& operator=(Connection&&) noexcept = default;
  ~Connection() = default;

  // From here on encrypted. What the peer said in the clear and was not read yet is an error: somebody between us and
  // it may have said it. Errors: kRefused, the certificate is not good; kTemporary, kFailed.
  Result<void> start_tls(const TlsOptions&);
  bool is_encrypted() const { return tls_.has_value(); }
  bool is_loopback() const;  // by the address it leads to
  bool is_lost() const { return !fd_; }

  // All of bytes is handed to the system. Errors: kTemporary, it is lost; kCancelled. After an error the last byte, and
  // with TLS the last record, was not handed to it: who ends a message by it has not ended it.
  Result<void> write(std::string_view bytes);
  // What the peer said, at least one byte; "" when the limit is over and it said nothing. Errors: kTemporary, it is
  // lost; kCancelled.
  Result<std::string> read_some(std::chrono::milliseconds limit);
  // The same with the limit on silence, whose end loses the connection.
  Result<std::string> read_some();
  // What write() has kept or has arrived meanwhile, without waiting; "" for nothing, also if the connection is lost.
  std::string read_kept();

  // Says goodbye if it is encrypted, and closes.
  void close();
  const std::string& name() const { return name_; }  // "host:port"

 private:
  Connection(const Env& env, std::string host, std::uint16_t port, const ConnectionOptions& options);
  using Time = std::chrono::steady_clock::time_point;
  enum class Wait { kRead, kWriteOrRead };
  Result<short> wait(Wait, Time deadline);  // events of poll(2); 0 at the deadline
  Result<bool> receive();                   // into kept_; false if there was nothing
  Result<void> send(std::string_view bytes);
  Result<void> shake_hands();
  tl::unexpected<Error> lost(const char* doing, std::string why);

  const Env* env_;
  std::string host_, name_;
  ConnectionOptions options_;
  Fd fd_;
  std::optional<TlsSession> tls_;
  std::string kept_;  // plain bytes that were received and not read yet
};

}  // namespace lorelei::net
