// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/trailer_block.hh"

#include <gtest/gtest.h>

namespace lorelei::workflow {
namespace {

patch::Trailer trailer(const std::string& name, const std::string& value, const std::string& note = "") {
  return {patch::Trailer::Kind::kPerson, name, value, note, patch::parse_person(value)};
}
const patch::Trailer kReview = trailer("Reviewed-by", "Rob <rob@example.org>");
const patch::Person kMe = {"Mia", "mia@example.org"};

TEST(TrailerBlock, NewOnesFollowThoseThatAreThere) {
  EXPECT_EQ(with_trailers("Text.\n\nSigned-off-by: Ann <ann@example.org>\n", {.add = {kReview}}),
            "Text.\n\nSigned-off-by: Ann <ann@example.org>\nReviewed-by: Rob <rob@example.org>");
  EXPECT_EQ(with_trailers("Signed-off-by: Ann <ann@example.org>", {.add = {kReview}}),
            "Signed-off-by: Ann <ann@example.org>\nReviewed-by: Rob <rob@example.org>");
}

TEST(TrailerBlock, ProseGetsAParagraphOfItsOwn) {
  EXPECT_EQ(with_trailers("Text.", {.add = {kReview}}), "Text.\n\nReviewed-by: Rob <rob@example.org>");
  EXPECT_EQ(with_trailers("Text.\n\nNote: this is prose.", {.add = {kReview}}),
            "Text.\n\nNote: this is prose.\n\nReviewed-by: Rob <rob@example.org>");
  EXPECT_EQ(with_trailers("", {.add = {kReview}}), "Reviewed-by: Rob <rob@example.org>");
  // One line with an address among many is no block.
  EXPECT_EQ(with_trailers("a\nb\nc\nd\nmail: me at me@example.org\n", {.add = {kReview}}),
            "a\nb\nc\nd\nmail: me at me@example.org\n\nReviewed-by: Rob <rob@example.org>");
}

TEST(TrailerBlock, WithNothingToDoNothingChanges) {
  for (const std::string text :
       {"Text.", "Text.\n\nFixes: https://x\nMail: me\n  odd: one\nCc: <a@b.example>", "", "a\n\n\nb"})
    EXPECT_EQ(with_trailers(text, {}), text);
}

TEST(TrailerBlock, WrappedOnesAndNotesStayTogether) {
  const std::string block =
      "Fixes: 0123456789ab (\"a long\n title\")\nReviewed-by: Somebody With A Name\n <some@body.example>\n"
      "Acked-by: Eve <eve@example.org>\n  [for the second half]\nCc: Joe <joe@example.org>  # 5.10";
  EXPECT_EQ(with_trailers("Text.\n\n" + block, {.add = {kReview}}),
            "Text.\n\n" + block + "\nReviewed-by: Rob <rob@example.org>");
  TrailerChange change;
  change.order = {"Cc", "*"};
  EXPECT_EQ(with_trailers("Text.\n\n" + block, change),
            "Text.\n\nCc: Joe <joe@example.org>  # 5.10\n" + block.substr(0, block.rfind("\nCc:")));
}

TEST(TrailerBlock, OnesOwnSignedOffByIsLastAndOnce) {
  TrailerChange change{.add = {kReview}, .signed_off_by = kMe, .order = {}, .me = kMe};
  EXPECT_EQ(with_trailers("T.\n\nSigned-off-by: Mia <MIA@example.org>", change),
            "T.\n\nReviewed-by: Rob <rob@example.org>\nSigned-off-by: Mia <mia@example.org>");
}

TEST(TrailerBlock, AnOrderLeavesTheCustodyOfOthersAlone) {
  const std::string theirs = "Link: https://x\nAcked-by: A <a@example.org>\nSigned-off-by: Ann <ann@example.org>\n";
  TrailerChange change{.add = {kReview}, .signed_off_by = kMe, .order = {"Reviewed*", "Fixes", "*"}, .me = kMe};
  EXPECT_EQ(
      with_trailers("T.\n\n" + theirs + "Fixes: 0123456789ab (\"x\")\nSigned-off-by: Mia <mia@example.org>", change),
      "T.\n\n" + theirs +
          "Reviewed-by: Rob <rob@example.org>\nFixes: 0123456789ab (\"x\")\nSigned-off-by: Mia <mia@example.org>");
}

TEST(TrailerBlock, NotesAreWritten) {
  EXPECT_EQ(line_of(trailer("Acked-by", "Eve <eve@example.org>", "# v1")), "Acked-by: Eve <eve@example.org>  # v1");
  EXPECT_EQ(line_of(trailer("Acked-by", "Eve <eve@example.org>", "[v1]")), "Acked-by: Eve <eve@example.org>\n[v1]");
}

}  // namespace
}  // namespace lorelei::workflow
