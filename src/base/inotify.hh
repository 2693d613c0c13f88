// SPDX-License-Identifier: GPL-3.0-or-later
// What changes in directories, told by the kernel: a descriptor for poll(2), and names of files.
//
//   TRY(auto changes, Inotify::create());
//   changes.watch("/srv/inbox", Inotify::kWritten);
//   poll(...changes.fd()...);
//   TRY(const auto news, changes.read());           news[i]: directory, name
//
// Only this machine's changes are told, not those of others on a file system that is shared. A directory that goes and
// comes again has to be watched again.
#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/files.hh"
#include "base/result.hh"

namespace lorelei {

class Inotify {
 public:
  static constexpr std::uint32_t kWritten = 1;  // a file's bytes
  static constexpr std::uint32_t kPlaced = 2;   // a file or directory was made here, moved here, written and closed
  static constexpr std::uint32_t kGone = 4;     // one was removed or moved away

  struct Change {
    std::string directory;
    std::string name;  // of a file in it; empty: of the directory itself, or too much happened to be told one by one
  };

  // Errors: kFailed, the kernel has none left.
  static Result<Inotify> create();

  int fd() const { return fd_.get(); }
  // what: of the above. Again for the same directory: replaces. Errors: kNotFound; kFailed
  // (fs.inotify.max_user_watches).
  Result<void> watch(const std::string& directory, std::uint32_t what);
  // These and no others.
  void keep_only(const std::set<std::string>& directories);
  // What happened since, each once, without waiting. After an overflow: one Change for each directory, without a name.
  Result<std::vector<Change>> read();

 private:
  explicit Inotify(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
  std::map<int, std::set<std::string>> directories_;  // by number; one directory may have several names
  std::map<std::string, int> numbers_;
};

}  // namespace lorelei
