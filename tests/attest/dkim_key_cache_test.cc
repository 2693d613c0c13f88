// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/dkim_key_cache.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/files.hh"
#include "tests/attest/dkim_samples.hh"
#include "tests/fake_env.hh"

namespace lorelei::attest {
namespace {

using net::TxtAnswer;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t kDay = 86'400;
constexpr auto kName = "ed._domainkey.example.org";

class DkimKeyCacheTest : public testing::Test {
 protected:
  void SetUp() override {
    auto made = TempDir::create(testing::TempDir(), "keys");
    ASSERT_TRUE(made);
    directory_ = std::make_unique<TempDir>(*std::move(made));
  }
  fs::path path() const { return directory_->path() / "lorelei" / "dkim-keys.sqlite3"; }
  DkimKeyCache open() {
    auto cache = DkimKeyCache::open(path());
    EXPECT_TRUE(cache) << to_text(cache.error());
    return *std::move(cache);
  }
  static std::vector<std::string> texts(DkimKeyCache& cache, const std::string& name, std::int64_t arrived) {
    std::vector<std::string> out;
    const auto records = cache.known(name, arrived);
    EXPECT_TRUE(records);
    for (const auto& record : *records) out.push_back(record.text);
    return out;
  }
  std::unique_ptr<TempDir> directory_;
};

TEST_F(DkimKeyCacheTest, LiesAmongTheUsersDataForTheUserAlone) {
  FakeEnv env;
  env.variables["XDG_DATA_HOME"] = directory_->path();
  EXPECT_EQ(dkim_key_cache_path(env.env), path());
  open();
  struct stat status {};
  ASSERT_EQ(::stat(path().parent_path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
}

TEST_F(DkimKeyCacheTest, RemembersSeveralRecordsOfANameAcrossRuns) {
  {
    auto cache = open();
    ASSERT_TRUE(cache.remember(kName, "p=old", KeySource::kDns, 100 * kDay));
    ASSERT_TRUE(cache.remember(kName, "p=old", KeySource::kDnssec, 200 * kDay));
    ASSERT_TRUE(cache.remember("ED._domainkey.Example.org.", "p=new", KeySource::kDns, 400 * kDay));
  }
  auto cache = open();
  const auto records = cache.known("Ed._domainkey.example.ORG", 150 * kDay);
  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), 2U);
  EXPECT_EQ((*records)[0].text, "p=new");
  EXPECT_EQ((*records)[1].text, "p=old");
  EXPECT_EQ((*records)[1].source, KeySource::kDnssec);
  EXPECT_EQ((*records)[1].first_seen, 100 * kDay);
  EXPECT_EQ((*records)[1].last_seen, 200 * kDay);
  EXPECT_THAT(texts(cache, "other._domainkey.example.org", 0), ElementsAre());
}

TEST_F(DkimKeyCacheTest, AKeyThatIsGoneIsNotForLaterMail) {
  auto cache = open();
  ASSERT_TRUE(cache.remember(kName, "p=gone", KeySource::kDns, 200 * kDay));
  EXPECT_THAT(texts(cache, kName, 0), ElementsAre("p=gone"));
  EXPECT_THAT(texts(cache, kName, 200 * kDay + kKeyReach), ElementsAre("p=gone"));
  EXPECT_THAT(texts(cache, kName, 200 * kDay + kKeyReach + 1), ElementsAre());
}

TEST_F(DkimKeyCacheTest, ImportsPlainText) {
  auto cache = open();
  const auto taken =
      cache.import("# keys\n\ned._domainkey.example.org\tv=DKIM1; p=\r\n  # more\nA.example.\t p=AAAA \n", 7);
  ASSERT_TRUE(taken) << to_text(taken.error());
  EXPECT_EQ(taken->lines, 2U);
  EXPECT_EQ(taken->fresh, 2U);
  EXPECT_THAT(texts(cache, kName, 9'000 * kDay), ElementsAre("v=DKIM1; p="));
  EXPECT_THAT(texts(cache, "a.example", 9'000 * kDay), ElementsAre("p=AAAA"));
  EXPECT_EQ(cache.import("", 7)->lines, 0U);
}

TEST_F(DkimKeyCacheTest, ABadLineIsNamedAndNothingIsTaken) {
  auto cache = open();
  for (const std::string line :
       {"a.example p=AAAA", "a b\tp=AAAA", "a.example\tv=spf1 -all", "a.example\t", "\tp=AAAA"}) {
    SCOPED_TRACE(line);
    const auto taken = cache.import("b.example\tp=AAAA\n" + line + "\n", 7);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().kind, Error::Kind::kCorrupt);
    EXPECT_EQ(taken.error().subject, "line 2");
  }
  EXPECT_THAT(texts(cache, "b.example", 0), ElementsAre());
}

TEST_F(DkimKeyCacheTest, WhatIsNoDatabaseIsAnError) {
  open();
  ASSERT_TRUE(replace_file(path(), std::string(8'192, 'x'), Sync::kNo));
  EXPECT_FALSE(DkimKeyCache::open(path()));
}

// ---- together with the network ----

TxtAnswer found(std::vector<std::string> records, TxtAnswer::Security security = TxtAnswer::Security::kInsecure) {
  return {TxtAnswer::State::kFound, security, std::move(records), ""};
}

TEST(DkimAnswer, WhatTheNetworkSays) {
  using State = DkimKeyAnswer::State;
  struct {
    TxtAnswer txt;
    State state;
  } cases[] = {
      {found({"v=DKIM1; p=AAAA"}), State::kFound},
      {found({"v=spf1 -all", "v=DKIM1; p=AAAA", "hello"}), State::kFound},
      {found({"v=DKIM1; p=AAAA", "v=DKIM1; p=AAAA"}), State::kFound},
      {found({"v=DKIM1; p=AAAA", "v=DKIM1; p=BBBB"}), State::kAmbiguous},
      {found({"v=spf1 -all"}), State::kNone},
      {{TxtAnswer::State::kNoName, TxtAnswer::Security::kInsecure, {}, "none"}, State::kNone},
      {{TxtAnswer::State::kNoData, TxtAnswer::Security::kSecure, {}, "none"}, State::kNone},
      {{TxtAnswer::State::kUnavailable, TxtAnswer::Security::kInsecure, {}, "late"}, State::kUnavailable},
      {found({"v=DKIM1; p=AAAA"}, TxtAnswer::Security::kBogus), State::kUnavailable},
  };
  for (const auto& one : cases) {
    const auto answer = dkim_answer(one.txt, 42);
    EXPECT_EQ(answer.state, one.state) << answer.reason;
    EXPECT_EQ(answer.records.size(), one.state == State::kFound ? 1U : 0U);
    for (const auto& record : answer.records) EXPECT_EQ(record.last_seen, 42);
  }
  const auto secure = dkim_answer(found({"p="}, TxtAnswer::Security::kSecure), 1);
  EXPECT_EQ(secure.records.at(0).source, KeySource::kDnssec);
}

class CachedDkimKeys : public DkimKeyCacheTest {
 protected:
  net::TxtLookup lookup(TxtAnswer answer) {
    return [this, answer](const std::string&) { return ++asked_, answer; };
  }
  DkimOutcome judged(DkimKeyCache& cache, net::TxtLookup lookup, std::int64_t arrived) {
    const auto mail =
        signed_by_ed25519("From: a@example.org\r\n\r\nText.\r\n", "v=1; a=ed25519-sha256; d=example.org; s=ed; h=from");
    DkimChecker checker(cached_dkim_keys(cache, std::move(lookup), [this] { return now_; }));
    return checker.check(mail, arrived).at(0).outcome;
  }
  int asked_ = 0;
  std::int64_t now_ = 1'000 * kDay;
};

TEST_F(CachedDkimKeys, AnAnswerIsKeptAndUsedOffline) {
  auto cache = open();
  EXPECT_EQ(judged(cache, {}, 999 * kDay), DkimOutcome::kKeyUnavailable);
  EXPECT_EQ(judged(cache, lookup(found({kEd25519Record})), 999 * kDay), DkimOutcome::kPass);
  EXPECT_EQ(asked_, 1);
  EXPECT_EQ(judged(cache, lookup(found({kEd25519Record})), 999 * kDay), DkimOutcome::kPass);
  EXPECT_EQ(asked_, 1);
  EXPECT_EQ(judged(cache, {}, 999 * kDay), DkimOutcome::kPass);
}

TEST_F(CachedDkimKeys, AKeyThatDisappearsStaysForOldMail) {
  auto cache = open();
  ASSERT_EQ(judged(cache, lookup(found({kEd25519Record})), 999 * kDay), DkimOutcome::kPass);
  now_ = 2'000 * kDay;
  const TxtAnswer gone{TxtAnswer::State::kNoName, TxtAnswer::Security::kInsecure, {}, "gone"};
  EXPECT_EQ(judged(cache, lookup(gone), 999 * kDay), DkimOutcome::kPass);
  EXPECT_EQ(judged(cache, lookup(gone), 1'999 * kDay), DkimOutcome::kNoKey);
  EXPECT_EQ(judged(cache, {}, 1'999 * kDay), DkimOutcome::kKeyUnavailable);
  EXPECT_EQ(judged(cache, lookup(found({"v=DKIM1; k=ed25519; p="})), 1'999 * kDay), DkimOutcome::kRevokedKey);
  EXPECT_EQ(judged(cache, {}, 999 * kDay), DkimOutcome::kPass);
}

TEST_F(CachedDkimKeys, SilenceAndNoAreNotKept) {
  auto cache = open();
  const TxtAnswer silence{TxtAnswer::State::kUnavailable, TxtAnswer::Security::kInsecure, {}, "no answer"};
  const TxtAnswer none{TxtAnswer::State::kNoName, TxtAnswer::Security::kInsecure, {}, "none"};
  EXPECT_EQ(judged(cache, lookup(silence), now_), DkimOutcome::kKeyUnavailable);
  EXPECT_EQ(judged(cache, lookup(none), now_), DkimOutcome::kNoKey);
  EXPECT_EQ(judged(cache, lookup(found({kEd25519Record, "v=DKIM1; p="})), now_), DkimOutcome::kBadKey);
  EXPECT_TRUE(cache.known(kName, now_)->empty());
  EXPECT_EQ(judged(cache, lookup(found({kEd25519Record})), now_), DkimOutcome::kPass);
}

}  // namespace
}  // namespace lorelei::attest
