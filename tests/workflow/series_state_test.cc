// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/series_state.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "archive/sqlite.hh"

namespace lorelei::workflow {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

SeriesRecord a_record(const std::string& id = "c@x") {
  SeriesRecord record;
  record.message_id = id;
  record.change_id = "20260101-two";
  record.revision = 2;
  record.subject = "[PATCH v2 0/2] demo: two";
  record.title = "demo: two";
  record.author = {"Ann \"the\" Äuthor", "ann@example.org"};
  record.to = {{"", "list@lists.example.org"}};
  record.cc = {{"Dev", "dev@example.net"}, {"With\nbreak", "b@example.net"}};
  record.references = {"root@x", "parent@x"};
  record.date = "Fri, 20 Nov 2026 12:00:00 +0000";
  record.quote = "> Why.\n";
  record.expected = 2;
  record.patches = {{1, "demo: a", "p1@x", "11", "aa"}, {2, "demo: b", "p2@x", "", "bb"}};
  return record;
}

class SeriesStateTest : public testing::Test {
 protected:
  SeriesState open(SeriesState::Access access = SeriesState::Access::kWrite) {
    auto state = SeriesState::open(directory.path(), access);
    EXPECT_TRUE(state) << to_text(state.error());
    return *std::move(state);
  }
  SeriesRecord only() {
    auto records = open(SeriesState::Access::kRead).list();
    EXPECT_TRUE(records) << to_text(records.error());
    EXPECT_THAT(*records, SizeIs(1));
    return records->at(0);
  }
  SeriesRecord due(SeriesRecord record) {
    record.letter = {"letter@x", "/out/x.thanks"};
    for (auto& patch : record.patches) patch.thanks = Thanks::kDue;
    return record;
  }
  TempDir directory = *TempDir::create(fs::temp_directory_path(), "series-state-");
};

TEST_F(SeriesStateTest, WhatShazamRecordedIsTakenBack) {
  const auto apply = [&](std::int64_t now) {
    ASSERT_TRUE(open().record_prepared(a_record(), now));
    ASSERT_TRUE(open().record_applied("c@x", "main", {{1, "c1"}, {2, "c2"}}, now));
  };
  apply(1000);
  ASSERT_TRUE(open().take_back("c@x", "main", 1000, 2000));
  EXPECT_THAT(*open().list(), IsEmpty());
  ASSERT_TRUE(open().take_back("c@x", "main", 1000, 2000));
  // It was there before, or something came after.
  for (const std::int64_t noted_at : {0, 999}) {
    apply(1000);
    ASSERT_TRUE(open().take_back("c@x", "other", noted_at, 2000));
    EXPECT_EQ(only().progress, SeriesProgress::kApplied);
    ASSERT_TRUE(open().take_back("c@x", "main", noted_at, 2000));
    EXPECT_EQ(only().progress, SeriesProgress::kPrepared);
    EXPECT_EQ(only().patches[0].commit, "");
  }
  // A letter that is begun, and one that is written, stay.
  apply(1000);
  ASSERT_TRUE(open().mark_due({due(a_record())}, 1000));
  ASSERT_TRUE(open().take_back("c@x", "main", 1000, 2000));
  EXPECT_EQ(only().progress, SeriesProgress::kDue);
}

TEST_F(SeriesStateTest, GivesBackWhatWasRecorded) {
  const auto record = a_record();
  ASSERT_TRUE(open().record_prepared(record, 1000));
  const auto read = only();
  EXPECT_EQ(read.message_id, record.message_id);
  EXPECT_EQ(read.change_id, record.change_id);
  EXPECT_EQ(read.revision, 2);
  EXPECT_EQ(read.subject, record.subject);
  EXPECT_EQ(read.title, record.title);
  EXPECT_EQ(read.author.name, record.author.name);
  EXPECT_EQ(read.author.address, record.author.address);
  EXPECT_THAT(read.to, ElementsAre(Field(&patch::Person::address, "list@lists.example.org")));
  EXPECT_THAT(read.cc, ElementsAre(Field(&patch::Person::name, "Dev"), Field(&patch::Person::name, "With\nbreak")));
  EXPECT_THAT(read.references, ElementsAre("root@x", "parent@x"));
  EXPECT_EQ(read.date, record.date);
  EXPECT_EQ(read.quote, record.quote);
  EXPECT_EQ(read.expected, 2);
  ASSERT_THAT(read.patches, SizeIs(2));
  EXPECT_EQ(read.patches[0].patch_id, "11");
  EXPECT_EQ(read.patches[1].patchwork_hash, "bb");
  EXPECT_EQ(read.patches[1].number, 2);
  EXPECT_EQ(read.progress, SeriesProgress::kPrepared);
  EXPECT_EQ(read.changed_at, 1000);
}

TEST_F(SeriesStateTest, NothingIsThereBeforeSomethingWasRecorded) {
  const auto state = SeriesState::open(directory.path(), SeriesState::Access::kRead);
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().kind, Error::Kind::kNotFound);
  EXPECT_FALSE(fs::exists(directory.path() / "lorelei"));
  EXPECT_EQ(open().find("c@x")->has_value(), false);
}

TEST_F(SeriesStateTest, PatchesOfAnEarlierPreparationStay) {
  auto record = a_record();
  record.patches.pop_back();
  ASSERT_TRUE(open().record_prepared(record, 1));
  ASSERT_TRUE(open().record_applied("c@x", "main", {{1, "c0ffee"}}, 2));
  EXPECT_EQ(only().progress, SeriesProgress::kApplied);
  EXPECT_EQ(only().branch, "main");
  record = a_record();
  record.patches.erase(record.patches.begin());
  record.to.clear();
  ASSERT_TRUE(open().record_prepared(record, 3));
  const auto read = only();
  ASSERT_THAT(read.patches, SizeIs(2));
  EXPECT_EQ(read.patches[0].commit, "c0ffee");
  EXPECT_THAT(read.to, IsEmpty());
  EXPECT_EQ(read.progress, SeriesProgress::kPrepared);
}

TEST_F(SeriesStateTest, WhoWasThankedForAllOfItStaysThanked) {
  ASSERT_TRUE(open().record_prepared(a_record(), 1));
  ASSERT_TRUE(open().mark_due({due(a_record())}, 2));
  EXPECT_EQ(only().progress, SeriesProgress::kDue);
  EXPECT_EQ(only().letter.file, "/out/x.thanks");
  ASSERT_TRUE(open().record_prepared(a_record(), 3));
  EXPECT_EQ(only().progress, SeriesProgress::kDue);
  ASSERT_TRUE(open().mark_thanked({"c@x"}, 4));
  ASSERT_TRUE(open().record_prepared(a_record(), 5));
  EXPECT_EQ(only().progress, SeriesProgress::kThanked);
  auto longer = a_record();
  longer.patches.push_back({3, "demo: c", "p3@x", "", "cc"});
  ASSERT_TRUE(open().record_prepared(longer, 6));
  EXPECT_EQ(only().progress, SeriesProgress::kPrepared);
  EXPECT_EQ(only().patches[0].thanks, Thanks::kDone);
  EXPECT_EQ(only().patches[2].thanks, Thanks::kNone);
}

TEST_F(SeriesStateTest, ALetterThatWasNotWrittenKeepsItsId) {
  ASSERT_TRUE(open().mark_due({due(a_record())}, 2));  // of a foreign record: it is added
  ASSERT_TRUE(open().mark_not_written({"c@x"}, 3));
  EXPECT_EQ(only().progress, SeriesProgress::kApplied);
  EXPECT_EQ(only().letter.message_id, "letter@x");
  EXPECT_EQ(only().patches[0].thanks, Thanks::kNone);
}

TEST_F(SeriesStateTest, HalfASeriesIsThankedForAndTheRestIsWaitedFor) {
  ASSERT_TRUE(open().record_prepared(a_record(), 1));
  auto half = due(a_record());
  half.patches[1].thanks = Thanks::kNone;
  ASSERT_TRUE(open().mark_due({half}, 2));
  ASSERT_TRUE(open().mark_thanked({"c@x"}, 3));
  EXPECT_EQ(only().progress, SeriesProgress::kApplied);
  EXPECT_EQ(only().patches[0].thanks, Thanks::kDone);
  EXPECT_EQ(only().patches[1].thanks, Thanks::kNone);
  EXPECT_EQ(only().letter.message_id, "");  // the next letter is another mail
  half.patches[0].thanks = Thanks::kDone;
  half.patches[1].thanks = Thanks::kDue;
  ASSERT_TRUE(open().mark_due({half}, 4));
  ASSERT_TRUE(open().mark_thanked({"c@x"}, 5));
  EXPECT_EQ(only().progress, SeriesProgress::kThanked);
  ASSERT_TRUE(open().record_applied("c@x", "main", {{1, "c0ffee"}}, 6));
  EXPECT_EQ(only().progress, SeriesProgress::kThanked);
}

TEST_F(SeriesStateTest, PatchesThatWereNotPreparedAreWaitedForToo) {
  auto record = a_record();
  record.patches.pop_back();
  ASSERT_TRUE(open().record_prepared(record, 1));
  ASSERT_TRUE(open().mark_due({due(record)}, 2));
  ASSERT_TRUE(open().mark_thanked({"c@x"}, 3));
  EXPECT_EQ(only().progress, SeriesProgress::kApplied);
}

TEST_F(SeriesStateTest, APullRequestThatHasMovedIsPreparedAgain) {
  auto pull = a_record();
  pull.patches.clear();
  pull.pull_tip = "aa";
  ASSERT_TRUE(open().record_prepared(pull, 1));
  ASSERT_TRUE(open().mark_discarded({"c@x"}, 2));
  ASSERT_TRUE(open().record_prepared(pull, 3));
  EXPECT_EQ(only().progress, SeriesProgress::kPrepared);
  ASSERT_TRUE(open().mark_due({due(pull)}, 4));
  ASSERT_TRUE(open().mark_thanked({"c@x"}, 5));
  ASSERT_TRUE(open().record_prepared(pull, 6));
  EXPECT_EQ(only().progress, SeriesProgress::kThanked);
  pull.pull_tip = "bb";
  ASSERT_TRUE(open().record_prepared(pull, 7));
  EXPECT_EQ(only().progress, SeriesProgress::kPrepared);
  EXPECT_EQ(only().pull_tip, "bb");
  EXPECT_EQ(only().letter.message_id, "");
}

TEST_F(SeriesStateTest, AllOfAListOrNothing) {
  ASSERT_TRUE(open().record_prepared(a_record(), 1));
  EXPECT_EQ(open().mark_discarded({"c@x", "other@x"}, 2).error().kind, Error::Kind::kNotFound);
  EXPECT_EQ(only().progress, SeriesProgress::kPrepared);
  EXPECT_EQ(open().record_applied("c@x", "main", {{1, "a"}, {7, "b"}}, 2).error().kind, Error::Kind::kNotFound);
  EXPECT_EQ(only().patches[0].commit, "");
  ASSERT_TRUE(open().mark_discarded({"c@x"}, 2));
  EXPECT_THAT(*open().list({SeriesProgress::kPrepared, SeriesProgress::kApplied}), IsEmpty());
  EXPECT_THAT(*open().list({SeriesProgress::kDiscarded}), SizeIs(1));
}

TEST_F(SeriesStateTest, SeenDoesNotUndoAnything) {
  ASSERT_TRUE(open().record_seen(a_record("new@x"), 1));
  EXPECT_EQ((*open().find("new@x"))->progress, SeriesProgress::kSeen);
  ASSERT_TRUE(open().record_prepared(a_record("new@x"), 2));
  ASSERT_TRUE(open().record_seen(a_record("new@x"), 3));
  EXPECT_EQ((*open().find("new@x"))->progress, SeriesProgress::kPrepared);
}

TEST_F(SeriesStateTest, TrailersThatWereGivenAreKeptOnce) {
  EXPECT_EQ(open().record_given("c@x", {1, "Reviewed-by", "Mia"}).error().kind, Error::Kind::kNotFound);
  ASSERT_TRUE(open().record_prepared(a_record(), 1));
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(open().record_given("c@x", {1, "Reviewed-by", "Mia <mia@example.org>"}));
  ASSERT_TRUE(open().record_given("c@x", {0, "Acked-by", "Mia <mia@example.org>"}));
  EXPECT_THAT(*open().given("c@x"),
              ElementsAre(Field(&GivenTrailer::name, "Acked-by"), Field(&GivenTrailer::number, 1)));
}

TEST_F(SeriesStateTest, WhatANewerVersionWroteIsLeftAlone) {
  ASSERT_TRUE(open().record_prepared(a_record(), 1));
  const auto file = SeriesState::file_in(directory.path());
  ASSERT_TRUE(archive::Sqlite::open(file, archive::SqliteMode::kReadWrite)
                  ->exec("PRAGMA journal_mode = DELETE; PRAGMA user_version = 99"));
  const auto before = *read_file(file);
  for (const auto access : {SeriesState::Access::kRead, SeriesState::Access::kWrite})
    EXPECT_EQ(SeriesState::open(directory.path(), access).error().kind, Error::Kind::kRefused);
  EXPECT_EQ(*read_file(file), before);
  ASSERT_TRUE(replace_file(file, "not a database, but long enough to be taken for the beginning of one, perhaps"));
  EXPECT_EQ(SeriesState::open(directory.path(), SeriesState::Access::kWrite).error().kind, Error::Kind::kCorrupt);
}

TEST_F(SeriesStateTest, ManyAtOnceLoseNothing) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([this, i] {
      auto state = SeriesState::open(directory.path(), SeriesState::Access::kWrite, SeriesState::Haste::kYes);
      EXPECT_TRUE(state && state->record_prepared(a_record(std::to_string(i)), i));
    });
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(*open().list(), SizeIs(8));
}

TEST(IsRevisionOf, ByChangeIdElseByAuthorAndTitle) {
  auto one = a_record(), other = a_record("other@x");
  EXPECT_TRUE(one.is_revision_of(other));
  other.title = "demo: renamed";
  EXPECT_TRUE(one.is_revision_of(other));
  other.change_id.clear();
  EXPECT_FALSE(one.is_revision_of(other));
  other.title = "Demo:  two.";
  EXPECT_TRUE(one.is_revision_of(other));
  other.author.address = "bob@example.org";
  EXPECT_FALSE(one.is_revision_of(other));
}

TEST(IsOlderRevisionOf, OneTitleMayStandOverSeveralPatches) {
  auto one = a_record(), other = a_record("other@x");
  EXPECT_TRUE(one.is_older_revision_of(other));  // by its change-id: sent again
  EXPECT_FALSE(one.is_older_revision_of(one));
  other.author.address = "eve@example.org";
  EXPECT_FALSE(one.is_older_revision_of(other));
  EXPECT_FALSE(one.is_revision_of(other));
  other.author.address = "ANN@example.org";
  one.change_id.clear();
  EXPECT_FALSE(one.is_older_revision_of(other));  // one patch has no patch-id
  one.patches[1].patch_id = other.patches[1].patch_id = "22";
  EXPECT_TRUE(one.is_older_revision_of(other));
  other.patches[1].patch_id = "33";
  EXPECT_FALSE(one.is_older_revision_of(other));
  other.revision = 3;
  EXPECT_TRUE(one.is_older_revision_of(other));
  EXPECT_FALSE(other.is_older_revision_of(one));
}

TEST(QuoteOf, TheFirstParagraphWithoutGreetingAndTrailers) {
  EXPECT_EQ(quote_of("Hi all,\n\nThis is why.\nIt is so.\n\nSigned-off-by: Ann <ann@example.org>\n"),
            "> This is why.\n> It is so.\n");
  EXPECT_EQ(quote_of(""), ">\n");
  EXPECT_EQ(quote_of("Signed-off-by: Ann <ann@example.org>\n"), ">\n");
  EXPECT_EQ(quote_of("a\n\nb\n\nc\n"), "> a\n>\n> b\n>\n> c\n");
  EXPECT_EQ(quote_of("1\n2\n3\n4\n5\n\n6\n"), "> 1\n> 2\n> 3\n> 4\n> 5\n>\n> [...]\n");
  EXPECT_EQ(quote_of("Hide the bug.\n"), "> Hide the bug.\n");
  EXPECT_LT(quote_of(std::string(100000, 'x')).size(), 300U);
  std::string long_text;
  for (int i = 0; i < 100; ++i) long_text += "line\n";
  const auto quote = quote_of(long_text);
  EXPECT_EQ(std::count(quote.begin(), quote.end(), '\n'), 14);
}

}  // namespace
}  // namespace lorelei::workflow
