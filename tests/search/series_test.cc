// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/series.hh"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>

#include "search/series_store.hh"

namespace lorelei::search {
namespace {

using patch::PatchFacts;
using Ids = std::vector<std::string>;

class SeriesFile : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = TempDir::create(fs::temp_directory_path(), "series");
    ASSERT_TRUE(made);
    dir_.emplace(*std::move(made));
  }
  const fs::path& dir() const { return dir_->path(); }

  SeriesStore open() {
    auto store = SeriesStore::open(dir());
    EXPECT_TRUE(store) << to_text(store.error());
    return *std::move(store);
  }
  SeriesReader reader() {
    auto made = SeriesReader::open(dir());
    EXPECT_TRUE(made) << to_text(made.error());
    return *std::move(made);
  }
  std::vector<Series> list(const SeriesFilter& filter = {}) {
    auto all = reader().list(filter);
    EXPECT_TRUE(all) << to_text(all.error());
    return *std::move(all);
  }

 private:
  std::optional<TempDir> dir_;
};

PatchFacts facts(PatchFacts::Kind kind, const std::string& subject, Ids ancestors = {}, std::int64_t sent = 1000) {
  PatchFacts f;
  f.kind = kind;
  f.subject = patch::parse_subject(subject);
  f.sender = {"Ann Writer", "ann@example.org"};
  f.sent = sent;
  f.ancestors = std::move(ancestors);
  return f;
}

PatchFacts cover_of(const std::string& subject, Ids ancestors = {}, std::int64_t sent = 1000) {
  return facts(PatchFacts::Kind::kCover, subject, std::move(ancestors), sent);
}
PatchFacts patch_of(const std::string& subject, Ids ancestors = {}, std::int64_t sent = 1000) {
  return facts(PatchFacts::Kind::kPatch, subject, std::move(ancestors), sent);
}
PatchFacts reply_of(const std::string& text, Ids ancestors) {
  auto f = facts(PatchFacts::Kind::kReply, "Re: x", std::move(ancestors), 2000);
  f.sender = {"Bo Reader", "bo@example.net"};
  f.trailers = patch::find_trailers(text, patch::TrailerSource::kReply);
  return f;
}

// "2 v1 Title: 0 1 2, missing 3"
std::string summary(const Series& series) {
  std::string text = fmt::format("v{} {}:", series.revision, series.title);
  if (series.cover) text += " 0";
  for (const auto& mail : series.patches) text += fmt::format(" {}", mail.number);
  for (const auto number : series.missing) text += fmt::format(" -{}", number);
  return text;
}

std::vector<std::string> summaries(const std::vector<Series>& all) {
  std::vector<std::string> texts;
  for (const auto& series : all) texts.push_back(summary(series));
  return texts;
}
using Lines = std::vector<std::string>;

TEST_F(SeriesFile, PatchesBelowACover) {
  auto store = open();
  ASSERT_TRUE(store.add(7, {"c@x"}, cover_of("[PATCH v2 0/3] Better floppies.")));
  ASSERT_TRUE(store.add(8, {"p1@x"}, patch_of("[PATCH v2 1/3] one", {"c@x"})));
  ASSERT_TRUE(store.add(9, {"p3@x"}, patch_of("[PATCH v2 3/3] three", {"c@x"})));
  ASSERT_TRUE(store.commit());
  const auto all = list();
  EXPECT_EQ(summaries(all), (Lines{"v2 Better floppies.: 0 1 3 -2"}));
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].key, "better floppies");
  EXPECT_EQ(all[0].cover->message_id, "c@x");
  EXPECT_EQ(all[0].patches[1].article, 9);
}

TEST_F(SeriesFile, ArrivalInAnyOrderAndDeepThreads) {
  auto store = open();
  ASSERT_TRUE(store.add(1, {"p2@x"}, patch_of("[PATCH 2/2] two", {"p1@x", "c@x"})));
  ASSERT_TRUE(store.add(2, {"p1@x"}, patch_of("[PATCH 1/2] one", {"c@x"})));
  ASSERT_TRUE(store.add(3, {"c@x"}, cover_of("[PATCH 0/2] both")));
  ASSERT_TRUE(store.commit());
  EXPECT_EQ(summaries(list()), (Lines{"v1 both: 0 1 2"}));
}

TEST_F(SeriesFile, MissingCoverStillConnects) {
  auto store = open();
  ASSERT_TRUE(store.add(1, {"p2@x"}, patch_of("[PATCH 2/3] two", {"lost@x"})));
  ASSERT_TRUE(store.add(2, {"p3@x"}, patch_of("[PATCH 3/3] three", {"lost@x"})));
  ASSERT_TRUE(store.commit());
  EXPECT_EQ(summaries(list()), (Lines{"v1 two: 2 3 -1"}));
}

TEST_F(SeriesFile, RevisionsAndSendersStayApart) {
  auto store = open();
  ASSERT_TRUE(store.add(1, {"c1@x"}, cover_of("[PATCH 0/1] t", {}, 100)));
  ASSERT_TRUE(store.add(2, {"p1@x"}, patch_of("[PATCH 1/1] a", {"c1@x"}, 100)));
  ASSERT_TRUE(store.add(3, {"c2@x"}, cover_of("[PATCH v2 0/1] t", {"c1@x"}, 200)));
  ASSERT_TRUE(store.add(4, {"p2@x"}, patch_of("[PATCH v2 1/1] a", {"c2@x", "c1@x"}, 200)));
  auto foreign = patch_of("[PATCH 1/1] other", {"c1@x"}, 50);
  foreign.sender.address = "cy@example.net";
  ASSERT_TRUE(store.add(5, {"f@x"}, foreign));
  ASSERT_TRUE(store.commit());
  EXPECT_EQ(summaries(list()), (Lines{"v2 t: 0 1", "v1 t: 0 1", "v1 other: 1"}));
}

TEST_F(SeriesFile, PlainLetterMayBeACover) {
  auto store = open();
  ASSERT_TRUE(store.add(1, {"c@x"}, cover_of("what this is about")));
  ASSERT_TRUE(store.add(2, {"p1@x"}, patch_of("[PATCH v3 1/2] one", {"c@x"})));
  ASSERT_TRUE(store.add(3, {"p2@x"}, patch_of("[PATCH v3 2/2] two", {"p1@x", "c@x"})));
  ASSERT_TRUE(store.add(4, {"lone@x"}, cover_of("just a diffstat")));
  ASSERT_TRUE(store.commit());
  EXPECT_EQ(summaries(list()), (Lines{"v3 what this is about: 0 1 2"}));
}

TEST_F(SeriesFile, PatchesInheritTheCoversRevision) {
  auto store = open();
  ASSERT_TRUE(store.add(1, {"c@x"}, cover_of("[PATCHSET v4] t")));
  ASSERT_TRUE(store.add(2, {"p1@x"}, patch_of("[PATCH 1/1] one", {"c@x"})));
  ASSERT_TRUE(store.commit());
  EXPECT_EQ(summaries(list()), (Lines{"v4 t: 0 1"}));
}

TEST_F(SeriesFile, SinglePatchesAreSeriesOfOne) {
  auto store = open();
  ASSERT_TRUE(store.add(1, {"a@x"}, patch_of("[PATCH] a", {"root@x"}, 2)));
  ASSERT_TRUE(store.add(2, {"b@x"}, patch_of("[PATCH] b", {"root@x"}, 1)));
  ASSERT_TRUE(store.add(3, {"c@x"}, patch_of("[PATCH 6/5] more", {}, 0)));
  ASSERT_TRUE(store.commit());
  EXPECT_EQ(summaries(list()), (Lines{"v1 a: 1", "v1 b: 1", "v1 more: 6 -1 -2 -3 -4 -5"}));
}

TEST_F(SeriesFile, LastSentOfOneNumberCounts) {
  auto store = open();
  ASSERT_TRUE(store.add(1, {"c@x"}, cover_of("[PATCH 0/1] t")));
  ASSERT_TRUE(store.add(2, {"late@x"}, patch_of("[PATCH 1/1] fixed", {"c@x"}, 9)));
  ASSERT_TRUE(store.add(3, {"early@x"}, patch_of("[PATCH 1/1] broken", {"c@x"}, 8)));
  ASSERT_TRUE(store.commit());
  ASSERT_EQ(list().size(), 1u);
  EXPECT_EQ(list()[0].patches.at(0).message_id, "late@x");
}

TEST_F(SeriesFile, FiltersNarrow) {
  auto store = open();
  auto first = patch_of("[PATCH] A title", {}, 100);
  first.change_id = "20260101-x-0123";
  ASSERT_TRUE(store.add(1, {"a@x"}, first));
  ASSERT_TRUE(store.add(2, {"b@x"}, patch_of("[PATCH v2] a TITLE.", {}, 200)));
  auto other = patch_of("[PATCH] other", {}, 300);
  other.sender.address = "Cy@Example.net";
  ASSERT_TRUE(store.add(3, {"c@x"}, other));
  ASSERT_TRUE(store.commit());
  SeriesFilter filter;
  filter.key = "a title";
  EXPECT_EQ(list(filter).size(), 2u);
  filter.revision = 2;
  EXPECT_EQ(summaries(list(filter)), (Lines{"v2 a TITLE.: 1"}));
  filter = {};
  filter.address = "cy@example.NET";
  EXPECT_EQ(summaries(list(filter)), (Lines{"v1 other: 1"}));
  filter = {};
  filter.change_id = "20260101-x-0123";
  EXPECT_EQ(summaries(list(filter)), (Lines{"v1 A title: 1"}));
  filter = {};
  filter.since = 200;
  EXPECT_EQ(list(filter).size(), 2u);
}

TEST_F(SeriesFile, TrailersGoToTheNearestPatch) {
  auto store = open();
  ASSERT_TRUE(store.add(1, {"c@x"}, cover_of("[PATCH 0/2] t")));
  ASSERT_TRUE(store.add(2, {"p1@x"}, patch_of("[PATCH 1/2] a", {"c@x"})));
  ASSERT_TRUE(store.add(3, {"p2@x", "again@x"}, patch_of("[PATCH 2/2] b", {"c@x"})));
  ASSERT_TRUE(store.add(4, {"v2@x"}, patch_of("[PATCH v2 1/1] c", {"c@x"})));
  ASSERT_TRUE(store.add(5, {"r1@x"}, reply_of("Reviewed-by: Bo Reader <bo@example.net>\n", {"p1@x", "c@x"})));
  ASSERT_TRUE(store.add(6, {"r2@x"}, reply_of("Acked-by: Cy <cy@example.net> # all\n", {"chat@x", "c@x"})));
  ASSERT_TRUE(store.add(7, {"r3@x"}, reply_of("Reviewed-by: Di <di@example.net>\n", {"v2@x", "c@x"})));
  ASSERT_TRUE(store.add(8, {"r4@x"}, reply_of("Tested-by: Ed <ed@example.net>\n", {"again@x"})));
  ASSERT_TRUE(store.commit());

  auto from = reader();
  const auto series = from.containing("p2@x");
  ASSERT_TRUE(series && *series);
  EXPECT_EQ(summary(**series), "v1 t: 0 1 2");
  const auto given = from.trailers_given(**series);
  ASSERT_TRUE(given) << to_text(given.error());
  ASSERT_EQ(given->size(), 3u);
  EXPECT_EQ(given->at(1).at(0).trailer.name, "Acked-by");
  EXPECT_EQ(given->at(1).at(0).trailer.note, "# all");
  EXPECT_EQ(given->at(2).at(0).trailer.person.address, "bo@example.net");
  EXPECT_EQ(given->at(2).at(0).sender.name, "Bo Reader");
  EXPECT_EQ(given->at(3).at(0).article, 8);
  const auto counts = from.count_trailers(**series);
  ASSERT_TRUE(counts);
  EXPECT_EQ(*counts, (std::map<std::string, int>{{"acked-by", 1}, {"reviewed-by", 1}, {"tested-by", 1}}));
}

TEST_F(SeriesFile, ContainingFollowsRepliesAndOtherIds) {
  auto store = open();
  ASSERT_TRUE(store.add(1, {"p@x", "q@x"}, patch_of("[PATCH] a")));
  ASSERT_TRUE(store.add(2, {"r@x"}, reply_of("Acked-by: Cy <cy@example.net>\n", {"p@x"})));
  ASSERT_TRUE(store.add(3, {"s@x"}, reply_of("Acked-by: Cy <cy@example.net>\n", {"unknown@x"})));
  ASSERT_TRUE(store.commit());
  auto from = reader();
  for (const char* id : {"p@x", "q@x", "r@x"}) {
    const auto series = from.containing(id);
    ASSERT_TRUE(series && *series) << id;
    EXPECT_EQ(summary(**series), "v1 a: 1") << id;
  }
  for (const char* id : {"s@x", "unknown@x", "never@x"}) {
    const auto series = from.containing(id);
    ASSERT_TRUE(series) << id;
    EXPECT_FALSE(*series) << id;
  }
}

TEST_F(SeriesFile, AddingAgainReplaces) {
  for (int run = 0; run < 2; ++run) {
    auto store = open();
    auto f = patch_of("[PATCH 1/1] t", {"c@x"});
    f.paths = {"a.c", "b.c"};
    f.patch_id = git::ObjectId{{1, 2, 3}};
    f.trailers = patch::find_trailers("Signed-off-by: A <a@example.org>\n", patch::TrailerSource::kPatch);
    ASSERT_TRUE(store.add(5, {"p@x", "q@x"}, f));
    ASSERT_TRUE(store.add(5, {"p@x", "q@x"}, f)) << run;
    ASSERT_TRUE(store.commit());
  }
  EXPECT_EQ(summaries(list()), (Lines{"v1 t: 1"}));
  EXPECT_EQ(list()[0].patches[0].patch_id, (git::ObjectId{{1, 2, 3}}));
  auto store = open();
  ASSERT_TRUE(store.add(5, {"p@x"}, PatchFacts{}));  // it is no patch after all
  ASSERT_TRUE(store.commit());
  EXPECT_TRUE(list().empty());
}

TEST_F(SeriesFile, RemovedMailIsGone) {
  auto store = open();
  ASSERT_TRUE(store.add(1, {"a@x"}, patch_of("[PATCH] a")));
  ASSERT_TRUE(store.add(2, {"b@x"}, patch_of("[PATCH] b")));
  ASSERT_TRUE(store.remove(1));
  ASSERT_TRUE(store.remove(77));
  ASSERT_TRUE(store.commit());
  EXPECT_EQ(summaries(list()), (Lines{"v1 b: 1"}));
}

TEST_F(SeriesFile, NothingCountsBeforeCommit) {
  {
    auto store = open();
    ASSERT_TRUE(store.add(1, {"a@x"}, patch_of("[PATCH] a")));
    ASSERT_TRUE(store.set_last_indexed(0, std::string(40, 'a')));
  }
  auto store = open();
  const auto marker = store.last_indexed(0);
  ASSERT_TRUE(marker);
  EXPECT_FALSE(*marker);
  EXPECT_TRUE(list().empty());
  ASSERT_TRUE(store.set_last_indexed(0, std::string(40, 'b')));
  ASSERT_TRUE(store.commit());
  EXPECT_EQ(*open().last_indexed(0), std::string(40, 'b'));
  EXPECT_FALSE(*open().last_indexed(1));
}

TEST_F(SeriesFile, SkippedMessagesAreListed) {
  EXPECT_TRUE(skipped_messages(dir())->empty());
  auto store = open();
  const SkippedMessage first{git::ObjectId{{1}}, git::ObjectId{{2}}, 1, "no Message-ID", 50};
  const SkippedMessage second{git::ObjectId{{3}}, git::ObjectId{{4}}, 0, "a duplicate", 60};
  ASSERT_TRUE(store.add_skipped(first));
  ASSERT_TRUE(store.add_skipped(first));
  ASSERT_TRUE(store.add_skipped(second));
  ASSERT_TRUE(store.commit());
  auto all = skipped_messages(dir());
  ASSERT_TRUE(all) << to_text(all.error());
  ASSERT_EQ(all->size(), 2u);
  EXPECT_EQ(all->at(0).reason, "a duplicate");
  EXPECT_EQ(all->at(1).commit, first.commit);
  ASSERT_TRUE(store.remove_skipped(second.blob));
  ASSERT_TRUE(store.commit());
  EXPECT_EQ(skipped_messages(dir())->size(), 1u);
}

TEST_F(SeriesFile, DamagedOrForeignFileIsBegunAnew) {
  const auto spoil = [&](const auto& how) {
    {
      auto store = open();
      ASSERT_TRUE(store.add(1, {"a@x"}, patch_of("[PATCH] a")));
      ASSERT_TRUE(store.commit());
    }
    how();
    auto store = open();
    EXPECT_TRUE(list().empty());
  };
  spoil([&] { std::ofstream(series_path(dir()), std::ios::binary) << std::string(5000, 'x'); });
  spoil([&] {
    const auto db = archive::Sqlite::open(series_path(dir()), archive::SqliteMode::kReadWrite);
    ASSERT_TRUE(db && db->exec("UPDATE meta SET value = '999' WHERE key = 'version'"));
  });
}

TEST_F(SeriesFile, ClearForgetsAll) {
  auto store = open();
  ASSERT_TRUE(store.add(1, {"a@x"}, patch_of("[PATCH] a")));
  ASSERT_TRUE(store.set_last_indexed(0, std::string(40, 'a')));
  ASSERT_TRUE(store.add_skipped({git::ObjectId{{1}}, git::ObjectId{{2}}, 0, "why", 1}));
  ASSERT_TRUE(store.clear());
  ASSERT_TRUE(store.add(1, {"b@x"}, patch_of("[PATCH] b")));
  ASSERT_TRUE(store.commit());
  EXPECT_EQ(summaries(list()), (Lines{"v1 b: 1"}));
  EXPECT_FALSE(*store.last_indexed(0));
  EXPECT_TRUE(skipped_messages(dir())->empty());
}

TEST_F(SeriesFile, ReadingWhatIsNotThereSaysSo) {
  const auto none = SeriesReader::open(dir());
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, Error::Kind::kNotFound);
}

}  // namespace
}  // namespace lorelei::search
