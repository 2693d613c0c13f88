// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/copy.hh"

#include <algorithm>

#include "archive/epoch_clone.hh"
#include "archive/epoch_range.hh"
#include "archive/inbox.hh"
#include "archive/settings.hh"
#include "base/text.hh"
#include "git/program.hh"

namespace lorelei::archive {

namespace {

using Kind = Layout::Kind;

std::string without_slashes(std::string text) {
  while (text.size() > 1 && text.back() == '/') text.pop_back();
  return text;
}

// Directories of the first two digits of a SHA-1.
Result<bool> has_version1_tree(const std::string& repository) {
  const auto listed = git::run_git(repository, {"ls-tree", "-d", "--name-only", "HEAD"}, "look into", repository);
  if (!listed) return false;  // no commit
  const auto names = split_words(*listed);
  return std::any_of(names.begin(), names.end(), [](std::string_view name) {
    return name.size() == 2 && name.find_first_not_of("0123456789abcdef") == name.npos;
  });
}

Result<Layout> copy_epochs(const Env& env, const std::vector<EpochSource>& epochs, const fs::path& dir, Talk talk) {
  TRY(auto branch, default_branch(env));
  TRY(auto inbox, Inbox::create(dir, {"", std::move(branch), Inbox::FirstEpoch::kNone}));
  const auto made = dir.parent_path() / "epoch";
  for (const auto& epoch : epochs) {
    if (env.stop_requested()) return err(Error::Kind::kCancelled, "clone", epoch.url, "it was stopped");
    TRY_VOID(clone_epoch(env, epoch, made, talk));
    TRY_VOID(inbox.adopt_epoch(made, epoch.number));
  }
  return Layout{Kind::kVersion2, dir};
}

Result<Layout> copy_repository(const Env& env, const EpochSource& source, const fs::path& dir,
                               const CopyOptions& options) {
  const auto made = dir.parent_path() / "epoch";
  TRY_VOID(clone_repository(env, source, made, options.talk));
  TRY(const bool is_version1, has_version1_tree(made.string()));
  if (options.version.value_or(is_version1 ? Kind::kVersion1 : Kind::kVersion2) == Kind::kVersion1) {
    if (!is_version1)
      return err(Error::Kind::kRefused, "clone", source.url, "it holds no mail of an archive of version 1");
    std::error_code why;
    fs::rename(made, dir, why);
    if (why) return err_errno(why.value(), "clone to", dir.string());
    return Layout{Kind::kVersion1, dir};
  }
  TRY_VOID(check_epoch(made.string()));
  TRY(auto branch, default_branch(env));
  TRY(auto inbox, Inbox::create(dir, {"", std::move(branch), Inbox::FirstEpoch::kNone}));
  TRY_VOID(inbox.adopt_epoch(made, source.number));
  return Layout{Kind::kVersion2, dir};
}

}  // namespace

Result<Layout> copy_archive(const Env& env, const std::string& source, const fs::path& dir,
                            const CopyOptions& options) {
  const auto itself = without_slashes(source);
  std::vector<EpochSource> epochs = {{0, itself}};
  const auto here = is_remote_url(source) ? std::nullopt : find_layout(itself);
  const auto known = here && here->kind == Kind::kVersion1 ? std::optional(here->kind) : options.version;
  if (known != Kind::kVersion1) {
    TRY(epochs, find_epochs(env, source));
  }
  const bool is_numbered = epochs.size() > 1 || epochs.front().url != itself;
  if (options.epochs && !is_numbered)
    return err(Error::Kind::kUsage, "clone", source, "it has no numbered epochs, --epoch is not supported");
  if (!is_numbered) return copy_repository(env, epochs.front(), dir, options);
  if (options.epochs) {
    TRY(epochs, in_epoch_range(epochs, *options.epochs));
  }
  return copy_epochs(env, epochs, dir, options.talk);
}

}  // namespace lorelei::archive
