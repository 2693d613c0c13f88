// SPDX-License-Identifier: GPL-3.0-or-later
// Who we are: a mechanism that both sides know, and the secret (RFC 4954, 4616, 7628).
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.hh"
#include "net/smtp_session.hh"

namespace lorelei::net {

namespace {

using git::Credential;
using wire::SmtpExtensions;
using wire::SmtpReply;
using Kind = Error::Kind;

constexpr const char* kLogIn = "log in to";
constexpr std::size_t kMaxCommand = 510;  // without its end; a longer message goes behind the command (RFC 4954 4)
constexpr std::size_t kMaxChallenges = 5;

struct Known {
  const char* name;
  Credential::Kind takes;
};
// The order in which we like them.
constexpr std::array<Known, 4> kMechanisms = {{{"PLAIN", Credential::Kind::kPassword},
                                               {"LOGIN", Credential::Kind::kPassword},
                                               {"OAUTHBEARER", Credential::Kind::kToken},
                                               {"XOAUTH2", Credential::Kind::kToken}}};

bool is_named(const SmtpOptions& options, const char* name) {
  return std::any_of(options.mechanisms.begin(), options.mechanisms.end(),
                     [name](const std::string& each) { return equal_ignore_case(each, name); });
}

// Null if there is none. A secret whose kind nobody named is a password, unless the user names mechanisms.
const Known* mechanism_for(const SmtpExtensions& offered, const SmtpOptions& options,
                           std::optional<Credential::Kind> kind) {
  for (const auto& each : kMechanisms) {
    if (!options.mechanisms.empty() && !is_named(options, each.name)) continue;
    if (kind == Credential::Kind::kToken && each.takes != *kind) continue;
    if (kind == Credential::Kind::kPassword && options.mechanisms.empty() && each.takes != *kind) continue;
    if (offered.has_mechanism(each.name)) return &each;
  }
  return nullptr;
}

tl::unexpected<Error> no_mechanism(const SmtpExtensions& offered, const SmtpOptions& options, const std::string& name) {
  const bool knows_one =
      options.mechanisms.empty() || std::any_of(kMechanisms.begin(), kMechanisms.end(),
                                                [&options](const Known& each) { return is_named(options, each.name); });
  if (!knows_one)
    return err(Kind::kUsage, kLogIn, name,
               fmt::format("we know none of the mechanisms that the settings name: {}",
                           printable(join(options.mechanisms, " "))),
               "PLAIN, LOGIN, OAUTHBEARER or XOAUTH2");
  if (offered.mechanisms.empty())
    return err(Kind::kFailed, kLogIn, name, "the server does not offer to log in",
               "often it does once the connection is encrypted, or at port 587");
  return err(
      Kind::kFailed, kLogIn, name,
      fmt::format("the server offers no mechanism that we may use, but {}", printable(join(offered.mechanisms, " "))));
}

Result<Credential> credential_for(const SmtpOptions& options, const git::CredentialKey& key,
                                  git::Credentials* credentials, const std::string& name) {
  Credential credential;
  if (options.secret) {
    credential.username = options.user;
    credential.secret = *options.secret;
  } else if (credentials) {
    TRY(credential, credentials->fill(key));
  } else {
    return err(Kind::kUsage, kLogIn, name, fmt::format("there is no password for {}", printable(options.user)));
  }
  const auto has_nul = [](const std::string& text) { return text.find('\0') != std::string::npos; };
  if (has_nul(credential.username) || has_nul(credential.secret))
    return err(Kind::kUsage, kLogIn, name, "there is a NUL in the user's name or in the password");
  return credential;
}

// What is said to the server, one after another, not encoded. OAuth: to a second challenge, which explains a refusal,
// the answer is nothing that matters (RFC 7628 3.2.3).
std::vector<std::string> messages(const std::string& mechanism, const Credential& credential,
                                  const SmtpOptions& options) {
  const auto& [user, secret] = std::tie(credential.username, credential.secret);
  if (mechanism == "LOGIN") return {user, secret};
  if (mechanism == "XOAUTH2") return {fmt::format("user={}\1auth=Bearer {}\1\1", user, secret), ""};
  if (mechanism == "OAUTHBEARER") {
    std::string name;  // RFC 5801: "," and "=" would end it
    for (const char c : user) name += c == ',' ? "=2C" : c == '=' ? "=3D" : std::string(1, c);
    return {
        fmt::format("n,a={},\1host={}\1port={}\1auth=Bearer {}\1\1", name, options.host, options.actual_port(), secret),
        "\1"};
  }
  std::string plain(1, '\0');
  plain += user;
  plain += '\0';
  plain += secret;
  return {plain};
}

Result<SmtpReply> authenticate(SmtpSession& session, const std::string& mechanism,
                               const std::vector<std::string>& said) {
  std::size_t next = 0;
  auto command = fmt::format("AUTH {}", mechanism);
  // LOGIN with a name in front is not known to all.
  if (const auto first = base64(said[0]); mechanism != "LOGIN" && command.size() + 1 + first.size() <= kMaxCommand) {
    command += fmt::format(" {}", first);
    next = 1;
  }
  TRY(auto reply, session.exchange(command));
  for (std::size_t round = 0; reply.wants_more() && round < kMaxChallenges; ++round) {
    const auto answer = next < said.size() ? base64(said[next++]) : "*";  // "*": we give up
    TRY(reply, session.exchange(answer));
  }
  return reply;
}

}  // namespace

Result<void> smtp_log_in(SmtpSession& session, const SmtpExtensions& offered, const SmtpOptions& options,
                         git::Credentials* credentials) {
  const auto& name = session.name();
  if (!session.is_encrypted() && !session.is_loopback())
    return err(Kind::kRefused, "send the password to", name,
               "the connection is not encrypted, and everybody on the way could read it",
               "sendemail.smtpEncryption=tls, or ssl for port 465");
  // Nobody is asked for a secret that cannot be used.
  if (!mechanism_for(offered, options, std::nullopt)) return no_mechanism(offered, options, name);
  const git::CredentialKey key{
      .protocol = "smtp", .host = options.host, .port = options.port, .username = options.user};
  TRY(const auto credential, credential_for(options, key, credentials, name));
  const auto* mechanism = mechanism_for(offered, options, credential.kind);
  if (!mechanism) return no_mechanism(offered, options, name);
  TRY(const auto reply, authenticate(session, mechanism->name, messages(mechanism->name, credential, options)));
  if (reply.is_done()) {
    if (credentials) credentials->approve(key, credential);
    return {};
  }
  if (reply.code == 535 && credentials) credentials->reject(key, credential);
  return refused(reply, kLogIn, name);
}

}  // namespace lorelei::net
