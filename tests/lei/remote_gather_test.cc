// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/remote_gather.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fake_env.hh"
#include "tests/net/fake_http.hh"
#include "tests/source/packed.hh"

namespace lorelei::lei {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Answer = FakeHttp::Answer;
using Asked = FakeHttp::Asked;

std::string mail(const std::string& id, const std::string& references = "") {
  return "From mboxrd@z Thu Jan  1 00:00:00 1970\nSubject: x\nMessage-ID: <" + id + ">\n" +
         (references.empty() ? "" : "References: " + references + "\n") + "\nhello\n\n";
}
Answer mbox(const std::string& mails) { return {http_answer(200, "application/gzip", packed(mails))}; }
Answer nothing() { return {http_answer(404, "text/plain", "No results found\n")}; }

class RemoteGatherTest : public testing::Test {
 protected:
  RemoteAnswer ask(const FakeHttp& server, RemoteQuestion question) {
    question.url = server.url("/all/");
    question.text = "s:x";
    question.wants_threads = question.limit == UINT64_MAX;
    net::Http web(world.env, {}, {}, {.sleep = [](auto) {}, .chance = [] { return 0.0; }});
    return ask_server(web, question, [](const std::string&) {});
  }
  static std::vector<std::string> roots(const RemoteAnswer& answer) {
    std::vector<std::string> found;
    for (const auto& candidate : answer.candidates) found.push_back(candidate.root);
    return found;
  }
  static std::vector<std::string> lines(const FakeHttp& server) {
    std::vector<std::string> found;
    for (const auto& asked : server.requests()) found.push_back(asked.line.substr(0, asked.line.rfind(' ')));
    return found;
  }
  FakeEnv world;
};

TEST_F(RemoteGatherTest, RootsAreFirstReferencesAndTheirs) {
  FakeHttp server([](const Asked& asked) {
    if (asked.has("references")) return nothing();
    return mbox(mail("root@x") + mail("a@x", "<root@x>") + mail("b@x", "<a@x>") + mail("c@x", "<gone@x> <b@x>"));
  });
  const auto answer = ask(server, {});
  EXPECT_THAT(roots(answer), ElementsAre("root@x", "root@x", "root@x", "gone@x"));
  EXPECT_EQ(answer.news.matches, 4U);
  EXPECT_EQ(answer.news.knows_references, false);
}

TEST_F(RemoteGatherTest, ManyThreadsInOneQueryWhereReferencesAreKnown) {
  FakeHttp server([](const Asked& asked) {
    if (asked.has("m%3A")) return asked.has("nobody-") ? nothing() : mbox(mail("a@x", "<root@x>"));
    if (asked.has("references")) return mbox(mail("late@x", "<old1@x>"));
    return mbox(mail("root@x") + mail("a@x", "<root@x>"));
  });
  RemoteQuestion question;
  question.followed = {{"old1@x", world.now - 90'000, world.now - 50'000}, {"old2@x", world.now - 100, 0}};
  question.fudge_seconds = 1000;
  const auto answer = ask(server, question);
  EXPECT_EQ(answer.news.knows_references, true);
  EXPECT_THAT(answer.news.polled, ElementsAre("old1@x", "old2@x"));
  EXPECT_THAT(roots(answer), ElementsAre("root@x", "root@x", "old1@x"));
  EXPECT_EQ(answer.news.matches, 2U);
  const auto asked = lines(server);
  ASSERT_EQ(asked.size(), 4U);
  EXPECT_EQ(asked.back(), "POST /all/?x=m&q=(references%3Aold1%40x+OR+references%3Aold2%40x)+AND+rt%3A1795213496..");
}

TEST_F(RemoteGatherTest, OnlyAsManyMessagesAsWereAskedFor) {
  FakeHttp server([](const Asked&) { return mbox(mail("a@x") + mail("b@x") + mail("c@x")); });
  RemoteQuestion question;
  question.limit = 2;
  const auto answer = ask(server, question);
  EXPECT_EQ(answer.candidates.size(), 2U);
  EXPECT_FALSE(answer.news.failed);
}

TEST_F(RemoteGatherTest, ServerThatFindsAnythingDoesNotKnowReferences) {
  FakeHttp server([](const Asked& asked) {
    if (asked.has("GET ")) return mbox(mail("late@x", "<old1@x>"));
    return mbox(mail("a@x", "<root@x>"));
  });
  RemoteQuestion question;
  question.followed = {{"old1@x", world.now, 0}};
  const auto answer = ask(server, question);
  EXPECT_EQ(answer.news.knows_references, false);
  EXPECT_EQ(lines(server).back(), "GET /all/old1@x/t.mbox.gz");
}

TEST_F(RemoteGatherTest, FewThreadsARunWhereTheyAreFetched) {
  FakeHttp server([](const Asked& asked) { return asked.has("GET ") ? mbox(mail("late@x")) : nothing(); });
  RemoteQuestion question;
  question.knows_references = false;
  for (int i = 0; i < 100; ++i) question.followed.push_back({fmt::format("t{}@x", i), world.now, 0});
  question.followed[0].active = world.now - 2 * 86'400;  // not yet again
  question.followed[0].polled = world.now - 3600;
  const auto answer = ask(server, question);
  EXPECT_EQ(answer.news.polled.size(), 16U);
  EXPECT_EQ(answer.news.polled.front(), "t1@x");
  EXPECT_EQ(server.requests().size(), 17U);
}

TEST_F(RemoteGatherTest, LongListsOfThreadsAreSeveralQueries) {
  FakeHttp server([](const Asked&) { return nothing(); });
  RemoteQuestion question;
  question.knows_references = true;
  for (int i = 0; i < 400; ++i) question.followed.push_back({fmt::format("{:060}@x", i), world.now, 0});
  question.followed[3].root = std::string(5000, 'x') + "@x";  // no URL has room for it
  question.followed[5].root = "a b@x";
  const auto answer = ask(server, question);
  EXPECT_EQ(server.requests().size(), 9U);
  for (const auto& line : lines(server)) EXPECT_LT(line.size(), 6000U);
  EXPECT_GT(answer.news.polled.size(), 200U);
  EXPECT_THAT(answer.news.polled, Not(testing::Contains("a b@x")));
}

TEST_F(RemoteGatherTest, FailureAtAThreadIsToldAndNoFailureOfTheSearch) {
  FakeHttp server([](const Asked& asked) {
    return asked.has("GET ") ? Answer{http_answer(200, "text/html", "<html>are you human?")} : mbox(mail("a@x"));
  });
  RemoteQuestion question;
  question.knows_references = false;
  question.followed = {{"t1@x", world.now, 0}, {"t2@x", world.now, 0}};
  const auto answer = ask(server, question);
  EXPECT_FALSE(answer.news.failed);
  EXPECT_THAT(answer.news.polled, IsEmpty());
  EXPECT_THAT(answer.news.notes, ElementsAre(HasSubstr("t1@x could not be fetched")));
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(RemoteGatherTest, ServerWithoutNewsIsNotAsked) {
  FakeHttp server([](const Asked&) { return nothing(); });
  RemoteQuestion question;
  question.has_news = [](net::Http&, const std::string&) { return false; };
  const auto answer = ask(server, question);
  EXPECT_TRUE(answer.news.is_unchanged);
  EXPECT_FALSE(answer.news.asked_at);
  EXPECT_THAT(server.requests(), IsEmpty());
}

}  // namespace
}  // namespace lorelei::lei
