// SPDX-License-Identifier: GPL-3.0-or-later
// Small files as they are in a commit: keyrings that are kept in git.
//
// One `git cat-file --batch` answers all questions about a repository, so that every kind of repository works that git
// reads: work trees and submodules, SHA-256, reftable. Trees are walked by us: a symbolic link is what the tree says is
// one (mode 120000), and it is followed only within the directory that was named, at most five in a row.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"

namespace lorelei::git {

inline constexpr std::size_t kMaxTreeFile = 8 << 20;  // an OpenPGP key with all that others certified
inline constexpr std::size_t kMaxTree = 16 << 20;     // some 300,000 entries
inline constexpr int kMaxLinks = 5;

struct TreeEntry {
  unsigned mode = 0;  // 040000 a directory, 120000 a link, 160000 another repository
  std::string name;
  std::string id;  // hexadecimal
};

class TreeFiles {
 public:
  // repository: its directory or that of its work tree; "": that of the current directory. Errors: kNotFound.
  static Result<TreeFiles> open(const std::string& repository);

  const std::string& git_directory() const;
  // The commit that a ref means, in hexadecimal digits; nothing if there is none. Errors: kUsage, it is no name of a
  // ref.
  Result<std::optional<std::string>> commit_of(std::string_view ref);
  // The file at path below directory in a commit; nothing if it is not there. Errors: kCorrupt: a link that leads out
  // of the directory or in a circle, something that is no file; kTooLarge.
  Result<std::optional<std::string>> file(const std::string& commit, std::string_view directory, std::string_view path);
  // All files below the directory: path and id. Errors: kTooLarge, more than 100,000.
  Result<std::vector<TreeEntry>> files_below(const std::string& commit, std::string_view directory);
  Result<std::string> blob(const std::string& id);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace lorelei::git
