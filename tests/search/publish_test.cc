// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/publish.hh"

#include <gtest/gtest.h>
#include <sys/stat.h>

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

// A kill after `ready` was written, before any of the moves or between them.
TEST_F(BuildTest, AReadyBuildIsFinishedFromEveryPoint) {
  for (const bool first_was_moved : {false, true}) {
    SCOPED_TRACE(first_was_moved);
    auto build = made();
    ASSERT_TRUE(build);
    std::string ready;
    for (const auto* name : {"xap15", "msgmap.sqlite3"}) {
      struct stat st {};
      ASSERT_EQ(stat((build->root() / name).c_str(), &st), 0);
      ready += std::to_string(st.st_ino) + " " + name + "\n";
    }
    put(build->root() / "ready", ready);
    if (first_was_moved) {
      fs::rename(dir() / "xap15", dir() / "aside");
      fs::rename(build->root() / "xap15", dir() / "xap15");
      fs::rename(dir() / "aside", build->root() / "xap15");
    }
    ASSERT_TRUE(Build::recover(dir()));
    expect("new");
    fs::remove_all(dir() / "xap15");
  }
}

}  // namespace
}  // namespace lorelei::search
