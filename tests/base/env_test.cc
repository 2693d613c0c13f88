// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/env.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <ctime>

#include "tests/fake_env.hh"

namespace lorelei {
namespace {

class ProcessEnv : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"LORELEI_NOW", "GIT_TEST_DATE_NOW"}) unsetenv(name);
  }
  void TearDown() override { SetUp(); }
};

TEST_F(ProcessEnv, TheClockRunsUnlessItIsFixed) {
  EXPECT_NEAR(static_cast<double>(process_env()->now()), static_cast<double>(std::time(nullptr)), 2.0);
  setenv("GIT_TEST_DATE_NOW", "7", 1);
  EXPECT_EQ(process_env()->now(), 7);
  setenv("LORELEI_NOW", "1795264496", 1);
  EXPECT_EQ(process_env()->now(), 1795264496);
}

TEST_F(ProcessEnv, AMalformedClockIsAUsageError) {
  for (const char* bad : {"yesterday", "12s", "-5", "99999999999999999999"}) {
    SCOPED_TRACE(bad);
    setenv("LORELEI_NOW", bad, 1);
    const auto env = process_env();
    ASSERT_FALSE(env);
    EXPECT_EQ(env.error().kind, Error::Kind::kUsage);
    EXPECT_THAT(to_text(env.error()), testing::HasSubstr(std::string("LORELEI_NOW '") + bad));
  }
}

TEST_F(ProcessEnv, TheFirstInterruptAsksToStopAndTheSecondKills) {
  const auto interrupt_twice = [] {
    const auto env = process_env();
    std::raise(SIGINT);
    if (!env->stop_requested()) std::_Exit(1);
    std::raise(SIGINT);
    std::_Exit(2);
  };
  EXPECT_EXIT(interrupt_twice(), testing::KilledBySignal(SIGINT), "");
}

TEST(Env, HomesFollowTheVariables) {
  FakeEnv fake;
  fake.variables = {{"HOME", "/home/u"}, {"XDG_CONFIG_HOME", ""}, {"XDG_DATA_HOME", "/data"}};
  EXPECT_EQ(fake.env.home(), "/home/u");
  EXPECT_EQ(fake.env.config_home(), "/home/u/.config");
  EXPECT_EQ(fake.env.data_home(), "/data");
  fake.variables.clear();
  EXPECT_FALSE(fake.env.home().empty());  // the password file knows
}

}  // namespace
}  // namespace lorelei
