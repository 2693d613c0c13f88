// SPDX-License-Identifier: GPL-3.0-or-later
// One mail: what keeps it from being sent, the envelope, the bytes, the dot.
#include <fmt/core.h>

#include <algorithm>
#include <unordered_set>

#include "base/text.hh"
#include "net/smtp_state.hh"
#include "wire/smtp_mail.hh"

namespace lorelei::net {

namespace {

using wire::SmtpMailFacts;
using wire::SmtpReply;
using Kind = Error::Kind;
using Obstacle = SmtpDelivery::Obstacle;
using DeliveryState = SmtpDelivery::State;

constexpr const char* kSend = "send the mail to";
constexpr int kStartMail = 354;
constexpr std::size_t kPiece = 64 << 10;  // of a mail, after which the server is listened to

Error error_of(Kind kind, const std::string& name, std::string why, std::string next = {}) {
  return err(kind, kSend, name, std::move(why), std::move(next)).value();
}

SmtpDelivery obstacle(Obstacle what, Error error) {
  SmtpDelivery delivery;
  delivery.obstacle = what;
  delivery.error = std::move(error);
  return delivery;
}

SmtpDelivery not_sent(Error error) {
  SmtpDelivery delivery;
  delivery.error = std::move(error);
  return delivery;
}

SmtpDelivery answered(DeliveryState state, const SmtpReply& reply, const std::string& name) {
  SmtpDelivery delivery;
  delivery.state = state;
  delivery.code = reply.code;
  delivery.reply = reply.text();
  if (state != DeliveryState::kAccepted) delivery.error = refused(reply, kSend, name).value();
  return delivery;
}

std::string flaw_text(const SmtpMailFacts& facts) {
  using Flaw = SmtpMailFacts::Flaw;
  const char* what = facts.flaw == Flaw::kLongLine ? "is longer than 998 bytes"
                     : facts.flaw == Flaw::kNul    ? "has a NUL in it"
                                                   : "has a CR in it, which would not arrive as such";
  return fmt::format("line {} of it {}", facts.line, what);
}

// Whether the addresses need SMTPUTF8; nothing if one of them cannot be written, which is then named.
std::optional<bool> needs_utf8(const SmtpEnvelope& envelope, std::string& bad) {
  bool needs = false;
  const auto look = [&](const std::string& address) {
    if (!wire::is_smtp_address(address)) bad = address;
    needs |= std::any_of(address.begin(), address.end(), [](char c) { return (c & 0x80) != 0; });
    return wire::is_smtp_address(address);
  };
  if (!envelope.from.empty() && !look(envelope.from)) return std::nullopt;
  if (!std::all_of(envelope.to.begin(), envelope.to.end(), look)) return std::nullopt;
  return needs;
}

std::vector<std::string> without_repetitions(const std::vector<std::string>& addresses) {
  std::unordered_set<std::string> seen;
  std::vector<std::string> all;
  for (const auto& each : addresses)
    if (seen.insert(each).second) all.push_back(each);
  return all;
}

// From MAIL to the answer to the dot.
class Transaction {
 public:
  Transaction(SmtpSession& session, const wire::SmtpExtensions& offered, SmtpOptions::SomeRefused some_refused,
              const BeforeDot& before_dot)
      : session_(session), offered_(offered), some_refused_(some_refused), before_dot_(before_dot) {}

  SmtpDelivery run(const SmtpEnvelope& envelope, std::string_view mail) {
    recipients_ = without_repetitions(envelope.to);
    std::optional<SmtpDelivery> end = say_envelope(mail_command(envelope, mail));
    if (!end) end = judge_recipients();
    if (!end) end = say_data();
    if (!end) end = say_bytes(wire::smtp_data(mail));
    if (!end) end = say_dot();
    end->refused = std::move(refused_);
    return *std::move(end);
  }

 private:
  using End = std::optional<SmtpDelivery>;  // nothing: it goes on

  std::string mail_command(const SmtpEnvelope& envelope, std::string_view mail) const {
    const auto facts = wire::smtp_mail_facts(mail);
    auto command = fmt::format("MAIL FROM:<{}>", envelope.from);
    if (offered_.size) command += fmt::format(" SIZE={}", facts.size_bytes);
    if (facts.has_8bit) command += " BODY=8BITMIME";
    std::string bad;
    if (needs_utf8(envelope, bad).value_or(false)) command += " SMTPUTF8";
    return command;
  }

  // The connection is of no use any more, and no dot was said.
  SmtpDelivery gave_up(Error error) {
    session_.close();
    error.doing = kSend;
    return not_sent(std::move(error));
  }
  SmtpDelivery gave_up(Kind kind, std::string why) { return gave_up(error_of(kind, session_.name(), std::move(why))); }

  // Says MAIL and RCPTs, in one go if the server takes it, and reads an answer to each.
  End say_envelope(const std::string& mail_command) {
    std::vector<std::string> commands = {mail_command};
    for (const auto& each : recipients_) commands.push_back(fmt::format("RCPT TO:<{}>", each));
    if (offered_.pipelining) {
      if (session_.has_unread()) return gave_up(Kind::kFailed, "the server answers what it was not asked");
      const auto written = session_.write(join(commands, "\r\n") + "\r\n");
      if (!written) return ended_early(written.error());
    }
    for (std::size_t i = 0; i < commands.size(); ++i) {
      const auto reply = offered_.pipelining ? session_.reply(smtp_limits::kCommand) : session_.exchange(commands[i]);
      if (!reply) return gave_up(reply.error());
      if (reply->code == 421) return answered(DeliveryState::kRejected, *reply, session_.name());
      if (reply->wants_more()) return gave_up(Kind::kFailed, "the server answers what it was not asked");
      if (i == 0 && !reply->is_done()) mail_refused_ = *reply;
      if (i == 0 && mail_refused_ && !offered_.pipelining) break;
      if (i > 0 && !mail_refused_ && !reply->is_done())
        refused_.push_back({recipients_[i - 1], reply->code, reply->text()});
    }
    return std::nullopt;
  }

  // Writing failed, and no dot was among the bytes.
  SmtpDelivery ended_early(const Error& error) {
    const auto last_words = session_.said();
    session_.close();
    if (last_words && last_words->code >= 400) return answered(DeliveryState::kRejected, *last_words, session_.name());
    return gave_up(error);
  }

  End judge_recipients() {
    if (mail_refused_) return answered(DeliveryState::kRejected, *mail_refused_, session_.name());
    const bool goes_on = some_refused_ == SmtpOptions::SomeRefused::kSendToOthers;
    if (refused_.empty() || (goes_on && refused_.size() < recipients_.size())) return std::nullopt;
    const auto permanent = std::find_if_not(refused_.begin(), refused_.end(),
                                            [](const SmtpDelivery::Refused& each) { return each.is_passing(); });
    const auto& reason = permanent != refused_.end() ? *permanent : refused_.front();
    SmtpDelivery delivery;
    delivery.state = DeliveryState::kRejected;
    delivery.code = reason.code;
    delivery.reply = reason.reply;
    delivery.error = error_of(reason.is_passing() ? Kind::kTemporary : Kind::kFailed, session_.name(),
                              fmt::format("the server refuses {} of {} recipients, {} with: {}", refused_.size(),
                                          recipients_.size(), printable(reason.address), reason.reply));
    return delivery;
  }

  End say_data() {
    const auto reply = session_.exchange("DATA", smtp_limits::kDataCommand);
    if (!reply) return gave_up(reply.error());
    if (reply->code == kStartMail) return std::nullopt;
    if (reply->code >= 400) return answered(DeliveryState::kRejected, *reply, session_.name());
    return gave_up(Kind::kFailed, fmt::format("the server answers to DATA: {}", reply->text()));
  }

  // Before the dot a server says nothing, but that it goes (RFC 5321 3.8, 4.1.1.4). Words of it must not be taken for
  // the answer to the dot.
  End listen() {
    const auto unasked = session_.said();
    if (unasked && unasked->code >= 400) {
      session_.close();
      return answered(DeliveryState::kRejected, *unasked, session_.name());
    }
    if (unasked || session_.has_unread()) return gave_up(Kind::kFailed, "the server answers what it was not asked");
    if (session_.is_lost()) return gave_up(Kind::kTemporary, "the server closed the connection");
    return std::nullopt;
  }

  End say_bytes(std::string_view data) {
    for (; !data.empty(); data.remove_prefix(std::min(kPiece, data.size()))) {
      if (auto end = listen()) return end;
      const auto written = session_.write(data.substr(0, kPiece));
      if (!written) return ended_early(written.error());
    }
    return listen();
  }

  SmtpDelivery say_dot() {
    if (before_dot_)
      if (const auto goes_on = before_dot_(); !goes_on) return gave_up(goes_on.error());
    const auto written = session_.write(wire::kSmtpEnd);
    if (!written) return ended_early(written.error());  // its last byte did not leave, so it is no dot for anybody
    // From here on the mail may be there.
    const auto reply = session_.reply_to_dot();
    if (reply && reply->is_done()) return answered(DeliveryState::kAccepted, *reply, session_.name());
    if (reply && reply->code >= 400) return answered(DeliveryState::kRejected, *reply, session_.name());
    session_.close();
    SmtpDelivery delivery;
    delivery.state = DeliveryState::kUnknown;
    const auto why = reply ? fmt::format("it answers {}", reply->text()) : reply.error().why;
    delivery.error =
        error_of(Kind::kFailed, session_.name(),
                 fmt::format("the server had the whole mail, and did not say whether it takes it: {}", why),
                 "look whether it arrived before you send it again");
    return delivery;
  }

  SmtpSession& session_;
  const wire::SmtpExtensions& offered_;
  const SmtpOptions::SomeRefused some_refused_;
  const BeforeDot& before_dot_;
  std::vector<std::string> recipients_;
  std::optional<SmtpReply> mail_refused_;
  std::vector<SmtpDelivery::Refused> refused_;
};

// What the server has said since the last mail is that it goes, or nonsense.
Result<void> prepare(SmtpSession& session, bool in_transaction) {
  if (session.is_lost()) return err(Kind::kTemporary, kSend, session.name(), "the connection is lost");
  const auto unasked = session.said();
  if (unasked || session.has_unread()) {
    session.close();
    if (unasked && unasked->code >= 400) return refused(*unasked, kSend, session.name());
    return err(Kind::kTemporary, kSend, session.name(), "the server answers what it was not asked");
  }
  if (session.is_lost()) return err(Kind::kTemporary, kSend, session.name(), "the server closed the connection");
  if (!in_transaction) return {};
  TRY(const auto reply, session.exchange("RSET"));
  if (reply.is_done()) return {};
  session.close();
  return refused(reply, kSend, session.name());
}

}  // namespace

SmtpDelivery Smtp::State::check(const SmtpEnvelope& envelope, std::string_view mail) const {
  const auto& name = session.name();
  std::string bad;
  const auto utf8 = needs_utf8(envelope, bad);
  if (envelope.to.empty()) return obstacle(Obstacle::kNoRecipient, error_of(Kind::kUsage, name, "it has no recipient"));
  if (!utf8)
    return obstacle(Obstacle::kAddress,
                    error_of(Kind::kUsage, name, fmt::format("\"{}\" is no address", printable(bad))));
  if (*utf8 && !offered.utf8_addresses)
    return obstacle(Obstacle::kUtf8Address,
                    error_of(Kind::kFailed, name, "the server takes no addresses beyond ASCII (SMTPUTF8)"));
  const auto facts = wire::smtp_mail_facts(mail);
  if (facts.flaw != SmtpMailFacts::Flaw::kNone)
    return obstacle(Obstacle::kCannotBeKept, error_of(Kind::kRefused, name, flaw_text(facts),
                                                      "a transfer encoding of quoted-printable or base64"));
  if (facts.has_8bit && !offered.eight_bit)
    return obstacle(Obstacle::k8Bit, error_of(Kind::kRefused, name,
                                              "it has bytes beyond ASCII, which the server does not take (8BITMIME)",
                                              "a transfer encoding of quoted-printable"));
  if (offered.size_limit > 0 && facts.size_bytes > offered.size_limit)
    return obstacle(Obstacle::kTooLarge, error_of(Kind::kTooLarge, name,
                                                  fmt::format("it has {} bytes, and the server takes {}",
                                                              facts.size_bytes, offered.size_limit)));
  return {};
}

SmtpDelivery Smtp::State::send(const SmtpEnvelope& envelope, std::string_view mail, const BeforeDot& before_dot) {
  if (auto found = check(envelope, mail); found.obstacle != Obstacle::kNone) return found;
  if (auto ready = prepare(session, in_transaction); !ready) return not_sent(std::move(ready).error());
  in_transaction = true;
  auto delivery = Transaction(session, offered, options.some_refused, before_dot).run(envelope, mail);
  in_transaction = delivery.state != DeliveryState::kAccepted;
  return delivery;
}

}  // namespace lorelei::net
