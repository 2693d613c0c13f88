// SPDX-License-Identifier: GPL-3.0-or-later
// What the commands about signatures share: patatt's options, and talk in its form.
#pragma once
#include <string>
#include <vector>

#include "base/command.hh"

namespace lorelei::cmd {

struct AttestOptions {
  std::string section;  // of [patatt "NAME"]
  unsigned verbose = 0;
  bool is_debug = false;  // as patatt has it; we say the same as with verbose
};
void add_attest_rows(std::vector<Option>&, AttestOptions&);
// patatt says all on standard error, whatever is asked; ours says results on standard output.
bool is_patatt(const Args&);

}  // namespace lorelei::cmd
