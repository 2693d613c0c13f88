// SPDX-License-Identifier: GPL-3.0-or-later
// What a project makes of signatures. The outcomes are what they are; a policy says which of them may not be.
//
//   off        nothing is looked at
//   check      signatures are shown; none may be missing or bad without being told, nothing fails
//   softfail   the same, and keys that are missing are shown too
//   hardfail   a signature that does not hold fails
//   require    each message needs a signature that holds, by a known key of who wrote it, made when it was sent
//
// The first four are b4's. hardfail lets an unsigned message pass, because whoever strips the header would otherwise
// be stopped by none of them; require does not.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "attest/dkim.hh"
#include "attest/verify.hh"

namespace lorelei::attest {

struct Policy {
  enum class Level { kUnset, kOff, kCheck, kSoftfail, kHardfail, kRequire };
  Level level = Level::kUnset;
  std::int64_t staleness_days = 30;
  bool wants_known_signers = false;      // from hardfail on: no unsigned mail of who has a key in a keyring
  std::vector<std::string> may_forward;  // identities that may sign what others wrote

  bool enforces_time() const { return level == Level::kRequire; }
};
std::optional<Policy::Level> policy_level_named(std::string_view);

// Why a message does not pass; nothing if it does.
// dkim: what was found if it was looked for. It counts where no developer's signature holds: one of the author's domain
// that passes outweighs others, and without it one that is bad fails the message, from hardfail on.
std::optional<std::string> objection(const Policy&, const Verdict&, const std::vector<DkimResult>& dkim);

}  // namespace lorelei::attest
