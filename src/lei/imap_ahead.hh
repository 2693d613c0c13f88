// SPDX-License-Identifier: GPL-3.0-or-later
// A login on a mail server that goes on while a search runs: who delivers to it has not to wait for both.
//
// Nothing is changed on the server, and nobody is asked for a password: where no helper of git knows it, the login
// fails, and who has a terminal logs in again.
#pragma once
#include <future>
#include <memory>
#include <string>

#include "base/env.hh"
#include "git/credential.hh"
#include "lei/settings.hh"
#include "net/imap.hh"

namespace lorelei::lei {

class ImapAhead {
 public:
  // Nothing: the URL or a setting is wrong, or there can be no more threads; open_imap_box() does without, and says
  // what is wrong. env and shared, which may be null, must outlive it.
  static std::unique_ptr<ImapAhead> begin(const Env&, const Settings&, const std::string& url,
                                          git::Credentials* shared);
  // Logs out if nobody took the connection. Waits for a login that has not ended.
  ~ImapAhead();
  ImapAhead(const ImapAhead&) = delete;
  ImapAhead& operator=(const ImapAhead&) = delete;

  // Once. Errors: those of ImapClient::connect().
  Result<net::ImapClient> take() { return coming_.get(); }
  // With which it logs in. They may have to be used as long as the connection is.
  git::Credentials& credentials() { return credentials_; }

 private:
  ImapAhead(const Env&, git::Credentials* shared);

  git::Credentials own_;  // they ask nobody
  git::Credentials& credentials_;
  std::future<Result<net::ImapClient>> coming_;
};

}  // namespace lorelei::lei
