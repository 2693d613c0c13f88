// SPDX-License-Identifier: GPL-3.0-or-later
// The configuration file that is shared with lei (lei/home.hh says where). Read by us, written by `git config`, which
// keeps what the user wrote as it is.
//
//   [external "LOCATION"] boost = N      a searchable archive: a directory, or the URL of a server's archive
//   [lei] overwrite = refuse|backup      what becomes of mail in a destination that no search has written
//         memoize = true|false           whether what servers send is stored (saving.hh)
//   [watch "maildir:/PATH"]              a Maildir that is followed (lei/watched_folders.hh)
//   [lorelei] store = DIR                where the user's own mail is (lei/store.hh)
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/env.hh"
#include "git/config.hh"
#include "lei/home.hh"

namespace lorelei::lei {

struct External {
  std::string location;
  std::int64_t boost = 0;
  bool is_remote() const;
};

class Settings {
 public:
  // A file that does not exist is empty. Errors: kUsage for one that can't be parsed.
  static Result<Settings> load(const Env&);

  // Highest boost first, then by name.
  const std::vector<External>& externals() const { return externals_; }
  const git::Config& config() const { return config_; }
  // -c of the command line, then this file, then git's own. Null if it is in none.
  const git::ConfigEntry* find(std::string_view key) const;
  const Home& home() const { return home_; }

  // These make the file where it is missing, and say so unless talk is kQuiet.
  Result<void> set(const Env&, const std::string& key, const std::string& value, Talk) const;
  Result<void> set_all(const Env&, const std::string& key, const std::vector<std::string>& values, Talk) const;
  enum class Unset { kDone, kAbsent };
  Result<Unset> unset(const Env&, const std::string& key, Talk) const;
  Result<void> remove_section(const std::string& section) const;  // that is there
  // Makes an empty one where there is none.
  Result<void> create_file(const Env&, Talk) const;

 private:
  explicit Settings(const Env& env) : home_(env) {}
  Home home_;
  git::Config config_, user_;
  std::vector<External> externals_;
};

bool is_web_url(std::string_view location);  // http:// or https://
// The one spelling of a location: an absolute path, or a URL in lower case up to its path, with single slashes and one
// at the end.
std::string canonical_location(std::string_view);

enum class Globs { kYes, kNo };
// What a user's LOCATION stands for: a path that exists, a pattern over the externals (* ? [a-z] {a,b}), the last part
// of one external's name, or a URL. Errors: kNotFound, kUsage (several).
Result<std::vector<std::string>> find_locations(const Settings&, const std::string& location, Globs,
                                                bool only_known = false);
// Whether a pattern is one, and what it matches: a part of the text, as grep does. Nothing if it is none.
std::optional<bool> glob_matches(std::string_view pattern, std::string_view text);

}  // namespace lorelei::lei
