// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/patch_query.hh"

#include <gtest/gtest.h>

#include "base/text.hh"

namespace lorelei::lei {
namespace {

constexpr const char* kPatch =
    "From 0123 Mon Sep 17 00:00:00 2001\nFrom: Ann <ann@example.org>\nTo: bob@example.org\nCc: cat@example.org\n"
    "Subject: [PATCH] block: fix the floppy\nDate: Fri, 20 Jul 2018 07:21:41 +0000\n"
    "Content-Type: text/plain; charset=utf-8\n\nWhy.\n---\n"
    "diff --git a/drivers/block/floppy.c b/drivers/block/floppy.c\nindex 090d998b6c2c..6e006fd73b1d 100644\n"
    "--- a/drivers/block/floppy.c\n+++ b/drivers/block/floppy.c\n@@ -1,3 +1,3 @@ static int floppy_open(void)\n"
    " same\n-old(a->b)\n+new line\n-- \n2.30\n";

std::string query(std::string_view mail, const std::string& wanted) {
  PatchQuery query(std::vector{wanted});
  query.add(mail);
  return query.text();
}

TEST(PatchQuery, BlobsByDefaultDownToSevenDigits) {
  PatchQuery query({});
  query.add(kPatch);
  EXPECT_EQ(query.text(),
            "dfpost:6e006fd73b1d OR dfpost:6e006fd73b1 OR dfpost:6e006fd73b OR dfpost:6e006fd73 OR dfpost:6e006fd7 OR "
            "dfpost:6e006fd");
}

TEST(PatchQuery, EveryPrefixAndTheOperatorsBetweenThem) {
  EXPECT_EQ(query(kPatch, "dfpre,OR,dfpost AND dfn"),
            "dfpre:090d998b6c2c OR dfpost:6e006fd73b1d AND dfn:drivers/block/floppy.c");
  EXPECT_EQ(query(kPatch, "dfa,dfb"), "dfa:old dfa:\"a->b\" dfb:\"new line\"");
  EXPECT_EQ(query(kPatch, "dfctx dfhh"), "dfctx:same dfhh:\"static int floppy_open\" dfhh:void");
  EXPECT_EQ(query(kPatch, "f,NEAR/3,t,c"), "f:\"Ann <ann@example.org>\" NEAR/3 t:bob@example.org c:cat@example.org");
  EXPECT_EQ(query(kPatch, "tc"), "tc:bob@example.org tc:cat@example.org");
  EXPECT_EQ(query(kPatch, "s"), "s:PATCH s:\"block: fix the floppy\"");
  EXPECT_EQ(query(kPatch, "d,rt"), "d:1532071301 rt:1532071301");
}

TEST(PatchQuery, SignsAndStars) {
  EXPECT_EQ(query(kPatch, "-dfctx*"), "-dfctx:same*");
  EXPECT_EQ(query(kPatch, "+dfpost*"), "+dfpost:6e006fd73b1d") << "blobs are no phrases: they get no star";
  EXPECT_EQ(query(kPatch, "dfctx*3"), "dfctx:same* OR dfctx:sam*");
}

TEST(PatchQuery, WhatIsNotThereSaysNothing) {
  EXPECT_EQ(query("Subject: x\n\nno diff\n", "dfpost7"), "");
  EXPECT_EQ(query(kPatch, "nonsense,7,d:3,dfn"), "dfn:drivers/block/floppy.c");
  EXPECT_EQ(query(kPatch, "dfn,dfn"), "dfn:drivers/block/floppy.c") << "a prefix is used once";
}

TEST(PatchQuery, ThePartsOfUrls) {
  PatchQuery query(std::vector<std::string>{"dfpost,OR", "dfn"});
  query.add(kPatch);
  EXPECT_EQ(query.uri(), "dfpost%3A6e006fd73b1d+OR+dfn%3Adrivers%2Fblock%2Ffloppy.c");
}

TEST(PatchQuery, SeveralPatchesMakeOneQuery) {
  PatchQuery query(std::vector<std::string>{"dfn"});
  query.add(kPatch);
  query.add("\n--- a/x/y.c\n+++ b/x/y.c\n");
  EXPECT_EQ(query.text(), "dfn:drivers/block/floppy.c dfn:x/y.c");
}

TEST(PatchQuery, FileNamesBetweenQuotesAreUtf8) {
  EXPECT_EQ(query("\n--- \"a/d/\\303\\244.c\"\n+++ /dev/null\n", "dfn"), "dfn:d/\xc3\xa4.c");
}

TEST(PatchQuery, AlternativesOfALongTermAreLimited) {
  const auto text = query("\ndiff --git a/x b/x\n+" + std::string(100000, 'x') + "\n", "dfb1");
  EXPECT_LT(text.size(), 300u * 100000u);
  EXPECT_EQ(split(text, ' ').size(), 1 + 2 * kMaxAlternatives);
}

}  // namespace
}  // namespace lorelei::lei
