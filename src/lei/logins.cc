// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/logins.hh"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lei/mail_servers.hh"
#include "net/imap.hh"

namespace lorelei::lei {

namespace {

// Whom a search logs in to, and as whom.
std::optional<wire::ImapUrl> server_of(const SavedSearch& search) {
  if (!search.is_remote()) return std::nullopt;
  auto url = wire::parse_imap_url(search.output);
  return url ? std::optional(*std::move(url)) : std::nullopt;
}
std::string key_of(const wire::ImapUrl& url) {
  return fmt::format("{}:{}:{}:{}", static_cast<int>(url.scheme), url.host, url.port, url.user.value_or(""));
}

}  // namespace

Logins::Logins(const Env& env)
    : env_(env),
      prompt_(env.err_is_terminal ? git::Prompt::kTerminal : git::Prompt::kNever),
      credentials_(env, prompt_) {}

void Logins::prepare(const Settings& settings, const std::vector<SavedSearch>& searches) {
  if (prompt_ == git::Prompt::kNever) return;
  std::map<std::string, wire::ImapUrl> servers;
  unsigned count = 0;
  for (const auto& search : searches)
    if (auto url = server_of(search)) {
      ++count;
      servers.emplace(key_of(*url), *std::move(url));
    }
  if (count < 2) return;
  const auto options = imap_options(settings);
  if (!options) return;  // each search says so
  for (const auto& [key, url] : servers) {
    if (env_.stop_requested()) return;
    auto client = net::ImapClient::connect(env_, url, credentials_, *options);
    if (client)
      client->logout();
    else if (client.error().kind == Error::Kind::kRefused)
      refused_.emplace(key, client.error());
  }
}

const Error* Logins::refusal(const SavedSearch& search) const {
  const auto url = server_of(search);
  const auto found = url ? refused_.find(key_of(*url)) : refused_.end();
  return found == refused_.end() ? nullptr : &found->second;
}

}  // namespace lorelei::lei
