// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/selection.hh"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "search/dedupe.hh"
#include "search/query_dates.hh"
#include "tests/search/test_archive.hh"

namespace lorelei::search {
namespace {

class SelectionTest : public testing::Test {
 protected:
  SelectionTest() : scratch_(*TempDir::create(fs::temp_directory_path(), "selection")) {
    std::mt19937 random(21);
    messages_ = made_up_messages(random, 150);
    write_test_index(scratch_.path() / "a", messages_);
  }
  Engine engine(std::vector<std::string> names = {"a"}) {
    std::vector<std::string> dirs;
    for (const auto& name : names) dirs.push_back((scratch_.path() / name).string());
    return *Engine::open(dirs);
  }
  struct Seen {
    std::int64_t number, thread;
    bool is_hit, is_flagged;
  };
  Summary select(Engine& engine, const std::string& text, const Selection& selection, Sameness sameness) {
    seen_.clear();
    Dedupe dedupe(sameness);
    const auto query = read_query(text, {.now = 0});
    const auto summary =
        select_messages(engine, query->query, selection, [&](const Selected& message) -> Result<Taken> {
          if (!dedupe.is_new(message.row)) return Taken::kDuplicate;
          seen_.push_back(
              {message.row.number, message.row.thread, message.percent.has_value(), message.mark == Mark::kFlagged});
          return Taken::kDelivered;
        });
    EXPECT_TRUE(summary) << to_text(summary.error());
    return summary ? *summary : Summary{};
  }

  TempDir scratch_;
  std::vector<TestMessage> messages_;
  std::vector<Seen> seen_;
};

TEST_F(SelectionTest, TheLimitCountsWhatIsDelivered) {
  write_test_index(scratch_.path() / "b", messages_);  // the same mail: a cross-post of everything
  auto both = engine({"a", "b"});
  const auto summary = select(both, "NOT zzz", {.limit = 20}, Sameness::kContent);
  EXPECT_EQ(summary.delivered, 20u);
  EXPECT_EQ(seen_.size(), 20u);
  std::set<std::int64_t> numbers;
  for (const auto& seen : seen_) EXPECT_TRUE(numbers.insert(seen.number).second);
  const auto all = select(both, "NOT zzz", {}, Sameness::kContent);
  EXPECT_EQ(all.delivered, messages_.size());
  EXPECT_EQ(all.duplicates, messages_.size());
  EXPECT_EQ(select(both, "NOT zzz", {}, Sameness::kNone).delivered, 2 * messages_.size());
}

TEST_F(SelectionTest, OffsetLeavesTheFirstOut) {
  auto one = engine();
  select(one, "floppy", {}, Sameness::kContent);
  const auto all = seen_;
  select(one, "floppy", {.offset = 3, .limit = 4}, Sameness::kContent);
  ASSERT_EQ(seen_.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(seen_[i].number, all[i + 3].number);
}

TEST_F(SelectionTest, ThreadsComeWholeAndOnce) {
  auto one = engine();
  select(one, "floppy", {}, Sameness::kContent);
  std::set<std::int64_t> hits, threads;
  for (const auto& seen : seen_) hits.insert(seen.number), threads.insert(seen.thread);
  const auto summary = select(one, "floppy", {.threads = Threads::kMarked}, Sameness::kContent);
  EXPECT_EQ(summary.matches, threads.size());
  std::set<std::int64_t> numbers;
  std::map<std::int64_t, std::int64_t> last_of_thread;
  for (const auto& seen : seen_) {
    EXPECT_TRUE(numbers.insert(seen.number).second);
    EXPECT_EQ(seen.is_flagged, hits.contains(seen.number)) << seen.number;
    EXPECT_GT(seen.number, last_of_thread[seen.thread]);
    last_of_thread[seen.thread] = seen.number;
  }
  for (const auto thread : threads) {
    const auto members = one.over(0).numbers_of_thread(thread);
    ASSERT_TRUE(members);
    for (const auto number : *members) EXPECT_TRUE(numbers.contains(number));
  }
  EXPECT_GT(seen_.size(), hits.size());
}

TEST_F(SelectionTest, WithThreadsLimitAndOffsetCountThreads) {
  auto one = engine();
  select(one, "floppy", {.threads = Threads::kWhole}, Sameness::kContent);
  std::vector<std::int64_t> order;
  for (const auto& seen : seen_)
    if (order.empty() || order.back() != seen.thread) order.push_back(seen.thread);
  ASSERT_GT(order.size(), 4u);
  const auto summary = select(one, "floppy", {.offset = 1, .limit = 2, .threads = Threads::kWhole}, Sameness::kContent);
  EXPECT_EQ(summary.matches, 2u);
  std::vector<std::int64_t> some;
  for (const auto& seen : seen_) {
    if (some.empty() || some.back() != seen.thread) some.push_back(seen.thread);
    EXPECT_FALSE(seen.is_flagged);
  }
  EXPECT_EQ(some, (std::vector<std::int64_t>{order[1], order[2]}));
}

TEST_F(SelectionTest, AnErrorOfTheTakerEndsTheSearch) {
  auto one = engine();
  const auto query = read_query("floppy", {.now = 0});
  int calls = 0;
  const auto summary = select_messages(one, query->query, {}, [&](const Selected&) -> Result<Taken> {
    ++calls;
    return err(Error::Kind::kFailed, "take it", "", "no room");
  });
  EXPECT_FALSE(summary);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace lorelei::search
