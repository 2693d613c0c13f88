// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/server_news.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fake_env.hh"
#include "tests/net/fake_http.hh"
#include "tests/source/packed.hh"

namespace lorelei::lei {
namespace {

using namespace std::chrono_literals;
using Answer = FakeHttp::Answer;
using Asked = FakeHttp::Asked;

class ServerNewsTest : public testing::Test {
 protected:
  // An update that asks if there is news, and is answered.
  bool update(const FakeHttp& server, const std::string& search = "s") {
    net::Http web(world.env, {}, {}, {.sleep = [](auto) {}, .chance = [] { return 0.0; }});
    const auto url = server.url("/all/");
    const bool has = news.has_news(web, search, url, 10min);
    if (has) news.was_asked(search, url);
    return has;
  }
  FakeEnv world;
  ServerNews::Time now{1h};
  ServerNews news{[this] { return now; }};
};

TEST_F(ServerNewsTest, ManifestThatStandsStillIsNoNews) {
  std::string manifest = "{1}";
  FakeHttp server([&](const Asked&) { return Answer{http_answer(200, "application/gzip", packed(manifest))}; });
  EXPECT_TRUE(update(server));
  now += 10min;  // git had it then; the index perhaps not
  EXPECT_TRUE(update(server));
  now += 10min;
  EXPECT_FALSE(update(server));
  EXPECT_TRUE(update(server, "another search"));
  manifest = "{2}";
  now += 10min;
  EXPECT_TRUE(update(server));
  now += 10min;
  EXPECT_TRUE(update(server));
  now += 10min;
  EXPECT_FALSE(update(server));
  now += 1h;  // whatever it says
  EXPECT_TRUE(update(server));
}

TEST_F(ServerNewsTest, ServerSaysThatNothingChanged) {
  FakeHttp server([&](const Asked& asked) {
    if (asked.has("If-None-Match: \"a\"")) return Answer{http_answer(304, "text/plain", "")};
    return Answer{http_answer(200, "application/gzip", packed("{}"), "ETag: \"a\"\r\n")};
  });
  EXPECT_TRUE(update(server));
  now += 10min;
  EXPECT_TRUE(update(server));
  now += 10min;
  EXPECT_FALSE(update(server));
  EXPECT_TRUE(server.requests().at(2).has("If-None-Match"));
}

TEST_F(ServerNewsTest, SearchesThatRunTogetherAskOnce) {
  FakeHttp server([&](const Asked&) { return Answer{http_answer(200, "application/gzip", packed("{}"))}; });
  update(server, "a");
  now += 30s;
  update(server, "b");
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(ServerNewsTest, WhatIsNoManifestIsNews) {
  for (const auto& answer :
       {http_answer(404, "text/plain", "no"), http_answer(200, "text/html", "<html>are you human?"),
        http_answer(500, "text/plain", "no"), http_answer(304, "text/plain", "")}) {
    FakeHttp server([&](const Asked&) { return Answer{answer}; });
    for (int i = 0; i < 4; ++i, now += 10min) EXPECT_TRUE(update(server)) << answer;
  }
}

TEST_F(ServerNewsTest, UpdateThatFailedIsDoneAgain) {
  FakeHttp server([&](const Asked&) { return Answer{http_answer(200, "application/gzip", packed("{}"))}; });
  net::Http web(world.env, {}, {}, {.sleep = [](auto) {}, .chance = [] { return 0.0; }});
  for (int i = 0; i < 4; ++i, now += 10min) EXPECT_TRUE(news.has_news(web, "s", server.url("/all/"), 10min));
}

}  // namespace
}  // namespace lorelei::lei
