// SPDX-License-Identifier: GPL-3.0-or-later
// What became of a mail, before a server that fails in every way.
#include <gmock/gmock.h>

#include <set>
#include <thread>

#include "tests/net/fake_smtp.hh"

namespace lorelei::net {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using Kind = Error::Kind;
using Obstacle = SmtpDelivery::Obstacle;
using State = SmtpDelivery::State;
using World = SmtpWorld;

const std::string kMail = "From: ann@example.org\nSubject: x\n\n.dot\n..\n.\nend";
const std::string kArrived = "From: ann@example.org\r\nSubject: x\r\n\r\n.dot\r\n..\r\n.\r\nend\r\n";

std::function<std::string(const std::string&)> says(std::string to, std::string what) {
  return [=](const std::string& command) { return command.starts_with(to) ? what : ""; };
}
std::function<bool(const std::string&)> is(std::string what) {
  return [=](const std::string& command) { return command.starts_with(what); };
}

TEST(Smtp, MailArrivesAsItWas) {
  World world;
  const auto delivery = world.send(kMail, {"bob@example.org", "eve@example.org", "bob@example.org"});
  EXPECT_EQ(delivery.state, State::kAccepted);
  EXPECT_FALSE(delivery.error);
  EXPECT_EQ(delivery.code, 250);
  EXPECT_EQ(delivery.reply, "250 2.0.0 queued");
  EXPECT_FALSE(delivery.is_temporary());
  world.server.reset();
  const auto taken = world.smtp.accepted();
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].bytes, kArrived);
  EXPECT_EQ(taken[0].from, "ann@example.org");
  EXPECT_THAT(taken[0].to, ElementsAre("bob@example.org", "eve@example.org"));
  EXPECT_THAT(world.smtp.commands(), ElementsAre("EHLO localhost.localdomain", "MAIL FROM:<ann@example.org> SIZE=55",
                                                 "RCPT TO:<bob@example.org>", "RCPT TO:<eve@example.org>", "DATA"));
  EXPECT_EQ(kArrived.size(), 55u);
}

TEST(Smtp, ManyMailsOverOneConnection) {
  for (const bool pipelining : {true, false}) {
    World world;
    if (!pipelining) world.smtp.plan.extensions = {"8BITMIME"};
    world.smtp.plan.refused = {"nobody@example.org"};
    {
      auto client = world.open().value();
      EXPECT_TRUE(client.takes_8bit());
      EXPECT_EQ(client.send({"a@x", {"b@x"}}, "A: 1\n").state, State::kAccepted);
      EXPECT_EQ(client.send({"a@x", {"nobody@example.org"}}, "A: 2\n").state, State::kRejected);
      EXPECT_EQ(client.send({"", {"b@x"}}, "A: 3\n\xc3\xbc\n").state, State::kAccepted);
      EXPECT_EQ(client.send({"a@x", {"b@x"}}, "A: 4\n").state, State::kAccepted);
      EXPECT_FALSE(client.is_lost());
      client.quit();
      EXPECT_TRUE(client.is_lost());
    }
    world.server.reset();
    EXPECT_EQ(world.smtp.accepted().size(), 3u);
    auto commands = world.smtp.commands();
    EXPECT_EQ(std::count(commands.begin(), commands.end(), "RSET"), 1);
    EXPECT_THAT(commands, Contains(pipelining ? "MAIL FROM:<> SIZE=10 BODY=8BITMIME" : "MAIL FROM:<> BODY=8BITMIME"));
    EXPECT_EQ(commands.back(), "QUIT");
  }
}

TEST(Smtp, OldServer) {
  World world;
  world.smtp.plan.knows_ehlo = false;
  EXPECT_EQ(world.send(kMail).state, State::kAccepted);
  const auto delivery = world.send("A: \xc3\xbc\n");
  EXPECT_EQ(delivery.obstacle, Obstacle::k8Bit);
  world.server.reset();
  EXPECT_THAT(world.smtp.commands(), Contains("MAIL FROM:<ann@example.org>"));
}

TEST(Smtp, AnswersAreTakenAsTheyAre) {
  const struct {
    const char *to, *says;
    State state;
    Kind kind;
    bool is_temporary;
  } cases[] = {
      {"MAIL", "451 4.3.0 later", State::kRejected, Kind::kTemporary, true},
      {"MAIL", "550 5.7.1 not you", State::kRejected, Kind::kFailed, false},
      {"MAIL", "421 4.3.2 going down", State::kRejected, Kind::kTemporary, true},
      {"RCPT", "450 4.2.1 greylisted", State::kRejected, Kind::kTemporary, true},
      {"RCPT", "550 5.1.1 nobody", State::kRejected, Kind::kFailed, false},
      {"RCPT", "421 4.3.2 going down", State::kRejected, Kind::kTemporary, true},
      {"RCPT", "354 what", State::kNotSent, Kind::kFailed, true},
      {"DATA", "451 4.3.0 later", State::kRejected, Kind::kTemporary, true},
      {"DATA", "554 5.5.1 no", State::kRejected, Kind::kFailed, false},
      {"DATA", "250 ok", State::kNotSent, Kind::kFailed, true},
      {"DATA", "nonsense", State::kNotSent, Kind::kCorrupt, true},
      {".", "452 4.3.1 full", State::kRejected, Kind::kTemporary, true},
      {".", "554-5.7.1 spam,\r\n554 5.7.1 we think", State::kRejected, Kind::kFailed, false},
      {".", "421 4.3.2 going down", State::kRejected, Kind::kTemporary, true},
      {".", "200 fine", State::kAccepted, Kind::kFailed, false},
      {".", "354 more", State::kUnknown, Kind::kFailed, false},
      {".", "nonsense", State::kUnknown, Kind::kFailed, false},
      {".", "250-ok\r\n550 or not", State::kUnknown, Kind::kFailed, false},
  };
  for (const bool pipelining : {true, false})
    for (const auto& c : cases) {
      SCOPED_TRACE(testing::Message() << c.to << ": " << c.says << (pipelining ? " in one go" : ""));
      World world;
      if (!pipelining) world.smtp.plan.extensions = {};
      world.smtp.plan.answer = says(c.to, c.says);
      const auto delivery = world.send(kMail);
      world.server.reset();
      EXPECT_EQ(delivery.state, c.state);
      EXPECT_EQ(delivery.is_temporary(), c.is_temporary);
      EXPECT_EQ(!delivery.error, c.state == State::kAccepted);
      EXPECT_EQ(delivery.code != 0, c.state == State::kAccepted || c.state == State::kRejected);
      if (!delivery.error) continue;
      EXPECT_EQ(delivery.error->kind, c.kind) << to_text(*delivery.error);
      EXPECT_THAT(to_text(*delivery.error), HasSubstr("cannot send the mail to '127.0.0.1:"));
      if (c.state == State::kRejected) {
        EXPECT_EQ(delivery.code, std::stoi(c.says));
      }
      EXPECT_EQ(delivery.refused.size(),
                c.state == State::kRejected && c.to[0] == 'R' && delivery.code != 421 ? 1u : 0u);
    }
}

TEST(Smtp, GoesOnAfterARefusalAndNotAfterAGoodbye) {
  for (const char* answer : {"550 5.7.1 no", "421 4.3.2 bye"}) {
    World world;
    bool is_first = true;
    world.smtp.plan.answer = [&](const std::string& command) -> std::string {
      return command == "." && std::exchange(is_first, false) ? answer : "";
    };
    {
      auto client = world.open().value();
      EXPECT_EQ(client.send({"a@x", {"b@x"}}, kMail).state, State::kRejected);
      EXPECT_EQ(client.is_lost(), answer[0] == '4');
      const auto again = client.send({"a@x", {"b@x"}}, kMail);
      EXPECT_EQ(again.state, answer[0] == '4' ? State::kNotSent : State::kAccepted);
      EXPECT_EQ(again.is_temporary(), answer[0] == '4');
    }
    world.server.reset();
    EXPECT_EQ(world.smtp.accepted().size(), answer[0] == '4' ? 0u : 1u);
  }
}

TEST(Smtp, SomeRecipientsAreRefused) {
  const std::vector<std::string> to = {"bob@example.org", "late@example.org", "nobody@example.org", "eve@example.org"};
  for (const auto how : {SmtpOptions::SomeRefused::kSendToNobody, SmtpOptions::SomeRefused::kSendToOthers}) {
    World world;
    world.options.some_refused = how;
    world.smtp.plan.refused = {"nobody@example.org"};
    world.smtp.plan.answer = says("RCPT TO:<late", "450 4.2.1 later");
    const auto delivery = world.send(kMail, to);
    world.server.reset();
    ASSERT_EQ(delivery.refused.size(), 2u);
    EXPECT_EQ(delivery.refused[0].address, "late@example.org");
    EXPECT_TRUE(delivery.refused[0].is_passing());
    EXPECT_EQ(delivery.refused[1].address, "nobody@example.org");
    EXPECT_EQ(delivery.refused[1].reply, "550 5.1.1 no such user");
    if (how == SmtpOptions::SomeRefused::kSendToOthers) {
      EXPECT_EQ(delivery.state, State::kAccepted);
      EXPECT_THAT(world.smtp.accepted().at(0).to, ElementsAre("bob@example.org", "eve@example.org"));
    } else {
      EXPECT_EQ(delivery.state, State::kRejected);
      EXPECT_EQ(delivery.code, 550);
      EXPECT_FALSE(delivery.is_temporary());
      EXPECT_THAT(to_text(*delivery.error), HasSubstr("refuses 2 of 4 recipients, nobody@example.org with: 550 5.1.1"));
      EXPECT_THAT(world.smtp.accepted(), IsEmpty());
      EXPECT_THAT(world.smtp.commands(), Not(Contains("DATA")));
    }
  }
}

TEST(Smtp, AllRecipientsAreRefused) {
  World world;
  world.options.some_refused = SmtpOptions::SomeRefused::kSendToOthers;
  world.smtp.plan.answer = says("RCPT", "450 4.2.1 later");
  const auto delivery = world.send(kMail, {"a@x", "b@x"});
  EXPECT_EQ(delivery.state, State::kRejected);
  EXPECT_TRUE(delivery.is_temporary());
  EXPECT_EQ(delivery.refused.size(), 2u);
}

TEST(Smtp, ObstaclesAreToldBeforeAWord) {
  World world;
  world.smtp.plan.extensions = {"SIZE 100"};
  const std::string to = "bob@example.org";
  const struct {
    SmtpEnvelope envelope;
    std::string mail;
    Obstacle obstacle;
    const char* why;
  } cases[] = {
      {{"a@x", {to}}, "A: \xc3\xbc\n", Obstacle::k8Bit, "8BITMIME"},
      {{"a@x", {to}}, "A: 1\n\na\rb\n", Obstacle::kCannotBeKept, "line 3 of it has a CR"},
      {{"a@x", {to}}, "A: 1\n\n.\r\n", Obstacle::kCannotBeKept, "line 3 of it has a CR"},
      {{"a@x", {to}}, std::string("A: \0\n", 5), Obstacle::kCannotBeKept, "line 1 of it has a NUL"},
      {{"a@x", {to}}, "A: 1\n\n" + std::string(999, 'x'), Obstacle::kCannotBeKept, "line 3 of it is longer than 998"},
      {{"a@x", {to}}, std::string(99, '\n'), Obstacle::kTooLarge, "198 bytes, and the server takes 100"},
      {{"a@x\r\nDATA", {to}}, "A: 1\n", Obstacle::kAddress, "is no address"},
      {{"a@x", {to, "b"}}, "A: 1\n", Obstacle::kAddress, "\"b\" is no address"},
      {{"a@x", {"b\xc3\xa4r@x"}}, "A: 1\n", Obstacle::kUtf8Address, "SMTPUTF8"},
      {{"b\xc3\xa4r@x", {to}}, "A: 1\n", Obstacle::kUtf8Address, "SMTPUTF8"},
      {{"a@x", {}}, "A: 1\n", Obstacle::kNoRecipient, "no recipient"},
  };
  {
    auto client = world.open().value();
    EXPECT_FALSE(client.takes_8bit());
    EXPECT_FALSE(client.takes_utf8_addresses());
    EXPECT_EQ(client.size_limit(), 100u);
    for (const auto& c : cases) {
      SCOPED_TRACE(c.why);
      const auto delivery = client.send(c.envelope, c.mail);
      EXPECT_EQ(delivery.state, State::kNotSent);
      EXPECT_EQ(delivery.obstacle, c.obstacle);
      EXPECT_FALSE(delivery.is_temporary());
      EXPECT_THAT(to_text(*delivery.error), HasSubstr(c.why));
      EXPECT_EQ(client.check(c.envelope, c.mail).obstacle, c.obstacle);
    }
    EXPECT_EQ(client.check({"a@x", {to}}, "A: 1\n").obstacle, Obstacle::kNone);
    EXPECT_FALSE(client.check({"a@x", {to}}, "A: 1\n").error);
  }
  world.server.reset();
  EXPECT_EQ(world.smtp.commands().size(), 1u);
}

TEST(Smtp, AddressesBeyondAscii) {
  World world;
  EXPECT_EQ(world.send(kMail, {"b\xc3\xa4r@example.org"}).state, State::kAccepted);
  world.server.reset();
  EXPECT_THAT(world.smtp.commands(), Contains("MAIL FROM:<ann@example.org> SIZE=55 SMTPUTF8"));
}

// Whatever is cut where: what is accepted is there, what is rejected or not sent is not, and only behind the dot
// nobody knows.
void expect_truth(const SmtpDelivery& delivery, const FakeSmtp& smtp, const std::string& mail_on_wire) {
  const auto accepted = smtp.accepted();
  for (const auto& each : accepted) EXPECT_EQ(each.bytes, mail_on_wire);
  if (delivery.state == State::kAccepted) {
    EXPECT_EQ(accepted.size(), 1u);
  }
  if (delivery.state == State::kNotSent || delivery.state == State::kRejected) {
    EXPECT_THAT(accepted, IsEmpty());
  }
  if (delivery.state == State::kAccepted) return;
  ASSERT_TRUE(delivery.error);
  EXPECT_EQ(delivery.is_temporary(), delivery.state != State::kUnknown) << to_text(*delivery.error);
}

TEST(Smtp, TellsTheTruthWhereverTheConnectionBreaks) {
  for (const bool pipelining : {true, false})
    for (const bool cuts_words : {true, false}) {
      bool is_whole = false;
      std::size_t limit = 0;
      std::map<State, int> seen;
      for (; !is_whole && limit < 2000; ++limit) {
        SCOPED_TRACE(testing::Message() << (cuts_words ? "said " : "heard ") << limit);
        World world;
        world.smtp.plan.extensions = {"8BITMIME"};
        if (pipelining) world.smtp.plan.extensions.push_back("PIPELINING");
        world.serve(cuts_words ? limit : SIZE_MAX, cuts_words ? SIZE_MAX : limit);
        const auto delivery = world.send(kMail);
        world.server.reset();
        expect_truth(delivery, world.smtp, kArrived);
        ++seen[delivery.state];
        is_whole = delivery.state == State::kAccepted;
        // The dot was heard, or it was not.
        if (delivery.state == State::kUnknown && cuts_words) {
          EXPECT_EQ(world.smtp.accepted().size(), 1u);
        }
      }
      EXPECT_TRUE(is_whole);
      EXPECT_GT(limit, 100u);
      EXPECT_EQ(seen[State::kRejected], 0);
      if (cuts_words) {
        EXPECT_EQ(seen[State::kUnknown], static_cast<int>(std::string("250 2.0.0 queued\r\n").size()));
      }
    }
}

TEST(Smtp, TellsTheTruthOfEachMailOfASession) {
  const std::vector<std::string> mails = {"A: 1\n", "A: 2\n", "A: 3\n"};
  for (const bool cuts_words : {true, false}) {
    bool is_whole = false;
    for (std::size_t limit = 0; !is_whole && limit < 2000; ++limit) {
      SCOPED_TRACE(testing::Message() << (cuts_words ? "said " : "heard ") << limit);
      World world;
      world.smtp.plan.refused = {"nobody@example.org"};
      world.serve(cuts_words ? limit : SIZE_MAX, cuts_words ? SIZE_MAX : limit);
      std::vector<State> states;
      if (auto client = world.open())
        for (const auto& mail : mails)
          states.push_back(client->send({"a@x", {mail[3] == '2' ? "nobody@example.org" : "b@x"}}, mail).state);
      world.server.reset();
      std::set<std::string> accepted;
      for (const auto& each : world.smtp.accepted())
        EXPECT_TRUE(accepted.insert(each.bytes.substr(0, 4) + "\n").second);
      for (std::size_t i = 0; i < states.size(); ++i) {
        if (states[i] == State::kUnknown) continue;
        EXPECT_EQ(accepted.contains(mails[i]), states[i] == State::kAccepted) << mails[i];
      }
      EXPECT_LE(std::count(states.begin(), states.end(), State::kUnknown), 1);
      is_whole = states == std::vector{State::kAccepted, State::kRejected, State::kAccepted};
    }
    EXPECT_TRUE(is_whole);
  }
}

TEST(Smtp, TellsTheTruthWhicheverCommandTheServerDropsAt) {
  for (const char* command : {"EHLO", "MAIL", "RCPT", "DATA", "."})
    for (const bool is_before : {true, false}) {
      SCOPED_TRACE(testing::Message() << (is_before ? "before " : "after ") << command);
      World world;
      (is_before ? world.smtp.plan.drops_before : world.smtp.plan.drops_after) = is(command);
      const auto delivery = world.send(kMail);
      world.server.reset();
      expect_truth(delivery, world.smtp, kArrived);
      const bool is_dot = command[0] == '.';
      const auto expected = !is_dot ? State::kNotSent : is_before ? State::kUnknown : State::kAccepted;
      // A server that hangs up once it said "go ahead" may do so unseen, when the whole mail is under way.
      const bool may_be_unseen = !is_before && std::string_view(command) == "DATA";
      EXPECT_TRUE(delivery.state == expected || (may_be_unseen && delivery.state == State::kUnknown));
      EXPECT_EQ(world.smtp.dropped().size(), is_dot && is_before ? 1u : 0u);
      if (delivery.state == State::kUnknown) {
        EXPECT_THAT(to_text(*delivery.error), HasSubstr("look whether it arrived before you send it again"));
      }
    }
}

TEST(Smtp, WordsBeforeTheDotAreNoAnswerToIt) {
  const std::string large = "A: 1\n\n" + [] {
    std::string lines;
    for (int i = 0; i < 400'000; ++i) lines += "a line of it\n";
    return lines;
  }();
  for (const char* words : {"354 go\r\n250 2.0.0 queued", "354 go\r\n421 4.3.2 bye", "354 go\r\n25"}) {
    SCOPED_TRACE(words);
    World world;
    world.smtp.plan.extensions = {};
    // The server says more than it was asked, and hangs up at the end of the mail.
    world.smtp.plan.answer = says("DATA", words);
    const auto delivery = world.send(large);
    EXPECT_EQ(delivery.state, words[8] == '4' ? State::kRejected : State::kNotSent);
    world.server.reset();
    EXPECT_THAT(world.smtp.accepted(), IsEmpty());
  }
}

TEST(Smtp, AServerThatHangsUpInTheMiddleOfAMail) {
  std::string large = "A: 1\n\n";
  for (int i = 0; i < 1'000'000; ++i) large += "a line of it\n";
  World world;
  world.smtp.plan.extensions = {};
  world.serve(SIZE_MAX, 200'000);
  const auto delivery = world.send(large);
  EXPECT_EQ(delivery.state, State::kNotSent);
  EXPECT_TRUE(delivery.is_temporary());
}

TEST(Smtp, WhatTheServerSaysBetweenTwoMails) {
  World world;
  world.smtp.plan.answer = says(".", "250 2.0.0 queued\r\n421 4.4.2 too long");
  auto client = world.open().value();
  EXPECT_EQ(client.send({"a@x", {"b@x"}}, kMail).state, State::kAccepted);
  const auto delivery = client.send({"a@x", {"b@x"}}, kMail);
  EXPECT_EQ(delivery.state, State::kNotSent);
  EXPECT_TRUE(delivery.is_temporary());
  EXPECT_THAT(to_text(*delivery.error), HasSubstr("421 4.4.2 too long"));
  EXPECT_TRUE(client.is_lost());
}

TEST(Smtp, AServerThatFallsSilent) {
  for (const char* command : {"RCPT", "."}) {
    std::atomic<bool> is_over = false;  // before the world: its server asks until it is joined
    World world;
    world.options.timeout = std::chrono::seconds(1);
    world.smtp.plan.answer = [&](const std::string& heard) -> std::string {
      if (heard.starts_with(command))
        while (!is_over) std::this_thread::sleep_for(std::chrono::milliseconds(10));
      return "";
    };
    const auto delivery = world.send(kMail);
    is_over = true;
    EXPECT_EQ(delivery.state, command[0] == '.' ? State::kUnknown : State::kNotSent);
    EXPECT_THAT(delivery.error->why, HasSubstr("does not answer"));
  }
}

TEST(Smtp, TheWishToStopWaitsForTheAnswerToTheDot) {
  World world;
  world.smtp.plan.answer = [&](const std::string& command) -> std::string {
    if (command == ".") {
      world.fake.cancelled = true;
      std::this_thread::sleep_for(std::chrono::milliseconds(600));  // longer than the wish goes unnoticed
    }
    return "";
  };
  auto client = world.open().value();
  EXPECT_EQ(client.send({"a@x", {"b@x"}}, kMail).state, State::kAccepted);
  const auto delivery = client.send({"a@x", {"b@x"}}, kMail);
  EXPECT_EQ(delivery.state, State::kNotSent);
  EXPECT_EQ(delivery.error->kind, Kind::kCancelled);
}

TEST(Smtp, TheWishToStopBeforeTheDotIsHeard) {
  World world;
  world.smtp.plan.answer = [&](const std::string& command) -> std::string {
    if (command == "DATA") world.fake.cancelled = true;
    return "";
  };
  const auto delivery = world.send(kMail);
  EXPECT_EQ(delivery.state, State::kNotSent);
  EXPECT_EQ(delivery.error->kind, Kind::kCancelled);
  world.server.reset();
  EXPECT_THAT(world.smtp.accepted(), IsEmpty());
}

}  // namespace
}  // namespace lorelei::net
