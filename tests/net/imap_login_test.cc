// SPDX-License-Identifier: GPL-3.0-or-later
// The way in: encryption, and who we are.
#include <gmock/gmock.h>
#include <ifaddrs.h>

#include "net/imap.hh"
#include "tests/git/credential_helper.hh"
#include "tests/net/imap_world.hh"

namespace lorelei::net {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using World = ImapWorld;

TEST(ImapLogin, Refusals) {
  World world;
  world.imap.answer = [](const std::string& command) {
    return command.starts_with("AUTHENTICATE") ? "$ NO [AUTHENTICATIONFAILED] no such luck" : "";
  };
  const auto client = world.connect();
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().kind, Error::Kind::kRefused);
  EXPECT_THAT(to_text(client.error()), HasSubstr("the server says: no such luck"));
  EXPECT_THAT(to_text(client.error()), Not(HasSubstr("secret")));
}

TEST(ImapLogin, TokensAndWhatServersWantWithThem) {
  const struct {
    const char *offered, *user, *expected;
  } cases[] = {
      {"AUTH=OAUTHBEARER AUTH=XOAUTH2 SASL-IR", "a%2Cb;AUTH=XOAUTH2:tok@", "AUTHENTICATE XOAUTH2 "},
      {"AUTH=OAUTHBEARER AUTH=XOAUTH2 SASL-IR", "a;AUTH=OAUTHBEARER:tok@", "AUTHENTICATE OAUTHBEARER "},
      {"AUTH=PLAIN SASL-IR", "a:p@", "AUTHENTICATE PLAIN AGEAcA=="},
      {"AUTH=PLAIN SASL-IR", "a;AUTH=LOGIN:p%22@", "LOGIN a \"p\\\"\""},
      {"", "a:p@", "LOGIN a p"},
      {"AUTH=ANONYMOUS SASL-IR", "", "AUTHENTICATE ANONYMOUS "},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.user);
    World world;
    world.imap.greeting = std::string("* OK [CAPABILITY IMAP4rev1 ") + c.offered + "] hello";
    {
      const auto client = world.connect(c.user);
      ASSERT_TRUE(client) << to_text(client.error());
    }
    world.server.reset();
    EXPECT_THAT(world.imap.commands().front(), StartsWith(c.expected));
  }
}

TEST(ImapLogin, ForgetsWhatWasOfferedBefore) {
  World world;
  world.imap.answer = [](const std::string& command) {
    return command.starts_with("AUTHENTICATE") ? "$ OK welcome" : "";
  };
  auto client = world.connect();
  ASSERT_TRUE(client);
  EXPECT_TRUE(client->has("UIDPLUS"));
  EXPECT_FALSE(client->has("AUTH=PLAIN"));
}

// An address of this machine that is no loopback; empty if there is none.
std::string other_address() {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return {};
  std::string found;
  for (auto* each = list; each; each = each->ifa_next) {
    if (!each->ifa_addr || each->ifa_addr->sa_family != AF_INET) continue;
    const auto address = reinterpret_cast<const sockaddr_in*>(each->ifa_addr)->sin_addr;
    if (ntohl(address.s_addr) >> 24 != 127) found = inet_ntoa(address);
  }
  freeifaddrs(list);
  return found;
}

// Refused over an open wire, unless the user does not mind.
void expect_wants_privacy(World& world, const wire::ImapUrl& url) {
  const auto client = ImapClient::connect(world.fake.env, url, world.credentials);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().kind, Error::Kind::kRefused);
  ImapOptions options;
  options.clear_password = ImapOptions::ClearPassword::kAnywhere;
  EXPECT_TRUE(ImapClient::connect(world.fake.env, url, world.credentials, options));
}

TEST(ImapLogin, SendsNoPasswordOverAnOpenWire) {
  const auto host = other_address();
  if (host.empty()) GTEST_SKIP() << "this machine has no address but loopback";
  World world;
  world.server.emplace(world.imap.script(), SIZE_MAX, SIZE_MAX, INADDR_ANY);
  auto url = world.url();
  url.host = host;
  expect_wants_privacy(world, url);
  ImapOptions options;
  options.clear_password = ImapOptions::ClearPassword::kAnywhere;
  options.start_tls = ImapOptions::StartTls::kRequired;
  EXPECT_EQ(ImapClient::connect(world.fake.env, url, world.credentials, options).error().kind, Error::Kind::kRefused);
  world.server.reset();
  EXPECT_THAT(world.imap.commands(), Not(Contains(StartsWith("LOGIN"))));
}

TEST(ImapLogin, ServerThatKnowsUsOnAnOpenWireIsNotBelieved) {
  const auto host = other_address();
  if (host.empty()) GTEST_SKIP() << "this machine has no address but loopback";
  World world;
  world.imap.greeting = "* PREAUTH [CAPABILITY IMAP4rev1] I know you";
  world.server.emplace(world.imap.script(), SIZE_MAX, SIZE_MAX, INADDR_ANY);
  EXPECT_TRUE(world.connect());  // on loopback it may
  auto url = world.url();
  url.host = host;
  expect_wants_privacy(world, url);
}

TEST(ImapLogin, WordsInFrontOfTheEncryptedOnesAreRefused) {
  for (const char* injected : {"* CAPABILITY IMAP4rev1 AUTH=PLAIN", "* 1 FETCH (BODY[] {100}", "* OK [ALE"}) {
    SCOPED_TRACE(injected);
    World world;
    world.imap.greeting = "* OK [CAPABILITY IMAP4rev1 STARTTLS] hello";
    world.imap.answer = [&](const std::string& command) {
      return command == "STARTTLS" ? std::string("$ OK go\r\n") + injected : "";
    };
    ImapOptions options;
    options.start_tls = ImapOptions::StartTls::kRequired;
    options.connection.connect_limit = std::chrono::milliseconds(200);
    const auto client = world.connect("ann:secret@", options);
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().kind, Error::Kind::kRefused) << to_text(client.error());
    EXPECT_THAT(client.error().why, HasSubstr("in front of the encrypted ones"));
  }
}

TEST(ImapLogin, OnlyTheMechanismOfTheAddressIsUsed) {
  const struct {
    const char *user, *expected;
  } cases[] = {
      {"a;AUTH=CRAM-MD5:p@", "CRAM-MD5"},
      {"a;AUTH=:p@", "mechanism"},
      {"a;AUTH=OAUTHBEARER:tok@", "does not offer OAUTHBEARER"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.user);
    World world;
    world.imap.greeting = "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=CRAM-MD5 AUTH=XOAUTH2] hello";
    {
      const auto client = world.connect(c.user);
      ASSERT_FALSE(client);
      EXPECT_THAT(client.error().why, HasSubstr(c.expected));
    }
    world.server.reset();
    EXPECT_THAT(world.imap.commands(), Not(Contains(StartsWith("AUTHENTICATE"))));
  }
}

TEST(ImapLogin, AnyMechanismIsAsGoodAsNone) {
  World world;
  {
    const auto client = world.connect("a;AUTH=*:p@");
    EXPECT_TRUE(client) << to_text(client.error());
  }
  world.server.reset();
  EXPECT_THAT(world.imap.commands(), Contains("AUTHENTICATE PLAIN AGEAcA=="));
}

TEST(ImapLogin, NobodyIsAskedForASecretThatCannotBeUsed) {
  git::CredentialHelper helper;
  World world;
  world.serve();
  helper.knows("127.0.0.1", "username=ann\npassword=secret\n");
  EXPECT_FALSE(world.connect("ann;AUTH=CRAM-MD5@"));
  EXPECT_EQ(helper.log(), "");
}

TEST(ImapLogin, PasswordIsForgottenOnlyIfTheServerSaysThatItIsWrong) {
  const struct {
    const char* answer;
    bool forgets;
  } cases[] = {
      {"NO wrong", true},
      {"NO [AUTHENTICATIONFAILED] wrong", true},
      {"NO [EXPIRED] too old", true},
      {"NO [ALERT] Too many simultaneous connections", false},
      {"NO [CONTACTADMIN] you are locked out", false},
      {"NO [PRIVACYREQUIRED] not in the clear", false},
      {"NO [UNAVAILABLE] later", false},
      {"BAD what?", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.answer);
    git::CredentialHelper helper;
    World world;
    world.serve();
    helper.knows("127.0.0.1", "username=ann\npassword=secret\n");
    world.imap.answer = [&](const std::string& command) {
      return command.starts_with("AUTHENTICATE") ? std::string("$ ") + c.answer : "";
    };
    const auto client = world.connect("ann@");
    ASSERT_FALSE(client);
    EXPECT_THAT(client.error().why, HasSubstr("the server says: "));
    EXPECT_EQ(helper.log().find("erase") != std::string::npos, c.forgets) << helper.log();
  }
}

}  // namespace
}  // namespace lorelei::net
