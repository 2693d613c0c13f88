// SPDX-License-Identifier: GPL-3.0-or-later
// The client before servers that do what real ones seldom do.
#include "net/imap.hh"

#include <gmock/gmock.h>
#include <ifaddrs.h>

#include "tests/fake_env.hh"
#include "tests/net/fake_imap.hh"

namespace lorelei::net {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using State = ImapAppended::State;

// A client of the fake, and its server, which may cut the connection.
class World {
 public:
  void serve(std::size_t may_say = SIZE_MAX, std::size_t may_hear = SIZE_MAX) {
    server.emplace(imap.script(), may_say, may_hear);
  }
  wire::ImapUrl url(const std::string& user = "ann:secret@") const {
    return wire::parse_imap_url("imap://" + user + "127.0.0.1:" + std::to_string(server->port()) + "/box").value();
  }
  Result<ImapClient> connect(const std::string& user = "ann:secret@", const ImapOptions& options = {}) {
    if (!server) serve();
    return ImapClient::connect(fake.env, url(user), credentials, options);
  }
  // A connection that is torn down before the server.
  ImapAppendReport append(const std::vector<std::string>& mails) {
    std::vector<ImapLetter> letters;
    for (const auto& mail : mails) letters.push_back({.raw = mail});
    auto client = connect();
    if (client) return client->append("box", letters);
    ImapAppendReport report;
    report.letters.resize(mails.size());
    report.stopped = client.error();
    return report;
  }

  FakeImap imap;
  FakeEnv fake;
  git::Credentials credentials{fake.env, git::Prompt::kNever};
  std::optional<FakeServer> server;
};

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
  EXPECT_THAT(states(report),
              ElementsAre(State::kRefused, State::kRefused, State::kRefused, State::kDone, State::kDone));
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

TEST(ImapLogin, SendsNoPasswordOverAnOpenWire) {
  const auto host = other_address();
  if (host.empty()) GTEST_SKIP() << "this machine has no address but loopback";
  World world;
  world.server.emplace(world.imap.script(), SIZE_MAX, SIZE_MAX, INADDR_ANY);
  auto url = world.url();
  url.host = host;
  const auto client = ImapClient::connect(world.fake.env, url, world.credentials);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().kind, Error::Kind::kRefused);
  ImapOptions options;
  options.clear_password = ImapOptions::ClearPassword::kAnywhere;
  EXPECT_TRUE(ImapClient::connect(world.fake.env, url, world.credentials, options));
  options.start_tls = ImapOptions::StartTls::kRequired;
  EXPECT_EQ(ImapClient::connect(world.fake.env, url, world.credentials, options).error().kind, Error::Kind::kRefused);
  world.server.reset();
  EXPECT_THAT(world.imap.commands(), Not(Contains(StartsWith("LOGIN"))));
}

}  // namespace
}  // namespace lorelei::net
