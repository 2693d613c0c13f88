// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/policy.hh"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.hh"

namespace lorelei::attest {

namespace {

constexpr std::array<std::string_view, 6> kLevels = {"", "off", "check", "softfail", "hardfail", "require"};

bool may_forward(const Policy& policy, const Signature& signature) {
  return std::any_of(policy.may_forward.begin(), policy.may_forward.end(),
                     [&](const std::string& one) { return equal_ignore_case(one, signature.identity); });
}

bool holds(const Policy& policy, const Signature& signature) {
  return signature.outcome == Outcome::kGood || signature.outcome == Outcome::kGoodRelayed ||
         signature.outcome == Outcome::kGoodTrimmed ||
         (signature.outcome == Outcome::kGoodOtherFrom && may_forward(policy, signature));
}

std::string told(const Signature& signature) {
  return signature.reason.empty() ? name_of(signature.outcome) : signature.reason;
}

std::optional<std::string> bad_dkim(const std::vector<DkimResult>& results) {
  std::optional<std::string> bad;
  for (const auto& one : results) {
    if (one.outcome == DkimOutcome::kPass) return std::nullopt;
    if (one.outcome == DkimOutcome::kBadBody || one.outcome == DkimOutcome::kBadHeader)
      bad = fmt::format("DKIM of {}: {}", one.signature.domain, one.reason);
  }
  return bad;
}

}  // namespace

std::optional<Policy::Level> policy_level_named(std::string_view name) {
  const auto found = std::find(kLevels.begin() + 1, kLevels.end(), name);
  if (found == kLevels.end()) return std::nullopt;
  return static_cast<Policy::Level>(found - kLevels.begin());
}

std::optional<std::string> objection(const Policy& policy, const Verdict& verdict,
                                     const std::vector<DkimResult>& dkim) {
  if (policy.level < Policy::Level::kHardfail) return std::nullopt;
  // One that does not hold fails the message, whatever else it carries.
  for (const auto& signature : verdict.signatures)
    if (patatt_status(signature.outcome) > patatt_status(Outcome::kNoKey)) return told(signature);
  const auto& best = verdict.best();
  if (best.outcome == Outcome::kGoodOtherFrom && !holds(policy, best)) return told(best);
  if (std::any_of(verdict.signatures.begin(), verdict.signatures.end(),
                  [&](const Signature& one) { return holds(policy, one); }))
    return std::nullopt;
  return policy.level < Policy::Level::kRequire ? bad_dkim(dkim) : told(best);
}

}  // namespace lorelei::attest
