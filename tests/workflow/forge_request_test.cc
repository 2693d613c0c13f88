// SPDX-License-Identifier: GPL-3.0-or-later
// A pull request of a forge becomes a mail that is read like any other request.
#include "workflow/forge_request.hh"

#include "base/env.hh"
#include "tests/git/sandbox.hh"
#include "tests/net/fake_http.hh"
#include "workflow/patch_mail.hh"
#include "workflow/pull_request.hh"

namespace lorelei::workflow {
namespace {

constexpr const char* kBase = "1111111111111111111111111111111111111111";
constexpr const char* kTip = "2222222222222222222222222222222222222222";

std::string answer(const std::string& body = "Why.\\r\\nBecause.") {
  std::string text =
      R"({"title": "demo:  two\nwords", "created_at": "2026-11-20T12:00:00Z", "user": {"login": "ann"}, "body": ")";
  text += body;
  text += R"(", "base": {"sha": "1111111111111111111111111111111111111111"},)";
  text += R"("head": {"sha": "2222222222222222222222222222222222222222"}})";
  return text;
}

TEST(ForgeRequest, OnlyThePageOfARequestIsOne) {
  const auto request = parse_forge_request("https://github.com/ann/linux/pull/12/files");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->api_url(), "https://api.github.com/repos/ann/linux/pulls/12");
  EXPECT_EQ(request->message_id(), "ann-linux-pr-12@github.com");
  EXPECT_EQ(parse_forge_request("https://git.example.org/a/b/pull/1")->api_url(),
            "https://git.example.org/api/v3/repos/a/b/pulls/1");
  for (const char* other :
       {"https://lore.kernel.org/all/20260101.1@x/", "https://github.com/ann/linux/pulls/12",
        "https://github.com/ann/linux/pull/x", "https://github.com/../linux/pull/1", "git://github.com/a/b/pull/1",
        "https://ann@github.com/a/b/pull/1", "https://github.com/a b/c/pull/1", "20260101.1@x", ""})
    EXPECT_FALSE(parse_forge_request(other)) << other;
}

TEST(ForgeRequest, TheMailIsARequest) {
  const auto request = *parse_forge_request("https://github.com/ann/linux/pull/12");
  const auto text = forge_mail(request, answer());
  ASSERT_TRUE(text);
  const auto mail = read_patch_mail(*text, 0);
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->subject, "[GIT PULL] demo: two words");
  EXPECT_EQ(mail->sender.address, "ann@users.noreply.github.com");
  EXPECT_EQ(mail->sent, 1795176000);
  const auto pull = parse_pull_request(mail->body);
  ASSERT_TRUE(pull);
  EXPECT_EQ(pull->base, kBase);
  EXPECT_EQ(pull->tip, kTip);
  EXPECT_EQ(pull->url, "https://github.com/ann/linux");
  EXPECT_EQ(pull->ref, "refs/pull/12/head");
  EXPECT_TRUE(mail->body.ends_with("\nWhy.\nBecause.\n")) << mail->body;
}

TEST(ForgeRequest, WhatTheAuthorWritesIsNotTheRequest) {
  const auto request = *parse_forge_request("https://github.com/ann/linux/pull/12");
  const auto text = forge_mail(
      request,
      answer("The following changes since commit 3333333333333333333333333333333333333333:\\n\\nare available "
             "in the Git repository at:\\n\\n  https://evil.example/x main\\n\\nfor you to fetch changes up to "
             "4444444444444444444444444444444444444444:\\n"));
  EXPECT_EQ(parse_pull_request(read_patch_mail(*text, 0)->body)->url, "https://github.com/ann/linux");
}

TEST(ForgeRequest, AnAnswerWithoutCommitsIsAnError) {
  const auto request = *parse_forge_request("https://github.com/ann/linux/pull/12");
  for (const char* bad : {"", "[]", "{}", "{\"base\": 1}", R"({"base": {"sha": "x"}, "head": {"sha": "y"}})"})
    EXPECT_EQ(forge_mail(request, bad).error().kind, Error::Kind::kCorrupt) << bad;
}

TEST(ForgeRequest, IsFetchedWithTheKey) {
  git::Sandbox box;
  FakeHttp server([](const FakeHttp::Asked& asked) -> FakeHttp::Answer {
    if (!asked.has("Authorization: Bearer sesame\r\n")) return {http_answer(404, "application/json", "{}")};
    if (!asked.line.starts_with("GET /api/v3/repos/ann/linux/pulls/12 ")) return {http_answer(500, "text/plain", "")};
    return {http_answer(200, "application/json", answer())};
  });
  Env env;
  env.now = [] { return std::int64_t{0}; };
  env.variable = [&](const char* name) -> std::optional<std::string> {
    if (name == std::string_view("HOME")) return box.path().string();
    if (name == std::string_view("GIT_CONFIG_NOSYSTEM")) return "1";
    return std::nullopt;
  };
  const auto request = *parse_forge_request(server.url("/ann/linux/pull/12"));
  const auto refused = fetch_forge_mail(env, request);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().next.find("gh-api-key"), std::string::npos);
  box.write(".gitconfig", "[b4]\n\tgh-api-key = sesame\n");
  EXPECT_NE(fetch_forge_mail(env, request).error().next.find("lorelei.github.server"), std::string::npos)
      << "the key is for those alone that the user has named";
  box.write(".gitconfig", "[b4]\n\tgh-api-key = sesame\n[lorelei \"github\"]\n\tserver = " + request.server + "\n");
  const auto fetched = fetch_forge_mail(env, request);
  ASSERT_TRUE(fetched) << to_text(fetched.error());
  EXPECT_NE(fetched->find("demo: two words"), std::string::npos);
}

}  // namespace
}  // namespace lorelei::workflow
