// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/options.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace lorelei {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

enum class Sort { kReceived, kRelevance };

// One option of every kind.
struct Settings {
  bool save = true, fsync = true, verbose = false;
  unsigned threads = 0;
  std::uint64_t limit = 20;
  std::int64_t offset = 0;
  ByteCount memory{1};
  std::string output, format = "text", colour = "auto";
  std::optional<std::string> dedupe;
  std::vector<std::string> include;
  Sort sort = Sort::kReceived;

  std::vector<Option> table() {
    return {
        {"-o --output --out", "DST", "", &output},
        {"-d --dedupe", "WHAT", "", &dedupe},
        {"-I --include", "LOCATION", "", &include},
        {"-n --limit -NUMBER", "N", "", &limit},
        {"--offset", "N", "", &offset},
        {"--memory", "BYTES", "", &memory},
        heading("How"),
        {"-t --threads", "", "", &threads},
        {"--[no-]save", "", "", &save},
        {"-F --no-fsync", "", "", &fsync},
        {"-v --verbose", "", "", &verbose},
        {"-f --format", "text|json|jsonl", "", &format},
        {"--sort", "received|relevance", "", pick(&sort)},
        {"--colour", "[auto|always|never]", "", &colour},
    };
  }
  Result<std::vector<std::string>> parse(const std::vector<std::string>& words, Order order = Order::kMixed) {
    return parse_options(table(), words, order);
  }
};

TEST(ParseOptions, ValuesInEachSpelling) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"-o", "x"}, {"-ox"}, {"--output", "x"}, {"--output=x"}, {"--out=x"}, {"--outp", "x"}, {"--ou=x"}}) {
    SCOPED_TRACE(words.front());
    Settings s;
    EXPECT_THAT(s.parse(words).value(), IsEmpty());
    EXPECT_EQ(s.output, "x");
  }
}

TEST(ParseOptions, BundlesCountsAndRepeats) {
  Settings s;
  ASSERT_TRUE(s.parse({"-tvt", "-I", "a", "--include=b", "-ttdmid"}));
  EXPECT_EQ(s.threads, 4u);
  EXPECT_TRUE(s.verbose);
  EXPECT_THAT(s.include, ElementsAre("a", "b"));
  EXPECT_EQ(s.dedupe, "mid");
}

TEST(ParseOptions, OperandsMayStandAnywhereAndDashDashEndsOptions) {
  Settings s;
  setenv("POSIXLY_CORRECT", "1", 1);  // would make getopt_long stop at the first operand
  const auto operands = s.parse({"a", "-t", "b", "-", "--save", "--", "-c", "--", "d"});
  unsetenv("POSIXLY_CORRECT");
  EXPECT_THAT(operands.value(), ElementsAre("a", "b", "-", "-c", "--", "d"));
  EXPECT_EQ(s.threads, 1u);
}

TEST(ParseOptions, OptionsFirstLeavesTheRestAlone) {
  Settings s;
  EXPECT_THAT(s.parse({"-t", "q", "-t", "--", "x"}, Order::kOptionsFirst).value(), ElementsAre("q", "-t", "--", "x"));
  EXPECT_EQ(s.threads, 1u);
}

TEST(ParseOptions, NoUndoesFlagsAndCounts) {
  Settings s;
  ASSERT_TRUE(s.parse({"--no-save", "-v", "--no-verbose", "-tt", "--no-threads", "--no-fsync"}));
  EXPECT_FALSE(s.save || s.verbose || s.fsync);
  EXPECT_EQ(s.threads, 0u);
  ASSERT_TRUE(s.parse({"--save", "--fsync"}));
  EXPECT_TRUE(s.save && s.fsync);
  ASSERT_TRUE(s.parse({"-F"}));  // the short form does what the row is called: --no-fsync
  EXPECT_FALSE(s.fsync);
  EXPECT_FALSE(s.parse({"--no-output"}));
}

TEST(ParseOptions, ANumberAloneIsTheLimit) {
  Settings s;
  ASSERT_TRUE(s.parse({"-10"}));
  EXPECT_EQ(s.limit, 10u);
  ASSERT_TRUE(s.parse({"-t5"}));
  EXPECT_EQ(s.limit, 5u);
  ASSERT_TRUE(s.parse({"-n", "7"}));
  EXPECT_EQ(s.limit, 7u);
  EXPECT_FALSE(s.parse({"-1x"}));
}

TEST(ParseOptions, NumbersAndSizes) {
  Settings s;
  ASSERT_TRUE(s.parse({"--offset=-3", "--memory", "256m"}));
  EXPECT_EQ(s.offset, -3);
  EXPECT_EQ(s.memory.value, 256u << 20);
  for (const char* bad :
       {"--limit=", "--limit=-1", "--limit=ten", "--memory=12q", "--memory=g", "--memory=99999999999g"}) {
    SCOPED_TRACE(bad);
    const auto result = s.parse({bad});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, Error::Kind::kUsage);
    EXPECT_EQ(result.error().subject, bad);
  }
}

TEST(ParseOptions, EnumeratedValues) {
  Settings s;
  ASSERT_TRUE(s.parse({"--sort=relevance", "-f", "jsonl"}));
  EXPECT_EQ(s.sort, Sort::kRelevance);
  EXPECT_EQ(s.format, "jsonl");
  EXPECT_EQ(to_text(s.parse({"-f", "jsno"}).error()),
            "cannot use '--format=jsno': it is one of text, json, jsonl\n  try: --format=json");
}

TEST(ParseOptions, AValueThatMayBeLeftOut) {
  Settings s;
  EXPECT_THAT(s.parse({"--colour", "always"}).value(), ElementsAre("always"));
  EXPECT_EQ(s.colour, "");
  ASSERT_TRUE(s.parse({"--colour=never"}));
  EXPECT_EQ(s.colour, "never");
  EXPECT_FALSE(s.parse({"--colour=perhaps"}));
}

TEST(ParseOptions, MistakesAreNamedAndMendedByASuggestion) {
  const struct {
    std::vector<std::string> words;
    const char* text;
  } cases[] = {
      {{"--dedpue=mid"}, "cannot use '--dedpue=mid': there is no such option\n  try: --dedupe"},
      {{"--o"}, "cannot use '--o': it could be --output, --out, --offset"},
      {{"-x"}, "cannot use '-x': there is no such option\n  try: -- before words that begin with - and are no options"},
      {{"-s:re"},
       "cannot use '-s:re': there is no option -s\n  try: -- before words that begin with - and are no options"},
      {{"a", "-to"}, "cannot use '-to': it needs a value"},
      {{"--output"}, "cannot use '--output': it needs a value"},
      {{"--save=yes"}, "cannot use '--save=yes': it takes no value"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    Settings s;
    const auto result = s.parse(c.words);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, Error::Kind::kUsage);
    EXPECT_EQ(to_text(result.error()), c.text);
  }
}

TEST(ParseOptions, ASetterMayRefuse) {
  std::string seen;
  const std::vector<Option> table = {{"--when", "DATE", "", Target([&](std::string_view value) -> Result<void> {
                                        seen = value;
                                        if (value == "never")
                                          return err(Error::Kind::kFailed, "", "", "that is too late");
                                        return {};
                                      })}};
  EXPECT_TRUE(parse_options(table, {"--when=now"}));
  EXPECT_EQ(seen, "now");
  EXPECT_EQ(to_text(parse_options(table, {"--when=never"}).error()), "cannot use '--when=never': that is too late");
}

TEST(ParseOptions, TheFirstRowOfANameHasIt) {
  std::string first, second;
  const std::vector<Option> table = {{"-c --mine", "X", "", &first}, {"-c --config", "X", "", &second}};
  ASSERT_TRUE(parse_options(table, {"-c", "a", "--config=b"}));
  EXPECT_EQ(first, "a");
  EXPECT_EQ(second, "b");
}

TEST(OptionSpelling, Labels) {
  bool flag = false;
  const struct {
    Option option;
    const char* label;
  } cases[] = {
      {{"-o --output", "DST", "", {}}, "-o, --output=DST"},
      {{"-C", "DIR", "", {}}, "-C DIR"},
      {{"--[no-]save", "", "", &flag}, "--[no-]save"},
      {{"--no-fsync", "", "", &flag}, "--no-fsync"},
      {{"--mua", "[CMD]", "", {}}, "--mua[=CMD]"},
      {{"-n --limit -NUMBER", "N", "", {}}, "-n, -NUMBER, --limit=N"},
  };
  for (const auto& c : cases) EXPECT_EQ(OptionSpelling(c.option).label(), c.label);
}

}  // namespace
}  // namespace lorelei
