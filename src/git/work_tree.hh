// SPDX-License-Identifier: GPL-3.0-or-later
// The work tree that the current directory is in, for commands that move it from one commit to another.
//
// Nothing of the user's is lost: what is not committed, and any file in the way, tracked or ignored or not, is found
// before the first file is changed, and the index is locked by then. A kill leaves HEAD where it was or at the new
// commit; the files are at one, or between the two, which restore() mends.
//
// No process is started, unless the repository needs what libgit2 can't do (programs that filter contents, sparse
// checkouts, a split index): then `git read-tree -m -u` changes index and files.
#pragma once
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/env.hh"
#include "base/files.hh"
#include "git/config.hh"
#include "git/object_id.hh"
#include "git/objects.hh"

namespace lorelei::git {

class WorkTree {
 public:
  // Errors: kNotFound, no repository, or none with a work tree; kRefused, of a format that is not supported, or of
  // somebody whom git does not trust.
  static Result<WorkTree> here(const Env&);

  const fs::path& directory() const;         // its top
  const fs::path& git_directory() const;     // its own: HEAD, index, FETCH_HEAD
  const fs::path& common_directory() const;  // of all work trees: objects, refs
  const Objects& objects() const;
  const Config& config() const;

  Result<std::optional<ObjectId>> head() const;  // nothing: no commit yet
  // The commit that a revision expression means; nothing if there is none. Errors: kUsage.
  Result<std::optional<ObjectId>> resolve(const std::string& revision) const;
  Result<bool> is_ancestor(const ObjectId& ancestor, const ObjectId& descendant) const;  // a commit is its own
  std::string branch() const;  // "refs/heads/NAME"; empty: HEAD is a commit
  // What is half done and has to end first, in words: "a merge"; empty: nothing.
  std::string unfinished() const;
  // Tracked files that differ from HEAD, in the index or the tree; submodules not counted. At most this many.
  Result<std::vector<std::string>> changed_files(std::size_t limit) const;
  // The hook of that name, if there is a program; else an empty path.
  fs::path hook(std::string_view name) const;

  // The paths that differ between two commits. Errors: those of reading objects.
  Result<std::set<std::string>> differing_paths(const ObjectId&, const ObjectId&) const;
  // What changes from one commit to the other, as `git diff --full-index --no-renames` shows it, whatever the user has
  // set; no process. Errors: those of reading objects.
  Result<std::string> difference(const ObjectId& from, const ObjectId& to) const;
  // Whether advance() would find something in the way: a file where one is to be created, a lock of the index. Errors:
  // kConflict, with its name; kTemporary, somebody else has the index.
  Result<void> check_way(const ObjectId& from, const ObjectId& to, const std::set<std::string>& paths) const;
  // Index, files and branch, which are all at `from`, are at `to`. paths: all that differ. reflog: a line. Errors: as
  // check_way, and then nothing is changed; kConflict, the branch is not there any more.
  Result<void> advance(const ObjectId& from, const ObjectId& to, const std::set<std::string>& paths,
                       const std::string& reflog);
  // Index and files of these paths are as in `to`, whatever they were: those that `to` has not are removed. The branch
  // too, if it stands at `from`.
  Result<void> restore(const ObjectId& from, const ObjectId& to, const std::set<std::string>& paths,
                       const std::string& reflog);
  // The branch is at `to`, whose tree is that of `from`: nothing else is touched. What it was is kept as
  // refs/original/NAME. branch: "refs/heads/NAME". Errors: kConflict, it is not at `from`.
  Result<void> replace_branch(const std::string& branch, const ObjectId& from, const ObjectId& to,
                              const std::string& reflog);
  // The branch alone, with nothing kept; the same errors.
  Result<void> move_branch(const std::string& branch, const ObjectId& from, const ObjectId& to,
                           const std::string& reflog);
  // Creates it, or moves it from wherever it is. Errors: those of writing.
  Result<void> put_ref(const std::string& ref, const ObjectId&, const std::string& reflog);
  Result<std::optional<ObjectId>> ref(const std::string& name) const;  // what it points to; nothing: there is none
  Result<std::optional<ObjectId>> merge_base(const ObjectId&, const ObjectId&) const;
  // What the index has for a path; nothing: it has none.
  Result<std::optional<ObjectId>> staged(const std::string& path) const;
  // What `git merge FETCH_HEAD` will find; description: whence it is.
  Result<void> write_fetch_head(const ObjectId&, const std::string& description);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace lorelei::git
