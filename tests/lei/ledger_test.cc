// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/ledger.hh"

#include <gtest/gtest.h>

#include "lei/box.hh"

namespace lorelei::lei {
namespace {

using State = Ledger::State;
using search::Sameness;

Letter letter(const std::string& id, const std::string& body, const std::string& list = "") {
  return make_letter("From: A <a@example.org>\nSubject: x\nMessage-ID: <" + id + ">\n" +
                         (list.empty() ? "" : "List-Id: <" + list + ">\n") + "\n" + body + "\n",
                     std::nullopt, 0);
}

TEST(Ledger, SamenessAsLeiHasIt) {
  auto ledger = Ledger::in_memory().value();
  const auto first = letter("a@x", "text"), footer = letter("a@x", "text and a footer"), other = letter("b@x", "text"),
             list = letter("a@x", "text", "other.example.org");
  ASSERT_TRUE(ledger.add(State::kDone, first.likeness, "p", {}));
  const auto is_known = [&](const Letter& each, Sameness sameness) {
    return ledger.find(each.likeness, sameness)->has_value();
  };
  EXPECT_TRUE(is_known(first, Sameness::kContent));
  EXPECT_TRUE(is_known(first, Sameness::kOid));
  EXPECT_TRUE(is_known(list, Sameness::kContent));
  EXPECT_FALSE(is_known(list, Sameness::kOid));
  EXPECT_FALSE(is_known(footer, Sameness::kContent));
  EXPECT_TRUE(is_known(footer, Sameness::kMid));
  EXPECT_FALSE(is_known(other, Sameness::kContent));  // the same words, another message
  EXPECT_FALSE(is_known(first, Sameness::kNone));
}

TEST(Ledger, KeepsWhatWasDelivered) {
  const auto scratch = TempDir::create(fs::temp_directory_path(), "ledger").value();
  const auto first = letter("a@x", "text");
  {
    auto ledger = Ledger::open(scratch.path()).value();
    EXPECT_TRUE(ledger.is_empty());
    Batch batch(ledger);
    ASSERT_TRUE(batch.add(first, "intended"));
    ASSERT_TRUE(batch.intend());
    EXPECT_EQ(ledger.all(State::kPending)->size(), 1U);
    ASSERT_TRUE(batch.done({first}, {"real"}));
  }
  auto ledger = Ledger::open(scratch.path()).value();
  const auto done = ledger.all(State::kDone).value();
  ASSERT_EQ(done.size(), 1U);
  EXPECT_EQ(done[0].place, "real");
  EXPECT_EQ(ledger.mids_of(done[0].id).value(), std::vector<std::string>{"a@x"});
  EXPECT_TRUE(ledger.all(State::kKnown)->empty());  // lei's tables have it, and it is ours
}

TEST(Ledger, WhatIsNotCommittedIsNotThere) {
  const auto scratch = TempDir::create(fs::temp_directory_path(), "ledger").value();
  {
    auto ledger = Ledger::open(scratch.path()).value();
    Batch batch(ledger);
    ASSERT_TRUE(batch.add(letter("a@x", "text"), "p"));
  }
  EXPECT_TRUE(Ledger::open(scratch.path())->is_empty());
}

// What only lei's tables know was delivered by it.
TEST(Ledger, LearnsFromLei) {
  const auto scratch = TempDir::create(fs::temp_directory_path(), "ledger").value();
  const auto first = letter("a@x", "text");
  {
    auto ledger = Ledger::open(scratch.path()).value();
    ASSERT_TRUE(ledger.add(State::kDone, first.likeness, "p", {}));
    ASSERT_TRUE(ledger.tell_lei(first.likeness, first.overview));
  }
  fs::remove(scratch.path() / kLedgerFile);
  auto ledger = Ledger::open(scratch.path()).value();
  ASSERT_EQ(ledger.all(State::kKnown)->size(), 1U);
  EXPECT_TRUE(ledger.find(first.likeness.oid)->has_value());
  EXPECT_TRUE(ledger.find(letter("a@x", "other words").likeness, Sameness::kMid)->has_value());
}

// lei's `q` empties its tables, and the destination with them.
TEST(Ledger, StartsAnewWhenLeiDid) {
  const auto scratch = TempDir::create(fs::temp_directory_path(), "ledger").value();
  const auto first = letter("a@x", "text");
  {
    auto ledger = Ledger::open(scratch.path()).value();
    ASSERT_TRUE(ledger.add(State::kDone, first.likeness, "p", {}));
    ASSERT_TRUE(ledger.tell_lei(first.likeness, first.overview));
  }
  {
    const auto lei = archive::Sqlite::open(scratch.path() / "over.sqlite3", archive::SqliteMode::kReadWrite).value();
    ASSERT_TRUE(lei.exec("DELETE FROM xref3; DELETE FROM over; DELETE FROM id2num"));
  }
  EXPECT_TRUE(Ledger::open(scratch.path())->is_empty());
}

TEST(Ledger, PendingRowsStayWhenLeiKnowsNothing) {
  const auto scratch = TempDir::create(fs::temp_directory_path(), "ledger").value();
  const auto first = letter("a@x", "text"), second = letter("b@x", "more");
  {
    auto ledger = Ledger::open(scratch.path()).value();
    Batch batch(ledger);
    ASSERT_TRUE(batch.add(first, "p"));
    ASSERT_TRUE(batch.done({first}, {"p"}));
    ASSERT_TRUE(ledger.join());
    ASSERT_TRUE(ledger.forget_all());
    ASSERT_TRUE(ledger.commit());
    ASSERT_TRUE(batch.add(second, "q"));
    ASSERT_TRUE(batch.intend());  // and killed
  }
  auto ledger = Ledger::open(scratch.path()).value();
  EXPECT_EQ(ledger.all(State::kPending)->size(), 1U);
  EXPECT_TRUE(ledger.all(State::kDone)->empty());
}

TEST(Ledger, KnowsItsMailWithoutLeisTables) {
  const auto scratch = TempDir::create(fs::temp_directory_path(), "ledger").value();
  const auto first = letter("a@x", "text");
  {
    auto ledger = Ledger::open(scratch.path()).value();
    Batch batch(ledger);
    ASSERT_TRUE(batch.add(first, "p"));
    ASSERT_TRUE(batch.done({first}, {"p"}));
  }
  ASSERT_TRUE(fs::remove(scratch.path() / "over.sqlite3"));
  ASSERT_TRUE(Ledger::forget_lei(scratch.path()));
  auto ledger = Ledger::open(scratch.path()).value();
  EXPECT_EQ(ledger.all(State::kDone)->size(), 1U);
}

TEST(Ledger, ThreadsOnAServer) {
  auto ledger = Ledger::in_memory().value();
  for (const auto& [root, active] : {std::pair{"a@x", 100}, {"b@x", 200}, {"c@x", 300}})
    ASSERT_TRUE(ledger.follow("https://h/", root, active));
  ASSERT_TRUE(ledger.follow("https://h/", "b@x", 250));
  ASSERT_TRUE(ledger.follow("https://h/", "b@x", 150));  // a late copy of something old
  ASSERT_TRUE(ledger.follow("https://other/", "d@x", 300));
  ASSERT_TRUE(ledger.was_polled("https://h/", "c@x", 400));
  const auto threads = ledger.followed("https://h/", 200, 10).value();
  ASSERT_EQ(threads.size(), 2U);
  EXPECT_EQ(threads[0].root, "b@x");  // never looked at
  EXPECT_EQ(threads[0].active, 250);
  EXPECT_EQ(threads[1].root, "c@x");
  EXPECT_EQ(threads[1].polled, 400);
  EXPECT_EQ(ledger.followed("https://h/", 0, 1)->size(), 1U);
}

}  // namespace
}  // namespace lorelei::lei
