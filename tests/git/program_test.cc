// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/program.hh"

#include <gmock/gmock.h>

#include "tests/git/sandbox.hh"

namespace lorelei::git {
namespace {

using testing::HasSubstr;

TEST(RunGit, GivesItsOutput) {
  EXPECT_THAT(run_git("", {"--version"}, "ask git", "").value(), HasSubstr("git version"));
}

TEST(RunGit, FailureCarriesWhatWeDidAndWhyGitRefused) {
  const Sandbox box;
  const auto out = run_git(box / "none", {"rev-parse", "HEAD"}, "read the tip of", "list");
  ASSERT_FALSE(out);
  EXPECT_EQ(to_text(out.error()), "cannot read the tip of 'list': not a git repository: '" + box / "none" + "'");
}

TEST(RunGit, IsNotLedAstrayByTheEnvironment) {
  const Sandbox box;
  box.run("git init -q --bare a.git && git init -q --bare b.git");
  setenv("GIT_DIR", (box / "a.git").c_str(), 1);
  const auto out = run_git(box / "b.git", {"rev-parse", "--absolute-git-dir"}, "ask", "");
  unsetenv("GIT_DIR");
  EXPECT_EQ(out.value(), box / "b.git" + "\n");
}

TEST(GitComplaint, KeepsWhatIsWrong) {
  EXPECT_EQ(git_complaint("Cloning into 'x'...\nerror: a.\nfatal: b\n"), "a; b");
  EXPECT_EQ(git_complaint("Receiving:  10%\rReceiving: 20%\rerror: cut off\n"), "cut off");
  EXPECT_EQ(git_complaint("warning: x\nsomething\n"), "something");
  EXPECT_EQ(git_complaint(""), "git does not say why");
  EXPECT_EQ(git_complaint("fatal: detected dubious ownership at:\n\t/srv/x\nTo add\n"),
            "detected dubious ownership at: /srv/x");
  EXPECT_EQ(git_complaint("error: a:\nfatal: b:\n\n  c\n"), "a:; b: c");
}

}  // namespace
}  // namespace lorelei::git
