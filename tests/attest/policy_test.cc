// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/policy.hh"

#include <gtest/gtest.h>

namespace lorelei::attest {
namespace {

using Level = Policy::Level;

Verdict with(std::initializer_list<Outcome> outcomes) {
  Verdict verdict;
  for (const auto outcome : outcomes) {
    auto& one = verdict.signatures.emplace_back();
    one.outcome = outcome;
    one.identity = "zoe@example.org";
    one.is_of_other = outcome == Outcome::kGoodOtherFrom;
  }
  return verdict;
}
bool passes(Level level, std::initializer_list<Outcome> outcomes, std::vector<std::string> may_forward = {}) {
  Policy policy;
  policy.level = level;
  policy.may_forward = std::move(may_forward);
  return !objection(policy, with(outcomes), {});
}

TEST(Policy, NothingFailsBelowHardfail) {
  for (const auto level : {Level::kUnset, Level::kOff, Level::kCheck, Level::kSoftfail})
    for (int i = 0; i <= static_cast<int>(Outcome::kOtherIdentity); ++i)
      EXPECT_TRUE(passes(level, {static_cast<Outcome>(i)}));
}

TEST(Policy, HardfailTakesWhatIsMissingAndNothingBad) {
  for (const auto fine :
       {Outcome::kGood, Outcome::kGoodRelayed, Outcome::kUnsigned, Outcome::kNoKey, Outcome::kUnknownKey})
    EXPECT_TRUE(passes(Level::kHardfail, {fine})) << name_of(fine);
  for (const auto bad : {Outcome::kBadBody, Outcome::kBadSignature, Outcome::kMalformed, Outcome::kAmbiguous,
                         Outcome::kOtherIdentity, Outcome::kExpiredKey, Outcome::kFailed, Outcome::kGoodOtherFrom})
    EXPECT_FALSE(passes(Level::kHardfail, {bad})) << name_of(bad);
  EXPECT_FALSE(passes(Level::kHardfail, {Outcome::kGood, Outcome::kBadBody}));
  EXPECT_FALSE(passes(Level::kHardfail, {Outcome::kBadBody, Outcome::kGood}));
}

TEST(Policy, RequireWantsOneThatHolds) {
  EXPECT_TRUE(passes(Level::kRequire, {Outcome::kGood}));
  EXPECT_TRUE(passes(Level::kRequire, {Outcome::kNoKey, Outcome::kGood}));
  for (const auto none : {Outcome::kUnsigned, Outcome::kNoKey, Outcome::kUnknownKey, Outcome::kStale, Outcome::kFuture})
    EXPECT_FALSE(passes(Level::kRequire, {none})) << name_of(none);
}

TEST(Policy, NeitherTrimmedNorByGnupgAlone) {
  Policy require;
  require.level = Level::kRequire;
  auto verdict = with({Outcome::kGoodTrimmed});
  EXPECT_FALSE(objection(require, verdict, {}));
  verdict.signatures[0].is_of_other = true;
  EXPECT_TRUE(objection(require, verdict, {}));
  auto by_gnupg = with({Outcome::kGood});
  by_gnupg.signatures[0].key_source = kDefaultKeyring;
  EXPECT_TRUE(objection(require, by_gnupg, {}));
  require.level = Level::kHardfail;
  EXPECT_FALSE(objection(require, by_gnupg, {}));
}

TEST(Policy, WhoMayForward) {
  EXPECT_FALSE(passes(Level::kRequire, {Outcome::kGoodOtherFrom}));
  EXPECT_FALSE(passes(Level::kRequire, {Outcome::kGoodOtherFrom}, {"joe@example.org"}));
  EXPECT_TRUE(passes(Level::kRequire, {Outcome::kGoodOtherFrom}, {"ZOE@example.org"}));
  EXPECT_TRUE(passes(Level::kHardfail, {Outcome::kGoodOtherFrom}, {"zoe@example.org"}));
}

TEST(Policy, Names) {
  for (const auto* name : {"off", "check", "softfail", "hardfail", "require"})
    EXPECT_TRUE(policy_level_named(name)) << name;
  for (const auto* name : {"", "OFF", "hard"}) EXPECT_FALSE(policy_level_named(name)) << name;
}

}  // namespace
}  // namespace lorelei::attest
