// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/over_reader.hh"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "archive/over_writer.hh"
#include "base/deflate.hh"
#include "base/files.hh"

namespace lorelei::archive {
namespace {

class OverReaderTest : public testing::Test {
 protected:
  OverReaderTest() : scratch_(*TempDir::create(fs::temp_directory_path(), "over")) {}

  fs::path path() const { return scratch_.path() / "over.sqlite3"; }
  static mail::Overview message(const std::string& id, std::vector<std::string> references = {}) {
    mail::Overview o;
    o.subject = "subject of " + id;
    o.from = "Ann <ann@example.org>";
    o.message_ids = {id};
    o.own_id = id;
    o.references = std::move(references);
    o.sent = 1000;
    o.received = 2000;
    o.size_bytes = 30;
    o.lines = 4;
    return o;
  }
  static void add(OverWriter& over, std::int64_t number, const mail::Overview& o) {
    Deflater deflater(Deflater::Form::kZlib);
    ASSERT_TRUE(over.add(number, o, deflater.deflate(overview_record(o, std::string(40, 'a'), Recipients::kYes))));
  }
  void fill() {
    auto over = OverWriter::open(*Sqlite::open(path(), SqliteMode::kCreate));
    ASSERT_TRUE(over);
    add(*over, 1, message("one@x"));
    add(*over, 3, message("two@x", {"one@x"}));
    add(*over, 4, message("alone@x"));
    add(*over, 7, message("reply@x", {"never-seen@x"}));
    add(*over, 9, message("one@x"));  // another message with the same id
  }

  TempDir scratch_;
};

TEST_F(OverReaderTest, ReadsTheRowOfANumber) {
  fill();
  auto over = OverReader::open(path());
  ASSERT_TRUE(over) << to_text(over.error());
  OverRow row;
  ASSERT_TRUE(*over->read(3, row));
  EXPECT_EQ(row.number, 3);
  EXPECT_EQ(row.subject, "subject of two@x");
  EXPECT_EQ(row.from, "Ann <ann@example.org>");
  EXPECT_EQ(row.references, "<one@x>");
  EXPECT_EQ(row.message_id, "two@x");
  EXPECT_EQ(row.blob, std::string(40, 'a'));
  EXPECT_EQ(row.sent, 1000);
  EXPECT_EQ(row.received, 2000);
  EXPECT_EQ(row.size_bytes, 30u);
  EXPECT_EQ(row.lines, 4u);
  EXPECT_FALSE(*over->read(2, row));
  EXPECT_FALSE(*over->read(-1, row));  // the ghost of never-seen@x
}

TEST_F(OverReaderTest, PagesThroughAllMessages) {
  fill();
  auto over = OverReader::open(path());
  std::vector<std::int64_t> numbers;
  for (std::int64_t after = 0;;) {
    const auto rows = over->rows_after(after, 2);
    ASSERT_TRUE(rows) << to_text(rows.error());
    if (rows->empty()) break;
    for (const auto& row : *rows) numbers.push_back(row.number);
    after = numbers.back();
  }
  EXPECT_EQ(numbers, (std::vector<std::int64_t>{1, 3, 4, 7, 9}));
}

TEST_F(OverReaderTest, FindsMessagesByIdAndThread) {
  fill();
  auto over = OverReader::open(path());
  using Numbers = std::vector<std::int64_t>;
  EXPECT_EQ(*over->numbers_of_message_id("one@x"), (Numbers{1, 9}));
  EXPECT_EQ(*over->numbers_of_message_id("never-seen@x"), Numbers{});
  EXPECT_EQ(*over->numbers_of_message_id("unknown@x"), Numbers{});
  const auto thread = *over->thread_of_message_id("two@x");
  EXPECT_EQ(*over->numbers_of_thread(thread), (Numbers{1, 3, 9}));
  EXPECT_EQ(*over->thread_of(1), thread);
  EXPECT_EQ(*over->thread_of_message_id("never-seen@x"), *over->thread_of(7));
  EXPECT_EQ(*over->thread_of_message_id("unknown@x"), 0);
  EXPECT_EQ(*over->thread_of(2), 0);
}

TEST_F(OverReaderTest, ASnapshotStaysAsItIsWhileSomebodyWaitsToWrite) {
  fill();
  auto over = OverReader::open(path());
  OverRow row;
  const auto read = over->snapshot([&]() -> Result<void> {
    TRY(const bool before, over->read(1, row));
    auto writer = Sqlite::open(path(), SqliteMode::kReadWrite);
    EXPECT_TRUE(writer->exec("PRAGMA busy_timeout = 0"));
    EXPECT_EQ(writer->exec("DELETE FROM over").error().kind, Error::Kind::kTemporary);
    TRY(const bool after, over->read(3, row));
    EXPECT_TRUE(before && after);
    return {};
  });
  EXPECT_TRUE(read);
  EXPECT_FALSE(over->snapshot([]() -> Result<void> { return err(Error::Kind::kFailed, "a", "b", "c"); }));
  EXPECT_TRUE(over->snapshot([]() -> Result<void> { return {}; }));  // the failed one has ended
}

TEST_F(OverReaderTest, PlaysBackTheJournalOfAKilledWriter) {
  fill();
  const auto child = fork();
  if (child == 0) {
    // More than the page cache holds: pages reach the file before the transaction ends, and it never does.
    auto db = Sqlite::open(path(), SqliteMode::kReadWrite);
    (void)db->exec(
        "PRAGMA cache_size = 1; BEGIN IMMEDIATE; DELETE FROM over; CREATE TABLE filler (bytes); WITH RECURSIVE n(i) AS "
        "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) INSERT INTO filler SELECT randomblob(4000) FROM n");
    kill(getpid(), SIGKILL);
  }
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  ASSERT_GT(fs::file_size(path().string() + "-journal"), 0u);
  auto over = OverReader::open(path());
  ASSERT_TRUE(over) << to_text(over.error());
  OverRow row;
  const auto found = over->read(3, row);
  ASSERT_TRUE(found) << to_text(found.error());
  EXPECT_TRUE(*found);
}

TEST_F(OverReaderTest, WhatIsNotThereOrNoDatabaseIsAnError) {
  EXPECT_EQ(OverReader::open(path()).error().kind, Error::Kind::kNotFound);
  ASSERT_TRUE(replace_file(path(), std::string(5000, 'x')));
  auto over = OverReader::open(path());
  ASSERT_TRUE(over);
  OverRow row;
  EXPECT_EQ(over->read(1, row).error().kind, Error::Kind::kCorrupt);
}

TEST_F(OverReaderTest, MessagesByTime) {
  {
    auto over = OverWriter::open(*Sqlite::open(path(), SqliteMode::kCreate));
    ASSERT_TRUE(over);
    const std::int64_t times[] = {500, 100, 300, 300, 200};
    for (std::int64_t i = 0; i < 5; ++i) {
      auto o = message("m" + std::to_string(i) + "@x", {"never-seen@x"});  // a ghost, which has no time
      o.received = times[i];
      o.sent = times[i] * 10;
      add(*over, i + 1, o);
    }
  }
  auto over = OverReader::open(path());
  ASSERT_TRUE(over) << to_text(over.error());
  const auto numbers = [](const std::vector<OverReader::Arrival>& arrivals) {
    std::vector<std::pair<std::int64_t, std::int64_t>> all;
    for (const auto& arrival : arrivals) all.emplace_back(arrival.received, arrival.number);
    return all;
  };
  using Pairs = std::vector<std::pair<std::int64_t, std::int64_t>>;
  EXPECT_EQ(numbers(*over->arrivals(OverReader::End::kNewest, 1)), (Pairs{{500, 1}}));
  EXPECT_EQ(numbers(*over->arrivals(OverReader::End::kOldest, 2)), (Pairs{{100, 2}, {200, 5}}));
  EXPECT_EQ(over->arrivals(OverReader::End::kNewest, 100)->size(), 5u);

  EXPECT_EQ(over->whole_span(OverReader::Clock::kReceived)->low, 100);
  EXPECT_EQ(over->whole_span(OverReader::Clock::kSent)->high, 5000);
  auto between = *over->numbers_between(OverReader::Clock::kReceived, {200, 300}, 10);
  std::sort(between.begin(), between.end());
  EXPECT_EQ(between, (std::vector<std::int64_t>{3, 4, 5}));
  EXPECT_EQ(over->numbers_between(OverReader::Clock::kSent, {INT64_MIN, INT64_MAX}, 3)->size(), 3u);
  EXPECT_TRUE(over->numbers_between(OverReader::Clock::kSent, {5001, INT64_MAX}, 3)->empty());
}

}  // namespace
}  // namespace lorelei::archive
