// SPDX-License-Identifier: GPL-3.0-or-later
// Who we are: the mechanism that the server offers and the secret that we have.
#include "base/text.hh"
#include "net/imap_state.hh"
#include "wire/imap_syntax.hh"

namespace lorelei::net {

namespace {

using git::Credential;
using wire::ImapResponse;
using wire::ImapUrl;
using Kind = Error::Kind;
constexpr const char* kLogIn = "log in to";

// A login as one message of SASL, or as LOGIN.
struct Mechanism {
  std::string name;     // "PLAIN"; empty: the command LOGIN
  std::string message;  // not encoded
};

tl::unexpected<Error> not_offered(const std::string& where, std::string what) {
  return err(Kind::kFailed, kLogIn, where, "the server does not offer " + std::move(what));
}

// RFC 5092 3.2: no other than the one of the address.
Result<void> check_mechanism(const ImapUrl& url) {
  if (!url.mechanism) return {};
  for (const char* known : {"*", "PLAIN", "LOGIN", "OAUTHBEARER", "XOAUTH2", "ANONYMOUS"})
    if (*url.mechanism == known) return {};
  return err(Kind::kUsage, kLogIn, url.shown(),
             fmt::format("its address asks for the mechanism \"{}\", which we do not know", printable(*url.mechanism)),
             ";AUTH=PLAIN, or ;AUTH=* for any");
}

Result<Mechanism> token_mechanism(const ImapSession& session, const ImapUrl& url, const Credential& credential) {
  const auto bearer = "auth=Bearer " + credential.secret + "\1";
  const auto may_use = [&url](const char* name) {
    return !url.mechanism || *url.mechanism == "*" || *url.mechanism == name;
  };
  if (session.has("AUTH=OAUTHBEARER") && may_use("OAUTHBEARER")) {
    std::string user;  // RFC 5801: "," and "=" would end it
    for (const char c : credential.username) user += c == ',' ? "=2C" : c == '=' ? "=3D" : std::string(1, c);
    return Mechanism{"OAUTHBEARER", fmt::format("n,a={},\1host={}\1port={}\1{}\1", user, url.host, url.port, bearer)};
  }
  if (may_use("XOAUTH2") && (session.has("AUTH=XOAUTH2") || url.mechanism == "XOAUTH2"))
    return Mechanism{"XOAUTH2", fmt::format("user={}\1{}\1", credential.username, bearer)};
  const auto what = url.mechanism && *url.mechanism != "*" ? *url.mechanism : "OAUTHBEARER or XOAUTH2";
  return not_offered(session.connection().name(), what + " for a token, and we have no password");
}

Result<Mechanism> mechanism_for(const ImapSession& session, const ImapUrl& url, const Credential& credential) {
  if (credential.kind == Credential::Kind::kToken) return token_mechanism(session, url, credential);
  const bool wants_login = url.mechanism == "LOGIN";
  if ((session.has("AUTH=PLAIN") && !wants_login) || url.mechanism == "PLAIN") {
    Mechanism plain{"PLAIN", {}};
    plain.message += '\0';
    plain.message += credential.username;
    plain.message += '\0';
    plain.message += credential.secret;
    return plain;
  }
  if (session.has("LOGINDISABLED")) return not_offered(session.connection().name(), "logging in by password");
  return Mechanism{};
}

// Answers every further challenge with nothing: a refused token is explained by one.
Result<ImapResponse> finish_challenges(ImapSession& session, const std::string& tag) {
  for (int rounds = 0; rounds < 3; ++rounds) {
    TRY(const bool asks_again, session.is_invited(tag));
    if (!asks_again) break;
    TRY_VOID(session.send_line(""));
  }
  return session.finish(tag);
}

Result<ImapResponse> authenticate(ImapSession& session, const Mechanism& mechanism) {
  const auto message = base64(mechanism.message);
  if (session.has("SASL-IR")) {
    TRY(const auto tag, session.start(ImapCommand("AUTHENTICATE " + mechanism.name + ' ' + message)));
    return finish_challenges(session, tag);
  }
  TRY(const auto tag, session.start(ImapCommand("AUTHENTICATE " + mechanism.name)));
  TRY(const bool goes_on, session.is_invited(tag));
  if (goes_on) TRY_VOID(session.send_line(message));
  return finish_challenges(session, tag);
}

// Whether a refusal is about the password: those that name another reason are not.
bool is_verdict(const ImapResponse& answer) {
  return answer.condition == ImapResponse::Condition::kNo &&
         (answer.code.empty() || answer.code == "AUTHENTICATIONFAILED" || answer.code == "EXPIRED");
}

Result<void> log_in_anonymously(ImapSession& session) {
  TRY(const auto answer, authenticate(session, {"ANONYMOUS", "lorelei"}));
  if (answer.condition != ImapResponse::Condition::kOk) return refused(answer, kLogIn, session.connection().name());
  return {};
}

// The secret of the address itself, else what git knows.
Result<Credential> credential_for(const ImapUrl& url, const git::CredentialKey& key, git::Credentials& credentials) {
  Credential credential;
  if (url.user && url.password) {
    credential.username = *url.user;
    credential.secret = *url.password;
  } else {
    TRY(credential, credentials.fill(key));
  }
  // Who asks for such a mechanism keeps a token where others keep a password.
  if (url.mechanism == "XOAUTH2" || url.mechanism == "OAUTHBEARER") credential.kind = Credential::Kind::kToken;
  return credential;
}

}  // namespace

Result<void> check_privacy(const ImapSession& session, const ImapOptions& options, const char* doing) {
  const auto& connection = session.connection();
  if (connection.is_encrypted() || connection.is_loopback()) return {};
  if (options.clear_password == ImapOptions::ClearPassword::kAnywhere) return {};
  return err(Kind::kRefused, doing, connection.name(),
             "the connection is not encrypted, and everybody on the way could read it",
             "imaps:// in place of imap://, or imap.insecureLogin=true if you know the way");
}

static Result<void> log_in_with_secret(ImapSession& session, const ImapUrl& url, git::Credentials& credentials) {
  const git::CredentialKey key{.protocol = url.scheme == ImapUrl::Scheme::kImaps ? "imaps" : "imap",
                               .host = url.host,
                               .port = url.port == url.default_port() ? std::uint16_t{0} : url.port,
                               .username = url.user};
  TRY(const auto credential, credential_for(url, key, credentials));
  TRY(const auto mechanism, mechanism_for(session, url, credential));
  auto login = ImapCommand("LOGIN ").astring(credential.username).text(" ").astring(credential.secret);
  TRY(const auto answer, mechanism.name.empty() ? session.run(login) : authenticate(session, mechanism));
  if (answer.condition == ImapResponse::Condition::kOk) {
    credentials.approve(key, credential);
    return {};
  }
  if (is_verdict(answer)) credentials.reject(key, credential);
  auto error = refused(answer, kLogIn, url.shown());
  if (error.value().kind == Kind::kFailed) error.value().kind = Kind::kRefused;
  return error;
}

Result<LoginAs> imap_log_in(ImapSession& session, const ImapUrl& url, git::Credentials& credentials,
                            const ImapOptions& options) {
  TRY_VOID(check_mechanism(url));
  auto as = LoginAs::kUser;
  if (url.mechanism == "ANONYMOUS" || (!url.user && !url.mechanism && session.has("AUTH=ANONYMOUS"))) {
    TRY_VOID(log_in_anonymously(session));
    as = LoginAs::kAnonymous;
  } else {
    TRY_VOID(check_privacy(session, options, "send the password to"));
    TRY_VOID(log_in_with_secret(session, url, credentials));
  }
  // Most servers say with their answer what they can do from now on, which is more.
  if (!session.capabilities_are_new()) TRY_VOID(imap_ask_capabilities(session));
  return as;
}

}  // namespace lorelei::net
