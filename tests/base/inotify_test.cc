// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/inotify.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace lorelei {
namespace {

class InotifyTest : public ::testing::Test {
 protected:
  InotifyTest()
      : scratch(TempDir::create(fs::temp_directory_path(), "inotify").value()), changes(Inotify::create().value()) {}
  std::string path(const char* name) const { return scratch.path() / name; }
  static void write(const std::string& file) { std::ofstream(file, std::ios::app) << '.'; }
  std::set<std::string> names() {
    std::set<std::string> found;
    const auto news = changes.read().value();
    for (const auto& change : news) found.insert(change.name);
    return found;
  }
  TempDir scratch;
  Inotify changes;
};

TEST_F(InotifyTest, TellsWhatWasAskedFor) {
  write(path("old"));
  ASSERT_TRUE(changes.watch(scratch.path(), Inotify::kWritten));
  EXPECT_EQ(names(), std::set<std::string>{});
  write(path("old"));
  EXPECT_EQ(names(), std::set<std::string>{"old"});
  fs::rename(path("old"), path("new"));
  EXPECT_EQ(names(), std::set<std::string>{});
  ASSERT_TRUE(changes.watch(scratch.path(), Inotify::kPlaced | Inotify::kGone));
  fs::rename(path("new"), path("newer"));
  EXPECT_EQ(names(), (std::set<std::string>{"new", "newer"}));
}

TEST_F(InotifyTest, DirectoryThatGoesAndComesAgain) {
  const auto directory = path("d");
  fs::create_directory(directory);
  ASSERT_TRUE(changes.watch(directory, Inotify::kPlaced));
  fs::remove(directory);
  EXPECT_EQ(names(), std::set<std::string>{""});
  EXPECT_EQ(changes.watch(directory, Inotify::kPlaced).error().kind, Error::Kind::kNotFound);
  fs::create_directory(directory);
  ASSERT_TRUE(changes.watch(directory, Inotify::kPlaced));
  write(directory + "/x");
  EXPECT_EQ(names(), std::set<std::string>{"x"});
}

TEST_F(InotifyTest, OneDirectoryByTwoNames) {
  fs::create_directory(path("d"));
  fs::create_symlink(path("d"), path("link"));
  ASSERT_TRUE(changes.watch(path("d"), Inotify::kPlaced));
  ASSERT_TRUE(changes.watch(path("link"), Inotify::kPlaced));
  write(path("d/x"));
  EXPECT_EQ(changes.read()->size(), 2U);
  changes.keep_only({path("link")});
  write(path("d/y"));
  const auto news = changes.read().value();
  ASSERT_EQ(news.size(), 1U);
  EXPECT_EQ(news[0].directory, path("link"));
  changes.keep_only({});
  write(path("d/z"));
  EXPECT_EQ(names(), std::set<std::string>{});
}

}  // namespace
}  // namespace lorelei
