// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/query.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lorelei::search {
namespace {

struct Case {
  const char *text, *tree;
};

void expect_trees(const std::vector<Case>& cases) {
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto parsed = parse_query(c.text);
    ASSERT_TRUE(parsed) << to_text(parsed.error());
    EXPECT_EQ(to_text(parsed->query), c.tree);
  }
}

std::string repeated(std::string_view piece, std::size_t count, std::string_view behind = "") {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += piece;
  return text.append(behind);
}

// The error's text, with the excerpt that shows the place.
std::string error_of(const std::string& text) {
  const auto parsed = parse_query(text);
  return parsed ? "no error, but " + to_text(parsed->query) : to_text(parsed.error());
}

TEST(ParseQuery, WordsAreFoldedAndStemmedUnlessTheyBeginWithACapital) {
  expect_trees({{"floppy", "floppy"},
                {"Regression", "'regression'"},
                {"s:regressions", "s:regressions"},
                {"5.10", "'5.10'"},
                {"don't", "don't"},
                {"don\xe2\x80\x99t", "don't"},
                {"AT&T", "'at&t'"},
                {"c++", "c++"},
                {"c++++", "c"},
                {"U.S.A.", "'usa'"},
                {"_foo", "'_foo'"},
                {"foo*bar", "(and 'foo' bar)"},
                {"", "nothing"},
                {"* - (", "nothing"}});
}

TEST(ParseQuery, WordsJoinedByPunctuationAreAPhrase) {
  expect_trees({{"blk-mq", "\"blk mq\""},
                {"s:foo/bar.c", "s:\"foo bar c\""},
                {"f:axboe@kernel.dk", "f:\"axboe kernel dk\""},
                {"dfn:/usr/src", "dfn:\"usr src\""},
                {"net:fix", "\"net fix\""},
                {"std::vector", "\"std vector\""},
                {"http://x.org/y", "\"http x org y\""},
                {"foo- bar", "(and foo bar)"},
                {"\"Foo bar\"", "\"foo bar\""},
                {"s:\"one\"", "s:'one'"},
                {"\xe2\x80\x9cone two\xe2\x80\x9d", "\"one two\""},
                {"\"a \"\" b\"", "\"a b\""},
                {"\"a..b\"", "\"a b\""}});
}

TEST(ParseQuery, OperatorsAndTheirOrder) {
  expect_trees({{"vma merge", "(and vma merge)"},
                {"and", "and"},
                {"s:ktls OR s:tls f:jakub", "(or s:ktls (and s:tls f:jakub))"},
                {"a OR b AND c", "(or a (and b c))"},
                {"a XOR b OR c", "(or (xor a b) c)"},
                {"(a OR b) c", "(and (or a b) c)"},
                {"a NOT b NOT c", "(not a b c)"},
                {"a AND NOT b AND d", "(not (and a d) b)"},
                {"a -b c", "(not (and a c) b)"},
                {"a AND -b c", "(not a (and b c))"},
                {"+a +b", "(and a b)"},
                {"a-b", "\"a b\""},
                {"A.N.D.", "'and'"},
                {"s:(queue OR depth)", "(or s:queue s:depth)"},
                {"s:(a f:b c)", "(and s:a f:b s:c)"}});
}

TEST(ParseQuery, NotAloneExcludesFromEverything) {
  expect_trees({{"-s:x", "(not everything s:x)"},
                {"NOT s:x", "(not everything s:x)"},
                {"a OR NOT b", "(or a (not everything b))"},
                {"a OR -b", "(or a (not everything b))"},
                {"-a -b", "(not everything a b)"}});
}

TEST(ParseQuery, NearAndAdj) {
  expect_trees({{"s:a NEAR/3 s:b", "(near/4 s:a s:b)"},
                {"a NEAR b", "(near/11 a b)"},
                {"a ADJ b ADJ/20 c", "(adj/22 a b c)"},
                {"x a NEAR b y", "(and x (near/11 a b) y)"},
                {"NEAR/x", "\"near x\""},
                {"s:(a NEAR b)", "(near/11 s:a s:b)"}});
}

TEST(ParseQuery, Wildcards) {
  expect_trees({{"s:pre*", "s:pre*"}, {"Pre* foo", "(and pre* foo)"}, {"dfhh:floppy_*", "dfhh:floppy_*"}});
}

TEST(ParseQuery, ExactValuesRunToASpaceAndSeveralOfOnePrefixAreAlternatives) {
  expect_trees({{"mid:a@b.c", "mid:a@b.c"},
                {"mid:<a@b>", "mid:a@b"},
                {"(mid:a..b@c)", "mid:a..b@c"},
                {"mid:\"a b\"\"c\"", "mid:a b\"c"},
                {"mid:x mid:y", "(or mid:x mid:y)"},
                {"mid:x lid:Y mid:z", "(and (or mid:x mid:z) lid:y)"},
                {"mid:x AND mid:y", "(and mid:x mid:y)"},
                {"dfpre:ABCDEF1 dfpost:x", "(and dfpre:abcdef1 dfpost:x)"},
                {"foo -mid:x", "(not foo mid:x)"},
                {"references:CAB@x", "references:CAB@x"}});
}

TEST(ParseQuery, RangesAreKeptAsTheyAreAndAllMustHold) {
  expect_trees({{"d:20200101..", "d:20200101.."},
                {"(s:a AND (rt:1.month.ago..))", "(and s:a rt:1.month.ago..)"},
                {"d:20200101.. d:..20200201", "(and d:20200101.. d:..20200201)"},
                {"-d:20200101..20200102 x", "(not x d:20200101..20200102)"},
                {"z:5 uid:1..2", "(and z:5 uid:1..2)"}});
}

TEST(ParseQuery, ThreadTakesAMessageIdOrAQueryInBraces) {
  expect_trees({{"thread:a@b", "thread:a@b"},
                {"thread:{s:foo -bar} x", "(and thread:{(not s:foo bar)} x)"},
                {"thread:{\"a}\" x}y", "(and thread:{(and 'a' x)} y)"},
                {"thread:\"{s:foo bar}\"", "thread:{(and s:foo bar)}"},
                {"thread:\"{s:\"\"foo bar\"\"}\"", "thread:{s:\"foo bar\"}"},
                {"thread:{thread:{a} b}", "thread:{(and thread:{a} b)}"}});
}

TEST(ParseQuery, AParenthesisBehindAWordIsText) {
  expect_trees({{"kfree()", "'kfree'"},
                {"s:foo(bar) OR s:baz", "(or (and s:'foo' bar) s:baz)"},
                {"(kfree() x)", "(and 'kfree' x)"},
                {"()", "nothing"}});
}

TEST(ParseQuery, PunctuationBehindAPrefixIsSkipped) {
  expect_trees({{"s:[PATCH]", "s:'patch'"}, {"m:<a@b>", "m:\"a b\""}, {"s::x", "\"s x\""}});
}

TEST(ParseQuery, BackslashNewlineAndNulAreSpaces) {
  expect_trees({{"s:floppy \\\n OR x", "(or s:floppy x)"}, {"s:floppy\\\nx", "(and s:floppy x)"}});
  EXPECT_EQ(to_text(parse_query(std::string_view("a\0b", 3))->query), "(and a b)");
}

TEST(ParseQuery, TheFloppySearch) {
  expect_trees(
      {{"(dfn:drivers/block/floppy.c OR dfhh:floppy_* OR s:floppy OR ((nq:bug OR nq:regression) AND "
        "nq:floppy)) AND rt:1.month.ago..",
        "(and (or dfn:\"drivers block floppy c\" dfhh:floppy_* s:floppy (and (or nq:bug nq:regression) "
        "nq:floppy)) rt:1.month.ago..)"}});
}

TEST(ParseQuery, UnclosedQuotesAndParenthesesEndWithTheQueryAndAreNoted) {
  const auto quote = parse_query("x s:\"foo bar");
  ASSERT_TRUE(quote);
  EXPECT_EQ(to_text(quote->query), "(and x s:\"foo bar\")");
  ASSERT_EQ(quote->notes.size(), 1u);
  EXPECT_EQ(quote->notes[0],
            "the quote that opens here is never closed; it ends with the query (column 3 of the query)");
  const auto group = parse_query("(foo OR bar");
  ASSERT_TRUE(group);
  EXPECT_EQ(to_text(group->query), "(or foo bar)");
  EXPECT_EQ(group->notes.size(), 1u);
}

TEST(ParseQueryErrors, PointAtThePlace) {
  EXPECT_EQ(error_of("f:axboe sbj:ktls"),
            "cannot read the query: unknown prefix 'sbj:'\n"
            "    f:axboe sbj:ktls\n"
            "            ^ did you mean s: (the subject)?\n"
            "  try: in double quotes it is searched as text");
  EXPECT_EQ(error_of("foo OR"),
            "cannot read the query: there is nothing on the right of OR\n"
            "    foo OR\n"
            "        ^\n"
            "  try: operators are upper case; in lower case, or in double quotes, it is a word");
  EXPECT_EQ(error_of("ä foo)"),
            "cannot read the query: there is no '(' for this ')'\n"
            "    ä foo)\n"
            "         ^");
}

TEST(ParseQueryErrors, EachKind) {
  const struct {
    const char *text, *why;
  } cases[] = {
      {"AND foo", "nothing on the left of AND"},
      {"a AND OR b", "nothing on the right of AND"},
      {"a XOR", "nothing on the right of XOR"},
      {"NEAR b", "nothing on the left of NEAR"},
      {"a NEAR (b)", "nothing on the right of NEAR"},
      {"a NEAR blk-mq", "NEAR takes single words"},
      {"a NEAR b ADJ c", "NEAR and ADJ do not mix"},
      {"s:()", "nothing between the parentheses"},
      {"\"--\"", "no word between the quotes"},
      {"s:\"\"", "no word between the quotes"},
      {"s:*", "no word behind 's:'"},
      {"a..b", "'..' is only for ranges"},
      {"s:a..b", "'..' is only for ranges"},
      {"1..5", "'..' is only for ranges"},
      {"../x", "'..' is only for ranges"},
      {"d:\"5 days ago\"", "cannot be quoted"},
      {"thread:{}", "nothing between the braces"},
      {"dfm:x", "unknown prefix 'dfm:'"},
      {"Subject:x", "unknown prefix 'Subject:'"},
      {"thread:{sbj:x}", "unknown prefix 'sbj:'"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto parsed = parse_query(c.text);
    ASSERT_FALSE(parsed) << to_text(parsed->query);
    EXPECT_EQ(parsed.error().kind, Error::Kind::kUsage);
    EXPECT_NE(parsed.error().why.find(c.why), std::string::npos) << parsed.error().why;
  }
}

TEST(ParseQueryErrors, DeepNestingAndLongTextsAreRefused) {
  EXPECT_TRUE(parse_query(repeated("(", kMaxQueryDepth, "a")));
  const std::vector<std::string> too_large = {repeated("(", 100'000, "a"), repeated("(", kMaxQueryDepth + 1, "a"),
                                              repeated("thread:{", kMaxQueryDepth + 1, "a"),
                                              repeated("a", kMaxQueryBytes + 1)};
  for (const auto& text : too_large) {
    const auto parsed = parse_query(text);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().kind, Error::Kind::kTooLarge);
  }
}

TEST(ParseQueryErrors, ALongQueryIsShownAroundThePlace) {
  const auto error = error_of(repeated("x", 500, repeated(" ", 10, "AND") + repeated(" ", 500)));
  EXPECT_LT(error.size(), 400u);
  EXPECT_NE(error.find("..."), std::string::npos);
}

// Each of these was quadratic in some parser. The time limit of the test holds them to an end, whatever it is.
TEST(ParseQuery, LongInputsTakeLinearTime) {
  const std::vector<std::string_view> pieces = {
      "a ", "a-", "-", "\"a\" ", "(a) ", ". ", "a:", "A.", "A.A", "a OR ", "a NOT ", "mid:x ", "a+"};
  for (const auto piece : pieces) {
    SCOPED_TRACE(piece);
    const auto parsed = parse_query(repeated(piece, kMaxQueryBytes / piece.size()));
    if (parsed) continue;
    EXPECT_THAT(parsed.error().kind, testing::AnyOf(Error::Kind::kUsage, Error::Kind::kTooLarge));
  }
}

TEST(Prefixes, AGuessIsMadeForMistypedPrefixesOnly) {
  const PrefixSet prefixes;
  const struct {
    const char *typed, *meant;
  } cases[] = {
      {"sbj", "s"},   {"Subject", "s"},    {"from", "f"},       {"CC", "c"},          {"mdi", "mid"},
      {"dfm", "dfn"}, {"dfpos", "dfpost"}, {"dfctxt", "dfctx"}, {"thraed", "thread"}, {"refrences", "references"},
      {"NQ", "nq"},   {"net", ""},         {"std", ""},         {"http", ""},         {"x", ""},
      {"S", ""},      {"lib", ""},         {"uuid", ""},        {"block", ""},        {"read", ""},
      {"fs", ""},     {"mm", ""},          {"drm", ""},         {"uio", ""},          {"xyz", ""}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.typed);
    const auto* guess = prefixes.guess(c.typed);
    EXPECT_EQ(guess ? guess->name : "", c.meant);
  }
}

TEST(Prefixes, OfAnArchiveAreReadFromItsSetting) {
  EXPECT_EQ(parse_altid("serial:gmane:x=1;file=a%20b.sqlite3")->file, "a b.sqlite3");
  EXPECT_EQ(parse_altid("serial:gmane:x=1;file=a%20b.sqlite3")->term(), "XGMANE");
  for (const auto* other :
       {"", "serial:", "serial::file=x", "serial:gmane", "serial:gmane:file=", "other:gmane:file=x"})
    EXPECT_FALSE(parse_altid(other)) << other;
}

TEST(Prefixes, AnArchiveAddsItsOwn) {
  PrefixSet prefixes;
  EXPECT_FALSE(prefixes.find("gmane"));
  prefixes.add_serial(*parse_altid("serial:gmane:x=1;file=a%20b.sqlite3"));
  ASSERT_TRUE(prefixes.find("gmane"));
  EXPECT_EQ(prefixes.find("gmane")->targets[0], "XGMANE");
  EXPECT_EQ(to_text(parse_query("gmane:123 x", prefixes)->query), "(and gmane:123 x)");
  EXPECT_EQ(to_text(parse_query("gmane:123")->query), "\"gmane 123\"");
}

TEST(Prefixes, EveryExampleParsesWithItsPrefix) {
  for (const auto& prefix : builtin_prefixes()) {
    SCOPED_TRACE(prefix.name);
    const auto parsed = parse_query(prefix.example);
    ASSERT_TRUE(parsed) << to_text(parsed.error());
    EXPECT_EQ(parsed->query.prefix, prefix.name);
    EXPECT_FALSE(prefix.help.empty());
  }
}

TEST(ParseQueryErrors, AMistypedPrefixOfARangeIsNamed) {
  EXPECT_EQ(error_of("rtt:1.month.ago.."),
            "cannot read the query: unknown prefix 'rtt:'\n"
            "    rtt:1.month.ago..\n"
            "    ^ did you mean rt: (the time of arrival)?\n"
            "  try: in double quotes it is searched as text");
  EXPECT_NE(error_of("ui:1..2").find("did you mean uid:"), std::string::npos);
  EXPECT_NE(error_of("block:1..2").find("no range begins here"), std::string::npos);
}

TEST(ParseQueryErrors, TheCaretStandsUnderWideCharacters) {
  EXPECT_NE(error_of("s:\u65e5\u672c )").find("\n           ^"), std::string::npos) << error_of("s:\u65e5\u672c )");
}

TEST(ParseQueryErrors, AsManyTermsAsTheIndexCanAnswer) {
  const auto unprefixed = PrefixSet().find("")->targets.size();
  EXPECT_TRUE(parse_query(repeated("a ", kMaxQueryTerms / unprefixed)));
  for (const auto& text :
       {repeated("a ", kMaxQueryTerms / unprefixed + 1), repeated("a.", kMaxQueryTerms / unprefixed + 1),
        repeated("dfpost:1234567 ", kMaxQueryTerms + 1), repeated("thread:{s:a} ", kMaxQueryTerms / 2 + 1)}) {
    const auto parsed = parse_query(text);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().kind, Error::Kind::kTooLarge);
  }
}

}  // namespace
}  // namespace lorelei::search
