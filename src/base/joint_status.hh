// SPDX-License-Identifier: GPL-3.0-or-later
// The exit status of a command that does one thing to several: 0 if all were done, 4 (incomplete) if some were, and the
// status of the first failure if none was.
#pragma once
#include "base/exit_code.hh"

namespace lorelei {

class JointStatus {
 public:
  void done() { any_done_ = true; }
  void failed(int status) {
    if (status_ == 0) status_ = status;
  }
  int status() const { return status_ != 0 && any_done_ ? static_cast<int>(ExitCode::kIncomplete) : status_; }

 private:
  bool any_done_ = false;
  int status_ = 0;
};

}  // namespace lorelei
