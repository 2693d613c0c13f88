// SPDX-License-Identifier: GPL-3.0-or-later
// A tree with some paths changed: only the directories on their way are read, and written anew.
//
// Paths are relative, with "/" between names, and without empty ones; who hands one in that came from elsewhere has
// checked it. A directory that loses its last entry goes.
#pragma once
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "git/new_objects.hh"

namespace lorelei::git {

inline constexpr unsigned kModeFile = 0100644, kModeProgram = 0100755, kModeLink = 0120000, kModeModule = 0160000,
                          kModeDirectory = 040000;
inline constexpr int kMaxDirectoryDepth = 256;  // names in a path

class TreeEdit {
 public:
  // objects must outlive it; new trees go there.
  TreeEdit(NewObjects& objects, const ObjectId& tree);
  ~TreeEdit();
  TreeEdit(TreeEdit&&) noexcept;
  TreeEdit& operator=(TreeEdit&&) noexcept;

  struct Entry {
    unsigned mode = kModeFile;
    ObjectId id;
    bool operator==(const Entry&) const = default;
  };
  // Nothing if nothing is there. Errors: kCorrupt, a tree makes no sense; kTooLarge, the path is too deep.
  Result<std::optional<Entry>> find(std::string_view path);
  // Errors: also kConflict, a part of the path is a file, or the path is a directory.
  Result<void> put(std::string_view path, const Entry&);
  Result<void> remove(std::string_view path);  // what is not there stays so
  // What is in the directory ("" the top), by name. Errors: kNotFound, it is none.
  Result<std::vector<std::pair<std::string, Entry>>> entries_of(std::string_view directory);
  // The tree as it is now.
  Result<ObjectId> write();

 private:
  struct Directory;
  struct Place;
  Result<Place> place_of(std::string_view path, bool creates);

  NewObjects* objects_;
  std::unique_ptr<Directory> root_;
};

// The paths of files that are in one of the trees, or in both with other contents or modes. Errors: those of reading.
Result<std::set<std::string>> differing_paths(const Objects&, const ObjectId& tree, const ObjectId& other);

}  // namespace lorelei::git
