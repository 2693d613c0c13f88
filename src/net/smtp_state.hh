// SPDX-License-Identifier: GPL-3.0-or-later
// What the parts of the SMTP client share.
//
// For .cc files of this room only.
#pragma once
#include "net/smtp_session.hh"

namespace lorelei::net {

struct Smtp::State {
  State(const Env& world, const SmtpOptions& how) : env(world), options(how), session(world, how.timeout) {}

  const Env& env;
  const SmtpOptions options;
  SmtpSession session;
  wire::SmtpExtensions offered = {};
  bool in_transaction = false;  // or in what is left of one: RSET comes before the next mail

  Result<void> introduce();  // EHLO, else HELO
  SmtpDelivery send(const SmtpEnvelope&, std::string_view mail, const BeforeDot& before_dot);
  SmtpDelivery check(const SmtpEnvelope&, std::string_view mail) const;
};

}  // namespace lorelei::net
