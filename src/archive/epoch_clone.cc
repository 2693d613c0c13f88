// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/epoch_clone.hh"

#include <signal.h>

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
  return check_epoch(target.string());
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
  if (!tree.added && !tree.deleted)
    return err(Kind::kRefused, "use the epoch", path, "it holds no mail: its newest commit has neither a file m nor d",
               "name an epoch of a public-inbox version 2 archive");
  return {};
}

}  // namespace lorelei::archive
