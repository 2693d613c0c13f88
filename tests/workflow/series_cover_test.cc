// SPDX-License-Identifier: GPL-3.0-or-later
// The cover letter and what is tracked beside it, in b4's form and back.
#include "workflow/series_cover.hh"

#include <gtest/gtest.h>

namespace lorelei::workflow {
namespace {

// As b4 writes it, with a member that only it knows.
constexpr const char* kMessage = R"(demo: title

Why.

--- b4-submit-tracking ---
# This section is used internally by b4 prep for tracking purposes.
{
  "series": {
    "revision": 3,
    "change-id": "20260101-demo-0123456789ab",
    "base-branch": "master",
    "prefixes": [
      "RFC"
    ],
    "unheard-of": {"x": [1, 2]},
    "history": {
      "v1": [
        "one@x"
      ],
      "v2": [
        "two@x", "three@x"
      ]
    }
  }
})";

TEST(SeriesCover, IsReadAndWrittenWithWhatOnlyOthersKnow) {
  const auto cover = read_cover_message(kMessage);
  ASSERT_TRUE(cover);
  EXPECT_EQ(cover->text, "demo: title\n\nWhy.");
  EXPECT_EQ(cover->tracking.revision, 3);
  EXPECT_EQ(cover->tracking.prefixes, std::vector<std::string>{"RFC"});
  EXPECT_EQ(cover->tracking.history.at(2).front(), "two@x");
  auto changed = *cover;
  changed.tracking.revision = 4;
  changed.tracking.history[3] = {"four@x"};
  const auto text = cover_message(changed);
  const auto again = read_cover_message(text);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->tracking.revision, 4);
  EXPECT_EQ(again->tracking.history.size(), 3U);
  EXPECT_NE(text.find("\"unheard-of\""), std::string::npos);
  EXPECT_EQ(text.find("presubject"), std::string::npos);
}

TEST(SeriesCover, OtherMessagesAreNone) {
  for (const char* text :
       {"", "title\n\nbody", "x --- b4-submit-tracking ---\n{\"series\": {\"revision\": 1, \"change-id\": \"a\"}}",
        "t\n\n--- b4-submit-tracking ---\n{\"series\": {\"revision\": \"1\", \"change-id\": \"a\"}}",
        "t\n\n--- b4-submit-tracking ---\n{\"series\": {\"revision\": 0, \"change-id\": \"a\"}}",
        "t\n\n--- b4-submit-tracking ---\n{\"series\": []}", "t\n\n--- b4-submit-tracking ---\n{",
        "t\n\n--- b4-submit-tracking ---\n"})
    EXPECT_FALSE(read_cover_message(text)) << text;
}

TEST(SeriesCover, TheMarkCountsAtTheStartOfALine) {
  auto cover = *read_cover_message(kMessage);
  cover.text = "demo: title\n\n> --- b4-submit-tracking ---\n> {\"series\": {}}";
  const auto again = read_cover_message(cover_message(cover));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->text, cover.text);
  EXPECT_EQ(again->tracking.revision, 3);
}

TEST(SeriesCover, NotesToOneselfDoNotGoOut) {
  const auto letter = letter_of(
      "demo:  title\n# note\n\n\n\n# note\n>#1 is a number\nWhy.\n#\n\nTo: Mia <mia@x.org>\n# note\nCc: l@x.org\n"
      "Reviewed-by: Rob <rob@x.org>\n---\nChanges in v2:\n- x\n");
  EXPECT_EQ(letter.title, "demo: title");
  EXPECT_EQ(letter.body, "#1 is a number\nWhy.\n\nReviewed-by: Rob <rob@x.org>\n---\nChanges in v2:\n- x");
  ASSERT_EQ(letter.to_cc.size(), 2U);
  EXPECT_EQ(letter.to_cc[0].person.address, "mia@x.org");
  ASSERT_EQ(letter.others.size(), 1U);
  EXPECT_EQ(letter.others[0].person.address, "rob@x.org");
}

TEST(SeriesCover, ProseIsNoTrailer) {
  const auto letter =
      letter_of("t\n\nTo: be, or not to be, that is the question\nthat we ask in prose\nof three lines\n");
  EXPECT_TRUE(letter.to_cc.empty());
  EXPECT_NE(letter.body.find("To: be"), std::string::npos);
}

TEST(SeriesCover, RecipientsStandInOrderAndOnce) {
  patch::Trailer to, cc;
  to.name = "To";
  to.value = "Olga <olga@x.org>";
  to.person = {"Olga", "olga@x.org"};
  cc.name = "Cc";
  cc.value = "MIA@x.org";
  cc.person = {"", "MIA@x.org"};
  EXPECT_EQ(
      with_recipients("t\n\nWhy.\n\nCc: l@x.org\nTo: Mia <mia@x.org>\nSigned-off-by: A <a@x.org>\n---\nmore\n",
                      {to, cc}),
      "t\n\nWhy.\n\nTo: Mia <mia@x.org>\nTo: Olga <olga@x.org>\nCc: l@x.org\nSigned-off-by: A <a@x.org>\n---\nmore");
  EXPECT_EQ(with_recipients("t\n\nWhy.\n", {to}), "t\n\nWhy.\n\nTo: Olga <olga@x.org>");
  EXPECT_EQ(with_recipients("t", {to}), "t\n\nTo: Olga <olga@x.org>");
}

TEST(SeriesCover, TheChangesOfTheNewestStandFirst) {
  const auto second = with_changelog("t\n\nWhy.\n", 2, "https://l/1");
  EXPECT_TRUE(second.starts_with("t\n\nWhy.\n---\nChanges in v2:\n- EDITME")) << second;
  EXPECT_NE(second.find("- Link to v1: https://l/1"), std::string::npos);
  const auto third = with_changelog(second, 3, "https://l/2");
  EXPECT_LT(third.find("Changes in v3:"), third.find("Changes in v2:"));
  EXPECT_EQ(third.find("---"), third.rfind("---"));
}

TEST(SeriesCover, Names) {
  EXPECT_EQ(slug_for("  My Topic: a/b_c (2) "), "my-topic-a-b_c-2");
  EXPECT_EQ(slug_for("!!"), "");
  EXPECT_EQ(new_change_id("x", 1795264496, "\1\2\3\4\5\xff"), "20261121-x-0102030405ff");
  EXPECT_EQ(slug_in_change_id("20260101-my-topic-0123456789ab"), "my-topic");
  EXPECT_EQ(slug_in_change_id("odd"), "odd");
}

}  // namespace
}  // namespace lorelei::workflow
