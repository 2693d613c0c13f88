// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/forge_request.hh"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/absolute_date.hh"
#include "base/text.hh"
#include "git/config.hh"
#include "mail/header_writer.hh"
#include "net/http.hh"
#include "net/url.hh"
#include "workflow/am_mail.hh"

namespace lorelei::workflow {

namespace {

using Kind = Error::Kind;
using nlohmann::json;

constexpr std::uint64_t kMaxAnswer = 4 << 20;

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 100 && text != "." && text != ".." &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '-' || c == '_' || c == '.'; });
}

// The text at a path of names; empty if it is not there, or no text.
std::string text_at(const json& object, std::initializer_list<const char*> names) {
  const json* at = &object;
  for (const char* name : names) {
    const auto found = at->is_object() ? at->find(name) : at->end();
    if (found == at->end()) return "";
    at = &*found;
  }
  return at->is_string() ? at->get<std::string>() : "";
}

bool is_commit(std::string_view text) { return text.size() == 40 && std::all_of(text.begin(), text.end(), is_hex); }

}  // namespace

std::string ForgeRequest::api_url() const {
  const auto base = server == "https://github.com" ? "https://api.github.com" : server + "/api/v3";
  return fmt::format("{}/repos/{}/{}/pulls/{}", base, owner, name, number);
}

std::string ForgeRequest::message_id() const {
  const auto url = net::parse_url(server);
  return fmt::format("{}-{}-pr-{}@{}", owner, name, number, url ? url->host : "localhost");
}

std::optional<ForgeRequest> parse_forge_request(std::string_view text) {
  const auto url = net::parse_url(text);
  if (!url || (url->scheme != "https" && url->scheme != "http") || !url->user.empty()) return std::nullopt;
  const auto parts = split(url->path, '/');  // "", OWNER, NAME, "pull", NUMBER, and what page of it
  if (parts.size() < 5 || !parts[0].empty() || parts[3] != "pull") return std::nullopt;
  if (!is_name(parts[1]) || !is_name(parts[2]) || !parse_uint(parts[4])) return std::nullopt;
  return ForgeRequest{url->origin(), std::string(parts[1]), std::string(parts[2]), std::string(parts[4])};
}

Result<std::string> forge_mail(const ForgeRequest& request, std::string_view answer) {
  const auto said = json::parse(answer, nullptr, false);
  const auto base = text_at(said, {"base", "sha"}), tip = text_at(said, {"head", "sha"});
  if (!is_commit(base) || !is_commit(tip))
    return err(Kind::kCorrupt, "read the pull request", request.api_url(), "the answer names no commits");
  const auto login = text_at(said, {"user", "login"});
  const auto address = login + "@users.noreply." + request.message_id().substr(request.message_id().rfind('@') + 1);
  const mail::Correspondent sender = mail::is_writable_address(address) ? mail::Correspondent{login, address}
                                                                        : mail::Correspondent{"", "unknown@localhost"};
  date::Doubts doubts;
  const auto sent = date::read_absolute(text_at(said, {"created_at"}), 0, doubts);
  auto text = mail::from_field(sender);
  text += mail::text_field("Subject", "[GIT PULL] " + squeeze_spaces(text_at(said, {"title"})));
  if (sent) text += "Date: " + mail_date({*sent, 0}) + "\n";
  text += "Message-ID: <" + request.message_id() + ">\n";
  text += "MIME-Version: 1.0\nContent-Type: text/plain; charset=\"utf-8\"\nContent-Transfer-Encoding: 8bit\n\n";
  text += fmt::format(
      "The following changes since commit {}:\n\nare available in the Git repository at:\n\n  {} refs/pull/{}/head\n\n"
      "for you to fetch changes up to {}:\n\n----------------------------------------------------------------\n",
      to_lower(base), request.repository(), request.number, to_lower(tip));
  return text + replace_all(text_at(said, {"body"}), "\r\n", "\n") + "\n";
}

Result<std::string> fetch_forge_mail(const Env& env, const ForgeRequest& request) {
  TRY(const auto config, git::Config::here(env));
  const auto* key = config.find("b4.gh-api-key");
  const auto servers = config.all("lorelei.github.server");
  const bool is_trusted = request.server == "https://github.com" ||
                          std::find(servers.begin(), servers.end(), request.server) != servers.end();
  const bool has_key = is_trusted && key && key->value && !key->value->empty();
  net::HttpOptions options;
  options.headers.emplace_back("Accept: application/vnd.github+json");
  if (has_key) options.headers.push_back("Authorization: Bearer " + *key->value);
  TRY(auto user, git::Config::user(env));
  net::Http web(env, {std::move(user)}, options);
  TRY(auto answer, web.send({.url = request.api_url()}));
  if (answer.status() == 200) {
    TRY(const auto said, answer.read_rest(kMaxAnswer));
    return forge_mail(request, said);
  }
  if (answer.status() == 401 || answer.status() == 403 || answer.status() == 404)
    return err(Kind::kNotFound, "read the pull request", request.api_url(),
               fmt::format("the server answers {}: it is not there, or not for everybody", answer.status()),
               has_key      ? "look at b4.gh-api-key"
               : is_trusted ? "git config --global b4.gh-api-key KEY"
                            : fmt::format("git config --global --add lorelei.github.server {}, if it may have the "
                                          "key of b4.gh-api-key",
                                          request.server));
  return tl::unexpected(static_cast<Error>(answer.error("read the pull request")));
}

}  // namespace lorelei::workflow
