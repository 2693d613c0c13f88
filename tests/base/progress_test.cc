// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/progress.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/fake_env.hh"

namespace lorelei {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class ProgressLine : public testing::Test {
 protected:
  void SetUp() override {
    fake.env.err_is_terminal = true;
    fake.variables["TERM"] = "xterm";
  }
  Progress::Options options(std::uint64_t total, const char* unit = "messages", Talk talk = Talk::kNormal) {
    return {unit, total, talk, [this] { return now; }};
  }
  FakeEnv fake;
  std::chrono::steady_clock::time_point now{};
};

TEST_F(ProgressLine, ComesOnceASecondWithRateAndTimeLeft) {
  Progress progress(fake.env, "index io-uring", options(96'310));
  progress.set_stage("epoch 2/3");
  now += 900ms;
  progress.advance(500);
  EXPECT_EQ(fake.err(), "");
  now += 100ms;
  progress.advance(41'200 - 500);
  EXPECT_EQ(fake.err(), "\rindex io-uring  epoch 2/3  41,200/96,310 messages  41,200/s  2.0 s left\033[K");
  const auto size = fake.err().size();
  progress.advance();
  EXPECT_EQ(fake.err().size(), size);
}

TEST_F(ProgressLine, ForgetsOldSpeed) {
  Progress progress(fake.env, "x", options(1'000'000));
  now += 1s;
  progress.advance(100'000);
  for (int second = 0; second < 20; ++second) {
    now += 1s;
    progress.advance(1'000);
  }
  EXPECT_THAT(fake.err(), HasSubstr("120,000/1,000,000 messages  1,0"));
}

TEST_F(ProgressLine, IsElidedInTheMiddle) {
  fake.env.columns = 40;
  Progress progress(fake.env, "index " + std::string(60, 'n'), options(0));
  now += 2s;
  progress.advance(10);
  EXPECT_EQ(fake.err(), "\rindex nnnnnnnnnnnnn…n  10 messages  5/s\033[K");
}

TEST_F(ProgressLine, FinishLeavesTheSummary) {
  Progress progress(fake.env, "x", options(0));
  now += 2s;
  progress.advance(10);
  progress.finish("x: 10 messages");
  EXPECT_TRUE(fake.err().ends_with("\r\033[Kx: 10 messages\n"));
}

TEST_F(ProgressLine, APipeSeesTheSummaryOnly) {
  fake.env.err_is_terminal = false;
  Progress progress(fake.env, "x", options(0));
  now += 2s;
  progress.advance(10);
  progress.finish("x: 10 messages");
  EXPECT_EQ(fake.err(), "x: 10 messages\n");
}

TEST_F(ProgressLine, QuietMeansNothing) {
  Progress progress(fake.env, "x", options(0, "messages", Talk::kQuiet));
  now += 2s;
  progress.advance(10);
  progress.finish("x: 10 messages");
  EXPECT_EQ(fake.err(), "");
}

TEST_F(ProgressLine, BytesAreShownAsSizes) {
  Progress progress(fake.env, "fetch", options(3 << 20, "bytes"));
  now += 1s;
  progress.advance(1 << 20);
  EXPECT_EQ(fake.err(), "\rfetch  1.0 MiB/3.0 MiB  1.0 MiB/s  2.0 s left\033[K");
}

TEST_F(ProgressLine, ManyThreadsLoseNoCount) {
  Progress progress(fake.env, "x", options(0));
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&progress] {
      for (int i = 0; i < 10'000; ++i) progress.advance();
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(progress.done(), 40'000u);
}

TEST(ProgressText, Numbers) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(1'000), "1,000");
  EXPECT_EQ(count_text(12'345'678), "12,345,678");
  EXPECT_EQ(size_text(1023), "1023 bytes");
  EXPECT_EQ(size_text(12'900'000), "12.3 MiB");
  EXPECT_EQ(duration_text(420ms), "0.4 s");
  EXPECT_EQ(duration_text(9'990ms), "10 s");
  EXPECT_EQ(duration_text(200s), "3 min 20 s");
  EXPECT_EQ(duration_text(7'500s), "2 h 5 min");
}

TEST(ProgressText, ElideKeepsBothEnds) {
  EXPECT_EQ(elide_middle("abcdefghij", 10), "abcdefghij");
  EXPECT_EQ(elide_middle("abcdefghij", 7), "abc…hij");
  EXPECT_EQ(elide_middle("你好你好你好", 7), "你…你好");
  EXPECT_EQ(elide_middle("abc", 1), "…");
  EXPECT_EQ(elide_middle("abc", 0), "");
}

}  // namespace
}  // namespace lorelei
