// SPDX-License-Identifier: GPL-3.0-or-later
// How mail leaves: a server that speaks SMTP, or a program like sendmail; by the settings of git send-email.
//
//   sendemail.sendmailcmd                 a command line; comes before all others
//   sendemail.smtpserver                  a server, or the path of a program ("/usr/sbin/msmtp", "~/bin/msmtp")
//   .smtpserverport, .smtpencryption      tls (STARTTLS) or ssl
//   .smtpuser, .smtppass, .smtpauth       a password that is not there is asked of git's credential helpers; none,
//                                         oauth2 and xoauth2 as b4 has them, else mechanisms by name
//   .smtpdomain, .smtpsslcertpath, .envelopesender; b4.smtp-timeout in seconds
//
// With sendemail.identity, or b4.sendemail-identity, NAME: sendemail.NAME.KEY before sendemail.KEY.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/env.hh"
#include "net/smtp.hh"

namespace lorelei::workflow {

struct Transport {
  // kCommand: for the shell. kWeb: workflow/web_endpoint, never of the settings below.
  enum class Kind { kNone, kProgram, kCommand, kSmtp, kWeb } kind = Kind::kNone;
  std::string program;  // of kProgram and kCommand
  std::string url;      // of kWeb
  net::SmtpOptions smtp;
  bool names_sender = false;  // a program is told who the envelope is from
  std::string envelope_from;  // who the envelope is from, if the settings say so; "" who the mail is from
  std::string reflect_via;    // sendemail.b4-really-reflect-via

  // identity: instead of the one that is configured; "": that one. Errors: kUsage, a value that is none, or there is
  // nothing about the identity.
  static Result<Transport> load(const Env&, const std::string& identity = {});
  std::string name() const;  // "mail.example.org:587", "/usr/sbin/sendmail"
};

class MailCarrier {
 public:
  // Connects, if it is a server. Errors: those of net::Smtp::open; kUsage, nothing is configured.
  static Result<MailCarrier> open(const Env&, const Transport&);

  bool takes_8bit() const;
  // What keeps a mail from going there at all, told before anything is said.
  std::optional<Error> objection(const net::SmtpEnvelope&, std::string_view mail) const;
  // As net::Smtp::send. Of a program: kAccepted if it ended with 0, kRejected else, kUnknown if nobody knows how.
  net::SmtpDelivery send(const net::SmtpEnvelope&, std::string_view mail, const net::BeforeDot&);
  void close();

 private:
  MailCarrier(const Env& env, Transport transport) : env_(&env), transport_(std::move(transport)) {}
  net::SmtpDelivery run_program(const net::SmtpEnvelope&, std::string_view mail, const net::BeforeDot&) const;

  const Env* env_;
  Transport transport_;
  std::optional<net::Smtp> smtp_;
};

}  // namespace lorelei::workflow
