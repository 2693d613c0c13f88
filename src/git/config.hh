// SPDX-License-Identifier: GPL-3.0-or-later
// Files in git's configuration syntax, read by us: a search must know where the archives lie, and must not load libgit2
// or start a child for it. Writing is left to `git config`.
//
//   file    := (space | comment | section | entry)*    entries before the first section are read, but have none
//   section := "[" NAME "]" | "[" NAME SPACE '"' SUBSECTION '"' "]" | "[" NAME "." SUBSECTION "]"
//   entry   := NAME [ "=" value ] LF                   a name alone stands for true
//   value   := (text | '"' text '"' | "\" ("\" | '"' | "n" | "t" | "b" | LF))*    "#" or ";" outside quotes: comment
//
// Sections and names have no case, subsections do (but not in the old form with a dot). Space around an unquoted value
// counts for nothing. The last value of a key wins where one is asked for.
//
// include.path is followed (relative to the file that says it, "~/" at home, files that do not exist left out, ten
// levels as in git); includeIf is not, because its conditions are about a work tree and we are in none.
//
// Foreign bytes: linear; limits below. Source: git-config(1), checked against `git config --list`.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hh"
#include "base/files.hh"
#include "base/result.hh"

namespace lorelei::git {

inline constexpr std::uint64_t kMaxConfigBytes = 16 << 20;  // of one file; all of lore takes 200 KiB
inline constexpr int kMaxIncludeDepth = 10;                 // as git
inline constexpr int kMaxConfigFiles = 1000;                // includes of includes multiply

struct ConfigEntry {
  std::string section;                    // lower case
  std::optional<std::string> subsection;  // case kept
  std::string name;                       // lower case
  std::optional<std::string> value;       // nothing: the name alone
  std::string file;
  unsigned line = 0;  // where its name stands; 0: it came from the environment

  std::string key() const;  // "section.subsection.name"
};

// The entries of one file. Errors: kUsage, with file:line and a caret below what is wrong.
Result<std::vector<ConfigEntry>> parse_config(std::string_view text, const std::string& file);

class Config {
 public:
  // The file and what it includes. home: what "~/" stands for. A file that does not exist is empty.
  static Result<Config> load(const fs::path&, const std::string& home);
  // What git itself reads outside of any repository: /etc/gitconfig, $XDG_CONFIG_HOME/git/config, ~/.gitconfig and
  // GIT_CONFIG_COUNT with its keys; GIT_CONFIG_NOSYSTEM, GIT_CONFIG_SYSTEM and GIT_CONFIG_GLOBAL as git has them.
  static Result<Config> user(const Env&);
  // What git reads in the current directory: the same, and between files and environment that of the repository (its
  // config, and config.worktree). Where git has to judge (includeIf, a repository of somebody else), `git config` is
  // asked.
  static Result<Config> here(const Env&);

  const std::vector<ConfigEntry>& entries() const { return entries_; }
  // key: "section.name" or "section.subsection.name". The last entry; null if there is none.
  const ConfigEntry* find(std::string_view key) const;
  std::vector<std::string> all(std::string_view key) const;  // every value in order; "" for a name alone

 private:
  Result<void> add_file(const fs::path&, const std::string& home);
  Result<void> add_user_files(const Env&);
  Result<void> add_environment(const Env&);
  static Result<Config> as_git_says();
  std::vector<ConfigEntry> entries_;
};

// A value as git reads it for a setting of that kind. Errors: kUsage, with the place of the entry.
Result<bool> as_bool(const ConfigEntry&);             // true yes on, false no off, a number; a name alone is true
Result<std::int64_t> as_integer(const ConfigEntry&);  // with k, m or g for 1024, 1024^2, 1024^3

}  // namespace lorelei::git
