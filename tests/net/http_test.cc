// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/http.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fake_env.hh"
#include "tests/net/fake_http.hh"

namespace lorelei::net {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Answer = FakeHttp::Answer;
using Asked = FakeHttp::Asked;

std::vector<git::Config> config(const std::string& text) {
  const auto parent = TempDir::create(fs::temp_directory_path(), "http-test-");
  const auto path = parent->path() / "config";
  EXPECT_TRUE(replace_file(path, text, Sync::kNo));
  std::vector<git::Config> configs;
  configs.push_back(*git::Config::load(path, "/nonexistent"));
  return configs;
}

class HttpTest : public testing::Test {
 protected:
  Http web(const std::string& settings = "", HttpOptions options = {}) {
    return Http(world.env, config(settings), std::move(options),
                {.sleep = [this](std::chrono::milliseconds time) { slept.push_back(time.count()); },
                 .chance = [] { return 0.0; },
                 .say = [this](std::string_view line) { said.emplace_back(line); }});
  }
  FakeEnv world;
  std::vector<std::int64_t> slept;
  std::vector<std::string> said;
};

TEST_F(HttpTest, AnswerIsReadToItsEnd) {
  const std::string body(3'000'000, 'x');
  FakeHttp server([&](const Asked&) { return Answer{http_answer(200, "text/plain", body, "ETag: \"e1\"\r\n")}; });
  auto http = web();
  auto response = http.send({.url = server.url("/a")});
  ASSERT_TRUE(response) << to_text(response.error());
  EXPECT_EQ(response->status(), 200);
  EXPECT_EQ(response->content_type(), "text/plain");
  EXPECT_EQ(response->etag(), "\"e1\"");
  std::string got;
  std::size_t largest = 0;
  for (std::string block;;) {
    const auto more = response->read_more(block);
    ASSERT_TRUE(more);
    if (!*more) break;
    largest = std::max(largest, block.size());
    got += std::exchange(block, {});
  }
  EXPECT_EQ(got, body);
  EXPECT_LE(largest, 512U << 10);
}

TEST_F(HttpTest, PostHasNoBodyAndSaysSo) {
  FakeHttp server([](const Asked&) { return Answer{http_answer(404, "text/plain", "no")}; });
  auto http = web();
  auto response = http.send({.method = Method::kPost, .url = server.url("/all/?x=m&q=a+b")});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status(), 404);
  const auto asked = server.requests().at(0);
  EXPECT_EQ(asked.line, "POST /all/?x=m&q=a+b HTTP/1.1");
  EXPECT_TRUE(asked.has("Content-Length: 0\r\n"));
  EXPECT_TRUE(asked.has("Content-Type: application/x-www-form-urlencoded\r\n"));
  EXPECT_TRUE(asked.has("User-Agent: lorelei/" LORELEI_VERSION " (lei)\r\n"));
  EXPECT_FALSE(asked.has("Accept-Encoding"));
}

TEST_F(HttpTest, ConditionalRequestMayFindNothingNew) {
  FakeHttp server([](const Asked&) { return Answer{"HTTP/1.1 304 X\r\nConnection: close\r\n\r\n"}; });
  auto http = web();
  auto response =
      http.send({.url = server.url("/m"), .etag = "\"e1\"", .last_modified = "Sat, 21 Nov 2026 12:34:56 GMT"});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status(), 304);
  EXPECT_TRUE(server.requests().at(0).has("If-None-Match: \"e1\"\r\n"));
  EXPECT_TRUE(server.requests().at(0).has("If-Modified-Since: Sat, 21 Nov 2026 12:34:56 GMT\r\n"));
}

TEST_F(HttpTest, BusyServerIsAskedAgain) {
  FakeHttp server([](const Asked& asked) {
    return Answer{asked.number < 3 ? http_answer(503, "text/plain", "busy") : http_answer(200, "text/plain", "ok")};
  });
  auto http = web();
  EXPECT_EQ(http.fetch(server.url("/"), 100).value_or(""), "ok");
  EXPECT_THAT(slept, ElementsAre(1000, 2000, 4000));
  EXPECT_THAT(said.at(0), HasSubstr("HTTP 503, the server is overloaded or down, trying again in 1 s"));
}

TEST_F(HttpTest, RetryAfterIsHonoured) {
  FakeHttp server([](const Asked& asked) {
    if (asked.number == 0) return Answer{http_answer(429, "text/plain", "", "Retry-After: 7\r\n")};
    if (asked.number == 1)
      return Answer{http_answer(429, "text/plain", "", "Retry-After: Sat, 21 Nov 2026 12:35:26 GMT\r\n")};
    return Answer{http_answer(200, "text/plain", "ok")};
  });
  auto http = web();
  EXPECT_EQ(http.fetch(server.url("/"), 100).value_or(""), "ok");
  EXPECT_THAT(slept, ElementsAre(7000, 30000));
}

TEST_F(HttpTest, ServerThatWantsAnHourIsNotWaitedFor) {
  FakeHttp server([](const Asked&) { return Answer{http_answer(503, "text/plain", "", "Retry-After: 3600\r\n")}; });
  auto http = web();
  const auto response = http.send({.url = server.url("/")});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->error("search").curl_code, 22);
  EXPECT_EQ(response->error("search").kind, Error::Kind::kTemporary);
  EXPECT_TRUE(slept.empty());
}

TEST_F(HttpTest, OtherFailuresAreFinal) {
  FakeHttp server([](const Asked& asked) { return Answer{http_answer(asked.has("/f") ? 500 : 403, "text/html", "")}; });
  auto http = web();
  EXPECT_EQ(http.send({.url = server.url("/f")})->status(), 500);
  EXPECT_EQ(http.send({.url = server.url("/g")})->status(), 403);
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(HttpTest, RefusedConnectionIsStatusSevenAfterAllRounds) {
  FakeHttp server([](const Asked&) { return Answer{}; });
  server.stop();
  auto http = web();
  const auto response = http.send({.url = server.url("/")});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().curl_code, 7);
  EXPECT_EQ(response.error().kind, Error::Kind::kTemporary);
  EXPECT_EQ(slept.size(), 3U);
}

TEST_F(HttpTest, EmptyReplyIsStatus52) {
  FakeHttp server([](const Asked&) { return Answer{}; });
  auto http = web();
  const auto response = http.send({.url = server.url("/")});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().curl_code, 52);
  EXPECT_EQ(server.requests().size(), 4U);
}

TEST_F(HttpTest, CutAnswerIsStatus18BehindWhatCame) {
  FakeHttp server(
      [](const Asked&) { return Answer{"HTTP/1.1 200 X\r\nContent-Length: 100\r\nConnection: close\r\n\r\nhalf"}; });
  auto http = web();
  auto response = http.send({.url = server.url("/")});
  ASSERT_TRUE(response);
  std::string got;
  EXPECT_TRUE(response->read_more(got).value_or(false));
  EXPECT_EQ(got, "half");
  for (int i = 0; i < 2; ++i) {
    const auto more = response->read_more(got);
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error().curl_code, 18);
  }
}

TEST_F(HttpTest, SilentServerIsGivenUp) {
  FakeHttp server([](const Asked&) { return Answer{"HTTP/1.1 200 X\r\n\r\nsome", Answer::Then::kHang}; });
  HttpOptions options;
  options.low_speed_seconds = 1;
  auto http = web("", options);
  auto response = http.send({.url = server.url("/")});
  ASSERT_TRUE(response);
  const auto all = response->read_rest(1000);
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().curl_code, 28);
}

TEST_F(HttpTest, StopEndsTheWait) {
  FakeHttp server([this](const Asked&) {
    world.cancelled = true;
    return Answer{"", Answer::Then::kHang};
  });
  auto http = web();
  const auto response = http.send({.url = server.url("/")});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, Error::Kind::kCancelled);
  EXPECT_TRUE(slept.empty());
}

TEST_F(HttpTest, RedirectKeepsTheMethodAndTellsWhatIsPermanent) {
  FakeHttp server([](const Asked& asked) {
    if (asked.has("POST /old/")) return Answer{http_answer(301, "text/plain", "", "Location: /mid/?q=a+b\r\n")};
    if (asked.has("POST /mid/")) return Answer{http_answer(308, "text/plain", "", "Location: /new/?q=a+b\r\n")};
    if (asked.has("POST /new/")) return Answer{http_answer(302, "text/plain", "", "Location: /today/?q=a+b\r\n")};
    return Answer{http_answer(200, "text/plain", asked.line)};
  });
  auto http = web();
  auto response = http.send({.method = Method::kPost, .url = server.url("/old/?q=a+b")});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->moved_to(), server.url("/new/?q=a+b"));
  EXPECT_EQ(response->url(), server.url("/today/?q=a+b"));
  EXPECT_EQ(response->read_rest(1000).value_or(""), "POST /today/?q=a+b HTTP/1.1");
}

TEST_F(HttpTest, TemporaryRedirectIsNotReported) {
  FakeHttp server([](const Asked& asked) {
    return Answer{asked.has("/a") ? http_answer(302, "text/plain", "", "Location: /b\r\n")
                                  : http_answer(200, "text/plain", "")};
  });
  auto http = web();
  const auto response = http.send({.url = server.url("/a")});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->moved_to(), std::nullopt);
}

TEST_F(HttpTest, EndlessRedirectsAreStatus47) {
  FakeHttp server([](const Asked&) { return Answer{http_answer(301, "text/plain", "", "Location: /\r\n")}; });
  auto http = web();
  const auto response = http.send({.url = server.url("/")});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().curl_code, 47);
  EXPECT_EQ(server.requests().size(), 6U);
}

TEST_F(HttpTest, RedirectToAFileIsRefused) {
  FakeHttp server(
      [](const Asked&) { return Answer{http_answer(301, "text/plain", "", "Location: file:///etc/passwd\r\n")}; });
  auto http = web();
  const auto response = http.send({.url = server.url("/")});
  ASSERT_FALSE(response);
  EXPECT_NE(response.error().curl_code, 0);
}

TEST_F(HttpTest, SecretsStayWithTheHostTheyAreFor) {
  FakeHttp other([](const Asked&) { return Answer{http_answer(200, "text/plain", "")}; });
  FakeHttp server(
      [&](const Asked&) { return Answer{http_answer(302, "text/plain", "", "Location: " + other.url("/") + "\r\n")}; });
  HttpOptions options;
  options.user = "me:secret";
  options.headers = {"Cookie: a=b", "X-Plain: 1"};
  auto http = web("", options);
  ASSERT_TRUE(http.send({.url = server.url("/")}));
  EXPECT_TRUE(server.requests().at(0).has("Authorization: Basic"));
  EXPECT_TRUE(server.requests().at(0).has("Cookie: a=b"));
  EXPECT_FALSE(other.requests().at(0).has("Authorization"));
  EXPECT_FALSE(other.requests().at(0).has("Cookie"));
  EXPECT_TRUE(other.requests().at(0).has("X-Plain: 1"));
}

TEST_F(HttpTest, MirrorIsTriedFirstAndLeftWhenItFails) {
  FakeHttp mirror([](const Asked&) { return Answer{http_answer(500, "text/plain", "")}; });
  FakeHttp server([](const Asked&) { return Answer{http_answer(200, "text/plain", "ok")}; });
  auto http =
      web("[liblore \"" + server.origin() + "\"]\n\tfallback = " + mirror.origin() + "\n\tuseragentplus = 550e-41d4\n");
  for (int i = 0; i < 2; ++i) EXPECT_EQ(http.fetch(server.url("/all/?q=1"), 100).value_or(""), "ok");
  ASSERT_EQ(mirror.requests().size(), 1U);
  EXPECT_EQ(mirror.requests()[0].line, "GET /all/?q=1 HTTP/1.1");
  EXPECT_TRUE(mirror.requests()[0].has("User-Agent: lorelei/" LORELEI_VERSION "+550e-41d4 (lei)\r\n"));
  EXPECT_TRUE(slept.empty());
}

TEST_F(HttpTest, NotFoundAtAMirrorIsFinal) {
  FakeHttp mirror([](const Asked&) { return Answer{http_answer(404, "text/plain", "")}; });
  FakeHttp server([](const Asked&) { return Answer{http_answer(200, "text/plain", "ok")}; });
  auto http = web("[liblore \"" + server.origin() + "\"]\n\tfallback = " + mirror.origin() + "\n");
  EXPECT_EQ(http.send({.url = server.url("/")})->status(), 404);
}

TEST_F(HttpTest, MirrorThatDoesNotAnswerTheProbeComesLast) {
  FakeHttp mirror([](const Asked&) { return Answer{http_answer(404, "text/plain", "")}; });
  FakeHttp server([](const Asked&) { return Answer{http_answer(200, "text/plain", "ok")}; });
  auto http = web("[liblore \"" + server.origin() + "\"]\n\tfallback = " + mirror.origin() + "\n\tautoprobe = true\n");
  EXPECT_EQ(http.fetch(server.url("/x"), 100).value_or(""), "ok");
  ASSERT_EQ(mirror.requests().size(), 1U);
  EXPECT_EQ(mirror.requests().at(0).line, "HEAD /manifest.js.gz HTTP/1.1");
}

TEST_F(HttpTest, ProbeTellsNoSecretsToMirrors) {
  FakeHttp mirror([](const Asked&) { return Answer{http_answer(200, "text/plain", "")}; });
  FakeHttp server([](const Asked&) { return Answer{http_answer(200, "text/plain", "ok")}; });
  HttpOptions options;
  options.user = "ann:secret";
  options.cookie = "door=open";
  auto http =
      web("[liblore \"" + server.origin() + "\"]\n\tfallback = " + mirror.origin() + "\n\tautoprobe = true\n", options);
  EXPECT_TRUE(http.fetch(server.url("/x"), 100));
  const auto of_mirror = mirror.requests(), of_server = server.requests();
  ASSERT_FALSE(of_mirror.empty());
  for (const auto& asked : of_mirror) {
    EXPECT_FALSE(asked.has("Authorization:")) << asked.text;
    EXPECT_FALSE(asked.has("Cookie:")) << asked.text;
  }
  ASSERT_FALSE(of_server.empty());
  EXPECT_TRUE(of_server.at(0).has("Authorization: Basic")) << of_server.at(0).text;
  EXPECT_TRUE(of_server.at(0).has("Cookie: door=open"));
}

TEST_F(HttpTest, ProxyComesFromSettingsThenFromTheEnvironment) {
  FakeHttp proxy([](const Asked& asked) { return Answer{http_answer(200, "text/plain", asked.line)}; });
  world.variables["http_proxy"] = "http://127.0.0.1:1";
  auto by_setting = web("[http \"http://*.example.org\"]\n\tproxy = " + proxy.origin() + "\n");
  EXPECT_EQ(by_setting.fetch("http://lists.example.org/x", 1000).value_or(""),
            "GET http://lists.example.org/x HTTP/1.1");
  EXPECT_EQ(by_setting.proxy_for("http://a.example.org/x/"), proxy.origin());
  EXPECT_EQ(by_setting.proxy_for("http://example.com/"), "http://127.0.0.1:1");
  EXPECT_EQ(by_setting.proxy_for("https://example.com/"), "");
  EXPECT_EQ(by_setting.proxy_for("https://example.onion/"), "socks5h://127.0.0.1:9050");
  world.variables["http_proxy"] = proxy.origin();
  auto by_environment = web();
  EXPECT_EQ(by_environment.fetch("http://lists.example.org/y", 1000).value_or(""),
            "GET http://lists.example.org/y HTTP/1.1");
  world.variables["no_proxy"] = "127.0.0.1";
  auto without = web();
  EXPECT_EQ(without.fetch(proxy.url("/z"), 1000).value_or(""), "GET /z HTTP/1.1");
}

TEST_F(HttpTest, WrongUrlIsStatusThreeOrOne) {
  auto http = web();
  EXPECT_EQ(http.send({.url = "lore.kernel.org/all"}).error().curl_code, 3);
  EXPECT_EQ(http.send({.url = "file:///etc/passwd"}).error().curl_code, 3);
  EXPECT_EQ(http.send({.url = "ftp://h/"}).error().curl_code, 1);
}

TEST_F(HttpTest, FetchHasALimit) {
  FakeHttp server([](const Asked&) { return Answer{http_answer(200, "text/plain", "0123456789")}; });
  auto http = web();
  EXPECT_EQ(http.fetch(server.url("/"), 9).error().kind, Error::Kind::kTooLarge);
  EXPECT_TRUE(http.fetch(server.url("/"), 10));
}

TEST(HttpOptionRows, AreNamedAsCurlNamesThem) {
  HttpOptions options;
  const auto operands =
      parse_options(rows(options), {"--proxy=", "--user-agent", "x/1", "--header", "A: b", "--connect-timeout=2.5",
                                    "--insecure", "--torsocks=no", "--max-redirs=0", "--location", "--netrc-optional"});
  ASSERT_TRUE(operands) << to_text(operands.error());
  EXPECT_EQ(options.proxy, "");
  EXPECT_EQ(options.user_agent, "x/1");
  EXPECT_THAT(options.headers, ElementsAre("A: b"));
  EXPECT_EQ(options.connect_seconds, 2.5);
  EXPECT_TRUE(options.insecure && options.netrc_optional);
  EXPECT_EQ(options.torsocks, HttpOptions::Torsocks::kNo);
  EXPECT_EQ(options.max_redirects, 0U);
  EXPECT_FALSE(parse_options(rows(options), {"--max-time=soon"}));
}

}  // namespace
}  // namespace lorelei::net
