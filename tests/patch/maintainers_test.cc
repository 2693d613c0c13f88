// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/maintainers.hh"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace lorelei::patch {
namespace {

constexpr const char* kText = R"(Who looks after this tree
=========================

	M: an indented example is no entry
	F: tools/example/

Sections
--------

BREAD OVEN DRIVERS
M:	Ada Baker <ada@bakery.example>
R:	Rolf Crumb <rolf@bakery.example>
L:	linux-oven@lists.example (moderated for non-subscribers)
S:	Maintained
T:	git git://git.example/oven.git
F:	Documentation/devicetree/bindings/oven/
F:	drivers/oven/
X:	drivers/oven/legacy/
N:	rotary[^a-z]

BREAD OVEN, LEGACY
L:	linux-oven@lists.example
S:	Orphan
F:	drivers/oven/legacy

DOUGH CORE
M:	Dora Kneader <dora@bakery.example>
S:	Supported
F:	include/linux/dough*.h
F:	kernel/dough/*
F:	kernel/dough.[ch]
F:	lib/test_dough?.c
K:	\bdough_(?:rise|rest)\b

# a comment ends nothing

S:	Odd Fixes
K:	KNEAD _ [A-Z]+ # blanks do not count

EVERYTHING ELSE
M:	Otto Rest <otto@bakery.example>
L:	linux-kernel@vger.kernel.org
F:	*
F:	*/
)";

Maintainers parsed(std::string_view text, const Maintainers::IsDirectory& is_directory = {}) {
  auto out = Maintainers::parse(std::string(text), is_directory);
  EXPECT_TRUE(out);
  return *std::move(out);
}

// "strength title, ..."
std::string matches(Maintainers& maintainers, std::string_view path) {
  std::string out;
  for (const auto& match : maintainers.sections_of(path))
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", match.strength, maintainers.sections()[match.section].title);
  return out;
}

std::string keywords(Maintainers& maintainers, std::string_view text, Maintainers::Content content) {
  std::string out;
  for (const auto section : maintainers.sections_with_keyword(text, content))
    out += (out.empty() ? "" : ", ") + maintainers.sections()[section].title;
  return out;
}

std::vector<std::string> notes(const Maintainers& maintainers) {
  std::vector<std::string> out;
  for (const auto& note : maintainers.notes()) out.push_back(fmt::format("{}: {}", note.line, note.text));
  return out;
}

}  // namespace

TEST(Maintainers, SectionsHaveTheirEntriesInOrder) {
  const auto maintainers = parsed(kText);
  ASSERT_EQ(maintainers.sections().size(), 4u);
  const auto& oven = maintainers.sections()[0];
  EXPECT_EQ(oven.title, "BREAD OVEN DRIVERS");
  EXPECT_EQ(oven.line, 10u);
  EXPECT_EQ(oven.values('L'),
            (std::vector<std::string_view>{"linux-oven@lists.example (moderated for non-subscribers)"}));
  EXPECT_EQ(oven.entries[0].line, 11u);
  EXPECT_EQ(maintainers.sections()[2].values('S'), (std::vector<std::string_view>{"Supported", "Odd Fixes"}));
  EXPECT_EQ(notes(maintainers), std::vector<std::string>{});
}

TEST(Maintainers, APatternMayBeTooFarAboveAPathToCount) {
  auto maintainers = parsed("ALL\nF:\t*/\n\nOVEN\nF:\tdrivers/oven/\nF:\tdrivers/oven/gas/a.c\n");
  EXPECT_EQ(matches(maintainers, "drivers/oven/gas/b.c"), "2 OVEN, -1 ALL");
  const auto near = maintainers.sections_of("drivers/oven/gas/b.c", 2);
  ASSERT_EQ(near.size(), 1u);
  EXPECT_FALSE(near[0].is_exact);
  EXPECT_TRUE(maintainers.sections_of("drivers/oven/gas/b.c", 1).empty());
  EXPECT_TRUE(maintainers.sections_of("drivers/oven/gas/a.c", 1)[0].is_exact);
}

TEST(Maintainers, KeywordsAreCountedAmongTitlesAndEntries) {
  auto maintainers = parsed("# a comment\nA\nS:\tx\nK:\tdough\n\nB\nK:\tbread\nK:\tdough\n");
  const auto found = maintainers.keywords_in("dough", Maintainers::Content::kFile);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].place, 2u);
  EXPECT_EQ(found[1].section, 1u);
  EXPECT_EQ(found[1].place, 5u);
}

TEST(Maintainers, PathsFindTheirSectionsTheClosestFirst) {
  auto maintainers = parsed(kText);
  const struct {
    const char *path, *sections;
  } cases[] = {
      {"drivers/oven/timer.c", "2 BREAD OVEN DRIVERS, -1 EVERYTHING ELSE"},
      {"drivers/oven/gas/valve.c", "2 BREAD OVEN DRIVERS, -1 EVERYTHING ELSE"},
      {"drivers/ovens/timer.c", "-1 EVERYTHING ELSE"},
      {"drivers/oven/legacy/coal.c", "-1 EVERYTHING ELSE"},  // excluded; its own pattern has no "/" at the end
      {"drivers/oven/legacy.c", "3 BREAD OVEN, LEGACY, 2 BREAD OVEN DRIVERS, -1 EVERYTHING ELSE"},
      {"Documentation/devicetree/bindings/oven/x.yaml", "4 BREAD OVEN DRIVERS, -1 EVERYTHING ELSE"},
      {"sound/rotary-knob.c", "0 BREAD OVEN DRIVERS, -1 EVERYTHING ELSE"},
      {"sound/rotary", "-1 EVERYTHING ELSE"},
      {"include/linux/dough_types.h", "3 DOUGH CORE, -1 EVERYTHING ELSE"},
      {"include/linux/dough/types.h", "-1 EVERYTHING ELSE"},            // * crosses "/", but the depths differ
      {"include/linux/dough.hpp", "3 DOUGH CORE, -1 EVERYTHING ELSE"},  // only how a path starts is compared
      {"kernel/dough/a.c", "3 DOUGH CORE, -1 EVERYTHING ELSE"},
      {"kernel/dough/sub/a.c", "-1 EVERYTHING ELSE"},
      {"kernel/dough.c", "2 DOUGH CORE, -1 EVERYTHING ELSE"},
      {"kernel/doughxc", "-1 EVERYTHING ELSE"},
      {"lib/test_dough1.c", "2 DOUGH CORE, -1 EVERYTHING ELSE"},
      {"lib/test_dough.c", "-1 EVERYTHING ELSE"},
      {"Makefile", "-1 EVERYTHING ELSE"},
      {"tools/example/x.c", "-1 EVERYTHING ELSE"},
  };
  for (const auto& c : cases) EXPECT_EQ(matches(maintainers, c.path), c.sections) << c.path;
}

TEST(Maintainers, APatternThatIsADirectoryMeansAllBelow) {
  auto maintainers = parsed(kText, [](std::string_view path) { return path == "drivers/oven/legacy"; });
  EXPECT_EQ(matches(maintainers, "drivers/oven/legacy/coal.c"), "3 BREAD OVEN, LEGACY, -1 EVERYTHING ELSE");
}

TEST(Maintainers, TheLastPatternThatMatchesGivesTheStrength) {
  auto maintainers = parsed("A\nF:\ta/b/c.h\nF:\ta/\nB\nF: a/\nN: c\nC\nN: c\nF: a/\n");
  EXPECT_EQ(matches(maintainers, "a/b/c.h"), "1 A, 1 C, 0 B");
}

TEST(Maintainers, KeywordsInAFileAreFoundAnywhere) {
  auto maintainers = parsed(kText);
  using enum Maintainers::Content;
  EXPECT_EQ(keywords(maintainers, "x\n int dough_rise(void);\n", kFile), "DOUGH CORE");
  EXPECT_EQ(keywords(maintainers, "my_dough_rise", kFile), "");
  EXPECT_EQ(keywords(maintainers, "KNEAD_FAST", kFile), "DOUGH CORE");
  EXPECT_EQ(keywords(maintainers, "KNEAD _ FAST", kFile), "");
}

TEST(Maintainers, AKeywordThatMakesSenseInOnePlaceOnlyLeavesTheOthersAsTheyAre) {
  auto maintainers = parsed("M\n\nHALF\nM:\tA <a@example.org>\nK:\t?=\n\nWHOLE\nM:\tB <b@example.org>\nK:\tyeast\n");
  using enum Maintainers::Content;
  const std::string patch = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n+yeast\n";
  EXPECT_EQ(keywords(maintainers, patch, kPatch), "WHOLE");
  EXPECT_EQ(keywords(maintainers, "yeast", kFile), "WHOLE");
}

TEST(Maintainers, KeywordsInAPatchAreFoundInItsIntroAndInChangedLines) {
  auto maintainers = parsed(kText);
  const std::string head = "Subject: [PATCH] oven: bake\n\nBake it.\n---\n x.c | 2 +-\n\n";
  const std::string diff = "diff --git a/x.c b/x.c\n--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,2 @@ int f(void)\n";
  const struct {
    std::string patch;
    bool is_found;
  } cases[] = {
      {"Subject: call dough_rest() less\n" + head + diff, true},
      {head + "dough_rest\n" + diff, true},
      {head + diff + "+\tdough_rest();\n", true},
      {head + diff + "-\tdough_rest();\n", true},
      {head + diff + " \tdough_rest();\n", false},
      {head + diff + "@@ -9,2 +9,2 @@ int dough_rest(void)\n", false},
      {head + diff + "@@ -9 +9 @@ int dough_rest(void)\n", false},
      {"@@ -9 +9 @@ int dough_rest(void)\n" + head + diff, true},
      {"Fixes: 0123456789ab (\"dough_rest: x\")\n" + head + diff, false},
  };
  for (const auto& c : cases)
    EXPECT_EQ(keywords(maintainers, c.patch, Maintainers::Content::kPatch), c.is_found ? "DOUGH CORE" : "") << c.patch;
}

// Of "a|b" only a is bound to a changed line, as in the reference.
TEST(Maintainers, TheSecondBranchOfAKeywordIsFoundInContextToo) {
  auto maintainers = parsed("A\nK: yeast|salt\n");
  const std::string diff = "--- a/x\n+++ b/x\n";
  EXPECT_EQ(keywords(maintainers, diff + " yeast\n", Maintainers::Content::kPatch), "");
  EXPECT_EQ(keywords(maintainers, diff + " salt\n", Maintainers::Content::kPatch), "A");
}

TEST(Maintainers, WhatIsMostLikelyNotMeantIsNoted) {
  const auto maintainers = parsed(
      "M: Nobody <n@x.example>\n"
      "ONE\nF: a/ \n F: b/\nf: c/\nTWO\nN: [a\nK: (?=x)\nY: what\nF:\n\nTHREE\n\nFOUR\nF: a(b\nLAST\n");
  EXPECT_EQ(notes(maintainers),
            (std::vector<std::string>{
                "1: an entry without a title",
                "3: white space at the end: no path matches",
                "4: looks like an entry, but counts as a title: an entry is a capital letter at the start of its line",
                "4: a title without entries",
                "5: looks like an entry, but counts as a title: an entry is a capital letter at the start of its line",
                "5: a title without entries",
                "7: matches nothing: a '[' is never closed",
                "8: matches nothing: this kind of group is not supported",
                "9: what 'Y:' means is not known",
                "10: nothing follows 'F:'",
                "12: a title without entries",
                "15: matches nothing: a '(' is never closed",
                "16: a title without entries",
            }));
  EXPECT_EQ(parsed("A\nZ:\nA\nZ:\n").notes().size(), 4u);
}

TEST(Maintainers, NotesAndSizeHaveLimits) {
  std::string many = "A\n";
  for (int i = 0; i < 1000; ++i) many += "Z: z\n";
  EXPECT_EQ(parsed(many).notes().size(), kMaxMaintainersNotes);
  const auto huge = Maintainers::parse(std::string(kMaxMaintainersBytes + 1, 'x'));
  ASSERT_FALSE(huge);
  EXPECT_EQ(huge.error().kind, Error::Kind::kTooLarge);
  EXPECT_EQ(parsed("").sections().size(), 0u);
  EXPECT_EQ(parsed("A\r\nF:\ta/\r\n").sections()[0].values('F'), (std::vector<std::string_view>{"a/"}));
}

TEST(Maintainers, ASectionIsFoundByItsTitleOrItsOnlyPart) {
  const auto maintainers = parsed(kText);
  const auto title = [&](const char* wanted) {
    const auto found = maintainers.find(wanted);
    return found ? (*found)->title : found.error().why + "; " + found.error().next;
  };
  EXPECT_EQ(title("DOUGH CORE"), "DOUGH CORE");
  EXPECT_EQ(title("dough core"), "DOUGH CORE");
  EXPECT_EQ(title("legacy"), "BREAD OVEN, LEGACY");
  EXPECT_EQ(title("oven"), "2 titles have it as a part; one of 'BREAD OVEN DRIVERS', 'BREAD OVEN, LEGACY'");
  EXPECT_EQ(title("DOUHG CORE"), "no title has it as a part; 'DOUGH CORE'");
  EXPECT_EQ(maintainers.find("").error().kind, Error::Kind::kNotFound);
  EXPECT_EQ(maintainers.find("oven").error().kind, Error::Kind::kUsage);
  const auto nested = parsed("OVEN\nF: a\nOVEN DOOR\nF: b\n");
  EXPECT_EQ((*nested.find("oven"))->title, "OVEN");  // whole, though part of another
}

TEST(StartsWithGlob, StarsTakeAnything) {
  const struct {
    const char *text, *glob;
    bool starts;
  } cases[] = {{"abc", "", true},        {"abc", "a*c", true},     {"a/b/cd", "a*c", true}, {"abx", "a*c", false},
               {"aab", "*ab", true},     {"abcabd", "*abd", true}, {"ab", "a?b", false},    {"", "*", true},
               {"aXbXc", "a*b*c", true}, {"aXc", "a*b*c", false},  {"a", "a**", true},      {"a\nb", "a*b", false}};
  for (const auto& c : cases) EXPECT_EQ(starts_with_glob(c.text, c.glob), c.starts) << c.text << " " << c.glob;
}

}  // namespace lorelei::patch
