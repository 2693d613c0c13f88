// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/epoch_source.hh"

#include <gmock/gmock.h>

#include "tests/fake_env.hh"
#include "tests/git/sandbox.hh"

namespace lorelei::archive {
namespace {

using git::mail_commit;
using testing::ElementsAre;
using testing::HasSubstr;

class Sources : public testing::Test {
 protected:
  // "number url", the path of the sandbox written as BOX.
  std::vector<std::string> found(const std::string& source) {
    const auto epochs = find_epochs(world.env, source);
    EXPECT_TRUE(epochs) << to_text(epochs.error());
    std::vector<std::string> lines;
    for (const auto& epoch : epochs ? *epochs : std::vector<EpochSource>{})
      lines.push_back(std::to_string(epoch.number) + " " + replace_all(epoch.url, box.path().string(), "BOX"));
    return lines;
  }
  Error refused(const std::string& source) {
    const auto epochs = find_epochs(world.env, source);
    EXPECT_FALSE(epochs);
    return epochs ? Error{} : epochs.error();
  }
  void epoch(const std::string& name) { make_epoch(box, name, mail_commit('m', name, 1)); }
  git::Sandbox box;
  FakeEnv world;
};

TEST_F(Sources, AV2ArchiveOfThisMachine) {
  box.run("mkdir -p list/git && touch list/inbox.lock");
  for (const char* name : {"list/git/0.git", "list/git/2.git", "list/git/10.git"}) epoch(name);
  EXPECT_THAT(found(box / "list/"),
              ElementsAre("0 BOX/list/git/0.git", "2 BOX/list/git/2.git", "10 BOX/list/git/10.git"));
}

TEST_F(Sources, DirectoriesOfEpochsAndOfBundles) {
  epoch("0.git");
  epoch("1.git");
  box.run("mkdir bundles && git -C 0.git bundle create -q ../bundles/3.bundle master && touch bundles/4.bundle");
  EXPECT_THAT(found(box / "."), ElementsAre("0 BOX/0.git", "1 BOX/1.git"));
  EXPECT_THAT(found(box / "bundles"), ElementsAre("3 BOX/bundles/3.bundle"));
}

TEST_F(Sources, OneRepositoryOrBundleIsTheEpochOfItsName) {
  epoch("7.git");
  epoch("list.git");
  box.run("git -C 7.git bundle create -q ../list.bundle master && cp list.bundle 8.bundle");
  EXPECT_THAT(found(box / "7.git"), ElementsAre("7 BOX/7.git"));
  EXPECT_THAT(found(box / "list.git"), ElementsAre("0 BOX/list.git"));
  EXPECT_THAT(found(box / "list.bundle"), ElementsAre("0 BOX/list.bundle"));
  EXPECT_THAT(found(box / "8.bundle"), ElementsAre("8 BOX/8.bundle"));
}

TEST_F(Sources, AUrlIsAskedForItsEpochsOverOneGap) {
  box.run("mkdir list");
  for (const char* name : {"list/0", "list/1", "list/3", "list/6"}) epoch(name);
  const auto url = "file://" + box / "list";
  EXPECT_THAT(found(url + "/"), ElementsAre("0 file://BOX/list/0", "1 file://BOX/list/1", "3 file://BOX/list/3"));
}

TEST_F(Sources, AUrlOfAnArchiveDirectoryOrOfOneEpoch) {
  box.run("mkdir -p list/git");
  epoch("list/git/0.git");
  EXPECT_THAT(found("file://" + box / "list"), ElementsAre("0 file://BOX/list/git/0.git"));
  EXPECT_THAT(found("file://" + box / "list/git/0.git"), ElementsAre("0 file://BOX/list/git/0.git"));
}

TEST_F(Sources, WhatIsNoSourceIsRefusedWithAReason) {
  box.run("mkdir plain && echo text > file && git init -q --bare v1 && touch v1/ssoma.lock");
  EXPECT_EQ(refused(box / "none").kind, Error::Kind::kNotFound);
  EXPECT_THAT(refused(box / "plain").why, HasSubstr("no epochs"));
  EXPECT_THAT(refused(box / "file").why, HasSubstr("no git bundle"));
  EXPECT_THAT(refused(box / "v1").why, HasSubstr("version 1"));
  EXPECT_EQ(refused("file://" + box / "none").kind, Error::Kind::kNotFound);
}

TEST_F(Sources, AServerThatDoesNotAnswerIsAnErrorNotAnAbsence) {
  const auto error = refused("http://127.0.0.1:1/list");
  EXPECT_EQ(error.kind, Error::Kind::kFailed);
  EXPECT_THAT(error.why, HasSubstr("127.0.0.1"));
}

TEST(SiblingUrl, CountsTheLastPartOnly) {
  const struct {
    const char *url, *sibling;  // from 3 to 4
  } cases[] = {
      {"https://x/3/list/3", "https://x/3/list/4"},
      {"https://x/list/3/", "https://x/list/4"},
      {"/srv/git/3.git", "/srv/git/4.git"},
      {"/srv/3.bundle", "/srv/4.bundle"},
      {"/srv/list.git", nullptr},
      {"/srv/33.git", nullptr},
      {"/srv/3.tar", nullptr},
      {"3.git", nullptr},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.url);
    const auto sibling = sibling_url(c.url, 3, 4);
    ASSERT_EQ(sibling.has_value(), c.sibling != nullptr);
    if (c.sibling) {
      EXPECT_EQ(*sibling, c.sibling);
    }
  }
}

TEST(IsRemoteUrl, TellsUrlsFromPaths) {
  for (const char* url : {"https://x/y", "file:///x", "host:path", "git@host:a/b", "ssh://h/x"})
    EXPECT_TRUE(is_remote_url(url)) << url;
  for (const char* path : {"/a/b", "./a:b", "a/b:c", "list.bundle", ":x"}) EXPECT_FALSE(is_remote_url(path)) << path;
}

}  // namespace
}  // namespace lorelei::archive
