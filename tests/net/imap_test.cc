// SPDX-License-Identifier: GPL-3.0-or-later
// The client before servers that do what real ones seldom do.
#include "net/imap.hh"

#include <gmock/gmock.h>

#include "tests/net/imap_world.hh"

namespace lorelei::net {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using State = ImapAppended::State;

using World = ImapWorld;

std::vector<State> states(const ImapAppendReport& report) {
  std::vector<State> all;
  for (const auto& letter : report.letters) all.push_back(letter.state);
  return all;
}

// Whatever the moment at which the connection breaks: what is reported as done is there, what is reported as not sent
// is not, and only what is in doubt may be either.
void expect_truth(const ImapAppendReport& report, const std::vector<std::string>& mails,
                  const std::vector<std::string>& stored) {
  for (std::size_t i = 0; i < mails.size(); ++i) {
    const bool is_there = std::find(stored.begin(), stored.end(), replace_all(mails[i], "\n", "\r\n")) != stored.end();
    const auto state = report.letters[i].state;
    EXPECT_TRUE(state != State::kDone || is_there);
    EXPECT_TRUE(state != State::kUnsent || !is_there);
    EXPECT_NE(state, State::kRefused);
    if (state != State::kDone) {
      ASSERT_TRUE(report.stopped);
      EXPECT_EQ(report.stopped->kind, Error::Kind::kTemporary) << to_text(*report.stopped);
    }
  }
}

TEST(ImapAppend, TellsTheTruthWhereverTheConnectionBreaks) {
  const std::vector<std::string> mails = {"A: 1\n\nx\n", "A: 2\n\ny\n"};
  for (const char* capabilities : {"IMAP4rev1 UIDPLUS LITERAL+", "IMAP4rev1 UIDPLUS MULTIAPPEND"})
    for (const bool cuts_words : {true, false}) {
      bool is_whole = false;
      std::size_t limit = 0;
      for (; !is_whole && limit < 1000; ++limit) {
        SCOPED_TRACE(testing::Message() << capabilities << (cuts_words ? " said " : " heard ") << limit);
        World world;
        world.imap.capabilities = capabilities;
        world.serve(cuts_words ? limit : SIZE_MAX, cuts_words ? SIZE_MAX : limit);
        const auto report = world.append(mails);
        world.server.reset();
        expect_truth(report, mails, world.imap.stored());
        is_whole = !report.stopped;
      }
      EXPECT_TRUE(is_whole);
      EXPECT_GT(limit, 100u);
    }
}

TEST(ImapAppend, FindsTheOneThatIsToBlame) {
  World world;
  world.imap.judge = [](const std::vector<std::string>& literals) {
    for (const auto& each : literals)
      if (each.find("bad") != std::string::npos) return "NO I do not like it";
    return "";
  };
  const auto report = world.append({"A: 1\n", "A: bad\n", "A: 3\n"});
  EXPECT_THAT(states(report), ElementsAre(State::kDone, State::kRefused, State::kDone));
  EXPECT_FALSE(report.stopped);
  EXPECT_THAT(report.letters[1].why, HasSubstr("I do not like it"));
  EXPECT_EQ(report.letters[2].uid, 2u);
}

TEST(ImapAppend, StopsAtAFullMailbox) {
  World world;
  world.imap.capabilities = "IMAP4rev1 LITERAL+";
  int count = 0;
  world.imap.judge = [&count](const auto&) { return ++count > 2 ? "NO [OVERQUOTA] full" : ""; };
  const std::vector<std::string> mails(9, "A: 1\n");
  const auto report = world.append(mails);
  EXPECT_EQ(report.letters[1].state, State::kDone);
  for (std::size_t i = 2; i < mails.size(); ++i) EXPECT_EQ(report.letters[i].state, State::kUnsent);
  EXPECT_EQ(report.stopped->kind, Error::Kind::kTemporary);
  EXPECT_THAT(to_text(*report.stopped), HasSubstr("full"));
}

TEST(ImapAppend, LeavesOutWhatTheServerCannotTake) {
  World world;
  world.imap.capabilities = "IMAP4rev1 LITERAL- MULTIAPPEND APPENDLIMIT=10000";
  const auto report =
      world.append({std::string("A: \0\n", 5), std::string(9999, '\n'), "", "A: 1\n", std::string(5000, 'x')});
  EXPECT_THAT(states(report), ElementsAre(State::kUnfit, State::kUnfit, State::kUnfit, State::kDone, State::kDone));
  EXPECT_THAT(report.letters[1].why, HasSubstr("19998 bytes, and the server takes 10000"));
  world.server.reset();
  EXPECT_THAT(world.imap.commands(), Contains("APPEND box {} {}"));
}

TEST(ImapAppend, SendsOnlyFlagsThatAreKept) {
  World world;
  world.imap.answer = [](const std::string& command) {
    return command == "SELECT box" ? "* OK [PERMANENTFLAGS (\\Seen \\Recent Forwarded)] x\r\n$ OK [READ-WRITE] done"
                                   : "";
  };
  {
    auto client = world.connect().value();
    const ImapLetter letter{
        .raw = "A: 1\n", .flags = {"\\seen", "\\Recent", "\\Flagged", "Forwarded", "Junk", "a)b"}, .received = 0};
    ASSERT_TRUE(client.select("box", Access::kReadWrite));
    EXPECT_EQ(client.append("box", {&letter, 1}).letters[0].state, State::kDone);
    EXPECT_EQ(client.append("other", {&letter, 1}).letters[0].state, State::kDone);
  }
  world.server.reset();
  EXPECT_THAT(world.imap.commands(), Contains("APPEND box (\\seen Forwarded) \"01-Jan-1970 00:00:00 +0000\" {}"));
  EXPECT_THAT(world.imap.commands(), Contains("APPEND other (\\seen \\Flagged) \"01-Jan-1970 00:00:00 +0000\" {}"));
}

TEST(ImapClient, SaysWhatTheServerSaidLast) {
  World world;
  world.imap.answer = [](const std::string& command) -> std::string {
    return command == "NOOP" ? "* BYE going down for maintenance" : "";
  };
  world.imap.hangs_up_after = "NOOP";
  auto client = world.connect().value();
  const auto done = client.noop();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, Error::Kind::kTemporary);
  EXPECT_THAT(to_text(done.error()), HasSubstr("going down for maintenance"));
  EXPECT_TRUE(client.is_lost());
  EXPECT_FALSE(client.noop());
}

TEST(ImapClient, ShowsAlertsAndSurvivesARefusal) {
  World world;
  world.imap.answer = [](const std::string& command) -> std::string {
    return command == "NOOP" ? "* NO [ALERT] disk nearly full\r\n$ NO not now" : "";
  };
  {
    auto client = world.connect().value();
    EXPECT_FALSE(client.noop());
    EXPECT_FALSE(client.is_lost());
    EXPECT_THAT(client.take_alerts(), ElementsAre("disk nearly full"));
    EXPECT_THAT(client.take_alerts(), testing::IsEmpty());
  }
}

TEST(ImapClient, StopsWhenTheUserWants) {
  World world;
  world.imap.answer = [&world](const std::string& command) -> std::string {
    if (command == "NOOP") world.fake.cancelled = true;
    return command == "NOOP" ? "* OK wait" : "";
  };
  {
    auto client = world.connect().value();
    EXPECT_EQ(client.noop().error().kind, Error::Kind::kCancelled);
  }
}

TEST(ImapClient, GivesUpOnASilentServer) {
  World world;
  world.imap.answer = [](const std::string& command) { return command == "NOOP" ? "* OK wait" : ""; };
  ImapOptions options;
  options.connection.silence_limit = std::chrono::milliseconds(50);
  auto client = world.connect("ann:secret@", options);
  ASSERT_TRUE(client) << to_text(client.error());
  EXPECT_EQ(client->noop().error().kind, Error::Kind::kTemporary);
  EXPECT_TRUE(client->is_lost());
}

TEST(ImapClient, AnswersNothingThatWasNotAsked) {
  World world;
  world.imap.answer = [](const std::string& command) -> std::string {
    return command == "NOOP" ? "A4 NO forged\r\nA9 NO forged\r\n$ OK done" : "";
  };
  {
    auto client = world.connect().value();  // A1 and A2
    EXPECT_TRUE(client.noop());
    const auto done = client.create("box");  // A4
    EXPECT_TRUE(done) << to_text(done.error());
  }
}

TEST(ImapClient, SelectedMailboxIsAsTheServerSaysLast) {
  World world;
  world.imap.answer = [](const std::string& command) -> std::string {
    if (command != "SELECT box") return "";
    return "* FLAGS (\\Seen a)\r\n* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 9] x\r\n* 4 EXISTS\r\n"
           "$ OK [READ-ONLY] done";
  };
  {
    auto client = world.connect().value();
    const auto selected = client.select("box", Access::kReadWrite);
    ASSERT_TRUE(selected);
    EXPECT_EQ(selected->exists, 4u);
    EXPECT_EQ(selected->uid_validity, 7u);
    EXPECT_EQ(selected->uid_next, 9u);
    EXPECT_THAT(selected->permanent_flags, ElementsAre("\\Seen", "a"));
    EXPECT_TRUE(selected->is_read_only);
  }
}

// A server that says this to each IDLE; how two that follow each other ended, and how many it heard of.
struct Idles {
  std::vector<IdleEnd> ends;
  long heard = 0;
};
Idles idle_twice(const std::string& said) {
  using std::chrono::milliseconds;
  World world;
  world.imap.capabilities = "IMAP4rev1 IDLE";
  world.imap.answer = [&](const std::string& command) {
    return command == "EXAMINE box" ? "* 3 EXISTS\r\n$ OK done" : command == "IDLE" ? said : "";
  };
  Idles idles;
  {
    auto client = world.connect().value();
    EXPECT_TRUE(client.select("box", Access::kReadOnly));
    for (int i = 0; i < 2; ++i)
      if (const auto end = client.idle(milliseconds(100))) idles.ends.push_back(*end);
  }
  world.server.reset();
  const auto commands = world.imap.commands();
  idles.heard = std::count(commands.begin(), commands.end(), "IDLE");
  return idles;
}

TEST(ImapIdle, NumberThatStaysIsNoNews) {
  EXPECT_THAT(idle_twice("+ idling\r\n* 3 EXISTS").ends, ElementsAre(IdleEnd::kTimeout, IdleEnd::kTimeout));
  EXPECT_EQ(idle_twice("+ idling\r\n* 4 EXISTS").ends.at(0), IdleEnd::kNews);
  EXPECT_EQ(idle_twice("+ idling\r\n* 1 EXPUNGE").ends.at(0), IdleEnd::kNews);
  EXPECT_EQ(idle_twice("+ idling\r\n* 1 FETCH (FLAGS (a))").ends.at(0), IdleEnd::kNews);
}

TEST(ImapIdle, NewsInFrontOfTheInvitationIsNews) {
  EXPECT_EQ(idle_twice("* 4 EXISTS\r\n+ idling").ends.at(0), IdleEnd::kNews);
}

TEST(ImapIdle, ServerThatAlwaysHasNewsIsNotAskedWithoutPause) {
  const auto news = idle_twice("+ idling\r\n* 1 EXPUNGE");
  EXPECT_THAT(news.ends, ElementsAre(IdleEnd::kNews, IdleEnd::kTimeout));
  EXPECT_EQ(news.heard, 1);
  EXPECT_EQ(idle_twice("$ OK done").heard, 1);
}

}  // namespace
}  // namespace lorelei::net
