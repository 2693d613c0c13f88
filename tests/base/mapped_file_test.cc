// SPDX-License-Identifier: GPL-3.0-or-later
// The bytes of a file as they are, and what is none is told.
#include "base/mapped_file.hh"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace lorelei {
namespace {

class MappedFiles : public testing::Test {
 protected:
  fs::path make(std::string_view bytes) {
    const auto path = directory_.path() / "file";
    EXPECT_TRUE(replace_file(path, bytes, Sync::kNo));
    return path;
  }
  TempDir directory_ = TempDir::create(fs::temp_directory_path(), "lorelei-test").value();
};

TEST_F(MappedFiles, HasTheBytesOfTheFileThatWasOpened) {
  const std::string_view text("a\0b\n", 4);
  const auto path = make(text);
  auto file = MappedFile::open(path, 4);
  ASSERT_TRUE(file);
  make("something else");
  EXPECT_EQ(file->bytes(), text);
  const auto moved = *std::move(file);
  EXPECT_EQ(moved.bytes(), text);
  EXPECT_TRUE(file->bytes().empty());
}

TEST_F(MappedFiles, AnEmptyFileHasNone) {
  const auto file = MappedFile::open(make(""), 0);
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->bytes().empty());
}

TEST_F(MappedFiles, WhatCannotBeMappedIsTold) {
  EXPECT_EQ(MappedFile::open(directory_.path() / "none", 10).error().kind, Error::Kind::kNotFound);
  EXPECT_EQ(MappedFile::open(make("12345"), 4).error().kind, Error::Kind::kTooLarge);
  EXPECT_EQ(MappedFile::open(directory_.path(), 1 << 20).error().kind, Error::Kind::kFailed);
  const auto pipe = directory_.path() / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(MappedFile::open(pipe, 10).error().kind, Error::Kind::kFailed);
}

}  // namespace
}  // namespace lorelei
