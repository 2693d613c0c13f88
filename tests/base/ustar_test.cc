// SPDX-License-Identifier: GPL-3.0-or-later
// Tar archives as tar(1) reads and writes them.
#include "base/ustar.hh"

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace lorelei {
namespace {

TEST(Ustar, IsReadAsItWasWritten) {
  const std::vector<TarFile> files = {
      {"a/empty", "", 0},
      {"a/block", std::string(512, 'x'), 1'795'264'496},
      {fmt::format("{}/sent/patches-v1.mbx", std::string(150, 'd')), std::string("a\0b\n", 4), 7}};
  const auto archive = ustar_of(files);
  ASSERT_TRUE(archive);
  EXPECT_EQ(archive->size() % 512, 0U);
  EXPECT_EQ(read_ustar(*archive), files);
  EXPECT_EQ(ustar_of(files).value(), *archive);
}

TEST(Ustar, RefusesWhatHasNoRoom) {
  EXPECT_EQ(ustar_of({{std::string(101, 'x'), "", 0}}).error().kind, Error::Kind::kTooLarge);
  EXPECT_EQ(ustar_of({{fmt::format("{}/{}", std::string(156, 'd'), std::string(99, 'x')), "", 0}}).error().kind,
            Error::Kind::kTooLarge);
  EXPECT_EQ(ustar_of({{fmt::format("/{}", std::string(100, 'x')), "", 0}}).error().kind, Error::Kind::kTooLarge);
  EXPECT_FALSE(ustar_of({{"", "", 0}}));
}

TEST(Ustar, NoticesDamage) {
  const auto archive = ustar_of({{"a", "contents", 0}});
  ASSERT_TRUE(archive);
  for (const std::size_t length : {0, 1, 511, 512, 515, 1023}) EXPECT_FALSE(read_ustar(archive->substr(0, length)));
  auto damaged = *archive;
  damaged[0] = 'b';
  EXPECT_FALSE(read_ustar(damaged));
}

}  // namespace
}  // namespace lorelei
