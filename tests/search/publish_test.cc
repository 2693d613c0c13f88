// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/publish.hh"

#include <gtest/gtest.h>

#include "archive/sqlite.hh"
#include "base/files.hh"

namespace lorelei::search {
namespace {

class BuildTest : public testing::Test {
 protected:
  void put(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    ASSERT_TRUE(replace_file(path, text));
  }
  std::string get(const fs::path& path) { return read_file(path).value_or("(absent)"); }
  // An index of "old", and a complete new one that waits for publish().
  Result<Build> made() {
    put(dir() / "xap15/over.sqlite3", "old");
    put(dir() / "xap15/0/shard", "old");
    put(dir() / "xap15/theirs", "kept");
    put(dir() / "msgmap.sqlite3", "old");
    TRY(auto build, Build::start(dir()));
    for (const auto* name : {"xap15", "msgmap.sqlite3"}) {
      TRY([[maybe_unused]] const auto path, build.prepare(name));
    }
    put(build.root() / "xap15/over.sqlite3", "new");
    put(build.root() / "xap15/0/shard", "new");
    put(build.root() / "msgmap.sqlite3", "new");
    return build;
  }
  void expect(const std::string& state) {
    EXPECT_EQ(get(dir() / "xap15/over.sqlite3"), state);
    EXPECT_EQ(get(dir() / "xap15/0/shard"), state);
    EXPECT_EQ(get(dir() / "msgmap.sqlite3"), state);
    EXPECT_EQ(get(dir() / "xap15/theirs"), "kept");
    EXPECT_FALSE(fs::exists(dir() / "lorelei/build"));
  }
  void exchange_index() {
    fs::rename(dir() / "xap15", dir() / "aside");
    fs::rename(dir() / "lorelei/build/xap15", dir() / "xap15");
    fs::rename(dir() / "aside", dir() / "lorelei/build/xap15");
  }
  const fs::path& dir() const { return temp_.path(); }

  TempDir temp_ = TempDir::create(fs::temp_directory_path(), "publish").value();
};

TEST_F(BuildTest, PublishingReplacesEverythingAndKeepsWhatOthersLeft) {
  auto build = made();
  ASSERT_TRUE(build) << to_text(build.error());
  const auto done = build->publish();
  ASSERT_TRUE(done) << to_text(done.error());
  expect("new");
}

TEST_F(BuildTest, AnUnfinishedBuildIsThrownAway) {
  { auto build = made(); }
  expect("old");
  put(dir() / "lorelei/build/xap15/over.sqlite3", "half");
  ASSERT_TRUE(Build::recover(dir()));
  expect("old");
}

// A kill after `ready` was written, before any of the moves or between them; the archive may have been copied since.
TEST_F(BuildTest, AReadyBuildIsFinishedFromEveryPoint) {
  for (const bool first_was_moved : {false, true})
    for (const bool is_copy : {false, true}) {
      SCOPED_TRACE(testing::Message() << first_was_moved << is_copy);
      {
        auto build = made();
        ASSERT_TRUE(build && build->seal());
      }
      if (first_was_moved) exchange_index();
      if (is_copy) {
        ASSERT_EQ(system(("cd " + dir().string() + " && cp -a . ../copy$$ && rm -rf ./* && cp -a ../copy$$/. . && " +
                          "rm -rf ../copy$$")
                             .c_str()),
                  0);
      }
      const auto done = Build::recover(dir());
      ASSERT_TRUE(done) << to_text(done.error());
      expect("new");
      EXPECT_FALSE(fs::exists(dir() / "xap15/lorelei-new"));
      fs::remove_all(dir() / "xap15");
    }
}

TEST_F(BuildTest, AReadyBuildWhoseDirectoryWasOnlyTakenAwayIsFinished) {
  {
    auto build = made();
    ASSERT_TRUE(build && build->seal());
  }
  fs::rename(dir() / "xap15", dir() / "lorelei/build/xap15.old");
  ASSERT_TRUE(Build::recover(dir()));
  expect("new");
}

TEST_F(BuildTest, WhatAnotherProgramWroteAfterTheKillIsNotReplaced) {
  {
    auto build = made();
    ASSERT_TRUE(build && build->seal());
  }
  put(dir() / "msgmap.sqlite3", "theirs");
  ASSERT_TRUE(Build::recover(dir()));
  EXPECT_EQ(get(dir() / "msgmap.sqlite3"), "theirs");
  EXPECT_EQ(get(dir() / "xap15/over.sqlite3"), "old");
  EXPECT_FALSE(fs::exists(dir() / "lorelei/build"));
}

TEST_F(BuildTest, TheMarkThatAnEarlierKillLeftMeansNothing) {
  put(dir() / "xap15/lorelei-new", "");
  auto build = made();
  ASSERT_TRUE(build && build->publish());
  expect("new");
}

TEST_F(BuildTest, WhatCouldNotBeReplacedAtTheEndIsRefusedAtTheStart) {
  fs::create_directories(dir() / "elsewhere");
  fs::create_directory_symlink(dir() / "elsewhere", dir() / "xap15");
  auto build = Build::start(dir());
  ASSERT_TRUE(build);
  const auto refused = build->prepare("xap15");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Error::Kind::kRefused);
  EXPECT_TRUE(fs::is_symlink(dir() / "xap15"));
}

class BuildOfDatabases : public BuildTest {
 protected:
  static archive::Sqlite database(const fs::path& path, const std::string& sql) {
    fs::create_directories(path.parent_path());
    auto db = archive::Sqlite::open(path, archive::SqliteMode::kCreate).value();
    EXPECT_TRUE(db.exec(sql));
    return db;
  }
  // Many pages of one letter.
  static std::string filled_with(char letter) {
    return std::string(
               "CREATE TABLE t (v); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
               "2000) INSERT INTO t SELECT replace(hex(zeroblob(50)), '00', '") +
           letter + "') FROM n;";
  }
  static std::string letters(const fs::path& path) {
    const auto db = archive::Sqlite::open(path, archive::SqliteMode::kReadWrite).value();
    archive::Statement check(db, "SELECT group_concat(DISTINCT substr(v, 1, 1)) FROM t");
    const auto row = check.step();
    if (!row) return row.error().why;
    std::string all(check.text(0));
    check.reset();
    archive::Statement sound(db, "PRAGMA integrity_check");
    return sound.step().value_or(false) && sound.text(0) == "ok" ? all : "malformed";
  }
};

TEST_F(BuildOfDatabases, TheJournalOfAKilledWriterIsNotPlayedBackIntoTheNewFile) {
  const auto other = dir() / "other.sqlite3", ours = dir() / "lorelei/series.sqlite3";
  {
    const auto writer = database(other, "PRAGMA cache_size = 1; " + filled_with('o') + "BEGIN; UPDATE t SET v = 'x'");
    fs::create_directories(ours.parent_path());
    for (const auto* suffix : {"", "-journal"}) {
      fs::copy_file(other.string() + suffix, ours.string() + suffix);
      fs::copy_file(other.string() + suffix, dir() / (std::string("witness") + suffix));
    }
  }
  EXPECT_EQ(letters(dir() / "witness"), "o");  // it is one that is played back
  auto build = Build::start(dir());
  ASSERT_TRUE(build);
  const auto path = build->prepare("lorelei/series.sqlite3");
  ASSERT_TRUE(path) << to_text(path.error());
  database(*path, filled_with('n'));
  const auto done = build->publish();
  ASSERT_TRUE(done) << to_text(done.error());
  EXPECT_EQ(letters(ours), "n");
}

TEST_F(BuildOfDatabases, ADatabaseThatIsReadInWalModeIsRefusedBeforeTheWork) {
  const auto ours = dir() / "msgmap.sqlite3";
  auto reader = std::make_unique<archive::Sqlite>(database(ours, "PRAGMA journal_mode = WAL; " + filled_with('o')));
  auto build = Build::start(dir());
  ASSERT_TRUE(build);
  const auto refused = build->prepare("msgmap.sqlite3");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Error::Kind::kTemporary);
  reader.reset();
  ASSERT_TRUE(database(ours, "UPDATE t SET v = 'p'").handle());
  const auto path = build->prepare("msgmap.sqlite3");
  ASSERT_TRUE(path) << to_text(path.error());
  EXPECT_EQ(letters(ours), "p");
  database(*path, filled_with('n'));
  ASSERT_TRUE(build->publish());
  EXPECT_EQ(letters(ours), "n");
  EXPECT_FALSE(fs::exists(ours.string() + "-wal"));
}

}  // namespace
}  // namespace lorelei::search
