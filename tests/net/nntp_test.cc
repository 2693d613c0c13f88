// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/nntp.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fake_env.hh"
#include "tests/net/fake_news.hh"

namespace lorelei::net {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

class NntpTest : public testing::Test {
 protected:
  Result<Nntp> open(const FakeNews& server, const std::string& path = "/org.example", NntpOptions options = {}) {
    const auto url = parse_nntp_url(server.url(path));
    EXPECT_TRUE(url);
    return Nntp::open(world.env, *url, std::move(options));
  }
  FakeEnv world;
};

TEST_F(NntpTest, ArticlesOfAGroupComeInOrderWithoutThoseThatAreGone) {
  FakeNews server([](const std::string& line) { return small_group(line, 1, 100); });
  auto news = open(server);
  ASSERT_TRUE(news) << to_text(news.error());
  const auto group = news->group("org.example");
  ASSERT_TRUE(group);
  EXPECT_EQ(group->high, 100U);
  std::vector<std::uint64_t> numbers;
  const auto all = news->articles(1, 100, [&](NntpArticle&& article) -> Result<void> {
    numbers.push_back(article.number);
    EXPECT_EQ(article.raw, "Subject: " + std::to_string(article.number) + "\n\n.dot\n");
    return {};
  });
  EXPECT_TRUE(all) << to_text(all.error());
  EXPECT_EQ(numbers.size(), 67U);
  EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
  EXPECT_EQ(server.lines().size(), 102U);
}

TEST_F(NntpTest, GroupThatIsNotThere) {
  FakeNews server([](const std::string& line) {
    return line.starts_with("GROUP") ? "411 no such group\r\n" : small_group(line, 1, 1);
  });
  auto news = open(server);
  ASSERT_TRUE(news);
  const auto group = news->group("org.none");
  ASSERT_FALSE(group);
  EXPECT_EQ(group.error().kind, Error::Kind::kNotFound);
  EXPECT_EQ(group.error().why, "the server says: 411 no such group");
  EXPECT_FALSE(news->group("a\r\nQUIT"));
}

TEST_F(NntpTest, ListOfGroupsThatDoesNotEndIsAnError) {
  FakeNews server([](const std::string& line) {
    if (line != "LIST ACTIVE") return small_group(line, 1, 1);
    std::string out = "215 groups\r\n";
    for (std::size_t i = 0; i < 10'000; ++i) out.append(500, 'x').append(" 2 1 y\r\n");  // no names of groups
    for (std::size_t i = 0; i <= kMaxGroups; ++i) out += "a 2 1 y\r\n";
    return out + ".\r\n";
  });
  auto news = open(server);
  ASSERT_TRUE(news);
  std::size_t count = 0;
  const auto all = news->groups([&](wire::NntpGroup&&) -> Result<void> { return ++count, Result<void>(); });
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().kind, Error::Kind::kTooLarge);
  EXPECT_EQ(count, kMaxGroups);
}

TEST_F(NntpTest, OldServerIsToldThatWeRead) {
  FakeNews server([](const std::string& line) -> std::string {
    if (line == "CAPABILITIES") return "500 what?\r\n";
    if (line == "MODE READER") return "200 fine\r\n";
    return small_group(line, 1, 1);
  });
  ASSERT_TRUE(open(server));
  EXPECT_THAT(server.lines(), Contains("MODE READER"));
}

TEST_F(NntpTest, LoginWhenItIsWanted) {
  bool is_in = false;
  FakeNews server([&](const std::string& line) -> std::string {
    if (line == "AUTHINFO USER me") return "381 and?\r\n";
    if (line == "AUTHINFO PASS secret") return is_in = true, "281 welcome\r\n";
    if (line.starts_with("GROUP") && !is_in) return "480 who are you?\r\n";
    return small_group(line, 1, 1);
  });
  std::vector<NntpOptions::Verdict> ended;
  NntpOptions options;
  options.ask_login = [](const NntpUrl&) -> Result<std::optional<git::Credential>> {
    return git::Credential{.username = "me", .secret = "secret"};
  };
  options.login_ended = [&](const git::Credential&, NntpOptions::Verdict verdict) { ended.push_back(verdict); };
  auto news = open(server, "/org.example", options);
  ASSERT_TRUE(news);
  EXPECT_TRUE(news->group("org.example"));
  EXPECT_THAT(ended, ElementsAre(NntpOptions::Verdict::kRight));
}

TEST_F(NntpTest, WrongPasswordIsRefused) {
  FakeNews server([](const std::string& line) -> std::string {
    if (line.starts_with("AUTHINFO USER")) return "381 and?\r\n";
    if (line.starts_with("AUTHINFO PASS")) return "481 no\r\n";
    return small_group(line, 1, 1);
  });
  auto url = parse_nntp_url(server.url("/g"));
  ASSERT_TRUE(url);
  url->user = "me";
  url->password = "wrong";
  const auto news = Nntp::open(world.env, *url);
  ASSERT_FALSE(news);
  EXPECT_EQ(news.error().kind, Error::Kind::kRefused);
}

TEST_F(NntpTest, WordsInFrontOfTheEncryptedOnesAreRefused) {
  FakeNews server([](const std::string& line) -> std::string {
    if (line == "STARTTLS") return "382 go\r\n211 1 1 1 forged\r\n";
    return small_group(line, 1, 1);
  });
  NntpOptions options;
  options.start_tls = NntpOptions::StartTls::kRequired;
  const auto news = open(server, "/g", options);
  ASSERT_FALSE(news);
  EXPECT_NE(news.error().kind, Error::Kind::kCorrupt);
}

TEST_F(NntpTest, EncryptionThatIsRequiredAndRefusedIsAnError) {
  FakeNews server([](const std::string& line) { return small_group(line, 1, 1); });
  NntpOptions options;
  options.start_tls = NntpOptions::StartTls::kRequired;
  EXPECT_FALSE(open(server, "/g", options));
}

TEST_F(NntpTest, ServerThatGoesAwayIsTemporary) {
  FakeNews server([](const std::string& line) -> std::string {
    if (line == "ARTICLE 4") return "220 4 <x>\r\nSubj";
    if (line == "ARTICLE 5") return "";
    return small_group(line, 1, 9);
  });
  auto news = open(server);
  ASSERT_TRUE(news);
  unsigned count = 0;
  const auto all = news->articles(1, 9, [&](NntpArticle&&) -> Result<void> { return ++count, Result<void>(); });
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().kind, Error::Kind::kTemporary);
  EXPECT_EQ(count, 2U);
}

TEST_F(NntpTest, AnotherProtocolIsNoNewsServer) {
  FakeNews server([](const std::string&) { return "* OK IMAP4rev1\r\n"; });
  const auto news = open(server);
  ASSERT_FALSE(news);
  EXPECT_THAT(news.error().why, HasSubstr("does not begin with a number"));
}

TEST(NntpUrl, GroupsRangesAndArticles) {
  const auto url = parse_nntp_url("NEWS://User:p%40ss@News.Example.org/org.example/7-9");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->user, "User");
  EXPECT_EQ(url->password, "p@ss");
  EXPECT_EQ(url->port, 119);
  EXPECT_EQ(url->group, "org.example");
  EXPECT_EQ(url->first, 7U);
  EXPECT_EQ(url->last, 9U);
  EXPECT_EQ(url->canonical, "nntp://User@news.example.org/org.example");
  EXPECT_EQ(parse_nntp_url("nntps://h/g/7")->last, 7U);
  EXPECT_EQ(parse_nntp_url("nntps://h/g/7-")->last, std::nullopt);
  EXPECT_EQ(parse_nntp_url("nntps://h/g")->port, 563);
  EXPECT_EQ(parse_nntp_url("nntps://h:563/g/")->canonical, "nntps://h/g");
  EXPECT_EQ(parse_nntp_url("news://h/a%2Fb@c")->message_id, "a/b@c");
  EXPECT_EQ(parse_nntp_url("nntp://h")->group, "");
}

TEST(NntpUrl, WhatIsNone) {
  for (const char* text : {"news:org.example", "http://h/g", "nntp:///g", "nntp://h/g/x", "nntp://h/g/9-7",
                           "nntp://h/a%20b", "nntp://h/a%0d%0aQUIT"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(parse_nntp_url(text));
  }
}

}  // namespace
}  // namespace lorelei::net
