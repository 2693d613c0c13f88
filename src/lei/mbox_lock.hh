// SPDX-License-Identifier: GPL-3.0-or-later
// How an mbox is locked while it is written, as mail programs do it: METHOD[,METHOD...]
//
//   dotlock         PATH.lock, created exclusively. In the first line is the number of the process, as others write it,
//                   in the second our tag (base/leftovers.hh). It is a dead program's if the tag says so, or if nobody
//                   can tell and it was not touched for five minutes
//   fcntl, flock    of the open file
//   none
//   timeout=SECONDS (5), delay=SECONDS (0.1)       how long to try, and how often
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/files.hh"
#include "base/result.hh"

namespace lorelei::lei {

// Whether the mbox has a dotlock of a program that is dead.
bool has_stale_dotlock(const fs::path& mbox);

class MboxLock {
 public:
  struct Methods {
    bool dotlock = true, fcntl = true, flock = false;
    double timeout = 5, delay = 0.1;
  };
  // Errors: kUsage. Without words: fcntl and dotlock.
  static Result<Methods> parse(const std::vector<std::string>& words);
  // fd: the open mbox, -1 if there is none yet. Errors: kTemporary.
  static Result<MboxLock> take(const fs::path&, int fd, const Methods&);
  // The locks of an open file alone: of one that is to take the place of the other.
  static Result<void> lock_file(const fs::path&, int fd, const Methods&);
  // While it is held for long: other programs take a dotlock for forgotten that is old.
  void touch() const;
  MboxLock(MboxLock&& other) noexcept
      : dotfile_(std::exchange(other.dotfile_, {})), content_(std::move(other.content_)) {}
  MboxLock& operator=(MboxLock&&) = delete;
  ~MboxLock();

 private:
  bool has_dotfile() const;  // it is still ours
  explicit MboxLock(fs::path dotfile) : dotfile_(std::move(dotfile)) {}
  fs::path dotfile_;
  std::string content_;  // of the dotfile
};

}  // namespace lorelei::lei
