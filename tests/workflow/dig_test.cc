// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/dig.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lorelei::workflow {
namespace {

using testing::ElementsAre;

TEST(MessageIdsIn, TrailersThatNameMail) {
  EXPECT_THAT(message_ids_in("title\n\nLink: https://lore.kernel.org/r/a%40x/\nMessage-ID: <b@x>\nmessage-id: b@x\n"
                             "link: https://patch.msgid.link/c@x # the report\n"),
              ElementsAre("a@x", "b@x", "c@x"));
  EXPECT_THAT(message_ids_in("Link: https://bugzilla.kernel.org/1\nLink:\nLink: x\nCloses: https://x/a@x\n Link: a@x"),
              ElementsAre());
  EXPECT_THAT(message_ids_in("Link: https://social.example/@ann/12345\nLink: https://social.example/@ann\n"
                             "Link: https://x/a@\nLink: https://x/a@b@c\nMessage-ID: <a/b@x>\n"),
              ElementsAre());
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "Link: https://x/" + std::to_string(i) + "@x\n";
  EXPECT_EQ(message_ids_in(many).size(), 20U);
}

DigCandidate candidate(const std::string& id, std::int64_t sent, DigReasons reasons) {
  DigCandidate one{id, PatchMail(), reasons, ""};
  one.mail->sent = sent;
  one.mail->has_diff = true;
  return one;
}

TEST(IsBetter, LinkThenChangeThenTitleThenTime) {
  CommitFacts commit;
  commit.authored = 1'000'000;
  std::vector<DigCandidate> all = {
      candidate("linked", 5, {.link = true}),
      candidate("exact", 1'000'000, {.patch_id = true}),
      candidate("last", 1'086'400, {.patch_id = true}),
      candidate("before", 999'999, {.patch_id = true}),
      candidate("after", 1'086'401, {.patch_id = true}),
      candidate("long-after", 2'000'000, {.patch_id = true}),
      candidate("title", 1'000'000, {.subject = true}),
      {"unseen", std::nullopt, {.link = true}, ""},
      candidate("report", 1'000'000, {.link = true}),
  };
  all.back().mail->has_diff = false;
  auto sorted = all;
  std::reverse(sorted.begin(), sorted.end());
  std::stable_sort(sorted.begin(), sorted.end(), [&](const auto& a, const auto& b) { return is_better(a, b, commit); });
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(sorted[i].message_id, all[i].message_id) << i;
}

PatchMail mail(const std::string& header, const std::string& body) {
  auto read = read_patch_mail(header + "\n" + body, 0);
  return read ? *std::move(read) : PatchMail();
}

TEST(PeopleInPosting, OfOneRevisionEachOnce) {
  const std::string diff = "x\n---\n\ndiff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\n+b\n";
  const std::vector<PatchMail> thread = {
      mail("From: Ann <ann@x>\nTo: List <list@x>\nMessage-ID: <1@x>\nSubject: [PATCH v2 1/2] a\n", diff),
      mail("From: Ann <ann@x>\nTo: LIST@x\nCc: Bob <bob@x>, =?utf-8?q?J=C3=B6?= <jo@x>\nMessage-ID: <2@x>\n"
           "Subject: [PATCH v2 2/2] b\n",
           diff),
      mail("From: Rob <rob@x>\nTo: Ann <ann@x>\nMessage-ID: <3@x>\nSubject: Re: [PATCH v2 2/2] b\n", "Hm.\n"),
      mail("From: Ann <ann@x>\nTo: old@x\nMessage-ID: <4@x>\nSubject: [PATCH 1/2] a\n", diff),
  };
  std::vector<std::string> addresses;
  for (const auto& person : people_in_posting(thread, "1@x")) addresses.push_back(person.address);
  EXPECT_THAT(addresses, ElementsAre("ann@x", "list@x", "bob@x", "jo@x"));
  EXPECT_TRUE(people_in_posting(thread, "none@x").empty());
}

}  // namespace
}  // namespace lorelei::workflow
