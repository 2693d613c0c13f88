// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/imap_ahead.hh"

#include <system_error>

#include "lei/mail_servers.hh"
#include "wire/imap_url.hh"

namespace lorelei::lei {

ImapAhead::ImapAhead(const Env& env, git::Credentials* shared)
    : own_(env, git::Prompt::kNever), credentials_(shared ? *shared : own_) {}

std::unique_ptr<ImapAhead> ImapAhead::begin(const Env& env, const Settings& settings, const std::string& url,
                                            git::Credentials* shared) {
  auto server = wire::parse_imap_url(url);
  const auto connecting = imap_options(settings);
  if (!server || !connecting) return nullptr;
  auto ahead = std::unique_ptr<ImapAhead>(new ImapAhead(env, shared));
  const auto log_in = [&env, server = *std::move(server), connecting = *connecting, &with = ahead->credentials_] {
    return net::ImapClient::connect(env, server, with, connecting);
  };
  try {
    ahead->coming_ = std::async(std::launch::async, log_in);
  } catch (const std::system_error&) {
    return nullptr;
  }
  return ahead;
}

ImapAhead::~ImapAhead() {
  if (!coming_.valid()) return;
  if (auto imap = coming_.get()) imap->logout();
}

}  // namespace lorelei::lei
