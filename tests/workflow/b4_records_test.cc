// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/b4_records.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fake_env.hh"

namespace lorelei::workflow {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kRecord = R"({
  "msgid": "c@x", "subject": "[PATCH RFC v3 0/12] demo:  a thing", "fromname": "Ann", "fromemail": "ann@example.org",
  "to": "=?utf-8?q?J=C3=B6rg?= <j@example.org>, list@example.org", "cc": "\"Dev, The\" <dev@example.net>",
  "references": "<a@x>\n <b@x>", "sentdate": "Fri, 20 Nov 2026 12:00:00 +0100", "quote": "> Why.\n> So.",
  "cherrypick": true, "patches": [["demo: one", "0123456789abcdef0123456789abcdef01234567", "p1@x", "01/12"],
  ["demo: nine", null, "p9@x", "09/12"], ["demo: ten", "short", "p10@x"]]})";

TEST(B4Record, IsReadWhole) {
  const auto record = parse_b4_record(kRecord, "slug.am");
  ASSERT_TRUE(record) << to_text(record.error());
  EXPECT_EQ(record->message_id, "c@x");
  EXPECT_EQ(record->revision, 3);
  EXPECT_EQ(record->title, "demo: a thing");
  EXPECT_EQ(record->author.address, "ann@example.org");
  ASSERT_THAT(record->to, SizeIs(2));
  EXPECT_EQ(record->to[0].name, "J\xc3\xb6rg");
  EXPECT_EQ(record->cc.at(0).name, "Dev, The");
  EXPECT_THAT(record->references, ElementsAre("a@x", "b@x"));
  EXPECT_EQ(record->quote, "> Why.\n> So.\n");
  EXPECT_EQ(record->expected, 12);
  ASSERT_THAT(record->patches, SizeIs(3));
  EXPECT_EQ(record->patches[0].patchwork_hash, "0123456789abcdef0123456789abcdef01234567");
  EXPECT_EQ(record->patches[1].number, 9);
  EXPECT_EQ(record->patches[2].number, 10);
  EXPECT_EQ(record->patches[2].patchwork_hash, "");
}

TEST(B4Record, OfAPullRequestIsNamedByItsTip) {
  const std::string tip(40, 'a');
  EXPECT_EQ(parse_b4_record(R"({"msgid":"p@x","fromemail":"a@x"})", tip + ".pr")->pull_tip, tip);
  EXPECT_FALSE(parse_b4_record(R"({"msgid":"p@x","fromemail":"a@x"})", "--upload-pack=x.pr"));
}

TEST(B4Record, NonsenseIsAnError) {
  for (const std::string text : {"", "[", "[]", "null", "{}", R"({"msgid":"p@x"})", R"({"msgid":1,"fromemail":[]})",
                                 R"({"msgid":"p@x","fromemail":"a@x","patches":[]})",
                                 R"({"msgid":"p@x","fromemail":"a@x","patches":[[1],{}]})", "\xff"})
    EXPECT_EQ(parse_b4_record(text, "x.am").error().kind, Error::Kind::kCorrupt) << text;
  EXPECT_FALSE(parse_b4_record(std::string(1 << 20, '['), "x.am"));
}

TEST(B4Records, AreThoseThatHaveNoEndYet) {
  FakeEnv fake;
  const auto directory = *TempDir::create(fs::temp_directory_path(), "b4-records-");
  fake.variables["XDG_DATA_HOME"] = directory.path();
  EXPECT_THAT(b4_records(fake.env).records, IsEmpty());
  const auto b4 = directory.path() / "b4";
  ASSERT_TRUE(make_directories(b4));
  for (const char* name : {"one.am", "two.am", "three.am.sent", "config"}) ASSERT_TRUE(create_file(b4 / name, kRecord));
  ASSERT_TRUE(create_file(b4 / "bad.am", "{"));
  auto found = b4_records(fake.env);
  EXPECT_THAT(found.records, SizeIs(2));
  EXPECT_THAT(found.complaints, SizeIs(1));
  ASSERT_TRUE(end_b4_record(b4 / "one.am", B4End::kSent));
  ASSERT_TRUE(end_b4_record(b4 / "one.am", B4End::kSent));  // a second time there is nothing to do
  ASSERT_TRUE(end_b4_record(b4 / "two.am", B4End::kDiscarded));
  EXPECT_TRUE(fs::exists(b4 / "one.am.sent"));
  EXPECT_TRUE(fs::exists(b4 / "two.am.discarded"));
  EXPECT_THAT(b4_records(fake.env).records, IsEmpty());
}

}  // namespace
}  // namespace lorelei::workflow
