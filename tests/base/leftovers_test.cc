// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/leftovers.hh"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace lorelei {
namespace {

std::string tag_of(pid_t pid) {
  const auto own = owner_tag();
  return own.substr(0, own.find('-') + 1) + std::to_string(pid) + "-";
}
pid_t dead_process() {
  const auto child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  return child;
}

TEST(Leftovers, OwnersByTheirTags) {
  const struct {
    std::string text;
    std::optional<Owner> owner;
  } cases[] = {
      {owner_tag(), Owner::kAlive},
      {owner_tag() + "and more", Owner::kAlive},
      {tag_of(dead_process()) + "x", Owner::kGone},
      {"00000000-1-x", Owner::kElsewhere},
      {"", std::nullopt},
      {"0000000-1-x", std::nullopt},
      {"0000000G-1-x", std::nullopt},
      {"00000000-1", std::nullopt},
      {"00000000-0-", std::nullopt},
      {"00000000-x-", std::nullopt},
      {"00000000-99999999999-", std::nullopt},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(owner_of(c.text), c.owner);
  }
}

TEST(Leftovers, OnlyThoseOfTheDeadGo) {
  const auto scratch = TempDir::create(fs::temp_directory_path(), "leftovers").value();
  const auto dead = tag_of(dead_process());
  fs::create_directories(scratch.path() / (".box." + dead + "abc") / "deep");
  ASSERT_TRUE(create_file(scratch.path() / (".box." + dead + "file"), "x"));
  ASSERT_TRUE(create_file(scratch.path() / (".box." + owner_tag() + "file"), "x"));
  ASSERT_TRUE(create_file(scratch.path() / (".other." + dead + "file"), "x"));
  ASSERT_TRUE(create_file(scratch.path() / ".box.file", "x"));
  remove_leftovers(scratch.path(), ".box.");
  EXPECT_FALSE(fs::exists(scratch.path() / (".box." + dead + "abc")));
  EXPECT_FALSE(fs::exists(scratch.path() / (".box." + dead + "file")));
  EXPECT_TRUE(fs::exists(scratch.path() / (".box." + owner_tag() + "file")));
  EXPECT_TRUE(fs::exists(scratch.path() / (".other." + dead + "file")));
  EXPECT_TRUE(fs::exists(scratch.path() / ".box.file"));
}

}  // namespace
}  // namespace lorelei
