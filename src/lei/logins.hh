// SPDX-License-Identifier: GPL-3.0-or-later
// Passwords of the mail servers that several searches deliver to: each server is asked for once, one after the other,
// before the searches begin, so that no two of them talk to the user at the same time.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "base/env.hh"
#include "git/credential.hh"
#include "lei/saved_search.hh"
#include "lei/settings.hh"

namespace lorelei::lei {

class Logins {
 public:
  // env must outlive it.
  explicit Logins(const Env& env);

  // Logs in to each server of these searches. Where nobody can be asked anyway, and for a single search, nothing is
  // done: its delivery is the first to know.
  void prepare(const Settings&, const std::vector<SavedSearch>&);
  // Why a search needs not begin; null if nothing speaks against it.
  const Error* refusal(const SavedSearch&) const;
  // May be used from several threads.
  git::Credentials& credentials() { return credentials_; }

 private:
  const Env& env_;
  git::Prompt prompt_;
  git::Credentials credentials_;
  std::map<std::string, Error> refused_;  // by server and user
};

}  // namespace lorelei::lei
