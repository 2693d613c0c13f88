// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/new_place.hh"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/git/sandbox.hh"

namespace lorelei::mail {
namespace {

class NewPlaceTest : public testing::Test {
 protected:
  Result<NewPlace> place(const std::string& name, NewPlace::Kind kind) {
    return NewPlace::open(box.path() / name, kind, "write to");
  }
  static void make_maildir(const fs::path& path) {
    for (const char* folder : {"cur", "new", "tmp"}) fs::create_directories(path / folder);
    ASSERT_TRUE(create_file(path / "cur/1", "ours"));
  }
  Error::Kind refused(const std::string& name, NewPlace::Kind kind) {
    const auto made = place(name, kind);
    return made ? Error::Kind::kFailed : made.error().kind;
  }

  git::Sandbox box;
};

constexpr auto kFile = NewPlace::Kind::kFile;
constexpr auto kMaildir = NewPlace::Kind::kMaildir;

TEST_F(NewPlaceTest, NothingIsSeenBeforeItMovesIn) {
  auto made = place("a/b/box", kFile);  // directories that are missing are made
  ASSERT_TRUE(made) << to_text(made.error());
  ASSERT_TRUE(create_file(made->result(), "mail"));
  EXPECT_EQ(box.run("ls a/b"), "");
  ASSERT_TRUE(made->move_in());
  EXPECT_EQ(box.run("cat a/b/box"), "mail");
}

TEST_F(NewPlaceTest, WithoutMovingInNothingIsLeft) {
  {
    const auto made = place("box", kFile);
    ASSERT_TRUE(create_file(made->result(), "mail"));
  }
  EXPECT_EQ(box.run("find . -name '*box*'"), "");
}

TEST_F(NewPlaceTest, EmptyPlacesAreFree) {
  box.run("mkdir -p empty box/cur box/new box/tmp && touch file && chmod 640 file");
  for (const auto* name : {"empty", "box"}) {
    auto made = place(name, kMaildir);
    ASSERT_TRUE(made) << name;
    make_maildir(made->result());
    ASSERT_TRUE(made->move_in()) << name;
    EXPECT_EQ(box.run(std::string("cat ") + name + "/cur/1"), "ours");
  }
  auto made = place("file", kFile);
  ASSERT_TRUE(create_file(made->result(), "mail"));
  ASSERT_TRUE(made->move_in());
  EXPECT_EQ(box.run("cat file; stat -c ' %a' file"), "mail 640");
}

TEST_F(NewPlaceTest, OccupiedPlacesAreRefused) {
  box.run("mkdir -p full/new other linked/new && touch full/new/1 other/x empty && echo x >file");
  box.run("ln -s full link && ln -s ../full/new linked/cur && ln -s empty to-empty");
  for (const auto* name : {"full", "other", "file", "link", "linked"})
    EXPECT_EQ(refused(name, kMaildir), Error::Kind::kConflict) << name;
  for (const auto* name : {"full", "file", "link", "to-empty"})
    EXPECT_EQ(refused(name, kFile), Error::Kind::kConflict) << name;
}

TEST_F(NewPlaceTest, WhatComesInMeanwhileStays) {
  box.run("mkdir -p box/cur box/new box/tmp && touch file");
  auto maildir = place("box", kMaildir);
  auto file = place("file", kFile);
  auto absent = place("absent", kFile);
  make_maildir(maildir->result());
  for (auto* made : {&file, &absent}) ASSERT_TRUE(create_file((*made)->result(), "ours"));
  box.run("echo theirs | tee box/new/1 file absent");
  for (auto* made : {&maildir, &file, &absent}) EXPECT_EQ((*made)->move_in().error().kind, Error::Kind::kConflict);
  EXPECT_EQ(box.run("cat box/new/1 file absent"), "theirs\ntheirs\ntheirs");
}

TEST_F(NewPlaceTest, DotDotBehindALinkIsWhatTheKernelMakesOfIt) {
  box.run("mkdir -p real/deep && ln -s real/deep link");
  auto made = place("link/../box", kFile);
  ASSERT_TRUE(create_file(made->result(), "mail"));
  ASSERT_TRUE(made->move_in());
  EXPECT_EQ(box.run("cat real/box"), "mail");
}

}  // namespace
}  // namespace lorelei::mail
