// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/maildir.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <ctime>

#include "base/leftovers.hh"

namespace lorelei::mail {
namespace {

using Folder = MaildirWriter::Folder;

class MaildirTest : public testing::Test {
 protected:
  void put(const std::string& name, const std::string& text = "A: b\n\nx") {
    fs::create_directories((path_ / name).parent_path());
    ASSERT_TRUE(create_file(path_ / name, text));
  }
  std::vector<std::string> names() {
    std::vector<std::string> out;
    const auto entries = *list_maildir(path_);
    for (const auto& entry : entries) out.push_back(fs::relative(entry.path, path_).string());
    return out;
  }
  std::size_t files_in(const char* folder) {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : fs::directory_iterator(path_ / folder)) ++count;
    return count;
  }

  Result<TempDir> directory_ = TempDir::create(fs::temp_directory_path(), "maildir-test");
  fs::path path_ = directory_->path() / "Mail" / "x";
};

using testing::ElementsAre;

TEST_F(MaildirTest, ListsNewThenCurByName) {
  put("cur/b:2,");
  put("cur/a:2,S");
  put("new/z");
  put("new/y:2,");
  put("tmp/unfinished");
  EXPECT_THAT(names(), ElementsAre("new/y:2,", "new/z", "cur/a:2,S", "cur/b:2,"));
}

TEST_F(MaildirTest, PassesOverWhatIsNoMessage) {
  put("new/.hidden");
  put("cur/.hidden:2,S");
  put("cur/trashed:2,ST");
  put("cur/odd:1,S");
  put("cur/odd:2,S:x");
  put("cur/odd:2,S1");
  put("cur/sub:2,/file");
  put("cur/good:2,FS");
  EXPECT_THAT(names(), ElementsAre("cur/good:2,FS"));
  const auto entries = *list_maildir(path_);
  EXPECT_EQ(entries[0].keywords, (Keywords{.flagged = true, .seen = true}));
  EXPECT_FALSE(entries[0].is_new);
}

TEST_F(MaildirTest, ADirectoryWithoutTheFoldersIsNone) {
  fs::create_directories(path_);
  EXPECT_FALSE(is_maildir(path_));
  EXPECT_EQ(list_maildir(path_).error().kind, Error::Kind::kNotFound);
}

TEST_F(MaildirTest, WhatIsDeliveredIsListed) {
  auto writer = MaildirWriter::create(path_);
  ASSERT_TRUE(writer);
  EXPECT_TRUE(is_maildir(path_));
  ASSERT_TRUE(
      writer->deliver("one", {.blob_id = "0123", .percent = {}, .keywords = {.seen = true}, .folder = Folder::kCur}));
  ASSERT_TRUE(writer->deliver("two", {.blob_id = "4567", .percent = 80, .keywords = {}, .folder = Folder::kNew}));
  EXPECT_THAT(names(), testing::IsEmpty()) << "nothing shows before it is durable";
  ASSERT_TRUE(writer->finish());
  EXPECT_THAT(names(), ElementsAre("new/4567=80:2,", "cur/0123:2,S"));
  EXPECT_EQ(*read_file(path_ / "cur/0123:2,S"), "one");
  EXPECT_EQ(files_in("tmp"), 0u);
}

TEST_F(MaildirTest, ForTheUsersEyesOnly) {
  auto writer = MaildirWriter::create(path_);
  ASSERT_TRUE(writer->deliver("one", {.blob_id = "0123", .percent = {}, .keywords = {}, .folder = Folder::kCur}));
  ASSERT_TRUE(writer->finish());
  for (const char* name : {"", "cur", "new", "tmp", "cur/0123:2,"}) {
    SCOPED_TRACE(name);
    struct stat status;
    ASSERT_EQ(::stat((path_ / name).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0077, 0u);
  }
}

TEST_F(MaildirTest, NothingIsReplaced) {
  auto writer = MaildirWriter::create(path_);
  put("cur/0123:2,", "mine");
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(writer->deliver("theirs", {.blob_id = "0123", .percent = {}, .keywords = {}, .folder = Folder::kCur}));
  ASSERT_TRUE(writer->finish());
  EXPECT_EQ(*read_file(path_ / "cur/0123:2,"), "mine");
  EXPECT_EQ(files_in("cur"), 4u);
  const auto all = names();
  for (const auto& name : all) EXPECT_TRUE(name.ends_with("0123:2,")) << name;
}

TEST_F(MaildirTest, MoreThanABatchArrives) {
  auto writer = MaildirWriter::create(path_);
  for (int i = 0; i < 200; ++i)
    ASSERT_TRUE(
        writer->deliver(std::to_string(i), {.blob_id = "", .percent = {}, .keywords = {}, .folder = Folder::kNew}));
  ASSERT_TRUE(writer->finish());
  EXPECT_EQ(files_in("new"), 200u);
  EXPECT_EQ(files_in("tmp"), 0u);
}

TEST_F(MaildirTest, WhatWasNotFinishedLeavesNothing) {
  {
    auto writer = MaildirWriter::create(path_);
    ASSERT_TRUE(writer->deliver("one", {.blob_id = "0123", .percent = {}, .keywords = {}, .folder = Folder::kCur}));
    EXPECT_EQ(files_in("tmp"), 1u);
  }
  EXPECT_EQ(files_in("tmp"), 0u);
  EXPECT_EQ(files_in("cur"), 0u);
}

TEST_F(MaildirTest, AFileInTheWayIsAConflict) {
  put("cur/x");
  const auto writer = MaildirWriter::create(path_ / "cur/x");
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().kind, Error::Kind::kConflict);
}

TEST_F(MaildirTest, CurLooksFreshToProgramsThatPoll) {
  auto writer = MaildirWriter::create(path_);
  ASSERT_TRUE(writer->deliver("Subject: x\n\n", {}));
  const std::time_t before = std::time(nullptr);
  ASSERT_TRUE(writer->finish());
  struct stat status;
  ASSERT_EQ(::stat((path_ / "cur").c_str(), &status), 0);
  EXPECT_GT(status.st_mtime, before);
}

// Who was the process of the tag is gone; others' files, and names of others, stay.
TEST_F(MaildirTest, WhatDeadWritersLeftInTmpGoes) {
  const auto child = fork();
  if (child == 0) _exit(0);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  const auto tag = owner_tag();
  const auto dead = tag.substr(0, tag.find('-') + 1) + std::to_string(child) + "-";
  put("tmp/lorelei," + dead + "1,abc");
  put("tmp/lorelei," + tag + "1,abc");
  put("tmp/lorelei,00000000-1-1,abc");
  put("tmp/" + dead + "abc");
  put("tmp/somebody");
  ASSERT_TRUE(MaildirWriter::create(path_));
  EXPECT_FALSE(fs::exists(path_ / "tmp" / ("lorelei," + dead + "1,abc")));
  EXPECT_EQ(files_in("tmp"), 4U);
  const auto old = fs::file_time_type::clock::now() - std::chrono::hours(37);
  fs::last_write_time(path_ / "tmp" / "lorelei,00000000-1-1,abc", old);
  fs::last_write_time(path_ / "tmp" / "somebody", old);
  ASSERT_TRUE(MaildirWriter::create(path_));
  EXPECT_FALSE(fs::exists(path_ / "tmp" / "lorelei,00000000-1-1,abc"));
  EXPECT_EQ(files_in("tmp"), 3U);
}

}  // namespace
}  // namespace lorelei::mail
