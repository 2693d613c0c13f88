// SPDX-License-Identifier: GPL-3.0-or-later
#include "source/mail_download.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fake_env.hh"
#include "tests/net/fake_http.hh"
#include "tests/source/packed.hh"

namespace lorelei::source {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Answer = FakeHttp::Answer;
using Asked = FakeHttp::Asked;

class MailDownloadTest : public testing::Test {
 protected:
  MailDownload download(const std::string& answer) {
    FakeHttp server([&](const Asked&) { return Answer{answer}; });
    net::Http web(world.env, {}, {}, {.sleep = [](auto) {}});
    auto response = web.send({.url = server.url("/t.mbox.gz")});
    if (!response) return {0, 0, response.error()};
    return download_mail(*response, [this](mail::MboxMessage&& message) -> Result<void> {
      subjects.push_back(message.raw.substr(0, message.raw.find('\n')));
      return {};
    });
  }
  FakeEnv world;
  std::vector<std::string> subjects;
};

const std::string kThree = sample_mbox({"one", "two", "three"});

TEST_F(MailDownloadTest, GzipAndPlainAreTaken) {
  EXPECT_FALSE(download(http_answer(200, "application/gzip", packed(kThree))).failure);
  EXPECT_FALSE(download(open_ended_answer("text/plain", kThree)).failure);
  EXPECT_THAT(subjects, ElementsAre("Subject: one", "Subject: two", "Subject: three", "Subject: one", "Subject: two",
                                    "Subject: three"));
}

TEST_F(MailDownloadTest, PageIsNoMailbox) {
  const auto result = download(http_answer(200, "text/html; charset=utf-8", "<html>From here on you are a bot"));
  ASSERT_TRUE(result.failure);
  EXPECT_EQ(result.failure->why, "URL returned text/html, not a mailbox (bot protection or proxy?)");
  EXPECT_EQ(result.failure->curl_code, 22);
  EXPECT_EQ(download(http_answer(200, "text/html", packed("<html>"))).failure->curl_code, 22);
  EXPECT_EQ(download(http_answer(200, "text/html", "")).failure->curl_code, 22);
  EXPECT_THAT(subjects, IsEmpty());
}

TEST_F(MailDownloadTest, GzipOfNothingIsAnEmptyMailbox) {
  const auto result = download(http_answer(200, "application/gzip", packed("")));
  EXPECT_FALSE(result.failure);
  EXPECT_EQ(result.messages, 0U);
}

// The server is killed, and its proxy ends the connection as if all were well.
TEST_F(MailDownloadTest, GzipWithoutItsTrailerIsAFailureBehindCompleteMessages) {
  const std::string whole = packed(kThree);
  for (const std::size_t cut : {1UL, 8UL, 9UL}) {
    SCOPED_TRACE(cut);
    subjects.clear();
    const auto result = download(open_ended_answer("application/gzip", whole.substr(0, whole.size() - cut)));
    ASSERT_TRUE(result.failure);
    EXPECT_EQ(result.failure->curl_code, 18);
    EXPECT_THAT(result.failure->why, HasSubstr("ends in the middle"));
    EXPECT_THAT(subjects, ElementsAre("Subject: one", "Subject: two"));
  }
}

TEST_F(MailDownloadTest, NoCutIsTakenForTheEnd) {
  const std::string whole = packed(kThree);
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    SCOPED_TRACE(size);
    EXPECT_TRUE(download(open_ended_answer("application/gzip", whole.substr(0, size))).failure);
  }
}

TEST_F(MailDownloadTest, FlippedBitIsNoticed) {
  std::string flipped = packed(kThree);
  flipped[flipped.size() - 6] ^= 1;  // of the checksum
  const auto result = download(http_answer(200, "application/gzip", flipped));
  ASSERT_TRUE(result.failure);
  EXPECT_EQ(result.failure->curl_code, 18);
}

TEST_F(MailDownloadTest, CutConnectionKeepsCurlsNumber) {
  const std::string answer = http_answer(200, "text/plain", kThree);
  const auto result = download(answer.substr(0, answer.size() - 1));
  ASSERT_TRUE(result.failure);
  EXPECT_EQ(result.failure->curl_code, 18);
  EXPECT_THAT(subjects, ElementsAre("Subject: one", "Subject: two"));
}

TEST_F(MailDownloadTest, SinkMayEndIt) {
  FakeHttp server([&](const Asked&) { return Answer{http_answer(200, "text/plain", kThree)}; });
  net::Http web(world.env, {});
  auto response = web.send({.url = server.url("/raw")});
  ASSERT_TRUE(response);
  const auto result = download_mail(*response, [](mail::MboxMessage&&) {
    return Result<void>(err(Error::Kind::kFailed, "write", "f", "disk full"));
  });
  ASSERT_TRUE(result.failure);
  EXPECT_EQ(result.failure->why, "disk full");
  EXPECT_EQ(result.failure->curl_code, 0);
  EXPECT_EQ(result.messages, 0U);
}

}  // namespace
}  // namespace lorelei::source
