// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/web_endpoint.hh"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/files.hh"
#include "base/json.hh"
#include "base/random.hh"
#include "base/text.hh"
#include "git/config.hh"
#include "mail/date.hh"
#include "net/http.hh"
#include "net/url.hh"
#include "workflow/am_mail.hh"

namespace lorelei::workflow {

using Kind = Error::Kind;
using State = EndpointAnswer::State;

namespace {

constexpr const char* kOfTheKernel = "https://lkml.kernel.org/_b4_submit";
constexpr std::uint64_t kMaxAnswer = 64 << 10;
constexpr std::uint64_t kPatienceSeconds = 180;  // some send all the mails before they answer
constexpr std::size_t kMostShown = 1000;         // bytes of an answer
constexpr int kTooManyRequests = 429;

bool is_in_kernel_tree(const fs::path& tree) {
  std::error_code failed;
  return fs::exists(tree / "Kconfig", failed);
}

EndpointAnswer read_answer(int status, const std::string& text) {
  EndpointAnswer answer;
  answer.status = status;
  const auto json = nlohmann::json::parse(text, nullptr, false);
  const auto member = [&](const char* name) -> std::string {
    if (!json.is_object()) return {};
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const auto result = member("result");
  answer.message = printable(squeeze_spaces(result.empty() ? text : member("message")).substr(0, kMostShown));
  if (result == "success" && status == 200)
    answer.state = State::kAccepted;
  else if (result == "error" || (status >= 400 && status < 500 && status != kTooManyRequests))
    answer.state = State::kRefused;
  else if (status == kTooManyRequests)
    answer.state = State::kNotAsked;
  else
    answer.state = State::kUnknown;
  return answer;
}

}  // namespace

bool has_endpoint(const SendSettings& settings, const fs::path& tree) {
  return !settings.endpoint.empty() || is_in_kernel_tree(tree);
}

Result<std::string> endpoint_url(const SendSettings& settings, const fs::path& tree) {
  const auto& url = settings.endpoint;
  if (url.starts_with("https://") || url.starts_with("http://")) return url;
  if (!url.empty())
    return err(Kind::kUsage, "read the setting", "b4.send-endpoint-web", fmt::format("'{}' is no URL", printable(url)),
               "https://HOST/PATH");
  if (is_in_kernel_tree(tree)) return std::string(kOfTheKernel);
  const auto& suggested = settings.endpoint_of_tree;
  return err(Kind::kUsage, "find the web endpoint", "", "b4.send-endpoint-web is not set",
             fmt::format("git config b4.send-endpoint-web {}",
                         suggested.empty() ? "URL" : printable(suggested) + ", as this tree's .b4-config has it"));
}

std::string with_password(const SendSettings& settings, const std::string& url) {
  return net::without_password(settings.endpoint) == url ? settings.endpoint : url;
}

EndpointAnswer WebEndpoint::post(const std::string& what, std::string json) const {
  EndpointAnswer answer;
  const auto failed = [&](State state, Error error) {
    answer.state = state;
    answer.error = std::move(error);
    return answer;
  };
  auto config = git::Config::here(env_);
  if (!config) return failed(State::kNotAsked, config.error());
  net::HttpOptions options;
  options.low_speed_seconds = kPatienceSeconds;
  options.max_redirects = 1;
  net::Http web(env_, {*std::move(config)}, options);
  auto response = web.send({.method = net::Method::kPost,
                            .url = url_,
                            .headers = {"Content-Type: application/json", "Accept: application/json", "Expect:"},
                            .body = std::move(json),
                            .mirrors = net::Request::Mirrors::kNone,
                            .rounds = 1});
  if (!response) {
    auto error = response.error();
    error.doing = what;
    return failed(error.was_sent ? State::kUnknown : State::kNotAsked, error);
  }
  auto text = response->read_rest(kMaxAnswer);
  if (!text) {
    text.error().doing = what;
    return failed(State::kUnknown, text.error());
  }
  answer = read_answer(response->status(), *text);
  if (answer.state == State::kAccepted) return answer;
  const auto said = answer.message.empty() ? std::string("it says nothing of use") : answer.message;
  answer.error = Error{answer.state == State::kRefused ? Kind::kRefused : Kind::kTemporary,
                       what,
                       net::without_password(url_),
                       fmt::format("{} (HTTP {})", said, answer.status),
                       answer.state == State::kNotAsked ? "wait, and try again" : "",
                       {}};
  return answer;
}

EndpointAnswer WebEndpoint::hand_in(const std::vector<std::string>& mails, bool is_reflection) const {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.member("action", is_reflection ? "reflect" : "receive");
  json.key("messages");
  json.begin_array();
  for (const auto& mail : mails) json.value(mail);
  json.end_array();
  json.end_object();
  return post("hand in the mails to", std::move(text));
}

Result<std::int64_t> WebEndpoint::days_of_memory() const {
  constexpr std::string_view kSays = "copies are recognised for ";
  const auto answer = post("ask what is known at", R"({"action":"describe"})");
  if (answer.status == 0) return tl::unexpected(*answer.error);
  if (answer.state != State::kAccepted || !answer.message.starts_with(kSays)) return 0;
  const auto words = split_words(std::string_view(answer.message).substr(kSays.size()));
  return words.size() == 2 && words[1] == "days" ? parse_int(words[0]).value_or(0) : 0;
}

Result<std::string> WebEndpoint::authorise(const std::string& name, const attest::Signer& signer,
                                           const std::string& key) const {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.member("action", "auth-new");
  json.member("name", name);
  json.member("identity", signer.identity);
  json.member("selector", signer.selector.empty() ? std::string("default") : signer.selector);
  json.member("pubkey", key);
  json.end_object();
  const auto answer = post("ask for authorisation at", std::move(text));
  if (answer.error) return tl::unexpected(*answer.error);
  return answer.message;
}

Result<std::string> WebEndpoint::send_line(const attest::Signer& signer, const char* action, const std::string& subject,
                                           const std::string& line) const {
  TRY(const auto random, random_bytes(8));
  const auto mail = fmt::format(
      "From: {}\nSubject: {}\nDate: {}\nMessage-Id: <{}-{}>\nMIME-Version: 1.0\n"
      "Content-Type: text/plain; charset=\"utf-8\"\nContent-Transfer-Encoding: 7bit\n\n{}\n",
      signer.identity, subject, mail_date(mail::local_time(env_.now())), hex(random), signer.identity, line);
  TRY(const auto signed_mail, attest::sign(env_, mail, signer, attest::Manner::kPatatt));
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.member("action", action);
  json.member("msg", signed_mail);
  json.end_object();
  const auto answer = post("prove who you are to", std::move(text));
  if (answer.error) return tl::unexpected(*answer.error);
  return answer.message;
}

Result<std::string> WebEndpoint::answer_challenge(const attest::Signer& signer, const std::string& challenge) const {
  const bool is_word = !challenge.empty() && challenge.size() <= 200 &&
                       std::all_of(challenge.begin(), challenge.end(), [](char c) { return c > ' ' && c < 127; });
  if (!is_word)
    return err(Kind::kUsage, "answer the challenge", challenge, "it is none", "the word that stands in the mail");
  return send_line(signer, "auth-verify", "b4-send-verify", "verify:" + challenge);
}

Result<std::string> WebEndpoint::end_authorisation(const attest::Signer& signer) const {
  return send_line(signer, "auth-delete", "b4-send-delete", "auth-delete");
}

}  // namespace lorelei::workflow
