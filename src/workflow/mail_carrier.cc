// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/mail_carrier.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/process.hh"
#include "base/text.hh"
#include "git/program.hh"
#include "net/url.hh"
#include "workflow/setting_values.hh"

namespace lorelei::workflow {

using Kind = Error::Kind;
using net::SmtpDelivery;

namespace {

constexpr int kTryAgain = 75;  // EX_TEMPFAIL of sysexits.h

struct Keys {
  const SettingValues& values;
  const std::string& identity;
  std::optional<std::string> operator()(const char* name) const { return values.sendemail(name, identity); }
};

tl::unexpected<Error> bad(const std::string& name, const std::string& value, const char* next) {
  return err(Kind::kUsage, "read the setting", "sendemail." + name,
             fmt::format("'{}' makes no sense", printable(value)), next);
}

Result<void> read_login(const Keys& keys, net::SmtpOptions& smtp) {
  smtp.user = keys("smtpuser").value_or("");
  if (const auto secret = keys("smtppass"); secret && !secret->empty()) smtp.secret = *secret;
  const auto wanted = to_lower(keys("smtpauth").value_or(""));
  if (wanted == "none")
    smtp.user.clear();
  else if (wanted == "oauth" || wanted == "oauth2" || wanted == "xoauth2")
    smtp.mechanisms = {"XOAUTH2"};
  else
    for (const auto word : split_words(wanted)) smtp.mechanisms.emplace_back(word);
  return {};
}

Result<void> read_server(const Keys& keys, net::SmtpOptions& smtp) {
  using Encryption = net::SmtpOptions::Encryption;
  if (const auto port = keys("smtpserverport")) {
    const auto number = parse_uint(*port);
    if (!number || *number < 1 || *number > 65535) return bad("smtpserverport", *port, "a number up to 65535");
    smtp.port = static_cast<std::uint16_t>(*number);
  }
  const auto encryption = to_lower(keys("smtpencryption").value_or(""));
  if (encryption == "tls" || encryption == "starttls")
    smtp.encryption = Encryption::kStartTls;
  else if (encryption == "ssl" || encryption == "smtps")
    smtp.encryption = Encryption::kTls;
  else if (!encryption.empty() && encryption != "none")
    return bad("smtpencryption", encryption, "tls or ssl");
  if (const auto helo = keys("smtpdomain"); helo && !helo->empty()) smtp.helo = *helo;
  if (const auto path = keys("smtpsslcertpath"); path && !path->empty()) smtp.tls.ca_file = *path;
  if (const auto seconds = keys.values.b4("smtp-timeout")) {
    const auto number = parse_uint(*seconds);
    if (!number || *number > 86'400) return bad("smtp-timeout", *seconds, "seconds");
    smtp.timeout = std::chrono::seconds(*number);
  }
  return read_login(keys, smtp);
}

}  // namespace

Result<Transport> Transport::load(const Env& env, const std::string& identity) {
  TRY(const auto values, SettingValues::load(env, [](const auto&) { return false; }));
  const auto& entries = values.config().entries();
  const auto is_about = [&](const git::ConfigEntry& entry) {
    return entry.section == "sendemail" && entry.subsection == identity;
  };
  if (!identity.empty() && std::none_of(entries.begin(), entries.end(), is_about))
    return err(Error::Kind::kUsage, "send as", identity, fmt::format("no setting sendemail.{}.* is there", identity),
               "git help send-email");
  const Keys keys{values, identity};
  Transport transport;
  const auto sender = keys("envelopesender").value_or("");
  transport.names_sender = !sender.empty();
  if (sender != "auto") transport.envelope_from = sender;
  transport.reflect_via = keys("b4-really-reflect-via").value_or("");
  const auto server = keys("smtpserver").value_or("");
  if (const auto command = keys("sendmailcmd"); command && !command->empty()) {
    transport.kind = Kind::kCommand;
    transport.program = *command;
  } else if (server.starts_with('/') || server.starts_with("~/")) {
    transport.kind = Kind::kProgram;
    transport.program = server.starts_with('~') ? env.home() + server.substr(1) : server;
  } else if (!server.empty()) {
    transport.kind = Kind::kSmtp;
    transport.smtp.host = server;
    TRY_VOID(read_server(keys, transport.smtp));
  }
  return transport;
}

std::string Transport::name() const {
  if (kind == Kind::kSmtp) return fmt::format("{}:{}", smtp.host, smtp.actual_port());
  return kind == Kind::kWeb ? net::without_password(url) : program;
}

Result<MailCarrier> MailCarrier::open(const Env& env, const Transport& transport) {
  if (transport.kind == Transport::Kind::kNone)
    return err(Kind::kUsage, "send mail", "", "no server and no program is set",
               "git config --global sendemail.smtpServer HOST, see git help send-email");
  MailCarrier carrier(env, transport);
  if (transport.kind != Transport::Kind::kSmtp) return carrier;
  git::Credentials credentials(env, env.err_is_terminal ? git::Prompt::kTerminal : git::Prompt::kNever);
  TRY(auto smtp, net::Smtp::open(env, transport.smtp, &credentials));
  carrier.smtp_.emplace(std::move(smtp));
  return carrier;
}

bool MailCarrier::takes_8bit() const { return !smtp_ || smtp_->takes_8bit(); }

std::optional<Error> MailCarrier::objection(const net::SmtpEnvelope& envelope, std::string_view mail) const {
  return smtp_ ? smtp_->check(envelope, mail).error : std::nullopt;
}

SmtpDelivery MailCarrier::send(const net::SmtpEnvelope& envelope, std::string_view mail, const net::BeforeDot& before) {
  if (transport_.kind != Transport::Kind::kSmtp) return run_program(envelope, mail, before);
  if (smtp_->is_lost()) {
    auto again = open(*env_, transport_);
    if (!again) {
      SmtpDelivery delivery;
      delivery.error = again.error();
      return delivery;
    }
    *this = *std::move(again);
  }
  return smtp_->send(envelope, mail, before);
}

void MailCarrier::close() {
  if (smtp_) smtp_->quit();
}

SmtpDelivery MailCarrier::run_program(const net::SmtpEnvelope& envelope, std::string_view mail,
                                      const net::BeforeDot& before) const {
  Argv argv = transport_.kind == Transport::Kind::kCommand
                  ? Argv{"sh", "-c", transport_.program + " \"$@\"", transport_.program}
                  : Argv{transport_.program};
  argv.emplace_back("-i");
  if (transport_.names_sender) argv.insert(argv.end(), {"-f", envelope.from});
  argv.emplace_back("--");
  argv.insert(argv.end(), envelope.to.begin(), envelope.to.end());
  SmtpDelivery delivery;
  auto process = Process::start(argv, {Stream::kPipe, Stream::kNull, Stream::kKeep}, git::git_options_for_user());
  if (!process) {
    delivery.error = process.error();
    return delivery;
  }
  const auto written = process->write(mail);
  const auto goes_on = written ? before() : written;
  if (!goes_on) {  // it sees no end of the mail, but may take what it has: nobody knows
    delivery.state = SmtpDelivery::State::kUnknown;
    delivery.error = goes_on.error();
    return delivery;
  }
  process->close_input();
  const auto status = process->wait();
  if (status && *status == 0) {
    delivery.state = SmtpDelivery::State::kAccepted;
    return delivery;
  }
  // 75, "try again", may also mean that it keeps the mail and tries again itself.
  const bool has_ended = status && *status < 128 && *status != kTryAgain;
  delivery.state = has_ended ? SmtpDelivery::State::kRejected : SmtpDelivery::State::kUnknown;
  delivery.code = status.value_or(0);
  delivery.reply = squeeze_spaces(process->complaint());
  delivery.error = err(Kind::kFailed, "send mail by", transport_.program,
                       fmt::format("it ended with status {}{}{}", status.value_or(-1),
                                   delivery.reply.empty() ? "" : ": ", printable(delivery.reply)))
                       .value();
  return delivery;
}

}  // namespace lorelei::workflow
