// SPDX-License-Identifier: GPL-3.0-or-later
// The part of verify that is about git.
#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "archive/verify.hh"
#include "git/repository.hh"

namespace lorelei::archive {

void verify_layout(const Inbox&, Findings&);

// Called from the newest commit down; the change of a commit comes behind the commit.
struct EpochVisitor {
  std::function<void(const git::ObjectId&)> commit;
  std::function<void(const git::Change&)> change;
};
Result<void> verify_epoch(const Env&, const Epoch&, VerifyReport&, const VerifyInput&, const EpochVisitor&);

}  // namespace lorelei::archive
