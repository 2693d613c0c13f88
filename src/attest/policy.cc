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

// Of a key in the user's own GnuPG keyring nobody in the project has said whose it is.
bool is_introduced(const Signature& signature) { return !signature.key_source.starts_with(kDefaultKeyring); }

bool is_of_author(const Policy& policy, const Signature& signature) {
  return !signature.is_of_other || may_forward(policy, signature);
}

bool holds(const Policy& policy, const Signature& signature) {
  return is_good(signature.outcome) && is_of_author(policy, signature) &&
         (policy.level < Policy::Level::kRequire || is_introduced(signature));
}

std::string told(const Signature& signature) {
  if (is_good(signature.outcome) && !is_introduced(signature)) return "the key is in no keyring but your own of GnuPG";
  if (!signature.reason.empty() && signature.outcome != Outcome::kGoodTrimmed) return signature.reason;
  return signature.is_of_other ? "signed by " + signature.identity + ", who did not write it"
                               : name_of(signature.outcome);
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
  if (is_good(best.outcome) && !is_of_author(policy, best)) return told(best);
  if (std::any_of(verdict.signatures.begin(), verdict.signatures.end(),
                  [&](const Signature& one) { return holds(policy, one); }))
    return std::nullopt;
  if (policy.wants_known_signers && verdict.is_of_known_signer)
    return "no signature holds, and a keyring has a key of who wrote it";
  return policy.level < Policy::Level::kRequire ? bad_dkim(dkim) : told(best);
}

}  // namespace lorelei::attest
