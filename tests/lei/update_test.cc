// SPDX-License-Identifier: GPL-3.0-or-later
// What happens to a search between the moment it was listed and its turn.
#include "lei/update.hh"

#include <gmock/gmock.h>

#include "lei/saving.hh"
#include "tests/fake_env.hh"

namespace lorelei::lei {
namespace {

class UpdateTest : public ::testing::Test {
 protected:
  UpdateTest() : scratch(TempDir::create(fs::temp_directory_path(), "update").value()) {
    fake.variables["HOME"] = scratch.path().string();
    fake.variables["XDG_DATA_HOME"] = (scratch.path() / "data").string();
    listed.output = "maildir:" + (scratch.path() / "box").string();
    listed.directory = directory_of(Home(fake.env), listed.output);
    listed.query = {"s:x"};
    EXPECT_TRUE(write_saved_search(listed));
  }
  Result<DeliveryReport> update_it() {
    const auto settings = Settings::load(fake.env).value();
    Destination to;
    return update(fake.env, settings, listed, {}, to, [](const std::string&) {});
  }
  FakeEnv fake;
  TempDir scratch;
  SavedSearch listed;
};

TEST_F(UpdateTest, WhatWasForgottenMeanwhileStaysForgotten) {
  fs::remove_all(listed.directory);
  const auto report = update_it();
  ASSERT_TRUE(report) << to_text(report.error());
  EXPECT_THAT(report->notes, testing::ElementsAre(testing::HasSubstr("forgotten meanwhile")));
  EXPECT_FALSE(fs::exists(listed.directory));
  EXPECT_FALSE(fs::exists(scratch.path() / "box"));
}

TEST_F(UpdateTest, WhatWasPausedMeanwhileWaits) {
  ASSERT_TRUE(change_saved_search(listed.file(), {{"lorelei", std::nullopt, "paused", "true"}}));
  const auto report = update_it();
  ASSERT_TRUE(report) << to_text(report.error());
  EXPECT_FALSE(fs::exists(scratch.path() / "box"));
}

TEST_F(UpdateTest, WhatWasChangedMeanwhileIsRunAsItIsNow) {
  auto broken = listed;
  broken.query.clear();
  ASSERT_TRUE(write_saved_search(broken));
  const auto report = update_it();
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().why, testing::HasSubstr("lei.q unset"));
}

}  // namespace
}  // namespace lorelei::lei
