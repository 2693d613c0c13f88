// SPDX-License-Identifier: GPL-3.0-or-later
// Keys that a series brings along itself. A branch that has it applied has them in its keyring, too; they say nothing
// of the series.
#pragma once
#include <set>
#include <string>

#include "attest/verify.hh"

namespace lorelei::attest {

class OwnKeys {
 public:
  // The patches of a series in their order. A signature by a key whose file one of them so far has touched has no key.
  void judge(Verdict&);

 private:
  std::set<std::string, std::less<>> touched_;  // paths, from the top of the tree
};

}  // namespace lorelei::attest
