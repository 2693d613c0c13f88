// SPDX-License-Identifier: GPL-3.0-or-later
// The conversation with an SMTP server: commands go out, replies come in, and what the server says unasked is noticed
// before it could be taken for an answer.
//
// A reply is an answer whatever its number is; errors are that the connection is lost (with 421 it is closed here, and
// the next call fails), or that the server does not speak SMTP (closed, too). What it said before it went away is still
// given.
//
// For .cc files of this room only.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/env.hh"
#include "base/result.hh"
#include "net/connection.hh"
#include "net/smtp.hh"
#include "wire/smtp.hh"

namespace lorelei::net {

// RFC 5321 4.5.3.2, in its order.
namespace smtp_limits {
using std::chrono::minutes;
inline constexpr minutes kCommand{5};  // also the greeting
inline constexpr minutes kDataCommand{2};
inline constexpr minutes kDataBlock{3};
inline constexpr minutes kFinalDot{10};
}  // namespace smtp_limits

class SmtpSession {
 public:
  using Milliseconds = std::chrono::milliseconds;

  SmtpSession(const Env& env, std::chrono::seconds timeout) : env_(env), world_(env), timeout_(timeout) {}
  SmtpSession(const SmtpSession&) = delete;
  SmtpSession& operator=(const SmtpSession&) = delete;

  Result<void> connect(const std::string& host, std::uint16_t port);
  // Errors: those of Connection::start_tls; kRefused, somebody said more in the clear, as if it were encrypted.
  Result<void> encrypt(const TlsOptions&);
  void close();

  // line: without its end. Errors: as above; kFailed, the server has said something before.
  Result<wire::SmtpReply> exchange(std::string_view line, Milliseconds limit = smtp_limits::kCommand);
  // As Connection::write.
  Result<void> write(std::string_view bytes);
  // The next reply, which must be complete within the limit or the timeout of the options, whichever is shorter.
  Result<wire::SmtpReply> reply(Milliseconds limit);
  // The same; the user's wish to stop lets it wait kGrace more.
  Result<wire::SmtpReply> reply_to_dot();
  // What the server has said without being asked, without waiting. Nothing: it is silent, whether lost or not.
  std::optional<wire::SmtpReply> said();
  // Bytes have come that no reply() has given, perhaps not a whole reply.
  bool has_unread() const { return !reader_.is_empty(); }

  bool is_lost() const { return !connection_ || connection_->is_lost(); }
  bool is_encrypted() const { return connection_ && connection_->is_encrypted(); }
  bool is_loopback() const { return connection_ && connection_->is_loopback(); }
  const std::string& name() const { return name_; }
  Milliseconds bounded(Milliseconds limit) const;

 private:
  static constexpr std::chrono::seconds kGrace{10};
  enum class Stop { kAtOnce, kAfterGrace };
  Result<wire::SmtpReply> read(Milliseconds limit, Stop);
  Result<std::optional<wire::SmtpReply>> take();

  const Env& env_;
  Env world_;  // that of the connection: the wish to stop can be hidden from it
  const std::chrono::seconds timeout_;
  std::string name_;
  std::optional<Connection> connection_;
  wire::SmtpReader reader_;
};

// A reply that is no success, as an error of the kind that its number tells.
tl::unexpected<Error> refused(const wire::SmtpReply&, std::string doing, const std::string& subject);

// net/smtp_login.cc: says who we are. Before: the options name a user.
Result<void> smtp_log_in(SmtpSession&, const wire::SmtpExtensions&, const SmtpOptions&, git::Credentials*);

}  // namespace lorelei::net
