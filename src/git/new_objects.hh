// SPDX-License-Identifier: GPL-3.0-or-later
// Objects that are made and read before a repository has them: what a series of patches would be is known without a
// trace of it. If it is wanted, they become one pack.
//
// What is read is looked for among the new ones first, then where the repository has its objects. Not for several
// threads at once.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/files.hh"
#include "git/object_id.hh"
#include "git/objects.hh"

namespace lorelei::git {

class NewObjects {
 public:
  explicit NewObjects(Objects below) : below_(std::move(below)) {}

  ObjectId add(ObjectType, std::string bytes);
  Result<Object> read(const ObjectId&, ObjectType) const;
  // As Objects::find, of either kind.
  Result<std::optional<ObjectId>> find(std::string_view first_digits) const;
  std::size_t count() const { return order_.size(); }

  // All that was added and is nowhere else, as a pack with its index in this object directory; nothing is written where
  // there is no such object. Durable when it returns. Source: gitformat-pack(5).
  Result<void> write_pack(const fs::path& object_directory);
  // The same, each by itself: for a handful. repository: its common directory.
  Result<void> write_loose(const fs::path& repository);

 private:
  Objects below_;
  std::unordered_map<ObjectId, Object, ObjectIdHash> added_;
  std::vector<ObjectId> order_;
};

}  // namespace lorelei::git
