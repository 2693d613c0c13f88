// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/core.h>

#include <algorithm>

#include "base/text.hh"
#include "net/smtp.hh"
#include "serve/carrier.hh"

namespace lorelei::serve {

namespace {

using State = Outcome::State;

// The connection stays for the next mail of a series, until there is none.
class SmtpCarrier final : public Carrier {
 public:
  SmtpCarrier(const Env& env, const SmtpRelay& relay) : env_(env) {
    options_.host = relay.host;
    options_.port = relay.port;
    options_.encryption = relay.encryption == SmtpRelay::Encryption::kTls ? net::SmtpOptions::Encryption::kTls
                          : relay.encryption == SmtpRelay::Encryption::kStartTls
                              ? net::SmtpOptions::Encryption::kStartTls
                              : net::SmtpOptions::Encryption::kNone;
    options_.user = relay.user;
    if (!relay.user.empty()) options_.secret = relay.password;
    options_.helo = relay.helo;
    options_.tls.ca_file = relay.ca_file;
    options_.tls.ca_setting = "endpoint.smtpCaFile";
  }

  // Nobody gets it if one recipient is refused; then those that are refused for good are left out, so that one
  // mistyped Cc does not keep a patch from its list, and nobody gets it twice because of another's busy server.
  Outcome deliver(const Envelope& envelope, const std::string& message) override {
    net::SmtpEnvelope to{envelope.sender, envelope.recipients};
    std::string left_out;
    for (;;) {
      if (auto outcome = connect(); outcome.state != State::kDone) return outcome;
      const auto sent = smtp_->send(to, message);
      if (smtp_->is_lost()) smtp_.reset();
      const auto before = to.to.size();
      if (sent.state == net::SmtpDelivery::State::kRejected) leave_out(sent.refused, to.to, left_out);
      if (to.to.empty()) return {State::kRefused, left_out};
      if (to.to.size() == before) return of_delivery(sent, left_out);
    }
  }
  bool recognises_copies() const override { return false; }
  void rest() override {
    if (smtp_) smtp_->quit();
    smtp_.reset();
  }

 private:
  Outcome connect() {
    if (smtp_) return {State::kDone, ""};
    auto opened = net::Smtp::open(env_, options_);
    // Whatever it is, nobody has the mail, and the administrator may put it right.
    if (!opened) return {State::kLater, to_text(opened.error())};
    smtp_.emplace(*std::move(opened));
    return {State::kDone, ""};
  }
  static void leave_out(const std::vector<net::SmtpDelivery::Refused>& refused, std::vector<std::string>& recipients,
                        std::string& left_out) {
    for (const auto& one : refused) {
      if (one.is_passing() || std::erase(recipients, one.address) == 0) continue;
      left_out += fmt::format("{}not to {}: {}", left_out.empty() ? "" : "; ", one.address, one.reply);
    }
  }
  static Outcome of_delivery(const net::SmtpDelivery& sent, const std::string& left_out) {
    using Sent = net::SmtpDelivery::State;
    const auto why = sent.error ? to_text(*sent.error) : sent.reply;
    switch (sent.state) {
      case Sent::kAccepted:
        return {State::kDone, left_out};
      case Sent::kUnknown:
        return {State::kUncertain, why};
      case Sent::kRejected:
      case Sent::kNotSent:
        break;
    }
    return {sent.is_temporary() ? State::kLater : State::kRefused, why};
  }

  const Env& env_;
  net::SmtpOptions options_;
  std::optional<net::Smtp> smtp_;
};

}  // namespace

std::unique_ptr<Carrier> smtp_carrier(const Env& env, const SmtpRelay& relay) {
  return std::make_unique<SmtpCarrier>(env, relay);
}

}  // namespace lorelei::serve
