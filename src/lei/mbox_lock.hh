// SPDX-License-Identifier: GPL-3.0-or-later
// How an mbox is locked while it is written, as mail programs do it: METHOD[,METHOD...]
//
//   dotlock         PATH.lock, created exclusively; it is a dead program's if it is five minutes old, or names a
//   process
//                   (its number in the first line, as others do; our tag of base/leftovers.hh in the second) that is
//                   gone
//   fcntl, flock    of the open file
//   none
//   timeout=SECONDS (5), delay=SECONDS (0.1)       how long to try, and how often
#pragma once
#include <string>
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
  MboxLock(MboxLock&& other) noexcept : dotfile_(std::exchange(other.dotfile_, {})) {}
  MboxLock& operator=(MboxLock&&) = delete;
  ~MboxLock();

 private:
  explicit MboxLock(fs::path dotfile) : dotfile_(std::move(dotfile)) {}
  fs::path dotfile_;
};

}  // namespace lorelei::lei
