// SPDX-License-Identifier: GPL-3.0-or-later
// The way in: greeting, encryption, and who we are.
#include <gmock/gmock.h>
#include <ifaddrs.h>

#include "tests/git/credential_helper.hh"
#include "tests/net/fake_smtp.hh"

namespace lorelei::net {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Encryption = SmtpOptions::Encryption;
using Kind = Error::Kind;
using State = SmtpDelivery::State;

// A server that wants to know ann.
class World : public SmtpWorld {
 public:
  explicit World(const std::string& mechanisms = "PLAIN LOGIN XOAUTH2") {
    smtp.plan.user = "ann";
    smtp.plan.password = "secret";
    smtp.plan.extensions = {"PIPELINING", "AUTH " + mechanisms};
    options.user = "ann";
    options.secret = "secret";
  }
};

TEST(SmtpLogin, Ports) {
  SmtpOptions options;
  EXPECT_EQ(options.actual_port(), 25);
  options.encryption = Encryption::kStartTls;
  EXPECT_EQ(options.actual_port(), 25);
  options.encryption = Encryption::kTls;
  EXPECT_EQ(options.actual_port(), 465);
  options.port = 587;
  EXPECT_EQ(options.actual_port(), 587);
}

TEST(SmtpLogin, GreetingsThatAreNone) {
  const struct {
    const char* greeting;
    Kind kind;
  } cases[] = {{"421 4.3.2 too many of you", Kind::kTemporary},
               {"554 no service", Kind::kFailed},
               {"* OK IMAP4rev1", Kind::kCorrupt},
               {"354 what", Kind::kFailed}};
  for (const auto& c : cases) {
    SmtpWorld world;
    world.smtp.plan.greeting = c.greeting;
    const auto client = world.open();
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().kind, c.kind) << to_text(client.error());
  }
}

TEST(SmtpLogin, ServerIsBusyAtTheSecondWord) {
  SmtpWorld world;
  world.smtp.plan.answer = [](const std::string& command) {
    return command.starts_with("EHLO") ? "451 4.7.1 come again" : "";
  };
  EXPECT_EQ(world.open().error().kind, Kind::kTemporary);
}

TEST(SmtpLogin, SettingsThatCannotBe) {
  SmtpWorld world;
  world.options.helo = "a b\r\nDATA";
  EXPECT_EQ(world.open().error().kind, Kind::kUsage);
  world.options.helo = "[127.0.0.1]";
  EXPECT_TRUE(world.open());
  world.options.user = "ann";
  world.options.secret = std::string("a\0b", 3);
  world.smtp.plan.extensions = {"AUTH PLAIN"};
  EXPECT_EQ(world.open().error().kind, Kind::kUsage);
  EXPECT_EQ(Smtp::open(world.fake.env, {}).error().kind, Kind::kUsage);
}

TEST(SmtpLogin, Mechanisms) {
  const std::string token(600, 't');  // too long for the line of the command
  const struct {
    const char* offered;
    std::vector<std::string> wanted;
    std::string secret;
    const char* expected;
  } cases[] = {
      {"LOGIN PLAIN", {}, "secret", "AUTH PLAIN AGFubgBzZWNyZXQ="},
      {"LOGIN", {}, "secret", "AUTH LOGIN"},
      {"PLAIN LOGIN", {"login"}, "secret", "AUTH LOGIN"},
      {"PLAIN XOAUTH2", {"xoauth2"}, "secret", "AUTH XOAUTH2 dXNlcj1hbm4BYXV0aD1CZWFyZXIgc2VjcmV0AQE="},
      {"XOAUTH2", {"PLAIN", "XOAUTH2", "GSSAPI"}, "secret", "AUTH XOAUTH2 dXNl"},
      {"XOAUTH2", {"XOAUTH2"}, token, "AUTH XOAUTH2"},
      {"PLAIN", {}, token, "AUTH PLAIN"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.expected);
    World world(c.offered);
    world.smtp.plan.password = c.secret;
    world.options.secret = c.secret;
    world.options.mechanisms = c.wanted;
    EXPECT_EQ(world.send("A: 1\n").state, State::kAccepted);
    world.server.reset();
    EXPECT_THAT(world.smtp.commands().at(1), StartsWith(c.expected));
  }
}

TEST(SmtpLogin, WrongPasswords) {
  for (const char* mechanism : {"PLAIN", "LOGIN", "XOAUTH2"}) {
    SCOPED_TRACE(mechanism);
    World world;
    world.options.secret = "wrongwrong";
    world.options.mechanisms = {mechanism};
    const auto client = world.open();
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().kind, Kind::kRefused);
    EXPECT_THAT(to_text(client.error()), HasSubstr("the server says: 535 5.7.8 wrong"));
    EXPECT_THAT(to_text(client.error()), Not(HasSubstr("wrongwrong")));
  }
}

TEST(SmtpLogin, MechanismsThatDoNotMeet) {
  const struct {
    const char* offered;
    std::vector<std::string> wanted;
    Kind kind;
    const char* why;
  } cases[] = {
      {"GSSAPI DIGEST-MD5", {}, Kind::kFailed, "but GSSAPI DIGEST-MD5"},
      {"", {}, Kind::kFailed, "does not offer to log in"},
      {"PLAIN", {"LOGIN"}, Kind::kFailed, "but PLAIN"},
      {"PLAIN", {"GSSAPI"}, Kind::kUsage, "settings name: GSSAPI"},
  };
  for (const auto& c : cases) {
    World world(c.offered);
    world.options.mechanisms = c.wanted;
    const auto client = world.open();
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().kind, c.kind);
    EXPECT_THAT(to_text(client.error()), HasSubstr(c.why));
    world.server.reset();
    EXPECT_THAT(world.smtp.commands(), Not(Contains(StartsWith("AUTH"))));
  }
}

TEST(SmtpLogin, AServerThatAsksAgainAndAgain) {
  World world;
  world.smtp.plan.answer = [](const std::string& command) { return command.starts_with("EHLO") ? "" : "334 "; };
  const auto client = world.open();
  ASSERT_FALSE(client);
  world.server.reset();
  EXPECT_THAT(world.smtp.commands(), Contains("*"));
}

TEST(SmtpLogin, PasswordsThatGitKnows) {
  git::CredentialHelper helper;
  {
    World world;
    world.serve();
    helper.knows("127.0.0.1", "username=ann\npassword=secret\n");
    world.options.secret.reset();
    EXPECT_TRUE(world.open());
  }
  EXPECT_THAT(helper.log(), HasSubstr("protocol=smtp\n"));
  EXPECT_THAT(helper.log(), HasSubstr("store\n"));
}

TEST(SmtpLogin, PasswordIsForgottenOnlyIfItIsWrong) {
  for (const bool is_wrong : {true, false}) {
    git::CredentialHelper helper;
    World world;
    world.serve();
    helper.knows("127.0.0.1", "username=ann\npassword=old\n");
    world.options.secret.reset();
    if (!is_wrong)
      world.smtp.plan.answer = [](const std::string& command) {
        return command.starts_with("AUTH") ? "454 4.7.0 not now" : "";
      };
    EXPECT_EQ(world.open().error().kind, is_wrong ? Kind::kRefused : Kind::kTemporary);
    EXPECT_THAT(helper.log(), is_wrong ? testing::Matcher<std::string>(HasSubstr("erase\n"))
                                       : testing::Matcher<std::string>(Not(HasSubstr("erase\n"))));
  }
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

TEST(SmtpLogin, SendsNoPasswordOverAnOpenWire) {
  const auto host = other_address();
  if (host.empty()) GTEST_SKIP() << "this machine has no address but loopback";
  World world;
  world.serve(SIZE_MAX, SIZE_MAX, INADDR_ANY);
  world.options.host = host;
  for (const char* mechanism : {"PLAIN", "LOGIN", "XOAUTH2"}) {
    world.options.mechanisms = {mechanism};
    EXPECT_EQ(world.open().error().kind, Kind::kRefused);
  }
  world.server.reset();
  EXPECT_THAT(world.smtp.commands(), Not(Contains(StartsWith("AUTH"))));
}

class TlsWorld : public World {
 public:
  explicit TlsWorld(const std::string& names = "DNS:localhost,IP:127.0.0.1") : tls(names) {
    tls.write_certificate((directory.path() / "ca.pem").string());
    smtp.tls = &tls;
    smtp.plan.extensions.push_back("STARTTLS");
    options.encryption = Encryption::kStartTls;
    options.tls.ca_file = (directory.path() / "ca.pem").string();
    options.host = "localhost";
  }

  TempDir directory = TempDir::create(fs::temp_directory_path(), "lorelei-smtp-test").value();
  TlsEnd tls;
};

TEST(SmtpTls, StartTls) {
  TlsWorld world;
  {
    auto client = world.open();
    ASSERT_TRUE(client) << to_text(client.error());
    EXPECT_TRUE(client->is_encrypted());
    EXPECT_EQ(client->send({"a@x", {"b@x"}}, "A: 1\n").state, State::kAccepted);
    client->quit();
  }
  world.server.reset();
  const auto commands = world.smtp.commands();
  EXPECT_THAT(commands, ElementsAre(StartsWith("EHLO"), "STARTTLS", StartsWith("EHLO"), StartsWith("AUTH PLAIN"),
                                    StartsWith("MAIL"), StartsWith("RCPT"), "DATA", "QUIT"));
}

TEST(SmtpTls, EncryptedFromTheStart) {
  TlsWorld world;
  world.options.encryption = Encryption::kTls;
  world.server.emplace([&](FakeServer::Line& line) {
    world.tls.encrypt(line);
    world.smtp.script()(line);
  });
  const auto delivery = world.send("A: 1\n");
  EXPECT_EQ(delivery.state, State::kAccepted);
}

TEST(SmtpTls, TellsTheTruthWhereverTheConnectionBreaks) {
  for (const bool cuts_words : {true, false}) {
    bool is_whole = false;
    for (std::size_t limit = 0; !is_whole && limit < 2000; limit += 7) {
      SCOPED_TRACE(limit);
      TlsWorld world;
      world.serve(cuts_words ? limit : SIZE_MAX, cuts_words ? SIZE_MAX : limit);
      const auto delivery = world.send("A: 1\n\ntext\n");
      world.server.reset();
      is_whole = delivery.state == State::kAccepted;
      const auto count = world.smtp.accepted().size();
      if (is_whole) {
        EXPECT_EQ(count, 1u);
      }
      if (delivery.state == State::kNotSent) {
        EXPECT_EQ(count, 0u);
      }
      EXPECT_NE(delivery.state, State::kRejected);
    }
    EXPECT_TRUE(is_whole);
  }
}

TEST(SmtpTls, ACertificateForAnotherHostIsRefused) {
  TlsWorld world("DNS:other.example.org");
  const auto client = world.open();
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().kind, Kind::kRefused);
  world.server.reset();
  EXPECT_THAT(world.smtp.commands(), Not(Contains(StartsWith("AUTH"))));
}

TEST(SmtpTls, WhoAsksForItGetsItOrNothing) {
  for (const char* answer : {"", "454 4.7.0 not now", "500 what?"}) {
    TlsWorld world;
    if (!*answer) world.smtp.plan.extensions = {"AUTH PLAIN"};
    world.smtp.plan.answer = [&](const std::string& command) { return command == "STARTTLS" ? answer : ""; };
    const auto client = world.open();
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().kind, !*answer ? Kind::kRefused : *answer == '4' ? Kind::kTemporary : Kind::kFailed);
    world.server.reset();
    EXPECT_THAT(world.smtp.commands(), Not(Contains(StartsWith("AUTH"))));
  }
}

TEST(SmtpTls, WordsInFrontOfTheEncryptedOnesAreRefused) {
  for (const char* injected : {"250 ok", "250-ok", "x"}) {
    TlsWorld world;
    world.smtp.plan.answer = [&](const std::string& command) {
      return command == "STARTTLS" ? std::string("220 go\r\n") + injected : "";
    };
    const auto client = world.open();
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().kind, Kind::kRefused) << to_text(client.error());
    EXPECT_THAT(client.error().why, HasSubstr("in front of the encrypted ones"));
  }
}

TEST(SmtpTls, WhatWasOfferedInTheClearIsForgotten) {
  TlsWorld world;
  int count = 0;
  world.smtp.plan.answer = [&](const std::string& command) -> std::string {
    if (!command.starts_with("EHLO")) return "";
    return count++ == 0 ? "250-x\r\n250-8BITMIME\r\n250-SIZE 5\r\n250 STARTTLS" : "250-x\r\n250 AUTH PLAIN";
  };
  const auto client = world.open();
  ASSERT_TRUE(client) << to_text(client.error());
  EXPECT_FALSE(client->takes_8bit());
  EXPECT_EQ(client->size_limit(), 0u);
}

}  // namespace
}  // namespace lorelei::net
