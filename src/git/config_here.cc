// SPDX-License-Identifier: GPL-3.0-or-later
// The configuration of the repository that the current directory is in, without a process where that can be done.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/process.hh"
#include "base/text.hh"
#include "git/config.hh"

namespace lorelei::git {

namespace {

struct Repository {
  fs::path git_directory, common;
};

bool is_git_directory(const fs::path& place) {
  std::error_code failed;
  const bool is_linked = fs::exists(place / "commondir", failed);
  return fs::exists(place / "HEAD", failed) &&
         (is_linked || (fs::is_directory(place / "objects", failed) && fs::is_directory(place / "refs", failed)));
}

// What is called .git cannot have come with a tree. Anything else that may be a repository is for git to judge.
enum class Place { kNone, kRepository, kDoubtful };

// The path that a small file names, relative to where it lies.
std::optional<fs::path> named_in(const fs::path& file, std::string_view prefix) {
  const auto text = read_file(file, 4096);
  if (!text || !text->starts_with(prefix)) return std::nullopt;
  const fs::path named = std::string(trim(std::string_view(*text).substr(prefix.size())));
  return named.is_absolute() ? named : file.parent_path() / named;
}

std::pair<Place, fs::path> git_directory_of(const Env& env) {
  if (env.variable("GIT_DIR") || env.variable("GIT_CEILING_DIRECTORIES")) return {Place::kDoubtful, {}};
  std::error_code failed;
  for (auto place = fs::current_path(failed); !failed && !place.empty(); place = place.parent_path()) {
    if (is_git_directory(place / ".git")) return {Place::kRepository, place / ".git"};
    if (const auto elsewhere = named_in(place / ".git", "gitdir:"); elsewhere && is_git_directory(*elsewhere))
      return {Place::kRepository, *elsewhere};
    if (fs::exists(place / ".git", failed) || fs::exists(place / "HEAD", failed)) return {Place::kDoubtful, {}};
    if (place == place.root_path()) break;
  }
  return {Place::kNone, {}};
}

bool is_ours(const fs::path& place) {
  struct stat status {};
  return stat(place.c_str(), &status) == 0 && status.st_uid == geteuid();
}

}  // namespace

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
  const auto [kind, repository] = git_directory_of(env);
  if (kind == Place::kDoubtful) return as_git_says();
  if (kind == Place::kRepository) {
    const auto common = named_in(repository / "commondir", "").value_or(repository);
    if (!is_ours(repository) || !is_ours(common)) return as_git_says();
    TRY_VOID(config.add_file(common / "config", env.home()));
    const auto* per_tree = config.find("extensions.worktreeconfig");
    if (per_tree && as_bool(*per_tree).value_or(false))
      TRY_VOID(config.add_file(repository / "config.worktree", env.home()));
  }
  const auto& entries = config.entries_;
  if (env.variable("GIT_CONFIG_PARAMETERS") ||
      std::any_of(entries.begin(), entries.end(), [](const auto& one) { return one.section == "includeif"; }))
    return as_git_says();
  TRY_VOID(config.add_environment(env));
  return config;
}

}  // namespace lorelei::git
