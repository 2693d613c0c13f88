// SPDX-License-Identifier: GPL-3.0-or-later
// The configuration of the repository that the current directory is in, without a process where that can be done.
#include <algorithm>

#include "base/process.hh"
#include "base/text.hh"
#include "git/config.hh"
#include "git/repository_here.hh"

namespace lorelei::git {

Result<Config> Config::as_git_says() {
  TRY(const auto found, run_process({"git", "config", "-z", "--list"}));
  if (found.status != 0)
    return err(Error::Kind::kUsage, "read git's configuration", "", std::string(trim(found.err)), "git config --list");
  Config config;
  for (const auto entry : split(found.out, '\0')) {
    if (entry.empty()) continue;
    const auto end = std::min(entry.find('\n'), entry.size());
    const auto key = entry.substr(0, end);
    const auto first = key.find('.'), last = key.rfind('.');
    if (first == key.npos) continue;
    ConfigEntry one;
    one.section = key.substr(0, first);
    if (last > first) one.subsection = std::string(key.substr(first + 1, last - first - 1));
    one.name = key.substr(last + 1);
    if (end < entry.size()) one.value = std::string(entry.substr(end + 1));
    one.file = "git config --list";
    config.entries_.push_back(std::move(one));
  }
  return config;
}

Result<Config> Config::here(const Env& env) {
  Config config;
  TRY_VOID(config.add_user_files(env));
  const auto here = look_around(env);
  if (here.kind == RepositoryHere::Kind::kDoubtful) return as_git_says();
  if (here.kind == RepositoryHere::Kind::kFound) {
    TRY_VOID(config.add_file(here.common / "config", env.home()));
    const auto* per_tree = config.find("extensions.worktreeconfig");
    if (per_tree && as_bool(*per_tree).value_or(false))
      TRY_VOID(config.add_file(here.directory / "config.worktree", env.home()));
  }
  const auto& entries = config.entries_;
  if (env.variable("GIT_CONFIG_PARAMETERS") ||
      std::any_of(entries.begin(), entries.end(), [](const auto& one) { return one.section == "includeif"; }))
    return as_git_says();
  TRY_VOID(config.add_environment(env));
  return config;
}

}  // namespace lorelei::git
