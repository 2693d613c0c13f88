// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/revisions.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lorelei::workflow {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RevisionsTest : public testing::Test {
 protected:
  enum class With { kDiff, kDiffstat, kProse };
  void add(const std::string& id, const std::string& subject, const std::string& parent = "", With with = With::kDiff,
           const std::string& from = "Ann <ann@example.org>") {
    std::string raw = "From: " + from + "\nSubject: " + subject + "\nMessage-ID: <" + id +
                      ">\nDate: Fri, 20 Nov 2026 12:00:" + std::to_string(10 + mails_.size()) + " +0000\n";
    if (!parent.empty()) raw += "In-Reply-To: <" + parent + ">\n";
    raw += "\nText.\n";
    if (with == With::kDiffstat) raw += "---\n 1 file changed, 1 insertion(+)\n";
    if (with == With::kDiff) raw += "---\ndiff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\n+" + id + "\n";
    auto mail = read_patch_mail(std::move(raw), 0);
    ASSERT_TRUE(mail);
    mails_.push_back(*std::move(mail));
  }
  // The ids in the slots of the latest revision; "-" where one is missing.
  std::vector<std::string> latest() {
    const Revisions revisions(mails_);
    notes_ = revisions.notes();
    std::vector<std::string> ids;
    if (const auto* revision = revisions.latest())
      for (const auto& slot : revision->slots) ids.push_back(slot.mail ? slot.mail->message_id : "-");
    return ids;
  }
  std::vector<PatchMail> mails_;
  std::vector<std::string> notes_;
};

TEST_F(RevisionsTest, TwoCountsInOneThreadAreThatOfTheCover) {
  add("c@x", "[PATCH v6 0/3] x", "", With::kDiffstat);
  for (const char* one : {"1/2", "1/3", "2/3", "2/2", "3/3"})
    add(std::string(one) + "@x", std::string("[PATCH v6 ") + one + "] x", "c@x");
  EXPECT_THAT(latest(), ElementsAre("c@x", "1/3@x", "2/3@x", "3/3@x"));
  EXPECT_EQ(notes_.size(), 2U);
}

TEST_F(RevisionsTest, APatchWithoutANumberDoesNotShiftOthers) {
  add("c@x", "[PATCH v2 0/2] x", "", With::kDiffstat);
  add("a@x", "[PATCH v2 1/2] a", "c@x");
  add("b@x", "[PATCH v2 2/2] b", "c@x");
  add("s@x", "[PATCH] stray", "c@x");
  EXPECT_THAT(latest(), ElementsAre("c@x", "a@x", "b@x"));
  EXPECT_EQ(notes_.size(), 1U);
}

TEST_F(RevisionsTest, ACounterBeyondTheTotalMakesRoom) {
  add("a@x", "[PATCH 1/2] a");
  add("b@x", "[PATCH 2/2] b", "a@x");
  add("c@x", "[PATCH 3/2] c", "a@x");
  EXPECT_THAT(latest(), ElementsAre("-", "a@x", "b@x", "c@x"));
}

TEST_F(RevisionsTest, NumbersThatAreNone) {
  add("a@x", "[PATCH 9999/9999] a");
  EXPECT_EQ(latest().size(), 10000U);
  mails_.clear();
  add("a@x", "[PATCH 99999/99999] a");
  add("b@x", "[PATCH 123456789/2] a");
  latest();
  add("c@x", "[PATCH 0/0] a", "", With::kProse);
  latest();
}

TEST_F(RevisionsTest, CoversWithoutATag) {
  add("c@x", "what I did", "", With::kProse);
  add("a@x", "[PATCH 1/1] a", "c@x");
  EXPECT_THAT(latest(), ElementsAre("c@x", "a@x"));
  mails_.clear();
  add("c@x", "a bug", "", With::kProse, "Bob <bob@example.org>");
  add("a@x", "[PATCH 1/1] a", "c@x");
  EXPECT_THAT(latest(), ElementsAre("-", "a@x"));
}

TEST_F(RevisionsTest, TheSameAgainIsANewRevision) {
  add("a@x", "[PATCH] a");
  add("b@x", "[PATCH] a", "a@x");
  add("n@x", "Re: [PATCH] a", "b@x", With::kProse);
  EXPECT_THAT(latest(), ElementsAre("-", "b@x"));
  ASSERT_EQ(notes_.size(), 1U);
  EXPECT_EQ(notes_[0], "Assuming new revision: v2 ([PATCH] a)");
  mails_.clear();
  add("r@x", "Re: a", "", With::kProse);
  EXPECT_THAT(latest(), IsEmpty());
}

TEST_F(RevisionsTest, AnswersInACircleEnd) {
  add("a@x", "[PATCH v2 1/2] a", "b@x");
  add("b@x", "[PATCH v2 1/2] b", "a@x");
  EXPECT_EQ(latest().size(), 3U);
}

}  // namespace
}  // namespace lorelei::workflow
