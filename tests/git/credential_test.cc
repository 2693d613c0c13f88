// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/credential.hh"

#include <gmock/gmock.h>

#include "tests/fake_env.hh"
#include "tests/git/credential_helper.hh"

namespace lorelei::git {
namespace {

using testing::HasSubstr;
using testing::Not;

class GitCredential : public testing::Test {
 protected:
  void helper_knows(const std::string& host, const std::string& answer) { helper.knows(host, answer); }
  std::string log() const { return helper.log(); }
  void all_is_told() { credentials.emplace(fake.env, Prompt::kNever); }

  CredentialHelper helper;
  Sandbox& box = helper.box;
  FakeEnv fake;
  std::optional<Credentials> credentials{std::in_place, fake.env, Prompt::kNever};
};

TEST_F(GitCredential, IsAskedForOnceAndStoredOnce) {
  helper_knows("mail.example.org", "username=ann\npassword=p w\n");
  const CredentialKey key{.protocol = "imaps", .host = "mail.example.org"};
  const auto credential = credentials->fill(key);
  ASSERT_TRUE(credential) << to_text(credential.error());
  EXPECT_EQ(credential->username, "ann");
  EXPECT_EQ(credential->secret, "p w");
  EXPECT_EQ(credential->kind, Credential::Kind::kPassword);
  EXPECT_EQ(credentials->fill(key)->secret, "p w");
  credentials->approve(key, *credential);
  credentials->approve(key, *credential);
  all_is_told();
  EXPECT_EQ(log(),
            "get\nprotocol=imaps\nhost=mail.example.org\n"
            "store\nprotocol=imaps\nhost=mail.example.org\nusername=ann\npassword=p w");
}

TEST_F(GitCredential, IsForgottenWhenItWasWrong) {
  helper_knows("h", "password=old\n");
  const CredentialKey key{.protocol = "imap", .host = "h", .username = "ann"};
  credentials->reject(key, credentials->fill(key).value());
  EXPECT_THAT(log(), HasSubstr("erase\nprotocol=imap\nhost=h\nusername=ann\npassword=old"));
  helper_knows("h", "password=new\n");
  EXPECT_EQ(credentials->fill(key)->secret, "new");
  EXPECT_EQ(credentials->fill(key)->username, "ann");
}

TEST_F(GitCredential, OfAnotherPortIsLookedForFirst) {
  const CredentialKey key{.protocol = "imap", .host = "h", .port = 1143, .username = "ann"};
  helper_knows("h:1143", "password=port\n");
  EXPECT_EQ(credentials->fill(key)->answered_host, "h:1143");
  helper_knows("h", "password=host\n");
  all_is_told();  // and forgotten here
  const auto credential = credentials->fill(key).value();
  EXPECT_EQ(credential.secret, "host");
  credentials->approve(key, credential);
  all_is_told();
  EXPECT_THAT(log(), HasSubstr("store\nprotocol=imap\nhost=h\n"));
}

TEST_F(GitCredential, ThatNobodyKnowsIsAnErrorThatNamesTheHost) {
  helper_knows("other", "password=x\n");
  const auto credential = credentials->fill({.protocol = "imaps", .host = "mail.example.org", .username = "ann"});
  ASSERT_FALSE(credential);
  EXPECT_EQ(credential.error().kind, Error::Kind::kRefused);
  EXPECT_THAT(to_text(credential.error()), HasSubstr("cannot find the password for 'imaps://mail.example.org': no "
                                                     "credential helper of git knows it, and nobody may be asked"));
}

TEST_F(GitCredential, IsNotAskedForWithALineBreak) {
  helper_knows("h", "password=x\n");
  EXPECT_FALSE(credentials->fill({.protocol = "imap", .host = "h", .username = "ann\nhost=bank"}));
  EXPECT_EQ(log(), "");
}

// From git 2.46 on, helpers may answer with a token; older versions do not pass it on, so git itself is replaced here.
TEST_F(GitCredential, MayBeAToken) {
  box.run(
      "mkdir bin; printf '#!/bin/sh\\n{ echo \"$@\"; cat; } >>'\"$PWD\"'/log\\nprintf "
      "\"username=ann\\nauthtype=Bearer\\n"
      "credential=tok\\n\"\\n' >bin/git; chmod +x bin/git");
  const std::string path = getenv("PATH");
  setenv("PATH", ((box / "bin") + ":" + path).c_str(), 1);
  const CredentialKey key{.protocol = "imaps", .host = "h"};
  const auto credential = credentials->fill(key);
  if (credential) credentials->reject(key, *credential);
  setenv("PATH", path.c_str(), 1);
  ASSERT_TRUE(credential) << to_text(credential.error());
  EXPECT_EQ(credential->kind, Credential::Kind::kToken);
  EXPECT_EQ(credential->secret, "tok");
  EXPECT_THAT(log(), HasSubstr("fill\ncapability[]=authtype\nprotocol=imaps\nhost=h"));
  EXPECT_THAT(log(), HasSubstr("authtype=Bearer\ncredential=tok"));
  EXPECT_THAT(log(), Not(HasSubstr("password=")));
}

}  // namespace
}  // namespace lorelei::git
