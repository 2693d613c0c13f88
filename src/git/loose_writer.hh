// SPDX-License-Identifier: GPL-3.0-or-later
// A few objects and the branch that leads to them, written without a process. For many, `git fast-import` is faster:
// it packs them.
//
//   objects    objects/XX/YY..., deflated; a killed writer leaves tmp_obj_ files, which git gc removes
//   branch     by its file, under git's own lock of it, only if it stands where it is said to stand
//
// Source: gitformat-loose(5), git-update-ref(1).
#pragma once
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/deflate.hh"
#include "base/files.hh"
#include "git/object_id.hh"
#include "git/objects.hh"

namespace lorelei::git {

// Whether a repository keeps its objects and refs as every git does, for this user alone: no extensions, not shared.
bool is_plain_repository(const fs::path& repository);

class LooseWriter {
 public:
  explicit LooseWriter(fs::path repository) : repository_(std::move(repository)) {}
  ~LooseWriter();  // what was not synced is gone
  LooseWriter(const LooseWriter&) = delete;
  LooseWriter& operator=(const LooseWriter&) = delete;

  // Not durable, and in nobody's sight, before sync() or move_branch().
  Result<ObjectId> add(ObjectType, std::string_view bytes);
  Result<void> sync();
  // All that was added is durable, then the branch (refs/heads/NAME) is at the commit. before: where it is now;
  // nothing: not born. Errors: kConflict, it is elsewhere; kTemporary, somebody else writes it.
  Result<void> move_branch(const std::string& branch, const std::optional<ObjectId>& before, const ObjectId& commit);

 private:
  // An object that has its bytes and not yet its name.
  struct Unnamed {
    Fd fd;
    fs::path temporary, path;
  };
  Result<void> give_names();
  Result<void> check_branch(const std::string& branch, const std::optional<ObjectId>& before) const;

  fs::path repository_;
  std::vector<Unnamed> unnamed_;  // they are made durable together: what files share is written once
  Deflater deflater_{Deflater::Form::kZlib};
  std::set<fs::path> touched_;  // directories
};

// info/refs, which servers of plain files show: the line of the branch is now that of the commit. False: there is no
// such line, `git update-server-info` has to write it.
bool update_server_info(const fs::path& repository, const std::string& branch, const ObjectId& before,
                        const ObjectId& commit);

}  // namespace lorelei::git
