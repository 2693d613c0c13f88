// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/patch_facts.hh"

#include <gtest/gtest.h>

#include "patch/patch_id.hh"

namespace lorelei::patch {
namespace {

constexpr const char* kDiff =
    "---\n"
    " drivers/block/floppy.c | 2 +-\n"
    " 1 file changed, 1 insertion(+), 1 deletion(-)\n"
    "\n"
    "diff --git a/drivers/block/floppy.c b/drivers/block/floppy.c\n"
    "--- a/drivers/block/floppy.c\n"
    "+++ b/drivers/block/floppy.c\n"
    "@@ -1 +1 @@\n"
    "-\treturn 0;\n"
    "+\treturn -EIO;\n";

PatchFacts facts_of(const std::string& headers, const std::string& body) {
  const auto raw =
      "Message-ID: <own@x>\nFrom: \"Writer, Ann\" <ann@example.org>\nDate: Thu, 1 Jan 2026 00:00:00 +0000\n" + headers +
      "\n" + body;
  const mail::Entity message(raw);
  const auto overview = mail::make_overview(message, raw, {}, {});
  FactsReader reader(message, overview);
  mail::each_part(message, [&](const mail::Part& part) {
    if (const auto text = part.entity.text()) reader.add_text(*text, patch_id(*text));
    return true;
  });
  return std::move(reader).finish();
}

using Kind = PatchFacts::Kind;

TEST(PatchFacts, OfAPatch) {
  const auto body =
      "Why.\n\nSigned-off-by: Ann Writer <ann@example.org>\n" + std::string(kDiff) +
      "\nbase-commit: 0123456789ABCDEF0123456789abcdef01234567\nchange-id: 20260101-seek-0123456789ab\n-- \n2.45\n";
  const auto facts = facts_of("Subject: [PATCH v2 1/2] floppy: seek\nIn-Reply-To: <cover@x>\n", body);
  EXPECT_EQ(facts.kind, Kind::kPatch);
  EXPECT_EQ(facts.subject.revision, 2);
  EXPECT_EQ(facts.subject.counter, (Counter{1, 2}));
  EXPECT_EQ(facts.subject.title, "floppy: seek");
  EXPECT_EQ(facts.sender.name, "Writer, Ann");
  EXPECT_EQ(facts.sender.address, "ann@example.org");
  EXPECT_EQ(facts.sent, 1767225600);
  EXPECT_EQ(facts.ancestors, (std::vector<std::string>{"cover@x"}));
  EXPECT_EQ(facts.change_id, "20260101-seek-0123456789ab");
  EXPECT_EQ(facts.base_commit, "0123456789abcdef0123456789abcdef01234567");
  EXPECT_EQ(facts.patch_id, patch_id(body));
  EXPECT_EQ(facts.paths, (std::vector<std::string>{"drivers/block/floppy.c"}));
  ASSERT_EQ(facts.trailers.size(), 1u);
  EXPECT_EQ(facts.trailers[0].name, "Signed-off-by");
}

TEST(PatchFacts, KindsAreToldApart) {
  const std::string stat = "All.\n---\n 1 file changed, 1 insertion(+)\n", diff = kDiff;
  const std::string given = "Good.\n\nReviewed-by: Bo <bo@example.net>\n", answer = "References: <a@x>\n";
  const struct {
    std::string headers, body;
    Kind kind;
  } cases[] = {
      {"Subject: [PATCH 0/2] t\n", "words\n", Kind::kCover},
      {"Subject: [PATCH 0/2] t\n", diff, Kind::kCover},
      {"Subject: t\n", stat, Kind::kCover},
      {"Subject: [PATCH 1/2] t\n", stat, Kind::kNone},
      {"Subject: [GIT PULL] t\n", stat, Kind::kNone},
      {"Subject: t\n", diff, Kind::kPatch},
      {"Subject: [PATCH] t\n" + answer, diff, Kind::kPatch},
      {"Subject: Re: [PATCH] t\n" + answer, diff, Kind::kNone},
      {"Subject: Re: [PATCH] t\n" + answer, given + diff, Kind::kReply},
      {"Subject: [PATCH] t\n" + answer, given, Kind::kReply},
      {"Subject: [PATCH] t\n", given, Kind::kNone},
      {"Subject: Re: t\n" + answer, "> Reviewed-by: Bo <bo@example.net>\n", Kind::kNone},
      {"Subject: t\n", "words\n", Kind::kNone},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.headers + c.body);
    EXPECT_EQ(facts_of(c.headers, c.body).kind, c.kind);
  }
}

TEST(PatchFacts, ParentIsInReplyTo) {
  const std::string headers = "Subject: [PATCH] t\nReferences: <root@x> <near@x>\n <mid@x>\nIn-Reply-To: <near@x>\n";
  EXPECT_EQ(facts_of(headers, kDiff).ancestors, (std::vector<std::string>{"near@x", "mid@x", "root@x"}));
}

TEST(PatchFacts, LongThreadKeepsItsRoot) {
  std::string headers = "Subject: [PATCH] t\nReferences: <root@x>";
  for (int i = 0; i < 100; ++i) headers += " <" + std::to_string(i) + "@x>";
  const auto ancestors = facts_of(headers + "\n", kDiff).ancestors;
  ASSERT_EQ(ancestors.size(), kMaxAncestors);
  EXPECT_EQ(ancestors.front(), "99@x");
  EXPECT_EQ(ancestors.back(), "root@x");
}

TEST(PatchFacts, AttachedDiffIsFound) {
  const auto facts = facts_of(
      "Subject: [PATCH] t\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n",
      "--b\n\nsee attachment\n--b\nContent-Type: text/x-patch\n\nWhy.\n\nCloses: https://bugs.example.org/1\n" +
          std::string(kDiff) + "--b--\n");
  EXPECT_EQ(facts.kind, Kind::kPatch);
  EXPECT_EQ(facts.patch_id, patch_id(kDiff));
  ASSERT_EQ(facts.trailers.size(), 1u);
  EXPECT_EQ(facts.trailers[0].name, "Closes");
}

TEST(PatchFacts, QuotedPrintableLineEndsDoNotMatter) {
  const auto facts = facts_of("Subject: [PATCH] t\nContent-Transfer-Encoding: quoted-printable\n",
                              "Why.\n\nAcked-by: Bo <bo@example.net>\nchange-id: x-1\n" + std::string(kDiff));
  EXPECT_EQ(facts.paths, (std::vector<std::string>{"drivers/block/floppy.c"}));
  EXPECT_EQ(facts.change_id, "x-1");
  EXPECT_EQ(facts.patch_id, patch_id(kDiff));
}

}  // namespace
}  // namespace lorelei::patch
