// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/files.hh"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

namespace lorelei {
namespace {

using Kind = Error::Kind;
using testing::HasSubstr;

class Files : public testing::Test {
 protected:
  void SetUp() override {
    auto made = TempDir::create(fs::temp_directory_path(), "lorelei-files-");
    ASSERT_TRUE(made) << to_text(made.error());
    directory_.emplace(*std::move(made));
  }
  fs::path at(const char* name) const { return directory_->path() / name; }
  std::size_t entries() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(directory_->path()), fs::directory_iterator()));
  }
  static mode_t mode_of(const fs::path& path) {
    struct stat st {};
    return stat(path.c_str(), &st) == 0 ? st.st_mode & 07777 : 0;
  }
  std::optional<TempDir> directory_;
};

TEST_F(Files, ReplaceThenRead) {
  for (const auto& contents : {std::string("one"), std::string(), std::string(300'000, '\0')}) {
    ASSERT_TRUE(replace_file(at("f"), contents));
    EXPECT_EQ(read_file(at("f")).value(), contents);
  }
  EXPECT_EQ(entries(), 1u);  // no temporary is left
}

TEST_F(Files, ReplaceKeepsTheModeAndTheSymbolicLink) {
  ASSERT_TRUE(replace_file(at("real"), "a"));
  ASSERT_EQ(chmod(at("real").c_str(), 0640), 0);
  fs::create_symlink("real", at("link"));
  ASSERT_TRUE(replace_file(at("link"), "b"));
  EXPECT_TRUE(fs::is_symlink(at("link")));
  EXPECT_EQ(read_file(at("real")).value(), "b");
  EXPECT_EQ(mode_of(at("real")), 0640u);
}

TEST_F(Files, NewFilesObeyTheUmask) {
  const auto before = umask(027);
  ASSERT_TRUE(replace_file(at("a"), ""));
  ASSERT_TRUE(create_file(at("b"), "", Sync::kNo));
  umask(before);
  EXPECT_EQ(mode_of(at("a")), 0640u);
  EXPECT_EQ(mode_of(at("b")), 0640u);
}

TEST_F(Files, CreateRefusesToReplace) {
  ASSERT_TRUE(create_file(at("f"), "first"));
  const auto again = create_file(at("f"), "second");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, Kind::kConflict);
  EXPECT_EQ(read_file(at("f")).value(), "first");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(Files, ErrorsNameThePath) {
  const auto absent = read_file(at("absent"));
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().kind, Kind::kNotFound);
  EXPECT_EQ(to_text(absent.error()), "cannot read '" + at("absent").string() + "': No such file or directory");
  const auto nowhere = replace_file(at("no") / "where", "x");
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().subject, at("no") / "where");
}

TEST_F(Files, ReadLimitIsInclusive) {
  ASSERT_TRUE(replace_file(at("f"), "12345"));
  EXPECT_TRUE(read_file(at("f"), 5));
  EXPECT_EQ(read_file(at("f"), 4).error().kind, Kind::kTooLarge);
  EXPECT_EQ(read_file("/dev/zero", 100'000).error().kind, Kind::kTooLarge);  // a size that stat does not know
}

TEST_F(Files, WriteErrorsAreReported) {
  const Fd full(open("/dev/full", O_WRONLY));
  ASSERT_TRUE(full);
  const auto written = write_all(full.get(), "x", "the disk");
  ASSERT_FALSE(written);
  EXPECT_THAT(to_text(written.error()), HasSubstr("cannot write 'the disk': No space left on device\n  try: free"));
}

TEST_F(Files, MakeDirectoriesTwiceIsFine) {
  EXPECT_TRUE(make_directories(at("a") / "b" / "c"));
  EXPECT_TRUE(make_directories(at("a") / "b" / "c"));
  ASSERT_TRUE(replace_file(at("f"), ""));
  EXPECT_FALSE(make_directories(at("f") / "d"));
}

TEST_F(Files, LockExcludesAndNamesItsHolder) {
  {
    auto held = FileLock::take(at("lock"));
    ASSERT_TRUE(held);
    const auto refused = FileLock::take(at("lock"), LockMode::kExclusive, LockWait::kFail);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::kTemporary);
    EXPECT_THAT(refused.error().why, HasSubstr("holds it"));
    EXPECT_FALSE(FileLock::take(at("lock"), LockMode::kShared, LockWait::kFail));
  }
  const auto one = FileLock::take(at("lock"), LockMode::kShared, LockWait::kFail);
  const auto two = FileLock::take(at("lock"), LockMode::kShared, LockWait::kFail);
  EXPECT_TRUE(one && two);
}

TEST_F(Files, WaitingForALockEndsWhenItIsReleased) {
  std::optional<FileLock> held(*FileLock::take(at("lock")));
  std::thread releaser([&held] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    held.reset();
  });
  EXPECT_TRUE(FileLock::take(at("lock")));
  releaser.join();
}

TEST_F(Files, TempDirGoesWithAllItHoldsUnlessKept) {
  fs::path gone, kept;
  {
    auto one = *TempDir::create(directory_->path(), "x");
    auto two = *TempDir::create(directory_->path(), "x");
    ASSERT_TRUE(make_directories(one.path() / "a" / "b"));
    gone = one.path();
    kept = two.keep();
  }
  EXPECT_FALSE(fs::exists(gone));
  EXPECT_TRUE(fs::exists(kept));
}

}  // namespace
}  // namespace lorelei
