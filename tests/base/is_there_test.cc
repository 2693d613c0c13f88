// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/is_there.hh"

#include <gtest/gtest.h>

#include "base/files.hh"

namespace lorelei {
namespace {

TEST(IsThere, OnlyWhatIsAbsentForSureIsNot) {
  const auto scratch = TempDir::create(fs::temp_directory_path(), "there").value();
  const auto file = scratch.path() / "file", loop = scratch.path() / "loop";
  ASSERT_TRUE(create_file(file, ""));
  fs::create_symlink(loop, loop);
  EXPECT_TRUE(is_there(scratch.path()));
  EXPECT_TRUE(is_there(file));
  EXPECT_TRUE(is_there(loop));
  EXPECT_TRUE(is_there(loop / "inside"));
  EXPECT_FALSE(is_there(file / "inside"));
  EXPECT_FALSE(is_there(scratch.path() / "nothing" / "inside"));
}

}  // namespace
}  // namespace lorelei
