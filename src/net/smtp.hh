// SPDX-License-Identifier: GPL-3.0-or-later
// A client of a mail server that takes mail over SMTP: a relay, or the submission service of a provider.
//
//   TRY(auto smtp, Smtp::open(env, options, &credentials));
//   const SmtpDelivery delivery = smtp.send({.from = "ann@example.org", .to = {"bob@example.org"}}, mail);
//   smtp.quit();
//
// No mail may be sent twice, so what became of it is exact. A mail belongs to the server from its answer to the final
// dot on (RFC 5321 4.2.5, 4.5.3.2.6), and not before that dot:
//
//   kAccepted   the server answered 2yz to the dot
//   kRejected   the server answered 4yz or 5yz, to the dot or to a command before it; it has no mail
//   kNotSent    no dot left this machine: the connection was lost, the user stopped us, or the mail cannot be sent
//   kUnknown    the dot may have reached the server, and no answer was read. Nobody can say whether it has the mail
//
// A connection carries many mails, one after another; after a failure that left it open the next mail begins with RSET.
// is_lost() says that it is gone; opening anew is the caller's business.
//
// DATA is never sent before all recipients are answered for, also where the server would take it (PIPELINING): who has
// said DATA and is invited must send a mail to those that were accepted, or hang up. The user's wish to stop lets an
// answer to a dot that was sent still come for some seconds.
//
// Passwords and tokens go over encrypted connections and to loopback only. STARTTLS is required where it is asked for,
// and never tried where it is not. Source: RFC 5321, and the extensions that wire/smtp.hh lists; git-send-email(1) for
// ports and mechanisms.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hh"
#include "base/result.hh"
#include "git/credential.hh"
#include "net/tls.hh"

namespace lorelei::net {

struct SmtpOptions {
  std::string host = {};   // a name or an address
  std::uint16_t port = 0;  // 0: 465 for kTls, else 25 (providers take mail of their users at 587)
  enum class Encryption { kNone, kStartTls, kTls } encryption = Encryption::kNone;

  std::string user = {};                     // empty: we do not say who we are
  std::optional<std::string> secret = {};    // a password or a token; nothing: git's credentials are asked for it
  std::vector<std::string> mechanisms = {};  // those that may be used, in any case: PLAIN, LOGIN, XOAUTH2, OAUTHBEARER;
                                             // empty: PLAIN or LOGIN. The last two send the secret as a bearer token

  std::string helo = "localhost.localdomain";  // who we say we are: a domain, or an address in []
  TlsOptions tls = {.ca_setting = "sendemail.smtpSSLCertPath"};
  // How long one answer may take, and writing without progress. 0: as long as RFC 5321 4.5.3.2 says, which is from two
  // to ten minutes; that is never exceeded.
  std::chrono::seconds timeout{120};
  // What becomes of a mail of whose recipients the server refuses some.
  enum class SomeRefused { kSendToNobody, kSendToOthers } some_refused = SomeRefused::kSendToNobody;

  std::uint16_t actual_port() const;
};

struct SmtpEnvelope {
  std::string from;             // where reports of failures go; empty: nowhere
  std::vector<std::string> to;  // at least one; who is named twice is told once
};

struct SmtpDelivery {
  enum class State { kAccepted, kRejected, kNotSent, kUnknown };
  // Why a mail cannot go to this server as it is, told before anything is said to it; of kNotSent.
  enum class Obstacle {
    kNone,
    k8Bit,          // bytes beyond 127, and the server does not take them: encode it (quoted-printable)
    kCannotBeKept,  // a CR, a NUL, or a line of more than 998 bytes: encode it
    kTooLarge,      // for the server
    kAddress,       // one that cannot be written
    kUtf8Address,   // not in ASCII, and the server does not take such
    kNoRecipient,
  };
  struct Refused {
    std::string address;
    int code = 0;
    std::string reply = {};  // "550 5.1.1 no such user": one line, printable
    bool is_passing() const { return code / 100 == 4; }
  };

  State state = State::kNotSent;
  Obstacle obstacle = Obstacle::kNone;
  int code = 0;                       // the answer that decided; 0: there was none
  std::string reply = {};             // the same as text, as above; of kAccepted it often names the mail in the queue
  std::vector<Refused> refused = {};  // recipients; of kAccepted, who does not get it, and everybody else does
  std::optional<Error> error = {};    // of every state but kAccepted, as the user reads it

  // The same mail may be accepted later: no permanent answer and no obstacle. Not of kUnknown, about which somebody has
  // to decide.
  bool is_temporary() const;
};

using BeforeDot = std::function<Result<void>()>;

class Smtp {
 public:
  // Connected, encrypted and logged in as far as the options say. credentials: may be null if there is no user or the
  // secret is given; told whether the secret was right. env must outlive the client, as must credentials until this
  // returns.
  // Errors: kTemporary, nobody answers or the server has no time; kRefused, certificate or password are not good, or
  // the password would go over an open wire; kUsage, a setting cannot be used; kFailed, the server speaks no SMTP or
  // does not offer what is needed; kCancelled.
  static Result<Smtp> open(const Env&, const SmtpOptions&, git::Credentials* credentials = nullptr);
  Smtp(Smtp&&) noexcept;
  Smtp& operator=(Smtp&&) noexcept;
  ~Smtp();  // without a goodbye: a transaction that is open is forgotten by the server

  bool is_lost() const;
  bool is_encrypted() const;
  const std::string& name() const;  // "host:port"

  // What the server takes.
  bool takes_8bit() const;
  bool takes_utf8_addresses() const;
  std::uint64_t size_limit() const;  // bytes, with CRLF at each line end; 0: it does not say

  // What send() would say without a word to the server: an obstacle with its error, or kNone and no error. Depends on
  // envelope, mail and what the server takes. Whoever has several mails asks for all of them before the first is sent.
  SmtpDelivery check(const SmtpEnvelope&, std::string_view mail) const;

  // mail: header and body with LF at the ends of lines. It goes out with CRLF, and ends with one; nothing else of it
  // changes. Blocks as long as the server takes to answer, within the timeouts.
  // before_dot: called when all of the mail but its final dot has left: the last moment at which it is certain that the
  // server does not have it. If it fails, the mail is not sent.
  SmtpDelivery send(const SmtpEnvelope&, std::string_view mail, const BeforeDot& before_dot = {});

  // Says goodbye and closes; what was accepted stays accepted whatever the answer is.
  void quit();

 private:
  struct State;
  explicit Smtp(std::unique_ptr<State>);
  std::unique_ptr<State> state_;
};

}  // namespace lorelei::net
