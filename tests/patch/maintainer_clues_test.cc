// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/maintainer_clues.hh"

#include <gtest/gtest.h>

namespace lorelei::patch {

using Texts = std::vector<std::string>;

TEST(MaintainerClues, EveryHeaderOfADiffNamesPaths) {
  const auto clues = maintainer_clues(
      "diff --git a/oven/heat.c b/oven/warmth.c\n"
      "rename from oven/heat.c\n"
      "rename to oven/warmth.c\n"
      "--- a/oven/heat.c\n"
      "+++ b/oven/warmth.c\t2026-01-01\n"
      " mode change 100644 => 100755 tools/bake\n"
      "--- /dev/null\n");
  EXPECT_EQ(clues.paths, (Texts{"oven/heat.c", "oven/warmth.c", "oven/heat.c", "oven/warmth.c", "oven/heat.c",
                                "oven/warmth.c", "tools/bake", "dev/null"}));
}

TEST(MaintainerClues, WhatOnlyLooksAlikeNamesNone) {
  for (const char* line :
       {"---\n", "--- \n", "+++", "-- a/x\n", "diff --git a/x y b/x y\n", "diff --git a/x\n", "rename from a b\n",
        " rename to x\n", " mode change x => 100755 y\n", "> --- a/x\n", "diff --git a/ b/x\n", ""})
    EXPECT_TRUE(maintainer_clues(line).paths.empty()) << line;
}

TEST(MaintainerClues, ARemovedLineMayLookLikeAHeader) {
  EXPECT_EQ(maintainer_clues("--- comment of a table\n").paths, Texts{"comment"});
}

TEST(MaintainerClues, FixesNamesCommits) {
  const auto clues = maintainer_clues(
      "Fixes: 0123456789ab (\"oven: heat\")\n"
      "Fixes:\tABCDEF\n"
      "Fixes: 01234 too short\n"
      "fixes: 0123456789ab\n"
      "Fixes: 0123456789012345678901234567890123456789abcd\n");
  EXPECT_EQ(clues.fixes, (Texts{"0123456789ab", "ABCDEF", "0123456789012345678901234567890123456789"}));
  EXPECT_TRUE(clues.paths.empty());
}

}  // namespace lorelei::patch
