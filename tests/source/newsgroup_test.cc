// SPDX-License-Identifier: GPL-3.0-or-later
#include "source/newsgroup.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fake_env.hh"
#include "tests/net/fake_news.hh"

namespace lorelei::source {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class NewsgroupTest : public testing::Test {
 protected:
  NewsgroupMail fetch(const FakeNews& server, const std::string& path, std::optional<std::uint64_t> seen = {}) {
    numbers.clear();
    const auto url = net::parse_nntp_url(server.url(path));
    auto news = net::Nntp::open(world.env, *url);
    if (!news) return {.failure = news.error()};
    return fetch_newsgroup(*news, *url, seen, [this](std::uint64_t number, std::string&&) -> Result<void> {
      numbers.push_back(number);
      return {};
    });
  }
  FakeEnv world;
  std::vector<std::uint64_t> numbers;
};

TEST_F(NewsgroupTest, OnlyWhatIsNew) {
  FakeNews server([](const std::string& line) { return small_group(line, 2, 9); });
  EXPECT_EQ(fetch(server, "/org.example").seen_up_to, 9U);
  EXPECT_THAT(numbers, ElementsAre(2, 4, 5, 7, 8));
  EXPECT_EQ(fetch(server, "/org.example", 5).seen_up_to, 9U);
  EXPECT_THAT(numbers, ElementsAre(7, 8));
  EXPECT_EQ(fetch(server, "/org.example", 9).seen_up_to, 9U);
  EXPECT_THAT(numbers, IsEmpty());
}

TEST_F(NewsgroupTest, NamedArticlesDoNotCountAsSeen) {
  FakeNews server([](const std::string& line) { return small_group(line, 1, 9); });
  EXPECT_EQ(fetch(server, "/org.example/4-7", 2).seen_up_to, 2U);
  EXPECT_THAT(numbers, ElementsAre(4, 5, 7));
  fetch(server, "/org.example/8-");
  EXPECT_THAT(numbers, ElementsAre(8));
  fetch(server, "/org.example/100");
  EXPECT_THAT(numbers, IsEmpty());
}

TEST_F(NewsgroupTest, GroupThatWasMadeAnewIsReadAgain) {
  FakeNews server([](const std::string& line) { return small_group(line, 1, 2); });
  const auto result = fetch(server, "/org.example", 50);
  EXPECT_TRUE(result.is_renumbered);
  EXPECT_EQ(result.seen_up_to, 2U);
  EXPECT_THAT(numbers, ElementsAre(1, 2));
}

TEST_F(NewsgroupTest, WhatBreaksOffGoesOnFromThere) {
  FakeNews server([](const std::string& line) { return line == "ARTICLE 7" ? "" : small_group(line, 1, 9); });
  const auto result = fetch(server, "/org.example");
  ASSERT_TRUE(result.failure);
  EXPECT_EQ(result.seen_up_to, 5U);
}

}  // namespace
}  // namespace lorelei::source
