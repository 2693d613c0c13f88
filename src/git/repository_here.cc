// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/repository_here.hh"

#include <sys/stat.h>
#include <unistd.h>

#include "base/process.hh"
#include "base/text.hh"
#include "git/program.hh"

namespace lorelei::git {

namespace {

bool is_git_directory(const fs::path& place) {
  std::error_code failed;
  const bool is_linked = fs::exists(place / "commondir", failed);
  return fs::exists(place / "HEAD", failed) &&
         (is_linked || (fs::is_directory(place / "objects", failed) && fs::is_directory(place / "refs", failed)));
}

// The path that a small file names, relative to where it lies.
std::optional<fs::path> named_in(const fs::path& file, std::string_view prefix) {
  const auto text = read_file(file, 4096);
  if (!text || !text->starts_with(prefix)) return std::nullopt;
  const fs::path named = std::string(trim(std::string_view(*text).substr(prefix.size())));
  return named.is_absolute() ? named : file.parent_path() / named;
}

bool is_ours(const fs::path& place) {
  struct stat status {};
  return stat(place.c_str(), &status) == 0 && status.st_uid == geteuid();
}

RepositoryHere judged(const fs::path& directory) {
  const auto common = named_in(directory / "commondir", "").value_or(directory);
  if (!is_ours(directory) || !is_ours(common)) return {RepositoryHere::Kind::kDoubtful, {}, {}};
  return {RepositoryHere::Kind::kFound, directory, common};
}

}  // namespace

RepositoryHere look_around(const Env& env) {
  if (env.variable("GIT_DIR") || env.variable("GIT_CEILING_DIRECTORIES"))
    return {RepositoryHere::Kind::kDoubtful, {}, {}};
  std::error_code failed;
  for (auto place = fs::current_path(failed); !failed && !place.empty(); place = place.parent_path()) {
    if (is_git_directory(place / ".git")) return judged(place / ".git");
    if (const auto elsewhere = named_in(place / ".git", "gitdir:"); elsewhere && is_git_directory(*elsewhere))
      return judged(*elsewhere);
    if (fs::exists(place / ".git", failed) || fs::exists(place / "HEAD", failed))
      return {RepositoryHere::Kind::kDoubtful, {}, {}};
    if (place == place.root_path()) break;
  }
  return {};
}

RepositoryHere repository_here(const Env& env) {
  auto here = look_around(env);
  if (here.kind != RepositoryHere::Kind::kDoubtful) return here;
  RunOptions how;
  how.process.environment.emplace_back("LC_ALL", "C");
  const auto said = run_process({"git", "rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir"}, how);
  if (!said) return {};
  if (said->status != 0) return {RepositoryHere::Kind::kNone, {}, {}, git_complaint(said->err)};
  const auto lines = split(said->out, '\n');
  if (lines.size() < 2 || lines[0].empty() || lines[1].empty()) return {};
  return {RepositoryHere::Kind::kFound, std::string(lines[0]), std::string(lines[1])};
}

std::optional<std::string> checked_out_branch(const RepositoryHere& here) {
  constexpr std::string_view kBranches = "ref: refs/heads/";
  const auto head = read_file(here.directory / "HEAD", 4096);
  if (!head || !head->starts_with(kBranches)) return std::nullopt;
  auto branch = std::string(trim_end(std::string_view(*head).substr(kBranches.size())));
  if (branch.empty() || branch == ".invalid") return std::nullopt;
  return branch;
}

}  // namespace lorelei::git
