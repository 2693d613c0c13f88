// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/credential.hh"

#include <fmt/core.h>
#include <signal.h>

#include <algorithm>
#include <vector>

#include "base/process.hh"
#include "base/text.hh"
#include "git/program.hh"

namespace lorelei::git {

namespace {

using Kind = Error::Kind;
constexpr std::uint64_t kMaxAnswer = 1 << 20;  // tokens have some KiB

// A value that would add lines to the conversation could make a helper answer for another host.
bool is_one_line(std::string_view value) {
  return value.find_first_of(std::string_view("\n\r\0", 3)) == std::string::npos;
}

ProcessOptions credential_options(Prompt prompt) {
  auto options = git_options();
  std::erase_if(options.environment, [](const auto& change) {
    return change.first == "GIT_TERMINAL_PROMPT" || change.first == "LC_ALL";  // the prompt is for the user
  });
  if (prompt == Prompt::kTerminal) return options;
  options.environment.emplace_back("GIT_TERMINAL_PROMPT", "0");
  options.environment.emplace_back("GIT_ASKPASS", "");  // no window either
  options.environment.emplace_back("SSH_ASKPASS", "");
  return options;
}

std::string question(const CredentialKey& key, const std::string& host) {
  auto text = fmt::format("capability[]=authtype\nprotocol={}\nhost={}\n", key.protocol, host);
  if (key.username) text += fmt::format("username={}\n", *key.username);
  return text;
}

// Where nobody may be asked: a helper that waits for somebody all the same shall not keep a service from ending.
constexpr std::chrono::seconds kSilentLimit{60};

Result<Finished> ask(const Env& env, const char* what, const std::string& input, Prompt prompt) {
  RunOptions how;
  how.input = input;
  how.process = credential_options(prompt);
  how.limit_bytes = kMaxAnswer;
  how.cancelled = env.cancelled;
  if (prompt == Prompt::kNever) how.limit = kSilentLimit;
  return run_process(git_argv("", {"credential", what}), how);
}

// Nothing: there is no secret in the answer.
std::optional<Credential> parse_answer(std::string_view answer) {
  Credential credential;
  std::string token;
  for (const auto line : split(answer, '\n')) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const auto key = line.substr(0, equals);
    const auto value = line.substr(equals + 1);
    if (key == "username") credential.username = std::string(value);
    if (key == "password") credential.secret = std::string(value);
    if (key == "authtype") credential.authtype = std::string(value);
    if (key == "credential") token = std::string(value);
  }
  if (!token.empty()) {
    credential.secret = std::move(token);
    credential.kind = Credential::Kind::kToken;
  }
  if (credential.secret.empty()) return std::nullopt;
  return credential;
}

tl::unexpected<Error> unknown(const CredentialKey& key, Prompt prompt, std::string why) {
  if (why.find("terminal prompts disabled") != std::string::npos || why.find("could not read") != std::string::npos)
    why = prompt == Prompt::kNever ? "no credential helper of git knows it, and nobody may be asked"
                                   : "no credential helper of git knows it, and there is no terminal to ask";
  const auto user = key.username ? fmt::format(" username={}", *key.username) : "";
  return err(Kind::kRefused, "find the password for", fmt::format("{}://{}", key.protocol, key.host), std::move(why),
             fmt::format("git credential approve, with protocol={} host={}{}", key.protocol, key.host, user));
}

std::string host_with_port(const CredentialKey& key) { return fmt::format("{}:{}", key.host, key.port); }

}  // namespace

Result<Credential> Credentials::fill(const CredentialKey& key) {
  const std::lock_guard lock(mutex_);  // while one asks, others who need the same answer wait for it
  if (const auto known = known_.find(key); known != known_.end()) return known->second;
  if (!is_one_line(key.protocol) || !is_one_line(key.host) || !is_one_line(key.username.value_or("")))
    return unknown(key, prompt_, "there is a line break in its address");
  std::vector<std::string> hosts = {key.host};
  if (key.port != 0) hosts.insert(hosts.begin(), host_with_port(key));
  std::string why;
  for (const auto& host : hosts) {
    // Only the last question may reach the user.
    const auto prompt = &host == &hosts.back() ? prompt_ : Prompt::kNever;
    TRY(const auto done, ask(env_, "fill", question(key, host), prompt));
    if (done.status == 128 + SIGINT || env_.stop_requested())
      return err(Kind::kCancelled, "find the password for", key.host, "stopped at your request");
    auto credential = done.status == 0 ? parse_answer(done.out) : std::nullopt;
    if (!credential) {
      why = done.status == 0 ? "the credential helper gave no password" : git_complaint(done.err);
      continue;
    }
    if (credential->username.empty()) credential->username = key.username.value_or("");
    credential->answered_host = host;
    return known_[key] = *std::move(credential);
  }
  return unknown(key, prompt_, std::move(why));
}

static std::string statement(const CredentialKey& key, const Credential& credential) {
  auto text =
      fmt::format("protocol={}\nhost={}\nusername={}\n", key.protocol, credential.answered_host, credential.username);
  text +=
      credential.kind == Credential::Kind::kPassword
          ? fmt::format("password={}\n", credential.secret)
          : fmt::format("capability[]=authtype\nauthtype={}\ncredential={}\n", credential.authtype, credential.secret);
  return text;
}

void Credentials::approve(const CredentialKey& key, const Credential& credential) {
  const std::lock_guard lock(mutex_);
  if (credential.answered_host.empty()) return;  // it was in the address
  const auto approved = approved_.find(key);
  if (approved != approved_.end() && approved->second.secret == credential.secret) return;
  approved_[key] = credential;
  const auto tell = [this, text = statement(key, credential)] { (void)ask(env_, "approve", text, Prompt::kNever); };
  try {
    telling_.push_back(std::async(std::launch::async, tell));
  } catch (const std::system_error&) {  // there can be no more threads
    tell();
  }
}

void Credentials::reject(const CredentialKey& key, const Credential& credential) {
  const std::lock_guard lock(mutex_);
  if (credential.answered_host.empty()) return;
  telling_.clear();  // what was said of it before is heard before
  (void)ask(env_, "reject", statement(key, credential), Prompt::kNever);
  known_.erase(key);
  approved_.erase(key);
}

}  // namespace lorelei::git
