// SPDX-License-Identifier: GPL-3.0-or-later
// Long output for reading goes through the pager that git would use: $GIT_PAGER, core.pager, $PAGER, less.
//
//   Pager pager(env);                     env.out now leads to it, if that was a terminal
//   print(env, ...);
//
// The object ends the output and waits until the user has left the pager. LESS=FRX and LV=-c are set unless they are.
#pragma once
#include <cstdio>
#include <optional>

#include "base/env.hh"
#include "base/process.hh"

namespace lorelei {

class Pager {
 public:
  explicit Pager(Env&);
  Pager(const Pager&) = delete;
  Pager& operator=(const Pager&) = delete;
  ~Pager();

 private:
  Env& env_;
  std::FILE* before_;
  std::optional<Process> process_;
};

}  // namespace lorelei
