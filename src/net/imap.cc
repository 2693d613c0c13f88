// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/imap.hh"

#include <algorithm>
#include <utility>

#include "base/text.hh"
#include "base/time_limit.hh"
#include "net/imap_state.hh"
#include "wire/imap_syntax.hh"

namespace lorelei::net {

namespace {

using wire::ImapResponse;
using wire::ImapUrl;
using Kind = Error::Kind;
using What = ImapResponse::Kind;
using std::chrono::milliseconds;

// Servers end a silent IDLE after half an hour (RFC 2177).
constexpr milliseconds kLongestIdle = std::chrono::minutes(25);
// How often a server without IDLE is asked.
constexpr milliseconds kAskAgain = std::chrono::minutes(1);
// From one IDLE to the next, whatever a server says to the first.
constexpr milliseconds kIdlePause = std::chrono::seconds(1);
constexpr milliseconds kGoodbye = std::chrono::seconds(2);

bool wants_start_tls(const ImapSession& session, const ImapOptions& options) {
  using StartTls = ImapOptions::StartTls;
  if (options.start_tls == StartTls::kRequired) return true;
  return options.start_tls == StartTls::kIfOffered && session.has("STARTTLS") && !session.connection().is_loopback();
}

Result<void> start_tls(ImapSession& session, const TlsOptions& options) {
  const auto& name = session.connection().name();
  if (!session.has("STARTTLS"))
    return err(Kind::kRefused, "encrypt the connection to", name, "the server does not offer STARTTLS",
               "imaps:// in place of imap://");
  TRY_VOID(must_run(session, ImapCommand("STARTTLS"), "encrypt the connection to", name));
  TRY_VOID(session.encrypt(options));
  return imap_ask_capabilities(session);
}

Result<ImapSession> open_session(const Env& env, const ImapUrl& url, const ImapOptions& options, bool& is_known) {
  TRY(auto connection, Connection::open(env, url.host, url.port, options.connection));
  if (url.scheme == ImapUrl::Scheme::kImaps) TRY_VOID(connection.start_tls(options.tls));
  ImapSession session(std::move(connection));
  TRY(const auto greeting, session.greeting());
  is_known = greeting.condition == ImapResponse::Condition::kPreauth;
  if (!session.knows_capabilities()) TRY_VOID(imap_ask_capabilities(session));
  if (url.scheme == ImapUrl::Scheme::kImap && wants_start_tls(session, options)) {
    if (is_known)
      return err(Kind::kRefused, "encrypt the connection to", session.connection().name(),
                 "the server takes us for somebody before we said who we are");
    TRY_VOID(start_tls(session, options.tls));
  }
  if (is_known) TRY_VOID(check_privacy(session, options, "read and write mail at"));
  return session;
}

// Who we are, for servers that want to know, and where our mailboxes are.
Result<wire::ImapNamespace> introduce(ImapSession& session) {
  wire::ImapNamespace home;
  const auto listener = [&home](ImapResponse& response) {
    if (response.kind == What::kNamespace && response.personal) home = *response.personal;
    if (response.kind == What::kList) home.delimiter = response.listed.delimiter;
  };
  std::vector<std::string> tags;
  if (session.has("ID")) {
    TRY(tags.emplace_back(),
        session.start(ImapCommand("ID (\"name\" \"lorelei\" \"version\" \"" LORELEI_VERSION "\")")));
  }
  TRY(tags.emplace_back(), session.start(ImapCommand(session.has("NAMESPACE") ? "NAMESPACE" : "LIST \"\" \"\"")));
  for (const auto& tag : tags) TRY_VOID(session.finish(tag, listener));
  // It is tried after the bare name only, so a wrong guess does no harm.
  if (!session.has("NAMESPACE") && !home.delimiter.empty()) home.prefix = "INBOX" + home.delimiter;
  return home;
}

}  // namespace

std::string ImapClient::State::subject(const std::string& mailbox) const {
  auto named = url;
  named.mailbox = wire::utf8_of_imap_name(mailbox).value_or(mailbox);
  return named.shown();
}

Result<ImapResponse> must_run(ImapSession& session, const ImapCommand& command, const char* doing,
                              const std::string& subject, const ImapSession::Listener& listener) {
  TRY(auto answer, session.run(command, listener));
  if (answer.condition != ImapResponse::Condition::kOk) return refused(answer, doing, subject);
  return answer;
}

Result<void> imap_ask_capabilities(ImapSession& session) {
  TRY_VOID(must_run(session, ImapCommand("CAPABILITY"), "talk to", session.connection().name()));
  return {};
}

ImapClient::ImapClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
ImapClient::ImapClient(ImapClient&&) noexcept = default;
ImapClient& ImapClient::operator=(ImapClient&&) noexcept = default;
ImapClient::~ImapClient() = default;

Result<ImapClient> ImapClient::connect(const Env& env, const ImapUrl& url, git::Credentials& credentials,
                                       const ImapOptions& options) {
  bool is_known = false;
  TRY(auto session, open_session(env, url, options, is_known));
  auto as = LoginAs::kUser;
  if (!is_known) {
    TRY(as, imap_log_in(session, url, credentials, options));
  }
  auto state = std::make_unique<State>(env, std::move(session), url);
  state->is_anonymous = as == LoginAs::kAnonymous;
  TRY(state->home, introduce(state->session));
  return ImapClient(std::move(state));
}

bool ImapClient::is_lost() const { return state_->session.connection().is_lost(); }
bool ImapClient::is_encrypted() const { return state_->session.connection().is_encrypted(); }
bool ImapClient::is_anonymous() const { return state_->is_anonymous; }
bool ImapClient::has(std::string_view capability) const { return state_->session.has(capability); }
std::vector<std::string> ImapClient::take_alerts() { return state_->session.take_alerts(); }
const std::string& ImapClient::delimiter() const { return state_->home.delimiter; }
const std::string& ImapClient::prefix() const { return state_->home.prefix; }

Result<void> ImapClient::noop() {
  auto& session = state_->session;
  TRY_VOID(must_run(session, ImapCommand("NOOP"), "talk to", session.connection().name()));
  return {};
}

namespace {

// Not below 0.
milliseconds until(std::chrono::steady_clock::time_point time) {
  return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(time - std::chrono::steady_clock::now()));
}

// Keeps the number of messages up to date; some servers say it again and again.
bool is_news(const ImapResponse& response, std::uint32_t& exists) {
  if (response.kind == What::kExists) return std::exchange(exists, response.number) != response.number;
  if (response.kind == What::kExpunge && exists > 0) --exists;
  return response.kind == What::kExpunge || response.kind == What::kFetch;
}

// One IDLE, at most limit.
Result<IdleEnd> idle_once(ImapSession& session, milliseconds limit, std::uint32_t& exists) {
  auto end = IdleEnd::kTimeout;
  const auto listener = [&](const ImapResponse& response) {
    if (is_news(response, exists)) end = IdleEnd::kNews;
  };
  TRY(const auto tag, session.start(ImapCommand("IDLE")));
  TRY(const bool is_idle, session.is_invited(tag, listener));
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (is_idle && end == IdleEnd::kTimeout) {
    TRY(const auto response, session.next(until(deadline)));
    if (!response) break;
    listener(*response);
  }
  if (is_idle) TRY_VOID(session.send_line("DONE"));
  TRY(const auto answer, session.finish(tag, listener));
  if (answer.condition != ImapResponse::Condition::kOk)
    return refused(answer, "wait for news from", session.connection().name());
  return end;
}

// What a server without IDLE says between two questions.
Result<IdleEnd> ask_and_wait(ImapSession& session, milliseconds limit, std::uint32_t& exists) {
  auto end = IdleEnd::kTimeout;
  const auto listener = [&](const ImapResponse& response) {
    if (is_news(response, exists)) end = IdleEnd::kNews;
  };
  TRY_VOID(must_run(session, ImapCommand("NOOP"), "wait for news from", session.connection().name(), listener));
  if (end == IdleEnd::kNews) return end;
  TRY(auto response, session.next(limit));
  if (response) listener(*response);
  return end;
}

}  // namespace

Result<IdleEnd> ImapClient::idle(milliseconds limit) {
  using Clock = std::chrono::steady_clock;
  auto& session = state_->session;
  auto& exists = state_->selected.exists;
  const auto deadline = Clock::now() + limit;
  for (;;) {
    wait_for(state_->env, until(std::min(deadline, state_->next_idle)));
    const auto left = until(deadline);
    if (left <= milliseconds(0)) return IdleEnd::kTimeout;
    state_->next_idle = Clock::now() + kIdlePause;
    TRY(const auto end, session.has("IDLE") ? idle_once(session, std::min(left, kLongestIdle), exists)
                                            : ask_and_wait(session, std::min(left, kAskAgain), exists));
    if (end == IdleEnd::kNews) return end;
  }
}

void ImapClient::logout() {
  auto& session = state_->session;
  if (is_lost()) return;
  if (const auto tag = session.start(ImapCommand("LOGOUT"))) {
    // Its answer is of no interest, only that it had the time to hear us.
    const auto deadline = std::chrono::steady_clock::now() + kGoodbye;
    while (std::chrono::steady_clock::now() < deadline) {
      const auto response = session.next(kGoodbye);
      if (!response || !*response || (*response)->kind == What::kTagged) break;
    }
  }
  session.connection().close();
}

}  // namespace lorelei::net
