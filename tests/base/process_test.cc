// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/process.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <thread>

namespace lorelei {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using Kind = Error::Kind;
using namespace std::chrono_literals;

Argv sh(const char* script) { return {"sh", "-c", script}; }

TEST(RunProcess, GivesOutputComplaintAndStatus) {
  const auto run = run_process(sh("cat; echo oops >&2; exit 3"), {.input = "hello"});
  ASSERT_TRUE(run) << to_text(run.error());
  EXPECT_EQ(run->out, "hello");
  EXPECT_EQ(run->err, "oops\n");
  EXPECT_EQ(run->status, 3);
  EXPECT_EQ(run_process(sh("kill -9 $$"))->status, 128 + 9);
}

TEST(RunProcess, ArgumentsAreNotSeenByAShell) {
  EXPECT_EQ(output_of({"printf", "%s|", "a b", "$HOME", "*", ""}).value(), "a b|$HOME|*||");
}

TEST(RunProcess, LargeInputAndOutputAtOnce) {
  const std::string megabytes(5'000'000, 'x');
  RunOptions options;
  options.input = megabytes;
  EXPECT_EQ(output_of({"cat"}, options).value(), megabytes);
  EXPECT_EQ(output_of({"head", "-c", "3"}, options).value(), "xxx");  // it leaves the rest unread
}

TEST(RunProcess, EnvironmentAndDirectory) {
  RunOptions options;
  options.process.environment = {{"LORELEI_TEST_A", "1"}, {"PWD", std::nullopt}, {"HOME", std::nullopt}};
  options.process.directory = "/";
  EXPECT_EQ(output_of({"/bin/sh", "-c", "echo $LORELEI_TEST_A ${HOME-none}; pwd"}, options).value(), "1 none\n/\n");
}

TEST(RunProcess, AProgramThatIsNotThere) {
  const auto run = run_process({"lorelei-no-such-program", "x"});
  ASSERT_FALSE(run);
  EXPECT_EQ(to_text(run.error()),
            "cannot run 'lorelei-no-such-program x': there is no such program\n  try: install lorelei-no-such-program");
}

TEST(RunProcess, StopsWhatTakesTooLongOrSaysTooMuch) {
  RunOptions options;
  options.limit = 50ms;
  for (const char* script :
       {"exec sleep 100", "exec >/dev/null; exec sleep 100", "while :; do echo y; sleep 0.01; done"}) {
    SCOPED_TRACE(script);
    const auto before = std::chrono::steady_clock::now();
    const auto slow = run_process(sh(script), options);
    ASSERT_FALSE(slow);
    EXPECT_EQ(slow.error().kind, Kind::kTemporary);
    EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
  }
  RunOptions small;
  small.limit_bytes = 1'000;
  EXPECT_EQ(run_process({"yes"}, small).error().kind, Kind::kTooLarge);
}

TEST(RunProcess, AChildThatIgnoresTermIsKilled) {
  RunOptions options;
  options.limit = 300ms;
  EXPECT_EQ(run_process(sh("trap '' TERM; while :; do sleep 0.05; done"), options).error().kind, Kind::kTemporary);
}

TEST(RunProcess, StopsWhenTheUserSaysSo) {
  std::atomic<bool> cancelled = false;
  RunOptions options;
  options.cancelled = &cancelled;
  std::thread user([&] {
    std::this_thread::sleep_for(50ms);
    cancelled = true;
  });
  EXPECT_EQ(run_process({"sleep", "100"}, options).error().kind, Kind::kCancelled);
  user.join();
}

TEST(OutputOf, AFailureSaysWhatTheProgramComplainedOf) {
  const auto output = output_of(sh("echo result; echo one >&2; echo two >&2; echo three >&2; echo four >&2; exit 128"));
  ASSERT_FALSE(output);
  EXPECT_THAT(to_text(output.error()), StartsWith("cannot run 'sh -c "));
  EXPECT_THAT(output.error().why, "it failed with status 128: two\n    three\n    four");
}

TEST(Process, AConversation) {
  auto process = Process::start({"cat"}, {});
  ASSERT_TRUE(process);
  ASSERT_TRUE(process->write("one\ntwo\n"));
  EXPECT_EQ(process->read_line().value(), "one");
  EXPECT_EQ(process->read_line().value(), "two");
  ASSERT_TRUE(process->write("12345tail"));
  EXPECT_EQ(process->read_exactly(5).value(), "12345");
  process->close_input();
  EXPECT_EQ(process->read_line().value(), "tail");
  EXPECT_EQ(process->read_line().value(), std::nullopt);
  EXPECT_EQ(process->read_some().value(), "");
  EXPECT_EQ(process->wait().value(), 0);
}

TEST(Process, ALineHasALimit) {
  auto process = Process::start({"yes", std::string(1'000, 'x')}, {.in = Stream::kNull});
  ASSERT_TRUE(process);
  EXPECT_EQ(process->read_line(1'000).value()->size(), 1'000u);
  EXPECT_EQ(process->read_line(999).error().kind, Kind::kTooLarge);
}

TEST(Process, ALongLineIsReadWhole) {
  auto process = Process::start(sh("head -c 900000 /dev/zero | tr '\\0' y; echo; echo z"), {.in = Stream::kNull});
  ASSERT_TRUE(process);
  EXPECT_EQ(process->read_line().value(), std::string(900'000, 'y'));
  EXPECT_EQ(process->read_line().value(), "z");
}

TEST(Process, WritingToOneThatHasGoneIsAnErrorWithItsComplaint) {
  auto process = Process::start(sh("echo 'fatal: no' >&2; exit 1"), {.err = Stream::kKeep});
  ASSERT_TRUE(process);
  EXPECT_EQ(process->read_some().value(), "");  // it has ended
  const auto written = process->write(std::string(200'000, 'x'));
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().why, "it has ended: fatal: no");
  EXPECT_THAT(to_text(process->finish().error()), HasSubstr("it failed with status 1: fatal: no"));
}

TEST(Process, OneThatIsDroppedIsEnded) {
  pid_t pid = 0;
  {
    auto process = Process::start({"sleep", "100"}, {});
    ASSERT_TRUE(process);
    pid = process->pid();
    Process moved = *std::move(process);
    EXPECT_EQ(kill(pid, 0), 0);
  }
  EXPECT_EQ(kill(pid, 0), -1);
}

}  // namespace
}  // namespace lorelei
