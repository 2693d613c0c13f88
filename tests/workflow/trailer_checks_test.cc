// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/trailer_checks.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lorelei::workflow {
namespace {

using testing::HasSubstr;
using Kind = CheckFinding::Kind;

SeriesPatch patch_with(const std::string& body) {
  SeriesPatch patch;
  patch.author = patch.committer = {"Ann Author", "ann@example.org"};
  patch.title = "demo: add a line";
  patch.body = body;
  return patch;
}
const std::string kSigned = "Signed-off-by: Ann Author <ann@example.org>";

// "x ..." and "! ..." a line.
std::string found(const SeriesPatch& patch, SignedOff signed_off = SignedOff::kAsked) {
  std::string text;
  for (const auto& one : check_trailers(patch, signed_off))
    text += (one.kind == Kind::kFailure ? "x " : "! ") + one.text + "\n";
  return text;
}

TEST(TrailerChecks, WhatIsUsualIsRight) {
  for (const std::string trailers :
       {"Reviewed-by: Rob <rob@example.net>\n", "Cc: stable@vger.kernel.org # 6.1+\n", "Cc: <stable@vger.kernel.org>\n",
        "Cc: a@x.example, Bo <b@x.example>\n", "Reported-by: syzbot+1f@example.com\nCloses: https://example.org/1\n",
        "Co-developed-by: Bo Coder <bo@example.org>\nSigned-off-by: Bo Coder <bo@example.org>\n",
        "Fixes: 0123456789ab (\"a long\n title\")\n", "Reviewed-on: https://gerrit.example.org/1\n",
        "Nacked-by: Eve <eve@example.net>\n", "Link: https://example.org/1 # [1]\nTested-on: two boards\n",
        "[Ann: fixed the indentation]\n"}) {
    SCOPED_TRACE(trailers);
    EXPECT_EQ(found(patch_with("It was missing.\n\n" + trailers + kSigned)), "");
  }
}

TEST(TrailerChecks, PeopleHaveAnAddress) {
  const struct {
    const char *trailer, *finding;
  } cases[] = {
      {"Reviewed-by: Rob", "! \"Reviewed-by: Rob\": it has no address"},
      {"Signed-off-by: Rob", "x \"Signed-off-by: Rob\": it has no address"},
      {"Signed-off-by: <rob@example.net>", "x \"Signed-off-by: <rob@example.net>\": it has no name"},
      {"Acked-by: Rob <rob@example.net", "! \"Acked-by: Rob <rob@example.net\": its brackets"},
      {"Acked-by: Rob <rob at example.net>", "! \"Acked-by: Rob <rob at example.net>\": it has no address"},
      {"Acked-by: Rob <rob@[example.net>", "! \"Acked-by: Rob <rob@[example.net>\": 'rob@[example.net' is no address"},
      {"Co-developed-by: Bo <bo@example.org>", "! \"Co-developed-by: Bo <bo@example.org>\" has no Signed-off-by"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.trailer);
    EXPECT_THAT(found(patch_with("Text.\n\n" + std::string(c.trailer) + "\n" + kSigned)), HasSubstr(c.finding));
  }
}

TEST(TrailerChecks, WhoDevelopedWithOthersSignsOffBelow) {
  EXPECT_THAT(found(patch_with("Text.\n\nSigned-off-by: Bo <bo@example.org>\nCo-developed-by: Bo <bo@example.org>\n" +
                               kSigned)),
              HasSubstr("has no Signed-off-by of the same person below it"));
}

TEST(TrailerChecks, NamesThatWereMistyped) {
  EXPECT_THAT(found(patch_with("Text.\n\nReviewd-by: Rob <rob@example.net>\n" + kSigned)),
              HasSubstr("! \"Reviewd-by:\" is not known: write \"Reviewed-by:\""));
  EXPECT_THAT(found(patch_with("Text.\n\nReviewed-By: Rob <rob@example.net>\n" + kSigned)),
              HasSubstr("write \"Reviewed-by:\""));
  EXPECT_THAT(found(patch_with("Text.\n\nSinged-off-by: Ann Author <ann@example.org>\nCc: a@x.example")),
              testing::AllOf(HasSubstr("write \"Signed-off-by:\""), HasSubstr("x no Signed-off-by of the author")));
  EXPECT_THAT(found(patch_with("Text.\n\nCc: a@x.example\nCc: a@x.example\n" + kSigned)), HasSubstr("is there twice"));
}

TEST(TrailerChecks, SignedOffWhereTheTreeHasIt) {
  EXPECT_EQ(found(patch_with("Text."), SignedOff::kNotAsked), "");
  EXPECT_THAT(found(patch_with("Text.")), HasSubstr("x no Signed-off-by of the author, Ann Author <ann@example.org>"));
  EXPECT_THAT(found(patch_with("")), HasSubstr("x no Signed-off-by of the author"));
  EXPECT_THAT(found(patch_with("Text.\n---\nNotes.")),
              HasSubstr("x no Signed-off-by of the author, Ann Author <ann@example.org>: write it above line 4 of the "
                        "message, \"---\", if you may say so"));
  EXPECT_THAT(found(patch_with("Text.\n\nSigned-off-by: Ann Author <ann@work.example>")),
              HasSubstr("! the author is ann@example.org, and signs off as ann@work.example"));
  auto others = patch_with("Text.\n\n" + kSigned);
  others.committer = {"Mia Maintainer", "mia@example.com"};
  EXPECT_THAT(found(others), HasSubstr("x no Signed-off-by of the committer, Mia Maintainer"));
}

TEST(TrailerChecks, BelowTheDashesGitAmDropsThem) {
  EXPECT_EQ(found(patch_with("Text.\n---\nNotes.\n\n" + kSigned)),
            "x \"" + kSigned +
                "\" is in line 7 of the message, below the --- of line 4, where git am drops it: move it up\n");
  EXPECT_THAT(found(patch_with("Text.\n\n" + kSigned + "\n---\nAcked-by: Rob <rob@example.net>")),
              HasSubstr("! \"Acked-by: Rob <rob@example.net>\" is in line 7"));
  // For the mail alone; told in notes; there above, too.
  EXPECT_EQ(found(patch_with("Text.\n\n" + kSigned + "\n---\nv2: as asked\n  Acked-by: Rob <rob@example.net>\n" +
                             kSigned + "\nCc: Zoe <zoe@example.net>")),
            "");
}

TEST(TrailerChecks, AChangeIdIsOfGerrit) {
  EXPECT_EQ(found(patch_with("Text.\n\nChange-Id: I0123\n" + kSigned)),
            "! \"Change-Id: I0123\" is of use on a Gerrit server alone: take it out\n");
}

TEST(TrailerChecks, AboveTheLastParagraphGitFindsNone) {
  const auto text = found(patch_with("Text.\n\nFixes: 0123456789ab (\"demo: begin\")\n\n" + kSigned));
  EXPECT_THAT(text, HasSubstr("! \"Fixes: 0123456789ab (\"demo: begin\")\" is not in the last paragraph"));
  EXPECT_THAT(found(patch_with("Reviewed-by: Rob <rob@example.net>\n\nText.\n\n" + kSigned)),
              HasSubstr("is not in the last paragraph"));
  // Quoted, or a sentence.
  EXPECT_EQ(found(patch_with("As in:\n\n  Reviewed-by: Rob <rob@example.net>\n\nCc: nobody.\nText.\n\n" + kSigned)),
            "");
}

TEST(MisplacedBody, IsTextThatGitAmDrops) {
  EXPECT_TRUE(is_body_misplaced("---\nIt was missing."));
  EXPECT_TRUE(is_body_misplaced(kSigned + "\n---\nIt was missing.\n"));
  EXPECT_FALSE(is_body_misplaced("It was missing.\n---\nChanges in v2: none."));
  EXPECT_FALSE(is_body_misplaced(""));
  EXPECT_FALSE(is_body_misplaced(kSigned));
  EXPECT_FALSE(is_body_misplaced("---\n\n"));
}

}  // namespace
}  // namespace lorelei::workflow
