// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_mail/archive.hh"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/text.hh"
#include "mail/message.hh"
#include "mail/overview.hh"
#include "patch/patch_facts.hh"
#include "patch/patch_id.hh"

namespace lorelei::sample {
namespace {

struct Sent {
  std::string bytes;
  std::int64_t arrival;
};

std::vector<Sent> all(const Plan& plan) {
  std::vector<Sent> mails;
  const auto done = generate(plan, [&](std::string_view bytes, std::int64_t arrival) -> Result<void> {
    mails.push_back({std::string(bytes), arrival});
    return {};
  });
  EXPECT_TRUE(done);
  return mails;
}

std::vector<Sent> sample(Lists lists) { return all({lists, kDefaultCount, 1}); }

TEST(Sample, IsTheSameEveryTime) {
  const auto one = sample(Lists::kBoth), two = sample(Lists::kBoth);
  ASSERT_EQ(one.size(), two.size());
  for (std::size_t i = 0; i < one.size(); ++i) ASSERT_EQ(one[i].bytes, two[i].bytes) << i;
  EXPECT_NE(all({Lists::kBoth, kDefaultCount, 2})[0].bytes, one[0].bytes);
}

TEST(Sample, HasTheCountAskedForInOrderOfArrival) {
  for (const std::uint64_t count : {1u, 100u, 640u, 3000u}) {
    const auto mails = all({Lists::kBoth, count, 1});
    EXPECT_EQ(mails.size(), count);
    for (std::size_t i = 1; i < mails.size(); ++i) ASSERT_LE(mails[i - 1].arrival, mails[i].arrival) << i;
  }
}

TEST(Sample, ListsShareTheirCrossPosts) {
  const auto disk = sample(Lists::kDisk), kernel = sample(Lists::kKernel), both = sample(Lists::kBoth);
  const auto ids_of = [](const std::vector<Sent>& mails) {
    std::multiset<std::string> ids;
    for (const auto& mail : mails)
      for (const auto& id : mail::message_ids(mail::Entity(mail.bytes))) ids.insert(id);
    return ids;
  };
  std::vector<std::string> shared;
  const auto in_disk = ids_of(disk), in_kernel = ids_of(kernel);
  std::set_intersection(in_disk.begin(), in_disk.end(), in_kernel.begin(), in_kernel.end(), std::back_inserter(shared));
  EXPECT_GT(shared.size(), 50u);
  EXPECT_EQ(disk.size() + kernel.size() - shared.size(), both.size());
  for (const auto& mail : kernel)
    EXPECT_EQ(mail::Entity(mail.bytes).header_raw("List-Id"),
              std::vector<std::string>{"The kernel at large <kernel.lists.example.org>"});
}

TEST(Sample, IsMailOfTheLastHalfYear) {
  int in_time = 0, total = 0;
  for (const auto& mail : sample(Lists::kBoth)) {
    const mail::Entity message(mail.bytes);
    const auto sent = mail::date_sent(message, {mail.arrival, 0}).seconds;
    in_time += sent >= kNow - kSpan && sent <= kNow + 60 * kDay;
    EXPECT_EQ(mail::date_received(message, {}).seconds, mail.arrival);
    ++total;
  }
  EXPECT_GE(in_time, total - 3);  // the two wrong clocks
}

patch::PatchFacts facts_of(const std::string& bytes) {
  const mail::Entity message(bytes);
  patch::FactsReader reader(message, mail::make_overview(message, bytes, {}, {}));
  mail::each_part(message, [&](const mail::Part& part) {
    if (const auto text = part.entity.text()) reader.add_text(*text, patch::patch_id(*text));
    return true;
  });
  return std::move(reader).finish();
}

TEST(Sample, HasEveryKindOfMail) {
  std::map<patch::PatchFacts::Kind, int> kinds;
  std::set<int> revisions;
  int links = 0, bases = 0, change_ids = 0, pulls = 0, odd_names = 0;
  for (const auto& mail : sample(Lists::kBoth)) {
    const auto facts = facts_of(mail.bytes);
    ++kinds[facts.kind];
    revisions.insert(facts.subject.revision_or_first());
    bases += !facts.base_commit.empty();
    change_ids += !facts.change_id.empty();
    for (const auto& trailer : facts.trailers) links += trailer.name == "Fixes";
    pulls += mail.bytes.find("Subject: [GIT PULL]") != std::string::npos;
    odd_names += mail.bytes.find("From: =?UTF-8?") != std::string::npos;
  }
  using Kind = patch::PatchFacts::Kind;
  EXPECT_GT(kinds[Kind::kPatch], 150);
  EXPECT_GT(kinds[Kind::kCover], 20);
  EXPECT_GT(kinds[Kind::kReply], 50);
  EXPECT_GT(kinds[Kind::kNone], 100);
  EXPECT_TRUE(revisions.contains(2) && revisions.contains(3));
  EXPECT_GT(links, 10);
  EXPECT_GT(bases, 20);
  EXPECT_GT(change_ids, 5);
  EXPECT_GE(pulls, 2);
  EXPECT_GT(odd_names, 50);
}

// Every "@@ -a,b +c,d @@" is followed by as many lines as it says, on both sides.
void check_hunks(std::string_view text) {
  int before = 0, after = 0, hunks = 0;
  for (const auto line : split(text, '\n')) {
    if (before > 0 || after > 0) {
      ASSERT_TRUE(line.starts_with(' ') || line.starts_with('-') || line.starts_with('+')) << line;
      before -= line[0] != '+';
      after -= line[0] != '-';
      ASSERT_TRUE(before >= 0 && after >= 0) << line;
    } else if (line.starts_with("@@ -")) {
      ASSERT_EQ(std::sscanf(std::string(line).c_str(), "@@ -%*d,%d +%*d,%d @@", &before, &after), 2) << line;
      ++hunks;
    }
  }
  EXPECT_EQ(before, 0);
  EXPECT_EQ(after, 0);
  EXPECT_GT(hunks, 0);
}

TEST(Sample, DiffsAreSound) {
  int patches = 0;
  for (const auto& mail : sample(Lists::kBoth)) {
    const mail::Entity message(mail.bytes);
    if (message.body_raw().find("\ndiff --git ") == std::string_view::npos) continue;
    SCOPED_TRACE(mail.bytes);
    check_hunks(*message.text());
    ++patches;
  }
  EXPECT_GT(patches, 150);
}

TEST(Sample, FloppyStoryIsInTheLastMonth) {
  const auto month_ago = kNow - 31 * kDay;
  std::set<std::string> wanted = {"[REGRESSION] second floppy drive is gone after suspend",
                                  "[PATCH v2 1/2] floppy: do not stop a motor that spins up",
                                  "Re: [PATCH v2 1/2] floppy: do not stop a motor that spins up",
                                  "[PATCH] block: use sector_t for the rest",
                                  "[PATCH] pc-drives: keep the sense bytes"};
  for (const auto& mail : sample(Lists::kDisk)) {
    if (mail.arrival < month_ago) continue;
    for (const auto& subject : mail::Entity(mail.bytes).header("Subject")) wanted.erase(subject);
  }
  EXPECT_EQ(wanted, std::set<std::string>{});
}

TEST(Sample, RevisionsOfAnUnchangedPatchHaveOnePatchId) {
  std::map<std::string, std::vector<std::string>> ids;
  for (const auto& mail : sample(Lists::kBoth))
    if (const auto facts = facts_of(mail.bytes); facts.kind == patch::PatchFacts::Kind::kPatch)
      ids[facts.subject.title].push_back(facts.patch_id ? facts.patch_id->hex() : "none");
  const auto& documented = ids["Documentation: floppy: describe slow_resume"];
  ASSERT_EQ(documented.size(), 2u);
  EXPECT_EQ(documented[0], documented[1]);
}

}  // namespace
}  // namespace lorelei::sample
