// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/mail_servers.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fake_env.hh"
#include "tests/git/credential_helper.hh"
#include "tests/net/fake_news.hh"

namespace lorelei::lei {
namespace {

using testing::EndsWith;

// A news server whose password is "new", and a helper of git that knows one.
class NewsLogin : public testing::Test {
 protected:
  Result<net::Nntp> log_in() {
    auto url = net::parse_nntp_url(server.url("/g"));
    url->user = "ann";
    return servers->news(*url);
  }

  git::CredentialHelper helper;
  FakeNews server{[](const std::string& line) -> std::string {
    if (line.starts_with("AUTHINFO USER")) return "381 and?\r\n";
    if (line.starts_with("AUTHINFO PASS")) return line == "AUTHINFO PASS new" ? "281 welcome\r\n" : "481 no\r\n";
    return small_group(line, 1, 1);
  }};
  FakeEnv world;
  Settings settings = [this] {
    world.variables["HOME"] = helper.box.path().string();
    return Settings::load(world.env).value();
  }();
  std::optional<MailServers> servers{std::in_place, world.env, settings};
};

TEST_F(NewsLogin, PasswordThatIsRightIsStored) {
  helper.knows("127.0.0.1", "username=ann\npassword=new\n");
  const auto news = log_in();
  ASSERT_TRUE(news) << to_text(news.error());
  servers.reset();  // the helper has heard it
  EXPECT_THAT(helper.log(), EndsWith("store\nprotocol=nntp\nhost=127.0.0.1\nusername=ann\npassword=new"));
}

TEST_F(NewsLogin, PasswordThatIsWrongIsForgottenAndNotTriedAgain) {
  helper.knows("127.0.0.1", "username=ann\npassword=old\n");
  const auto refused = log_in();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Error::Kind::kRefused);
  EXPECT_THAT(helper.log(), EndsWith("erase\nprotocol=nntp\nhost=127.0.0.1\nusername=ann\npassword=old"));
  helper.knows("127.0.0.1", "username=ann\npassword=new\n");
  const auto news = log_in();
  EXPECT_TRUE(news) << to_text(news.error());
}

}  // namespace
}  // namespace lorelei::lei
