// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/series_list.hh"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.hh"
#include "search/series_store.hh"
#include "workflow/postings.hh"
#include "workflow/series_view.hh"

namespace lorelei::workflow {
namespace {

using patch::PatchFacts;
using Ids = std::vector<std::string>;

constexpr std::int64_t kDay = 86'400;

PatchFacts posted(PatchFacts::Kind kind, const std::string& subject, Ids ancestors, std::int64_t sent) {
  PatchFacts facts;
  facts.kind = kind;
  facts.subject = patch::parse_subject(subject);
  facts.sender = {"Ann Writer", "Ann@example.org"};
  facts.sent = sent;
  facts.ancestors = std::move(ancestors);
  return facts;
}
PatchFacts patch_of(const std::string& subject, Ids ancestors = {}, std::int64_t sent = kDay) {
  return posted(PatchFacts::Kind::kPatch, subject, std::move(ancestors), sent);
}

class Revisions : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = TempDir::create(fs::temp_directory_path(), "revisions");
    ASSERT_TRUE(made);
    dir_.emplace(*std::move(made));
  }
  void store(const std::string& place, const std::vector<std::pair<std::string, PatchFacts>>& mails) {
    auto file = search::SeriesStore::open(dir_->path() / place);
    ASSERT_TRUE(file);
    std::int64_t article = 0;
    for (const auto& [id, facts] : mails) ASSERT_TRUE(file->add(++article, {id}, facts));
    ASSERT_TRUE(file->commit());
    ASSERT_TRUE(all_.add(dir_->path() / place));
  }
  // "v2 title 3/3 <- v1", the newest of each; by title
  std::vector<std::string> newest() {
    all_.connect_replies();
    const auto postings = find_postings(all_);
    std::vector<std::string> lines;
    for (const auto& one : postings) {
      if (&postings[one.newest] != &one) continue;
      auto line = fmt::format("v{} {} {}/{}", one.series.revision, one.series.title, one.series.patches.size(),
                              one.series.total);
      for (const auto older : one.older) line += fmt::format(" <- v{}", postings[older].series.revision);
      lines.push_back(line);
    }
    std::sort(lines.begin(), lines.end());
    return lines;
  }

  std::optional<TempDir> dir_;
  search::SeriesSnapshot all_;
};
using Lines = std::vector<std::string>;

TEST_F(Revisions, AreJoinedByTitleAlsoIfItSaysTheRevision) {
  store("a", {{"1@x", patch_of("[PATCH] Spin.")},
              {"2@x", patch_of("[PATCH v3] spin", {}, 2 * kDay)},
              {"3@x", patch_of("[PATCH] loop", {}, kDay)},
              {"4@x", patch_of("[PATCH] loop v2", {}, 2 * kDay)}});
  EXPECT_EQ(newest(), (Lines{"v1 loop v2 1/1 <- v1", "v3 spin 1/1 <- v1"}));
}

TEST_F(Revisions, ATitleThatComesBackLongAfterIsANewSeries) {
  store("a", {{"1@x", patch_of("[PATCH] typos")},
              {"2@x", patch_of("[PATCH] typos", {}, 2 * kDay + kMaxPause)},
              {"3@x", patch_of("[PATCH] slow")},
              {"4@x", patch_of("[PATCH v2] slow", {}, 2 * kDay + kMaxPause)}});
  EXPECT_EQ(newest(), (Lines{"v1 typos 1/1", "v1 typos 1/1", "v2 slow 1/1 <- v1"}));
}

TEST_F(Revisions, AreJoinedByAnswersOfOneSenderAndByChangeId) {
  auto other = patch_of("[PATCH v2] mine", {"1@x"});
  other.sender.address = "bo@example.net";
  auto first = patch_of("[PATCH] before");
  auto second = patch_of("[PATCH v2] after");
  first.change_id = second.change_id = "20260101-x-1";
  store("a", {{"1@x", patch_of("[PATCH] one")},
              {"2@x", patch_of("[PATCH v2] two", {"1@x"})},
              {"3@x", other},
              {"4@x", first},
              {"5@x", second}});
  EXPECT_EQ(newest(), (Lines{"v2 after 1/1 <- v1", "v2 mine 1/1", "v2 two 1/1 <- v1"}));
}

TEST_F(Revisions, TwoListsMakeOneSeries) {
  store("a", {{"1@x", patch_of("[PATCH 1/3] one", {"lost@x"})}, {"2@x", patch_of("[PATCH 2/3] two", {"lost@x"})}});
  store("b", {{"9@x", patch_of("[PATCH 3/3] three", {"lost@x"})}, {"2@x", patch_of("[PATCH 2/3] two", {"lost@x"})}});
  EXPECT_EQ(newest(), (Lines{"v1 one 3/3"}));
  EXPECT_EQ(all_.row_of(0, 2), all_.row_of(1, 2));
  EXPECT_EQ(all_.row_of(0, 3), std::nullopt);
}

TEST(Vouchings, OfNames) {
  EXPECT_EQ(search::vouchings_of("Reviewed-by"), 1u);
  EXPECT_EQ(search::vouchings_of("ACKED-BY"), 2u);
  EXPECT_EQ(search::vouchings_of("Reported-and-tested-by"), 4u);
  EXPECT_EQ(search::vouchings_of("Reviewed-and-Tested-by"), 5u);
  EXPECT_EQ(search::vouchings_of("Signed-off-by"), 0u);
  EXPECT_EQ(search::vouchings_of("Untested-by"), 0u);
}

TEST(SeriesView, NoLineIsWiderThanTheTerminalAndSignaturesHaveAColumn) {
  ListedSeries state;
  state.title = "a very long title of a series that says all that there is to say, and then goes on";
  state.sender = {"Ann\x1b[31m Writer", "ann@example.org"};
  state.patches.resize(1);
  state.total = 9999;
  state.revision = 1000;
  state.attested = Attested::kBad;
  SeriesList list;
  list.has_verdicts = true;
  for (unsigned columns = 40; columns < 120; ++columns) {
    SCOPED_TRACE(columns);
    const search::ListLook look = {.now = kDay, .columns = columns};
    auto text = text_of(state, list, look);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    text.pop_back();
    EXPECT_LE(display_width(text), columns);
    EXPECT_EQ(text.find("BAD") != std::string::npos, columns >= kWide);
  }
}

}  // namespace
}  // namespace lorelei::workflow
