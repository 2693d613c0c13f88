// SPDX-License-Identifier: GPL-3.0-or-later
// What git reads in a directory and what we read there are the same.
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/process.hh"
#include "base/text.hh"
#include "git/config.hh"
#include "tests/fake_env.hh"

namespace lorelei::git {
namespace {

class ConfigHere : public testing::Test {
 protected:
  ConfigHere() : place_(*TempDir::create(fs::temp_directory_path(), "config-here-")), before_(fs::current_path()) {
    setenv("HOME", place_.path().c_str(), 1);
    setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
    unsetenv("XDG_CONFIG_HOME");
    for (const char* name : {"HOME", "GIT_CONFIG_NOSYSTEM", "PATH"}) world_.variables[name] = std::getenv(name);
    fs::current_path(place_.path());
    git({"config", "--global", "user.name", "Zoe Tester"});
    git({"config", "--global", "b4.Linkmask", "https://x/%s"});
    git({"init", "-q", "tree"});
    fs::current_path(place_.path() / "tree");
    git({"config", "user.email", "zoe@example.org"});
    git({"config", "--add", "lorelei.attest.keyringSource", "a b"});
    git({"config", "--add", "lorelei.attest.keyringSource", "c"});
  }
  ~ConfigHere() override { fs::current_path(before_); }

  static void git(Argv words) {
    words.insert(words.begin(), "git");
    const auto done = output_of(words, {});
    EXPECT_TRUE(done) << to_text(done.error());
  }
  void expect_what_git_says() {
    const auto ours = Config::here(world_.env);
    ASSERT_TRUE(ours) << to_text(ours.error());
    std::string lines;
    for (const auto& entry : ours->entries()) lines += entry.key() + "=" + entry.value.value_or("") + "\n";
    EXPECT_EQ(lines, output_of({"git", "config", "--list"}, {}).value());
  }

  FakeEnv world_;
  TempDir place_;
  fs::path before_;
};

TEST_F(ConfigHere, InAWorkTreeAndBelowIt) {
  expect_what_git_says();
  fs::create_directories("sub/deep");
  fs::current_path("sub/deep");
  expect_what_git_says();
}

TEST_F(ConfigHere, OutsideOfAnyRepository) {
  fs::current_path(place_.path());
  expect_what_git_says();
}

TEST_F(ConfigHere, InABareRepositoryAndALinkedWorkTree) {
  git({"commit", "-q", "--allow-empty", "-m", "x"});
  git({"worktree", "add", "-q", "../linked"});
  git({"config", "extensions.worktreeConfig", "true"});
  fs::current_path("../linked");
  git({"config", "--worktree", "b4.keyringsrc", "here"});
  expect_what_git_says();
  git({"clone", "-q", "--bare", ".", "../bare.git"});
  fs::current_path("../bare.git");
  expect_what_git_says();
}

TEST_F(ConfigHere, WhatGitDecidesByTheRepository) {
  ASSERT_TRUE(create_file(place_.path() / "more", "[b4]\n\tmidmask = https://y/%s\n"));
  git({"config", "--global", "includeIf.gitdir:" + (place_.path() / "tree").string() + "/.path",
       (place_.path() / "more").string()});
  const auto ours = Config::here(world_.env);
  ASSERT_TRUE(ours) << to_text(ours.error());
  ASSERT_TRUE(ours->find("b4.midmask"));
  EXPECT_EQ(ours->find("b4.midmask")->value, "https://y/%s");
}

TEST_F(ConfigHere, TheEnvironmentIsLast) {
  for (const auto& [name, value] : std::map<std::string, std::string>{{"GIT_CONFIG_COUNT", "1"},
                                                                      {"GIT_CONFIG_KEY_0", "user.email"},
                                                                      {"GIT_CONFIG_VALUE_0", "other@example.org"}}) {
    setenv(name.c_str(), value.c_str(), 1);
    world_.variables[name] = value;
  }
  expect_what_git_says();
  unsetenv("GIT_CONFIG_COUNT");
}

}  // namespace
}  // namespace lorelei::git
