// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <algorithm>

#include "serve/carrier.hh"
#include "tests/net/fake_smtp.hh"

namespace lorelei::serve {
namespace {

using State = Outcome::State;
constexpr const char* kMail = "Subject: x\n\ntext\n";

class SmtpCarrierTest : public testing::Test {
 protected:
  std::unique_ptr<Carrier> carrier() {
    server.emplace(smtp.script(), SIZE_MAX, SIZE_MAX, INADDR_LOOPBACK);
    return smtp_carrier(world.env, {.host = "127.0.0.1", .port = server->port(), .helo = "endpoint.example"});
  }
  std::function<std::string(const std::string&)> says(std::string command, std::string answer) {
    return [command = std::move(command), answer = std::move(answer)](const std::string& heard) {
      return heard.starts_with(command) ? answer : "";
    };
  }
  FakeEnv world;
  net::FakeSmtp smtp;
  std::optional<net::FakeServer> server;
};

TEST_F(SmtpCarrierTest, MailsOfASeriesShareAConnection) {
  {
    const auto one = carrier();
    EXPECT_EQ(one->deliver({"a@x.org", {"b@x.org", "c@x.org"}}, kMail).state, State::kDone);
    EXPECT_EQ(one->deliver({"a@x.org", {"b@x.org"}}, kMail).state, State::kDone);
    one->rest();
    EXPECT_EQ(one->deliver({"a@x.org", {"b@x.org"}}, kMail).state, State::kDone);
    one->rest();
  }
  server.reset();
  EXPECT_EQ(smtp.accepted().size(), 3u);
  EXPECT_EQ(smtp.accepted()[0].to, (std::vector<std::string>{"b@x.org", "c@x.org"}));
  const auto commands = smtp.commands();
  EXPECT_EQ(std::count(commands.begin(), commands.end(), "EHLO endpoint.example"), 2);
}

TEST_F(SmtpCarrierTest, WhoIsRefusedForGoodDoesNotKeepItFromTheOthers) {
  smtp.plan.refused = {"nobody@x.org"};
  {
    const auto one = carrier();
    const auto outcome = one->deliver({"a@x.org", {"nobody@x.org", "list@x.org"}}, kMail);
    EXPECT_EQ(outcome.state, State::kDone);
    EXPECT_TRUE(outcome.remark.starts_with("not to nobody@x.org: 5")) << outcome.remark;
    EXPECT_EQ(one->deliver({"a@x.org", {"nobody@x.org"}}, kMail).state, State::kRefused);
  }
  server.reset();
  ASSERT_EQ(smtp.accepted().size(), 1u);
  EXPECT_EQ(smtp.accepted()[0].to, std::vector<std::string>{"list@x.org"});
}

TEST_F(SmtpCarrierTest, AServerWithoutTimeIsAskedLater) {
  smtp.plan.answer = says("RCPT TO:<busy@x.org>", "450 4.2.1 greylisted");
  {
    const auto one = carrier();
    EXPECT_EQ(one->deliver({"a@x.org", {"list@x.org", "busy@x.org"}}, kMail).state, State::kLater);
  }
  server.reset();
  EXPECT_TRUE(smtp.accepted().empty());
  EXPECT_EQ(smtp_carrier(world.env, {.host = "127.0.0.1", .port = 1})->deliver({"a@x.org", {"b@x.org"}}, kMail).state,
            State::kLater);
}

TEST_F(SmtpCarrierTest, AnAnswerThatIsLostIsUncertain) {
  smtp.plan.drops_before = [](const std::string& command) { return command == "."; };
  const auto one = carrier();
  EXPECT_EQ(one->deliver({"a@x.org", {"list@x.org"}}, kMail).state, State::kUncertain);
}

}  // namespace
}  // namespace lorelei::serve
