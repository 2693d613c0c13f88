// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/mail_servers.hh"

namespace lorelei::lei {

namespace {

Result<bool> is_allowed(const Settings& settings, std::string_view key, bool otherwise) {
  const auto* entry = settings.find(key);
  return entry ? git::as_bool(*entry) : Result<bool>(otherwise);
}

std::string ca_file(const Settings& settings, std::string_view key) {
  const auto* entry = settings.find(key);
  return entry ? entry->value.value_or("") : "";
}

git::CredentialKey key_of(const net::NntpUrl& url) {
  const bool is_tls = url.security == net::NntpUrl::Security::kTls;
  const std::uint16_t usual = is_tls ? 563 : 119;
  return {.protocol = is_tls ? "nntps" : "nntp",
          .host = url.host,
          .port = url.port == usual ? std::uint16_t{0} : url.port,
          .username = url.user};
}

}  // namespace

Result<net::ImapOptions> imap_options(const Settings& settings) {
  net::ImapOptions options;
  options.tls.ca_file = ca_file(settings, "imap.sslcainfo");
  TRY(const bool encrypts, is_allowed(settings, "imap.starttls", true));
  if (!encrypts) options.start_tls = net::ImapOptions::StartTls::kNever;
  TRY(const bool in_clear, is_allowed(settings, "imap.insecurelogin", false));
  if (in_clear) options.clear_password = net::ImapOptions::ClearPassword::kAnywhere;
  return options;
}

MailServers::MailServers(Env& env, const Settings& settings, net::HttpOptions http)
    : env_(env),
      settings_(settings),
      http_(std::move(http)),
      credentials_(env, env.err_is_terminal ? git::Prompt::kTerminal : git::Prompt::kNever) {}

Result<net::ImapClient> MailServers::imap(const wire::ImapUrl& url) {
  TRY(const auto options, imap_options(settings_));
  return net::ImapClient::connect(env_, url, credentials_, options);
}

Result<net::Nntp> MailServers::news(const net::NntpUrl& url) {
  net::NntpOptions options;
  options.tls.ca_file = ca_file(settings_, "nntp.sslcainfo");
  TRY(const bool encrypts, is_allowed(settings_, "nntp.starttls", true));
  if (!encrypts) options.start_tls = net::NntpOptions::StartTls::kNever;
  const auto key = key_of(url);
  options.ask_login = [this, key](const net::NntpUrl&) -> Result<std::optional<git::Credential>> {
    TRY(auto found, credentials_.fill(key));
    return found;
  };
  options.login_ended = [this, key](const git::Credential& login, net::NntpOptions::Verdict verdict) {
    const bool is_right = verdict == net::NntpOptions::Verdict::kRight;
    is_right ? credentials_.approve(key, login) : credentials_.reject(key, login);
  };
  return net::Nntp::open(env_, url, std::move(options));
}

Result<net::Http*> MailServers::web() {
  if (!web_) {
    TRY(auto user, git::Config::user(env_));
    web_.emplace(env_, std::vector<git::Config>{std::move(user), settings_.config()}, http_);
  }
  return &*web_;
}

}  // namespace lorelei::lei
