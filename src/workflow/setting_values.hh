// SPDX-License-Identifier: GPL-3.0-or-later
// The settings of git and b4 as somebody works in the current directory: git's own files, and below them `.b4-config`
// at the top of the work tree, of which only some keys are taken. It came with the tree, from whoever wrote that; what
// is wrong in it is passed over.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hh"
#include "base/files.hh"
#include "git/config.hh"

namespace lorelei::workflow {

class SettingValues {
 public:
  // is_usable: of the entries of the file in the tree. Errors: those of git's own files.
  static Result<SettingValues> load(const Env&, const std::function<bool(const git::ConfigEntry&)>& is_usable);
  // Where git's files have been read already. top: of the work tree.
  static SettingValues of(git::Config, const fs::path& top,
                          const std::function<bool(const git::ConfigEntry&)>& is_usable);

  std::optional<std::string> b4(std::string_view name) const;       // "true" for a name alone
  std::vector<std::string> all_of_b4(std::string_view name) const;  // those of git's files, else those of the tree
  Result<bool> flag(std::string_view name, bool fallback) const;    // of git's files
  std::optional<std::string> git(const std::string& key) const;
  std::string user(std::string_view name) const;  // of user.NAME
  // sendemail.IDENTITY.NAME, else sendemail.NAME; the identity is that of b4.sendemail-identity or sendemail.identity
  // if it is "".
  std::optional<std::string> sendemail(const std::string& name, const std::string& identity = {}) const;
  const git::Config& config() const { return config_; }

 private:
  void take_from_tree(const fs::path& file, const std::function<bool(const git::ConfigEntry&)>& is_usable);

  git::Config config_;
  std::vector<git::ConfigEntry> tree_;
};

// Words between commas, trimmed; empty ones left out.
std::vector<std::string> list_of(std::string_view text);
// A file's text, "~/" at home; nothing if none is named.
Result<std::optional<std::string>> template_in(const Env&, const std::optional<std::string>& file);

}  // namespace lorelei::workflow
