// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/smtp.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hh"
#include "net/smtp_state.hh"

namespace lorelei::net {

namespace {

using Kind = Error::Kind;
using Encryption = SmtpOptions::Encryption;

constexpr const char* kOpen = "send mail through";
constexpr std::chrono::seconds kGoodbye{2};
constexpr std::size_t kMaxHelo = 255;  // RFC 5321 4.5.3.1.2

bool is_helo(std::string_view name) {
  return !name.empty() && name.size() <= kMaxHelo && std::all_of(name.begin(), name.end(), [](char c) {
    return is_alnum(c) || std::string_view("-.:_[]").find(c) != std::string_view::npos;
  });
}

Result<void> check_options(const SmtpOptions& options) {
  if (options.host.empty()) return err(Kind::kUsage, "send mail", "", "no mail server is named");
  if (!is_helo(options.helo))
    return err(Kind::kUsage, kOpen, options.host,
               fmt::format("\"{}\" is no name of a machine", printable(options.helo)),
               "sendemail.smtpDomain=host.example.org");
  return {};
}

Result<void> greet(SmtpSession& session) {
  TRY(const auto greeting, session.reply(smtp_limits::kCommand));
  if (!greeting.is_done()) return refused(greeting, kOpen, session.name());
  return {};
}

Result<void> start_tls(SmtpSession& session, const wire::SmtpExtensions& offered, const TlsOptions& options) {
  constexpr const char* kEncrypt = "encrypt the connection to";
  if (!offered.start_tls)
    return err(Kind::kRefused, kEncrypt, session.name(), "the server does not offer STARTTLS",
               "another port, or sendemail.smtpEncryption=ssl");
  TRY(const auto reply, session.exchange("STARTTLS"));
  if (!reply.is_done()) return refused(reply, kEncrypt, session.name());
  return session.encrypt(options);
}

}  // namespace

std::uint16_t SmtpOptions::actual_port() const {
  if (port != 0) return port;
  return encryption == Encryption::kTls ? 465 : 25;
}

bool SmtpDelivery::is_temporary() const {
  if (state == State::kRejected) return code / 100 == 4;
  return state == State::kNotSent && obstacle == Obstacle::kNone;
}

Result<void> Smtp::State::introduce() {
  TRY(auto reply, session.exchange(fmt::format("EHLO {}", options.helo)));
  if (reply.is_done()) {
    offered = wire::parse_smtp_extensions(reply);
    return {};
  }
  offered = {};
  if (reply.is_passing()) return refused(reply, kOpen, session.name());
  TRY(reply, session.exchange(fmt::format("HELO {}", options.helo)));
  if (!reply.is_done()) return refused(reply, kOpen, session.name());
  return {};
}

Smtp::Smtp(std::unique_ptr<State> state) : state_(std::move(state)) {}
Smtp::Smtp(Smtp&&) noexcept = default;
Smtp& Smtp::operator=(Smtp&&) noexcept = default;
Smtp::~Smtp() = default;

Result<Smtp> Smtp::open(const Env& env, const SmtpOptions& options, git::Credentials* credentials) {
  TRY_VOID(check_options(options));
  auto state = std::make_unique<State>(env, options);
  auto& session = state->session;
  TRY_VOID(session.connect(options.host, options.actual_port()));
  if (options.encryption == Encryption::kTls) TRY_VOID(session.encrypt(options.tls));
  TRY_VOID(greet(session));
  TRY_VOID(state->introduce());
  if (options.encryption == Encryption::kStartTls) {
    TRY_VOID(start_tls(session, state->offered, options.tls));
    TRY_VOID(state->introduce());  // what it said in the clear may be somebody else's
  }
  if (!options.user.empty()) TRY_VOID(smtp_log_in(session, state->offered, options, credentials));
  return Smtp(std::move(state));
}

bool Smtp::is_lost() const { return state_->session.is_lost(); }
bool Smtp::is_encrypted() const { return state_->session.is_encrypted(); }
const std::string& Smtp::name() const { return state_->session.name(); }
bool Smtp::takes_8bit() const { return state_->offered.eight_bit; }
bool Smtp::takes_utf8_addresses() const { return state_->offered.utf8_addresses; }
std::uint64_t Smtp::size_limit() const { return state_->offered.size_limit; }

SmtpDelivery Smtp::check(const SmtpEnvelope& envelope, std::string_view mail) const {
  return state_->check(envelope, mail);
}

SmtpDelivery Smtp::send(const SmtpEnvelope& envelope, std::string_view mail, const BeforeDot& before_dot) {
  return state_->send(envelope, mail, before_dot);
}

void Smtp::quit() {
  auto& session = state_->session;
  if (!session.is_lost() && session.write("QUIT\r\n")) (void)session.reply(kGoodbye);
  session.close();
}

}  // namespace lorelei::net
