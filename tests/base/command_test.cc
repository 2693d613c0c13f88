// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/command.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/help.hh"
#include "tests/fake_env.hh"

namespace lorelei {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

int greet(Env& env, Args& args) {
  std::string manner = "warmly";
  unsigned times = 1;
  if (const auto done = args.parse({
          {"-m --manner", "warmly|coldly", "how", &manner},
          {"-n --times -NUMBER", "N", "how often, which is once if nothing is said about it here or anywhere else",
           &times},
          heading("Seldom needed"),
          {"--a-very-long-name-of-an-option", "FILE", "a label with a line to itself", Target()},
      }))
    return *done;
  for (unsigned i = 0; i < times; ++i) print(env, manner + " " + args.operand(0) + "\n");
  args.remark("remark \x1b");
  return 0;
}

const Command kGreet = {
    .tool = "try",
    .verb = "greet",
    .operands = "WHOM [OTHER]",
    .help = "say hello",
    .description = "A paragraph\nof two lines.\n\n  as it is\n\nThe last.",
    .examples = {{"try greet you", "hello, once"}},
    .run = greet,
};

struct Ran {
  int status;
  std::string out, err;
};
Ran run(std::vector<std::string> words, const Command& command = kGreet) {
  FakeEnv fake;
  Args args(fake.env, command, {}, std::move(words), "try");
  const int status = command.run(fake.env, args);
  return {status, fake.out(), fake.err()};
}

TEST(Command, RunsWithItsOptionsAndOperands) {
  const auto ran = run({"-2", "you", "--manner=coldly"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(ran.out, "coldly you\ncoldly you\n");
  EXPECT_EQ(ran.err, "remark ␛\n");
}

TEST(Command, QuietLeavesRemarksOut) { EXPECT_EQ(run({"-q", "you"}).err, ""); }

TEST(Command, OperandsAreCountedByTheSynopsis) {
  const struct {
    const char* operands;
    std::size_t least, most;
  } cases[] = {{"", 0, 0},      {"A", 1, 1},    {"A B", 2, 2},    {"[A]", 0, 1},
               {"A [B]", 1, 2}, {"A...", 1, 9}, {"[A...]", 0, 9}, {"A B...", 2, 9}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.operands);
    const Command command = {.tool = "try",
                             .verb = "count",
                             .operands = c.operands,
                             .help = "",
                             .description = "",
                             .examples = {},
                             .run = [](Env&, Args& args) { return args.parse({}).value_or(0); }};
    for (std::size_t n = 0; n <= 5; ++n) {
      const bool fits = n >= c.least && n <= c.most;
      EXPECT_EQ(run(std::vector<std::string>(n, "x"), command).status, fits ? 0 : 2) << n;
    }
  }
  EXPECT_EQ(run({}).err, "try greet: cannot start: WHOM is missing\n  try: try greet [options] WHOM [OTHER]\n");
  EXPECT_THAT(run({"a", "b", "c"}).err, HasSubstr("cannot use 'c': it is one too many"));
}

TEST(Command, HelpIsTheTable) {
  const auto ran = run({"--help"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(ran.err, "");
  EXPECT_EQ(ran.out, help_text(Env{}, kGreet, "try"));
  EXPECT_THAT(ran.out, testing::StartsWith(R"(usage: try greet [options] WHOM [OTHER]

say hello

Examples:
  try greet you
      hello, once

A paragraph of two lines.

  as it is

The last.

Options:
  -m, --manner=warmly|coldly  how
  -n, -NUMBER, --times=N      how often, which is once if nothing is said about
                              it here or anywhere else

Seldom needed:
  --a-very-long-name-of-an-option=FILE
                              a label with a line to itself

As for every command:
  -C DIR  )"));
}

TEST(Command, TheTableIsSeenWithoutRunning) {
  const auto options = options_of(kGreet);
  ASSERT_EQ(options.size(), 4u);
  EXPECT_STREQ(options[1].names, "-n --times -NUMBER");
}

TEST(Command, SettingsForThisRunGoToGit) {
  unsetenv("GIT_CONFIG_COUNT");
  ASSERT_EQ(run({"-c", "lorelei.one=a=b", "-c", "lorelei.two", "you"}).status, 0);
  EXPECT_STREQ(getenv("GIT_CONFIG_COUNT"), "2");
  EXPECT_STREQ(getenv("GIT_CONFIG_KEY_0"), "lorelei.one");
  EXPECT_STREQ(getenv("GIT_CONFIG_VALUE_0"), "a=b");
  EXPECT_STREQ(getenv("GIT_CONFIG_VALUE_1"), "true");
  unsetenv("GIT_CONFIG_COUNT");
  EXPECT_EQ(run({"-c", "nonsense", "you"}).status, 2);
}

TEST(Command, FailPrintsTheErrorAndGivesItsStatus) {
  FakeEnv fake;
  const Args args(fake.env, kGreet, {}, {}, "try");
  EXPECT_EQ(args.fail({Error::Kind::kNotFound, "find", "x", "it is gone", "look elsewhere", ""}), 3);
  EXPECT_EQ(fake.err(), "try greet: cannot find 'x': it is gone\n  try: look elsewhere\n");
}

}  // namespace
}  // namespace lorelei
