// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/keyring.hh"

#include <gtest/gtest.h>

#include "attest/keyring_ref.hh"
#include "tests/fake_env.hh"
#include "tests/git/sandbox.hh"

namespace lorelei::attest {
namespace {

const std::string kKey = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=";  // with a slash, and no line end
const KeyName kZoe{Algorithm::kEd25519, "zoe@example.org", "example"};

class KeyringTest : public testing::Test {
 protected:
  void run(const std::string& script) { box_.run("exec >log 2>&1; set -e; " + script); }
  std::optional<FoundKey> find(const std::string& source, const KeyName& name = kZoe) {
    const auto parsed = parse_keyring_source(Env{}, source);
    if (!parsed) return std::nullopt;
    Keyring keyring({*parsed});
    auto found = keyring.find(name);
    problem_ = found ? "" : found.error().why;
    return found ? *found : std::nullopt;
  }
  std::string ref(const std::string& rest) { return "ref:" + top_ + "/tree:" + rest; }
  void tree(const std::string& script, const std::string& init = "git init -q -b main tree") {
    run(init + "; cd tree; mkdir -p .keys/ed25519/example.org/zoe; cd .keys/ed25519/example.org/zoe; printf %s " +
        kKey + " >example; " + script + "; git add -A .; cd ../../../..; git add -A .; git commit -qm keys");
  }
  git::Sandbox box_;
  std::string top_ = box_.path().string(), problem_;
};

TEST_F(KeyringTest, ADirectoryByPathAndByHash) {
  run("mkdir -p k/ed25519/example.org/zoe h/by-hash/5f; printf %s " + kKey +
      " >k/ed25519/example.org/zoe/example; cp "
      "k/ed25519/example.org/zoe/example h/by-hash/5f/5ff30a2deb68a68900f026abf7a08b9ffb04a46fb61c94892660b8f91595f6");
  const auto plain = find(top_ + "/k"), hashed = find(top_ + "/h");
  ASSERT_TRUE(plain && hashed);
  EXPECT_EQ(plain->content, kKey);
  EXPECT_EQ(plain->source, top_ + "/k/ed25519/example.org/zoe/example");
  EXPECT_EQ(hashed->content, kKey);
  EXPECT_FALSE(find(top_ + "/k", {Algorithm::kOpenSsh, kZoe.identity, kZoe.selector}));
  EXPECT_FALSE(find(top_ + "/none"));
}

TEST_F(KeyringTest, LinksOfADirectoryStayWithinIt) {
  run("mkdir -p k/ed25519/example.org/zoe; cd k/ed25519/example.org/zoe; printf %s " + kKey +
      " >real; ln -s real example; "
      "printf secret >" +
      top_ + "/outside; ln -s ../../../../outside out; ln -s " + top_ +
      "/outside abs; ln -s a b; ln -s b a; "
      "mkfifo pipe; mkdir dir");
  EXPECT_TRUE(find(top_ + "/k"));
  for (const auto* selector : {"out", "abs", "a", "pipe", "dir"}) {
    EXPECT_FALSE(find(top_ + "/k", {kZoe.algorithm, kZoe.identity, selector})) << selector;
    EXPECT_NE(problem_, "") << selector;
  }
}

TEST_F(KeyringTest, ACommitOfAnyKindOfRepository) {
  tree("true");
  EXPECT_EQ(find(ref(":.keys")).value_or(FoundKey{}).content, kKey);
  EXPECT_EQ(find(ref("main:.keys")).value_or(FoundKey{}).source,
            "ref:" + top_ + "/tree/.git:main:.keys/ed25519/example.org/zoe/example");
  EXPECT_TRUE(find(ref("refs/heads/main:.keys/")));
  run("cd tree; git checkout -q --detach; git clone -q --bare . ../bare; git worktree add -q ../other main; git tag -a "
      "-m x t");
  EXPECT_TRUE(find(ref(":.keys")));  // HEAD is no branch now
  EXPECT_TRUE(find(ref("t:.keys")));
  EXPECT_TRUE(find("ref:" + top_ + "/bare:main:.keys"));
  EXPECT_TRUE(find("ref:" + top_ + "/other::.keys"));
  run("git init -q super; cd super; git -c protocol.file.allow=always submodule --quiet add ../tree sub");
  EXPECT_TRUE(find("ref:" + top_ + "/super/sub::.keys"));
  EXPECT_FALSE(find(ref("nowhere:.keys")));
  EXPECT_EQ(problem_, "");
  EXPECT_FALSE(find("ref:" + top_ + "::.keys"));  // no repository
  EXPECT_EQ(problem_, "");
}

TEST_F(KeyringTest, ARepositoryWithSha256) {
  tree("true", "git init -q -b main --object-format=sha256 tree");
  EXPECT_EQ(find(ref(":.keys")).value_or(FoundKey{}).content, kKey);
}

TEST_F(KeyringTest, LinksOfACommitAreWhatTheTreeSaysAreLinks) {
  tree(
      "ln -s example default; ln -s ../zoe/example up; ln -s ../../../../secret out; ln -s /etc/passwd abs; ln -s a b; "
      "ln -s b a; "
      "echo x >../../../../secret");
  EXPECT_EQ(find(ref(":.keys"), {kZoe.algorithm, kZoe.identity, "default"}).value_or(FoundKey{}).content, kKey);
  EXPECT_EQ(find(ref(":.keys"), {kZoe.algorithm, kZoe.identity, "up"}).value_or(FoundKey{}).content, kKey);
  for (const auto* selector : {"out", "abs", "a"}) {
    EXPECT_FALSE(find(ref(":.keys"), {kZoe.algorithm, kZoe.identity, selector})) << selector;
    EXPECT_NE(problem_, "") << selector;
  }
}

TEST_F(KeyringTest, WhatIsOnlyInTheWorkTreeIsNoKey) {
  tree("true");
  run("cd tree; cp .keys/ed25519/example.org/zoe/example .keys/ed25519/example.org/zoe/new");
  EXPECT_FALSE(find(ref(":.keys"), {kZoe.algorithm, kZoe.identity, "new"}));
  EXPECT_EQ(problem_, "");
}

TEST_F(KeyringTest, NamesOfRefsAreNoRevisions) {
  tree("true");
  for (const auto* name : {"--help", "main~0", "main^", "HEAD@{0}", "a..b", "x y"}) {
    EXPECT_FALSE(find(ref(std::string(name) + ":.keys"))) << name;
    EXPECT_NE(problem_, "") << name;
  }
}

TEST_F(KeyringTest, TheFirstSourceWithAFileDecides) {
  run("mkdir -p a/ed25519/example.org/zoe b/ed25519/example.org/zoe; echo one >a/ed25519/example.org/zoe/example; "
      "echo two >b/ed25519/example.org/zoe/example");
  const auto a = parse_keyring_source(Env{}, top_ + "/a"), b = parse_keyring_source(Env{}, top_ + "/b");
  ASSERT_TRUE(a && b);
  Keyring keyring({*b, *a});
  const auto found = keyring.find(kZoe);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->content, "two\n");
}

TEST_F(KeyringTest, SourcesExpandHomeAndVariables) {
  FakeEnv env;
  env.variables["HOME"] = "/home/zoe";
  env.variables["WHERE"] = "/srv";
  EXPECT_EQ(parse_keyring_source(env.env, "~/keys")->directory, "/home/zoe/keys");
  EXPECT_EQ(parse_keyring_source(env.env, "$WHERE/${WHERE}x$NOT")->directory, "/srv//srvx$NOT");
  const auto source = parse_keyring_source(env.env, "ref:~/src:refs/heads/m:.keyring");
  ASSERT_TRUE(source);
  EXPECT_EQ(source->repository, "/home/zoe/src");
  EXPECT_EQ(source->ref, "refs/heads/m");
  EXPECT_EQ(source->directory, ".keyring");
  EXPECT_FALSE(parse_keyring_source(env.env, "ref:x:y"));
}

}  // namespace
}  // namespace lorelei::attest
