// SPDX-License-Identifier: GPL-3.0-or-later
// A bare repository, read: refs, ancestry, the history of a mail epoch, blobs by name.
//
// libgit2 is opened on first use (git/libgit2.hh), re-hashing of objects is off. Objects that vanish between two reads
// because somebody repacked are looked for once more after a refresh before kNotFound is returned.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "git/object_id.hh"

struct git_odb;
struct git_repository;

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
  Result<std::optional<ObjectId>> resolve(const std::string& revision = "HEAD") const;
  Result<bool> is_ancestor(const ObjectId& ancestor, const ObjectId& descendant) const;  // a commit is its own ancestor
  Result<std::optional<ObjectId>> merge_base(const ObjectId&, const ObjectId&) const;
  bool has_object(const ObjectId&) const;

  // Visits the commits reachable from tip but not from base, oldest first (first parents only: epochs are linear).
  // A commit whose tree holds neither m nor d is skipped. The walk reads headers of commits and trees only.
  Result<void> history(const std::optional<ObjectId>& base, const ObjectId& tip,
                       const std::function<Result<void>(const Change&)>& visit) const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

// Reads blobs; one for each thread.
class BlobReader {
 public:
  // directories: object directories (".../objects"), newest first.
  static Result<BlobReader> open(const std::vector<std::string>& object_directories);
  // Errors: kNotFound; kCorrupt if it can't be unpacked; kTooLarge over limit_bytes.
  Result<std::string> read(const ObjectId&, std::uint64_t limit_bytes = UINT64_MAX);
  Result<std::uint64_t> size(const ObjectId&);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace lorelei::git
