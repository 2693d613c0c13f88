// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/subsystem_query.hh"

#include <gtest/gtest.h>

#include "search/query.hh"

namespace lorelei::patch {
namespace {

SubsystemQuery query_of(const std::string& entries) {
  const auto maintainers = Maintainers::parse("SECTION\n" + entries);
  EXPECT_TRUE(maintainers);
  return subsystem_query(maintainers->sections().at(0));
}

}  // namespace

TEST(SubsystemQuery, EachKindOfLineIsSaidInTheSearchLanguage) {
  const struct {
    const char *entries, *text, *tree;
  } cases[] = {
      {"L: linux-oven@lists.example (moderated)", "l:linux-oven.lists.example", "l:\"linux oven lists example\""},
      {"L: Oven people <oven@x.example>\nL: a_b@x.example", "(l:oven.x.example OR l:a_b.x.example)",
       "(or l:\"oven x example\" l:\"a_b x example\")"},
      {"F: drivers/block/floppy.c", "dfn:drivers/block/floppy.c", "dfn:\"drivers block floppy c\""},
      {"F: drivers/oven/", "dfn:drivers/oven", "dfn:\"drivers oven\""},
      {"F: drivers/oven/*", "dfn:drivers/oven", "dfn:\"drivers oven\""},
      {"F: drivers/oven/bcm*.[ch]", "(dfn:drivers/oven dfn:bcm*)", "(and dfn:\"drivers oven\" dfn:bcm*)"},
      {"F: drivers/oven/x-bcm9?.c", "(dfn:\"drivers/oven/x-\" dfn:bcm9*)", "(and dfn:\"drivers oven x\" dfn:bcm9*)"},
      {"F: kernel/dough.[ch]", "dfn:\"kernel/dough.\"", "dfn:\"kernel dough\""},
      {"F: arch/*/kernel/dough*", "(dfn:\"arch\" dfn:\"kernel\" dfn:dough*)",
       "(and dfn:'arch' dfn:'kernel' dfn:dough*)"},
      {"F: Documentation/bindings/acme,oven.yaml", "dfn:\"Documentation/bindings/acme,oven.yaml\"",
       "dfn:\"documentation bindings acme oven yaml\""},
      {"F: crypto/", "dfn:\"crypto\"", "dfn:'crypto'"},
      {"F: a/b.c\nF: a/b.c\nF: a/d.c", "(dfn:a/b.c OR dfn:a/d.c)", "(or dfn:\"a b c\" dfn:\"a d c\")"},
      {"F: net/core/\nX: net/core/old/", "(dfn:net/core NOT dfn:net/core/old)",
       "(not dfn:\"net core\" dfn:\"net core old\")"},
      {"N: rockchip", "dfn:rockchip*", "dfn:rockchip*"},
      {"N: cros-ec", "dfn:\"cros ec\"", "dfn:\"cros ec\""},
      {"K: \\bdma_(?:buf|fence)\\b", "(nq:\"dma_buf\" OR nq:\"dma_fence\")", "(or nq:'dma_buf' nq:'dma_fence')"},
      {"L: o@x.example\nF: a/b/\nX: a/b/c/\nK: \\bknead_", "l:o.x.example OR ((dfn:a/b NOT dfn:a/b/c) OR nq:knead_*)",
       "(or l:\"o x example\" (or (not dfn:\"a b\" dfn:\"a b c\") nq:knead_*))"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.entries);
    const auto query = query_of(c.entries);
    EXPECT_EQ(query.text(), c.text);
    const auto parsed = search::parse_query(query.text());
    ASSERT_TRUE(parsed) << to_text(parsed.error());
    EXPECT_EQ(search::to_text(parsed->query), c.tree);
    EXPECT_TRUE(parsed->notes.empty());
  }
}

TEST(SubsystemQuery, WhatCannotBeSaidIsNoted) {
  const struct {
    const char *entries, *note;
  } cases[] = {
      {"L: linux-kernel@vger.kernel.org",
       "L: linux-kernel@vger.kernel.org: left out, it gets the mail of all subsystems"},
      {"L: nobody", "L: nobody: left out, not an address"},
      {"L: a@b@c", "L: a@b@c: left out, not an address"},
      {"F: *", "F: *: left out, it names nothing"},
      {"F: */net/*", "F: */net/*: left out, one common word would find too much"},
      {"F: include/linux/*dough*.h", "F: include/linux/*dough*.h: left out, words cannot say how the name starts"},
      {"F: include/linux/[ab]c.h", "F: include/linux/[ab]c.h: left out, words cannot say how the name starts"},
      {"N: [a-z]+", "N: [a-z]+: left out, not a few words"},
      {"K: (?=x)", "K: (?=x): left out, not a few words"},
  };
  for (const auto& c : cases) {
    const auto query = query_of(c.entries);
    EXPECT_EQ(query.text(), "") << c.entries;
    EXPECT_EQ(query.notes, (std::vector<std::string>{c.note})) << c.entries;
  }
  EXPECT_EQ(query_of("F: block/").notes,
            (std::vector<std::string>{"F: block/: also finds other paths with this word"}));
  EXPECT_EQ(query_of("N: oven").notes, (std::vector<std::string>{"N: oven: not found in the middle of words"}));
  EXPECT_EQ(query_of("F: a/b/\nX: a/b/*").patches, "dfn:a/b");
  EXPECT_EQ(query_of("F: a/b/\nX: a/b/x*").notes,
            (std::vector<std::string>{"X: a/b/x*: not excluded, words cannot say it exactly"}));
}

// Whatever stands in a section, the query is well-formed.
TEST(SubsystemQuery, StrangeLinesStillMakeAQuery) {
  for (const auto* value : {"a/b(c", "a/\"b\"",    "a b/c",    "a/b..c", "-a/b",       "OR/b",     "a//b",   "./a",
                            "a/b:c", "\xff\xfe/a", "a/\x01/b", "s:x/y",  "a/b)",       "mid:a",    "a/b+c",  "NOT",
                            "a/..",  "d:1..2/x",   "*AND*",    "x/OR*",  "ab[c]d*e/f", "a..b@c.d", "a.@b.c", "_@b"}) {
    for (const auto* letter : {"L", "F", "X", "N", "K"}) {
      const auto query = query_of(std::string("F: z/z.c\n") + letter + ": " + value);
      const auto parsed = search::parse_query(query.text());
      EXPECT_TRUE(parsed) << query.text() << "\n" << (parsed ? "" : to_text(parsed.error()));
    }
  }
}

}  // namespace lorelei::patch
