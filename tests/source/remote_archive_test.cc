// SPDX-License-Identifier: GPL-3.0-or-later
#include "source/remote_archive.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fake_env.hh"
#include "tests/net/fake_http.hh"
#include "tests/source/packed.hh"

namespace lorelei::source {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Answer = FakeHttp::Answer;
using Asked = FakeHttp::Asked;
using Outcome = RemoteMail::Outcome;

class RemoteArchiveTest : public testing::Test {
 protected:
  net::Http web() {
    return net::Http(world.env, {}, {}, {.sleep = [this](auto) { ++world.now; }, .chance = [] { return 0.0; }});
  }
  MessageSink sink() {
    return [this](mail::MboxMessage&& message) -> Result<void> {
      mails.push_back(message.raw);
      return {};
    };
  }
  FakeEnv world;
  std::vector<std::string> mails;
};

TEST_F(RemoteArchiveTest, SearchIsSentAsLeiDoes) {
  EXPECT_EQ(search_url("https://h/all/", "s:a  AND\n\tf:b@c\n", Threads::kYes),
            "https://h/all/?x=m&t=1&q=s%3Aa+AND+f%3Ab%40c");
  EXPECT_EQ(search_url("https://h/all/", "x", Threads::kNo), "https://h/all/?x=m&q=x");
}

TEST_F(RemoteArchiveTest, ResultOfASearchIsComplete) {
  FakeHttp server([](const Asked&) {
    return Answer{http_answer(200, "application/gzip", packed(sample_mbox({"a", "b"})))};
  });
  auto http = web();
  RemoteArchive archive(http, server.url("/all/"));
  const auto result = archive.search("s:a b", Threads::kYes, sink());
  EXPECT_EQ(result.outcome, Outcome::kComplete);
  EXPECT_EQ(result.messages, 2U);
  EXPECT_EQ(result.started, 1'795'264'496);
  EXPECT_TRUE(archive.is_known());
  EXPECT_EQ(server.requests().at(0).line, "POST /all/?x=m&t=1&q=s%3Aa+b HTTP/1.1");
  EXPECT_EQ(mails.at(1), "Subject: b\nMessage-ID: <b@example.org>\n\nhello\nFrom here\n");
}

TEST_F(RemoteArchiveTest, ServerSaysThatNothingMatches) {
  FakeHttp server([](const Asked&) { return Answer{http_answer(404, "text/plain", "No results found\n")}; });
  auto http = web();
  RemoteArchive archive(http, server.url("/all/"));
  EXPECT_EQ(archive.search("x", Threads::kNo, sink()).outcome, Outcome::kNoMatch);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(RemoteArchiveTest, BareNotFoundIsNoMatchWhereThereIsAnArchive) {
  FakeHttp server([](const Asked& asked) {
    if (asked.has("/_/text/config/raw")) return Answer{http_answer(200, "text/plain", "; x\n[publicinbox \"all\"]\n")};
    return Answer{http_answer(404, "text/plain", "")};
  });
  auto http = web();
  RemoteArchive archive(http, server.url("/all/"));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(archive.thread("a@b", sink()).outcome, Outcome::kNoMatch);
  EXPECT_EQ(server.requests().size(), 3U);  // looked once
}

TEST_F(RemoteArchiveTest, ManifestShowsAnArchive) {
  FakeHttp server([](const Asked& asked) {
    return Answer{asked.has("/all/manifest.js.gz") ? http_answer(200, "application/gzip", packed("{}"))
                                                   : http_answer(404, "text/plain", "")};
  });
  auto http = web();
  RemoteArchive archive(http, server.url("/all/"));
  EXPECT_EQ(archive.search("x", Threads::kNo, sink()).outcome, Outcome::kNoMatch);
}

TEST_F(RemoteArchiveTest, NotFoundElsewhereIsAFailure) {
  FakeHttp server([](const Asked&) { return Answer{http_answer(404, "text/html", "<h1>Not Found</h1>")}; });
  auto http = web();
  RemoteArchive archive(http, server.url("/al/"));
  const auto result = archive.search("x", Threads::kNo, sink());
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  ASSERT_TRUE(result.failure);
  EXPECT_EQ(result.failure->why, "no public-inbox at URL");
  EXPECT_EQ(result.failure->curl_code, 22);
}

TEST_F(RemoteArchiveTest, ChallengeInsteadOfTheProbeIsUndecidedAndFails) {
  FakeHttp server([](const Asked& asked) {
    return Answer{asked.has("POST ") ? http_answer(404, "text/html", "") : http_answer(403, "text/html", "")};
  });
  auto http = web();
  RemoteArchive archive(http, server.url("/all/"));
  EXPECT_THAT(archive.search("x", Threads::kNo, sink()).failure->why, HasSubstr("cannot be seen (HTTP 403)"));
}

TEST_F(RemoteArchiveTest, PageInsteadOfMailIsAFailure) {
  FakeHttp server([](const Asked&) { return Answer{http_answer(200, "text/html", "<html>")}; });
  auto http = web();
  RemoteArchive archive(http, server.url("/all/"));
  const auto result = archive.search("x", Threads::kNo, sink());
  EXPECT_FALSE(result.saw_everything());
  EXPECT_EQ(result.failure->curl_code, 22);
}

TEST_F(RemoteArchiveTest, CutResultDeliversAndFails) {
  const std::string whole = packed(sample_mbox({"a", "b", "c"}));
  FakeHttp server(
      [&](const Asked&) { return Answer{open_ended_answer("application/gzip", whole.substr(0, whole.size() - 3))}; });
  auto http = web();
  RemoteArchive archive(http, server.url("/all/"));
  const auto result = archive.search("x", Threads::kNo, sink());
  EXPECT_FALSE(result.saw_everything());
  EXPECT_EQ(result.messages, 2U);
}

TEST_F(RemoteArchiveTest, ArchiveThatMovedIsReported) {
  FakeHttp server([](const Asked& asked) {
    if (asked.has(" /old/")) return Answer{http_answer(301, "text/plain", "", "Location: /new/?x=m&q=x\r\n")};
    return Answer{http_answer(200, "application/gzip", packed(sample_mbox({"a"})))};
  });
  auto http = web();
  RemoteArchive archive(http, server.url("/old/"));
  const auto result = archive.search("x", Threads::kNo, sink());
  EXPECT_EQ(result.moved_to, server.url("/new/"));
  EXPECT_EQ(result.messages, 1U);
}

TEST_F(RemoteArchiveTest, ThreadsAndMessagesHaveTheirUrls) {
  FakeHttp server([](const Asked& asked) {
    return Answer{asked.has("t.mbox.gz") ? http_answer(200, "application/gzip", packed(sample_mbox({"a", "b"})))
                                         : http_answer(200, "text/plain", sample_mbox({"a"}))};
  });
  auto http = web();
  RemoteArchive archive(http, server.url("/all/"));
  EXPECT_EQ(archive.thread("a/b+c@d", sink()).messages, 2U);
  EXPECT_EQ(archive.message("a@d", sink()).messages, 1U);
  EXPECT_EQ(archive.search_thread("a@d", "rt:20261101..", sink()).messages, 1U);
  std::vector<std::string> lines;
  for (const auto& asked : server.requests()) lines.push_back(asked.line);
  EXPECT_THAT(lines, ElementsAre("GET /all/a%2Fb+c@d/t.mbox.gz HTTP/1.1", "GET /all/a@d/raw HTTP/1.1",
                                 "POST /all/a@d/?x=m&t=1&q=rt%3A20261101.. HTTP/1.1"));
}

TEST(MailUrl, WhatPeopleCopyFromABrowser) {
  EXPECT_EQ(parse_mail_url("https://h/all/?q=a+b&x=A")->url, "https://h/all/?x=m&q=a+b");
  EXPECT_EQ(parse_mail_url("https://h/all/?q=a+b")->method, net::Method::kPost);
  EXPECT_EQ(parse_mail_url("https://h/all/a@b/t.mbox.gz")->method, net::Method::kGet);
  struct {
    const char* page;
    const char* mail;
  } const cases[] = {{"https://h/all/a@b/T/#u", "https://h/all/a@b/t.mbox.gz"},
                     {"https://h/all/a@b/t/", "https://h/all/a@b/t.mbox.gz"},
                     {"https://h/all/a@b/t.atom", "https://h/all/a@b/t.mbox.gz"},
                     {"https://h/all/a@b/", "https://h/all/a@b/raw"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.page);
    const auto url = parse_mail_url(c.page);
    ASSERT_FALSE(url);
    EXPECT_EQ(url.error().next, c.mail);
  }
  EXPECT_FALSE(parse_mail_url("https://h/all/"));
  EXPECT_FALSE(parse_mail_url("ftp://h/raw"));
}

}  // namespace
}  // namespace lorelei::source
