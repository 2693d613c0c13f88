// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/smtp_session.hh"

#include <fmt/core.h>

#include <algorithm>

namespace lorelei::net {

namespace {

using wire::SmtpReply;
using Kind = Error::Kind;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int kClosing = 421;         // at any time: the server ends the conversation (RFC 5321 3.8)
constexpr milliseconds kGlance{250};  // how often the wish to stop is looked for
constexpr const char* kTalk = "talk to";

}  // namespace

tl::unexpected<Error> refused(const SmtpReply& reply, std::string doing, const std::string& subject) {
  auto kind = reply.is_passing() ? Kind::kTemporary : Kind::kFailed;
  if (reply.code == 530 || reply.code == 534 || reply.code == 535 || reply.code == 538) kind = Kind::kRefused;
  return err(kind, std::move(doing), subject, fmt::format("the server says: {}", reply.text()));
}

milliseconds SmtpSession::bounded(milliseconds limit) const {
  return timeout_.count() > 0 ? std::min<milliseconds>(limit, timeout_) : limit;
}

Result<void> SmtpSession::connect(const std::string& host, std::uint16_t port) {
  ConnectionOptions options;
  options.connect_limit = bounded(options.connect_limit);
  options.silence_limit = bounded(smtp_limits::kDataBlock);
  name_ = fmt::format("{}:{}", host, port);
  TRY(connection_, Connection::open(world_, host, port, options));
  return {};
}

Result<void> SmtpSession::encrypt(const TlsOptions& options) {
  if (connection_) reader_.feed(connection_->read_kept());
  if (has_unread()) {
    close();
    return err(Kind::kRefused, "encrypt the connection to", name_,
               "somebody has put words in front of the encrypted ones");
  }
  if (!connection_) return err(Kind::kTemporary, "encrypt the connection to", name_, "the connection is lost");
  return connection_->start_tls(options);
}

void SmtpSession::close() {
  if (connection_) connection_->close();
}

Result<void> SmtpSession::write(std::string_view bytes) {
  if (is_lost()) return err(Kind::kTemporary, kTalk, name_, "the connection is lost");
  auto done = connection_->write(bytes);
  if (!done) reader_.feed(connection_->read_kept());
  return done;
}

// A reply out of what was received.
Result<std::optional<SmtpReply>> SmtpSession::take() {
  auto reply = reader_.next();
  if (!reply) {
    close();
    auto& error = reply.error();
    if (!error.subject.empty()) error.why += fmt::format(": \"{}\"", error.subject);
    error.subject = name_;
  } else if (*reply && (*reply)->code == kClosing) {
    close();
  }
  return reply;
}

Result<SmtpReply> SmtpSession::read(milliseconds limit, Stop stop) {
  auto deadline = Clock::now() + bounded(limit);
  std::optional<Clock::time_point> asked_to_stop;
  for (;;) {
    TRY(auto taken, take());
    if (taken) return *std::move(taken);
    if (is_lost()) return err(Kind::kTemporary, kTalk, name_, "the connection is lost");
    if (stop == Stop::kAfterGrace && env_.stop_requested() && !asked_to_stop) {
      asked_to_stop = Clock::now();
      deadline = std::min(deadline, *asked_to_stop + kGrace);
    }
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    if (left <= milliseconds(0)) {
      close();
      return err(asked_to_stop ? Kind::kCancelled : Kind::kTemporary, kTalk, name_, "the server does not answer");
    }
    auto bytes = connection_->read_some(stop == Stop::kAfterGrace ? std::min(left, kGlance) : left);
    reader_.feed(bytes ? *bytes : connection_->read_kept());
    if (bytes) continue;
    TRY(taken, take());  // it may have said why
    if (taken) return *std::move(taken);
    return tl::unexpected(std::move(bytes).error());
  }
}

Result<SmtpReply> SmtpSession::reply(milliseconds limit) { return read(limit, Stop::kAtOnce); }

Result<SmtpReply> SmtpSession::reply_to_dot() {
  world_.cancelled = nullptr;
  auto reply = read(smtp_limits::kFinalDot, Stop::kAfterGrace);
  world_.cancelled = env_.cancelled;
  return reply;
}

std::optional<SmtpReply> SmtpSession::said() {
  if (connection_) reader_.feed(connection_->read_kept());
  auto reply = take();
  return reply ? *std::move(reply) : std::nullopt;
}

Result<SmtpReply> SmtpSession::exchange(std::string_view line, milliseconds limit) {
  if (has_unread()) {
    close();
    return err(Kind::kFailed, kTalk, name_, "the server answers what it was not asked");
  }
  const auto written = write(fmt::format("{}\r\n", line));
  if (written) return reply(limit);
  if (auto last_words = said()) return *std::move(last_words);
  return tl::unexpected(written.error());
}

}  // namespace lorelei::net
