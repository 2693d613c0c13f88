// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/epoch_clone.hh"

#include <signal.h>

#include <algorithm>

#include "base/progress.hh"
#include "base/text.hh"
#include "git/program.hh"
#include "git/repository.hh"

namespace lorelei::archive {

namespace {

using Kind = Error::Kind;

// With git's own progress on our terminal. Its complaint is on the terminal too, then.
Result<void> run_visibly(const Env& env, const std::vector<std::string>& arguments, const std::string& subject) {
  clear_progress_line(env);
  TRY(Process process, Process::start(git::git_argv("", arguments), {Stream::kNull, Stream::kNull, Stream::kInherit},
                                      git::git_options()));
  TRY(const int status, process.wait());
  if (env.stop_requested() || status == 128 + SIGINT || status == 128 + SIGTERM)
    return err(Kind::kCancelled, "clone", subject, "it was stopped");
  if (status != 0) return err(Kind::kFailed, "clone", subject, "git could not; what it says is above");
  return {};
}

}  // namespace

Result<void> clone_repository(const Env& env, const EpochSource& source, const fs::path& target, Talk talk) {
  const bool visible = env.err_is_terminal && talk == Talk::kNormal;
  // Mail comes as one or a few packs, so a lost power supply must not leave refs without them.
  const std::vector<std::string> arguments = {
      "-c", "core.fsync=all", "clone",        "--mirror", visible ? "--progress" : "--quiet",
      "--", source.url,       target.string()};
  if (visible) {
    TRY_VOID(run_visibly(env, arguments, source.url));
  } else {
    TRY([[maybe_unused]] const auto out, git::run_git("", arguments, "clone", source.url, env.cancelled));
  }
  return {};
}

Result<void> clone_epoch(const Env& env, const EpochSource& source, const fs::path& target, Talk talk) {
  TRY_VOID(clone_repository(env, source, target, talk));
  TRY_VOID(check_epoch(target.string()));
  return note_upstream(target.string());
}

constexpr const char* kUpstreamFile = "lorelei-fetched";

Result<void> note_upstream(const std::string& path) {
  TRY(const auto repository, git::Repository::open(path));
  TRY(const auto tip, repository.resolve());
  const auto text = tip ? tip->hex() + "\n" : std::string();
  const auto file = fs::path(path) / kUpstreamFile;
  const auto before = read_file(file);
  return before && *before == text ? Result<void>() : replace_file(file, text);
}

std::optional<git::ObjectId> noted_upstream(const std::string& path) {
  const auto text = read_file(fs::path(path) / kUpstreamFile);
  return text ? git::ObjectId::parse(trim(*text)) : std::nullopt;
}

bool has_version1_mail(const std::string& repository) {
  const auto listed = git::run_git(repository, {"ls-tree", "-d", "--name-only", "HEAD"}, "look into", repository);
  if (!listed) return false;  // no commit
  const auto names = split_words(*listed);
  return std::any_of(names.begin(), names.end(), [](std::string_view name) {
    return name.size() == 2 && name.find_first_not_of("0123456789abcdef") == name.npos;
  });
}

Result<void> check_epoch(const std::string& path) {
  TRY(const auto repository, git::Repository::open(path));
  TRY(auto tip, repository.resolve());
  if (!tip) {
    TRY(const auto listed,
        git::run_git(path, {"for-each-ref", "--format=%(refname)", "refs/heads"}, "list the branches of", path));
    const auto branches = split_words(listed);
    if (branches.empty()) return {};
    if (branches.size() > 1)
      return err(Kind::kRefused, "use the epoch", path, "its HEAD names no branch, and it has several",
                 "git -C " + path + " symbolic-ref HEAD refs/heads/BRANCH");
    TRY([[maybe_unused]] const auto out,
        git::run_git(path, {"symbolic-ref", "HEAD", std::string(branches.front())}, "set HEAD of", path));
    TRY(tip, repository.resolve());
    if (!tip) return {};
  }
  TRY(const auto tree, repository.mail_tree(*tip));
  if (!tree.added && !tree.deleted && has_version1_mail(path))
    return err(Kind::kRefused, "use the epoch", path, "it is an archive of version 1",
               "lorelei add-external DIR --mirror URL copies one, to be searched");
  if (!tree.added && !tree.deleted)
    return err(Kind::kRefused, "use the epoch", path, "it holds no mail: its newest commit has neither a file m nor d",
               "name an epoch of a public-inbox version 2 archive");
  return {};
}

}  // namespace lorelei::archive
