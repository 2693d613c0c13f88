// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/branch_rewrite.hh"

#include <fmt/core.h>

#include "base/process.hh"
#include "base/text.hh"
#include "git/commit_text.hh"
#include "git/config.hh"
#include "git/program.hh"
#include "workflow/apply_series.hh"

namespace lorelei::workflow {

namespace {

using Kind = Error::Kind;
using Say = std::function<void(const std::string&)>;

// A command of the user's own configuration; "" if none is set. What came with the tree is not asked.
std::string command_of(const git::Config& config, const char* key) {
  const auto* entry = config.find(key);
  return entry && entry->value ? *entry->value : "";
}

Result<int> run_with(const Argv& argv, const std::string& input, const fs::path& directory) {
  auto options = git::git_options_for_user();
  options.directory = directory;
  TRY(auto process, Process::start(argv, {Stream::kPipe, Stream::kInherit, Stream::kInherit}, options));
  (void)process.write(input);  // a hook need not read it
  process.close_input();
  return process.wait();
}

bool has_notes(const git::WorkTree& tree) {
  std::error_code failed;
  const auto& common = tree.common_directory();
  if (fs::exists(common / "refs" / "notes", failed)) return true;
  const auto packed = read_file(common / "packed-refs");
  return packed && packed->find(" refs/notes/") != std::string::npos;
}

void copy_notes(const git::WorkTree& tree, const std::string& pairs, const Say& say) {
  if (!has_notes(tree)) return;
  const auto refs = git::run_git(tree.common_directory(), {"for-each-ref", "--format=%(refname)", "refs/notes"},
                                 "list the notes of", tree.directory());
  if (!refs) return say(to_text(refs.error()));
  for (const auto ref : split(*refs, '\n')) {
    if (ref.empty()) continue;
    RunOptions how;
    how.process = git::git_options();
    how.input = pairs;
    const auto done = run_process(
        git::git_argv(tree.common_directory(), {"notes", "--ref=" + std::string(ref), "copy", "--force", "--stdin"}),
        how);
    if (!done || done->status != 0)
      say(fmt::format("The notes of {} stay with the old commits: {}", printable(ref),
                      done ? git::git_complaint(done->err) : to_text(done.error())));
  }
}

}  // namespace

Result<git::Rewrite> rewrite_as_me(const Env& env, const git::WorkTree& tree) {
  git::Rewrite wishes;
  TRY(wishes.committer, committer_line(env, tree.config()));
  wishes.own_address = git::address_in_ident(wishes.committer);
  TRY(wishes.sign, git::commit_signer(env, tree.config(), tree.directory(), wishes.committer));
  return wishes;
}

Result<void> replace_commits(const Env&, git::WorkTree& tree, const std::string& branch, const git::ObjectId& old_tip,
                             git::NewObjects& objects, const git::Rewritten& rewritten, const std::string& reflog,
                             const Say& say) {
  if (rewritten.tip == old_tip || rewritten.tip == git::ObjectId()) return {};
  if (const auto before = command_of(tree.config(), "b4.prep-pre-rewrite-hook"); !before.empty()) {
    TRY(const int status, run_with({"sh", "-c", before + " \"$@\"", before, branch}, "", tree.directory()));
    if (status != 0)
      return err(Kind::kRefused, "rewrite", branch, fmt::format("b4.prep-pre-rewrite-hook ended with {}", status),
                 "what it says");
  }
  TRY_VOID(objects.write_loose(tree.common_directory()));
  std::string pairs;
  for (const auto& [from, to] : rewritten.commits) pairs += fmt::format("{} {}\n", from.hex(), to.hex());
  copy_notes(tree, pairs, say);
  TRY_VOID(tree.replace_branch(branch, old_tip, rewritten.tip, reflog));
  if (const auto hook = tree.hook("post-rewrite"); !hook.empty()) {
    const auto status = run_with({hook.string(), "rebase"}, pairs, tree.directory());
    if (!status || *status != 0) say("The hook post-rewrite failed; the branch is rewritten");
  }
  if (const auto after = command_of(tree.config(), "b4.prep-post-rewrite-hook"); !after.empty()) {
    const auto status = run_with({"sh", "-c", after + " \"$@\"", after, branch}, pairs, tree.directory());
    if (!status || *status != 0) say("b4.prep-post-rewrite-hook failed; the branch is rewritten");
  }
  if (rewritten.lost_signatures) say("The signatures of rewritten commits are gone: they do not fit any more");
  return {};
}

}  // namespace lorelei::workflow
