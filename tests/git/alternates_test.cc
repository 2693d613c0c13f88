// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/alternates.hh"

#include <gmock/gmock.h>

#include "tests/git/sandbox.hh"

namespace lorelei::git {
namespace {

using testing::ElementsAre;

TEST(ExpandAlternates, RelativePathsStartAtTheirOwnDirectory) {
  const Sandbox box;
  box.run("mkdir -p all/objects/info git/1/objects/info git/0/objects");
  box.write("all/objects/info/alternates", "# epochs\n../../git/1/objects\n\n");
  box.write("git/1/objects/info/alternates", "../../0/objects\n");
  const auto found = expand_alternates(box / "all/objects");
  ASSERT_TRUE(found) << to_text(found.error());
  EXPECT_THAT(*found, ElementsAre(box / "all/objects", box / "git/1/objects", box / "git/0/objects"));
}

TEST(ExpandAlternates, AbsoluteRepeatedAndMissingOnes) {
  const Sandbox box;
  box.run("mkdir -p a/info b");
  box.write("a/info/alternates", box / "b" + "\n" + box / "b" + "\n" + box / "gone" + "\n");
  EXPECT_THAT(*expand_alternates(box / "a"), ElementsAre(box / "a", box / "b"));
}

TEST(ExpandAlternates, ALoopEnds) {
  const Sandbox box;
  box.run("mkdir -p a/info b/info");
  box.write("a/info/alternates", "../b\n");
  box.write("b/info/alternates", "../a\n");
  EXPECT_THAT(*expand_alternates(box / "a"), ElementsAre(box / "a", box / "b"));
}

TEST(ExpandAlternates, DepthIsLimitedAsInGit) {
  const Sandbox box;
  for (int i = 0; i < 8; ++i) {
    const auto name = std::to_string(i);
    box.run("mkdir -p " + name + "/info");
    box.write(name + "/info/alternates", "../" + std::to_string(i + 1) + "\n");
  }
  EXPECT_EQ(expand_alternates(box / "0")->size(), 1u + kMaxAlternatesDepth);
}

TEST(ExpandAlternates, AMissingDirectoryIsNamed) {
  const Sandbox box;
  const auto found = expand_alternates(box / "none");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, Error::Kind::kNotFound);
  EXPECT_EQ(found.error().subject, box / "none");
}

}  // namespace
}  // namespace lorelei::git
