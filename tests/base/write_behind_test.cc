// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/write_behind.hh"

#include <gtest/gtest.h>

#include "base/files.hh"

namespace lorelei {
namespace {

TEST(WriteBehind, WritesAllOrSaysWhatItCouldNot) {
  const auto dir = *TempDir::create(fs::temp_directory_path(), "lorelei-test-");
  {
    WriteBehind files;
    EXPECT_TRUE(files.drain());
    for (int i = 0; i < 200; ++i)
      ASSERT_TRUE(files.add(dir.path() / std::to_string(i), std::string(100'000, static_cast<char>('a' + i % 26))));
    ASSERT_TRUE(files.drain());
    for (int i = 0; i < 200; ++i)
      EXPECT_EQ(read_file(dir.path() / std::to_string(i), 1 << 20).value(),
                std::string(100'000, static_cast<char>('a' + i % 26)));
    ASSERT_TRUE(files.add(dir.path() / "last", "x"));
    ASSERT_TRUE(files.add(dir.path() / "0", "is there already"));
    const auto failed = files.drain();
    ASSERT_FALSE(failed);
    EXPECT_NE(failed.error().subject.find("/0"), std::string::npos);
    EXPECT_FALSE(files.add(dir.path() / "more", "x"));
  }
  EXPECT_EQ(read_file(dir.path() / "0", 1 << 20).value().size(), 100'000u);
  EXPECT_EQ(read_file(dir.path() / "last", 10).value(), "x");
  EXPECT_FALSE(fs::exists(dir.path() / "more"));
}

}  // namespace
}  // namespace lorelei
