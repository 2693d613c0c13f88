// SPDX-License-Identifier: GPL-3.0-or-later
// A bare repository, read: refs, ancestry, the history of a mail epoch, blobs by name.
//
// libgit2 is opened on first use (git/libgit2.hh), re-hashing of objects is off. Objects that vanish between two reads
// because somebody repacked are looked for once more after a refresh before kNotFound is returned.
//
// Mail epochs are chains: what asks for ancestry follows first parents in constant memory (lore's epochs have several
// 100,000 commits) and hands over to libgit2 only when it meets a merge. Refused with an error that says so:
// repositories with SHA-256 or reftable, shallow and partial clones.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "git/history.hh"
#include "git/object_id.hh"

namespace lorelei::git {

// What one commit of an epoch did: add the message blob ("m"), or take it away again ("d").
struct Change {
  enum class Kind { kAdd, kDelete };
  Kind kind = Kind::kAdd;
  ObjectId blob;
  ObjectId commit;
  std::int64_t author_time = 0, committer_time = 0;  // seconds since 1970; negative times are 0
};

class Repository {
 public:
  // path is the repository itself (bare) or a work tree's. Errors: kNotFound, kCorrupt, kFailed.
  static Result<Repository> open(const std::string& path);

  const std::string& path() const;
  // The commit that HEAD (or any other revision expression) means; nothing if the branch is not born yet.
  // Errors: kUsage for a revision that can't be read, kCorrupt for a damaged ref.
  Result<std::optional<ObjectId>> resolve(const std::string& revision = "HEAD") const;
  // A commit that is not there (any more) is nobody's ancestor and has no merge base.
  Result<bool> is_ancestor(const ObjectId& ancestor, const ObjectId& descendant) const;  // a commit is its own ancestor
  Result<std::optional<ObjectId>> merge_base(const ObjectId&, const ObjectId&) const;
  bool has_object(const ObjectId&) const;
  // What the commit's tree holds of a mail epoch. Errors: kCorrupt, kNotFound.
  Result<MailTree> mail_tree(const ObjectId& commit) const;

  // What one commit changed. Errors: kCorrupt, kNotFound.
  Result<std::vector<Change>> changes_of(const ObjectId& commit) const;

  // Visits what the commits changed that are reachable from tip but not from base, oldest first (first parents only:
  // epochs are linear). A change is an m or d that is another one than in the parent's tree: that is what `git log
  // --raw` prints and public-inbox reads; a commit that repeats its parent's message is none. Commits and trees are
  // read, blobs are not; memory is some 2 MiB however long the history. An error of visit ends the walk.
  Result<void> history(const std::optional<ObjectId>& base, const ObjectId& tip,
                       const std::function<Result<void>(const Change&)>& visit) const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

// Reads blobs; one for each thread.
class BlobReader {
 public:
  // directories: absolute object directories (".../objects"), newest first; their own alternates are followed.
  static Result<BlobReader> open(const std::vector<std::string>& object_directories);
  // Errors: kNotFound; kCorrupt if it can't be unpacked; kTooLarge over limit_bytes.
  Result<std::string> read(const ObjectId&, std::uint64_t limit_bytes = UINT64_MAX);
  Result<std::uint64_t> size(const ObjectId&);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace lorelei::git
