// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/regex_set.hh"

#include <gtest/gtest.h>

#include <random>

#include "base/process.hh"
#include "base/text.hh"
#include "tests/peers.hh"

namespace lorelei::patch {
namespace {

bool matches(std::string_view pattern, std::string_view text, Blanks blanks = Blanks::kCount) {
  RegexSet set;
  const auto added = set.add(pattern, blanks);
  EXPECT_TRUE(added) << pattern << ": " << (added ? "" : to_text(added.error()));
  return !set.found_in(text).empty();
}

}  // namespace

TEST(RegexSet, EachFormMatchesWhatItShould) {
  const struct {
    const char* pattern;
    std::vector<std::string> yes, no;
  } cases[] = {
      {"abc", {"abc", "xabcx"}, {"ab", "abd", ""}},
      {"", {"", "a"}, {}},
      {"a.c", {"abc", "a/c"}, {"a\nc", "ac"}},
      {"a|bc|", {"", "x"}, {}},
      {"^(?:ab|c)$", {"ab", "c", "c\n"}, {"abc", "xab", "c\n\n", "\nc"}},
      {"ab*c", {"ac", "abbbc"}, {"adc"}},
      {"ab+?c", {"abc", "abbc"}, {"ac"}},
      {"^ab{2,3}c", {"abbc", "abbbc"}, {"abc", "abbbbc"}},
      {"^a{2}$", {"aa"}, {"a", "aaa"}},
      {"^a{2,}$", {"aa", "aaaaa"}, {"a"}},
      {"a{,2}", {"a{,2}"}, {"aa"}},
      {"^x(a{0})y", {"xy"}, {"xay"}},
      {"[a-c-]x[^]b]", {"-xa", "cx^"}, {"dxa", "axb", "ax]"}},
      {"[]x]", {"]", "x"}, {"["}},
      {"[[:digit:]_]\\d\\D", {"12a", "_1_"}, {"a1b", "123"}},
      {"[\\w.]\\W", {"a ", ".-"}, {"ab"}},
      {"\\bcat\\b", {"cat", "a cat.", "-cat-"}, {"cats", "_cat", "1cat"}},
      {"\\Bcat", {"xcat"}, {"cat", " cat"}},
      {"(?i)Ab[C-D]", {"aBc", "ABD"}, {"abe"}},
      {"a(?i:b)c", {"aBc", "abc"}, {"ABC", "abC"}},
      {"a(?i)b|C", {"aB", "c"}, {"Ab"}},
      {"(?m)^b$", {"a\nb\nc", "b"}, {"ab"}},
      {"(?s)a.b", {"a\nb"}, {"ab"}},
      {"\\Aa\\z", {"a"}, {"a\n", "ba"}},
      {"a\\Z", {"a", "a\n"}, {"a\n\n"}},
      {"\\x41\\t\\.", {"A\t."}, {"A\tx"}},
      {"((a|b)c)+d", {"acbcd"}, {"abd"}},
      {"(a*)*b", {"b", "aaab"}, {"aaa"}},
      {"(?:^|x)y", {"y", "axy"}, {"ay"}},
      {"a(?#no more)b", {"ab"}, {"a"}},
      {"\\b(?:devm_|of_)?reset_control(?:ler_[a-z]+|_[a-z_]+)?\\b",
       {"x(reset_control);", "of_reset_control_get("},
       {"reset_controller"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.pattern);
    for (const auto& text : c.yes) EXPECT_TRUE(matches(c.pattern, text)) << text;
    for (const auto& text : c.no) EXPECT_FALSE(matches(c.pattern, text)) << text;
  }
}

TEST(RegexSet, BlanksAndCommentsAreIgnoredWhereTheyShall) {
  EXPECT_TRUE(matches("a b +  c # d", "abbbc", Blanks::kIgnored));
  EXPECT_TRUE(matches("a\\ b[ ]c", "a b c", Blanks::kIgnored));
  EXPECT_FALSE(matches("a b", "ab"));
  EXPECT_TRUE(matches("(?x) a b", "ab"));
}

TEST(RegexSet, WhatHasNoProgramIsAnErrorThatNamesIt) {
  const struct {
    const char *pattern, *why;
  } cases[] = {
      {"(a", "never closed"},       {"a)", "no '('"},
      {"[a", "never closed"},       {"*a", "nothing to repeat"},
      {"a**", "quantifier"},        {"a++", "possessive"},
      {"(?=a)", "not supported"},   {"(?<!a)b", "not supported"},
      {"(a)\\1", "not supported"},  {"(?>a)", "not supported"},
      {"a\\", "nothing follows"},   {"[z-a]", "ends before"},
      {"[[:foo:]]", "not known"},   {"a{3,2}", "lower"},
      {"\\p{Lu}", "not supported"}, {"|*", "nothing to repeat"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.pattern);
    const auto code = compile_regex(c.pattern, Blanks::kCount);
    ASSERT_FALSE(code);
    EXPECT_EQ(code.error().kind, Error::Kind::kUsage);
    EXPECT_NE(code.error().why.find(c.why), std::string::npos) << code.error().why;
  }
}

TEST(RegexSet, LimitsHold) {
  const auto kind = [](const std::string& pattern) {
    const auto code = compile_regex(pattern, Blanks::kCount);
    return code ? Error::Kind::kFailed : code.error().kind;
  };
  EXPECT_EQ(kind(std::string(kMaxRegexBytes + 1, 'a')), Error::Kind::kTooLarge);
  EXPECT_EQ(kind("((a{1000}){1000}){1000}"), Error::Kind::kTooLarge);
  EXPECT_EQ(kind(std::string(1000, '(')), Error::Kind::kTooLarge);
  EXPECT_EQ(kind("a{1001}"), Error::Kind::kTooLarge);
  RegexSet set;
  std::size_t added = 0;
  while (set.add("a{1000}", Blanks::kCount)) ++added;
  EXPECT_EQ(added, kMaxRegexSetCode / 1001);
}

TEST(RegexSet, EachOfManyIsFoundAlone) {
  RegexSet set;
  for (const auto* pattern : {"a", "^b", "c$", "\\bd\\b", "a.*d"}) ASSERT_TRUE(set.add(pattern, Blanks::kCount));
  using Found = std::vector<std::size_t>;
  EXPECT_EQ(set.found_in("bac"), (Found{0, 1, 2}));
  EXPECT_EQ(set.found_in("a d\n"), (Found{0, 3, 4}));
  EXPECT_EQ(set.found_in(""), Found{});
  EXPECT_EQ(set.found_in("c\n"), (Found{2}));
}

// The automaton of this one has a state for each subset of the last 14 bytes: more than are kept.
TEST(RegexSet, MoreStatesThanAreKeptChangeNothing) {
  RegexSet set;
  ASSERT_TRUE(set.add("a[ab]{13}c", Blanks::kCount));
  std::mt19937 random(1);
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += random() % 2 == 0 ? 'a' : 'b';
  EXPECT_TRUE(set.found_in(text).empty());
  for (int i = 0; i < 14; ++i) text[text.size() - 1 - static_cast<std::size_t>(i)] = 'a';
  EXPECT_FALSE(set.found_in(text + "c").empty());
  text[text.size() - 14] = 'b';
  EXPECT_TRUE(set.found_in(text + "c").empty());
}

// Patterns from a grammar, texts from the same few bytes, the answers from the perl that is installed.
TEST(RegexSetOracle, FindsWhatPerlFinds) {
  std::mt19937 random(2);
  const auto pick = [&](std::initializer_list<const char*> parts) {
    return std::string(parts.begin()[random() % parts.size()]);
  };
  const auto atom = [&] {
    return pick({"a",      "b",      "ab",     "_",      " ",      "-",     ".",       "[ab]",    "[^a]",
                 "[^\\w]", "\\w",    "\\s",    "\\b",    "\\B",    "^",     "$",       "\\n",     "\\z",
                 "(a|b)",  "(?:a|)", "(?i:A)", "(ab|_)", "(a|b_)", "(^|a)", "(\\b|_)", "(?:a|b$)"});
  };
  std::string script;
  std::vector<std::pair<std::string, std::string>> cases;
  for (int i = 0; i < 20'000; ++i) {
    std::string pattern;
    for (std::size_t parts = 1 + random() % 5; parts > 0; --parts) {
      pattern += atom();
      if (is_alnum(pattern.back()) || pattern.back() == ')' || pattern.back() == ']')
        if (!pattern.ends_with("\\b") && !pattern.ends_with("\\B") && !pattern.ends_with("\\z"))
          pattern += pick({"", "", "*", "+", "?", "{2}", "{1,2}", "{2,}", "*?"});
      if (random() % 6 == 0) pattern += "|";
    }
    std::string text;
    for (std::size_t size = random() % 7; size > 0; --size) text += pick({"a", "b", "_", " ", "-", "\n", "A"});
    if (random() % 4 == 0) text += "\n";
    script += hex(pattern) + " " + hex(text) + "\n";
    cases.emplace_back(std::move(pattern), std::move(text));
  }
  RunOptions options;
  options.input = script;
  const auto output = output_of(
      {"perl", "-ne", "my ($p, $t) = map { pack('H*', $_) } split(/ /, s/\\n//r, -1); print $t =~ /$p/ ? 1 : 0;"},
      options);
  if (!output) SKIP_WITHOUT_PEER(to_text(output.error()));
  ASSERT_EQ(output->size(), cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i)
    ASSERT_EQ(matches(cases[i].first, cases[i].second), (*output)[i] == '1')
        << "/" << cases[i].first << "/ in '" << hex(cases[i].second) << "'";
}

}  // namespace lorelei::patch
