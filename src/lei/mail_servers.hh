// SPDX-License-Identifier: GPL-3.0-or-later
// Connections to mail servers, news servers and the web, as the user has set them up. Passwords come from git's
// credential helpers; each is asked for once, however many places are on its server.
//
// Settings (lei/settings.hh), of IMAP and the same for NNTP with nntp. in front:
//   imap.sslCAInfo = FILE   authorities;  imap.starttls = false;  imap.insecureLogin = true (IMAP only)
#pragma once
#include <optional>

#include "base/env.hh"
#include "git/credential.hh"
#include "lei/settings.hh"
#include "net/http.hh"
#include "net/imap.hh"
#include "net/nntp.hh"

namespace lorelei::lei {

// Errors: kUsage, of a setting.
Result<net::ImapOptions> imap_options(const Settings&);

class MailServers {
 public:
  // Both must outlive it.
  MailServers(Env&, const Settings&, net::HttpOptions = {});

  // Errors: those of connecting and logging in.
  Result<net::ImapClient> imap(const wire::ImapUrl&);
  Result<net::Nntp> news(const net::NntpUrl&);
  Result<net::Http*> web();

 private:
  Env& env_;
  const Settings& settings_;
  net::HttpOptions http_;
  git::Credentials credentials_;
  std::optional<net::Http> web_;
};

}  // namespace lorelei::lei
