// SPDX-License-Identifier: GPL-3.0-or-later
// What we send through Postfix is what arrives.
#include "net/smtp.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <set>
#include <thread>

#include "base/files.hh"
#include "base/process.hh"
#include "base/text.hh"
#include "tests/fake_env.hh"

namespace lorelei::interop {
namespace {

using net::Smtp;
using net::SmtpDelivery;
using net::SmtpOptions;
using testing::EndsWith;
using testing::HasSubstr;
using testing::SizeIs;
using Obstacle = SmtpDelivery::Obstacle;
using State = SmtpDelivery::State;

// Postfix, started by tests/interop/postfix and ended with the object.
class Postfix {
 public:
  explicit Postfix(const std::string& config = {})
      : directory_(TempDir::create(fs::temp_directory_path(), "lorelei-interop").value()) {
    RunOptions how;
    how.process.environment = {{"POSTFIX_CONFIG", config}};
    const auto done = run_process({INTEROP_DIR "/postfix", "start", directory_.path()}, how).value();
    status_ = done.status;
    if (status_ != 0 && is_installed()) ADD_FAILURE() << done.err;
    for (const auto line : split(done.out, '\n'))
      if (const auto equals = line.find('='); equals != std::string_view::npos)
        values_[std::string(line.substr(0, equals))] = line.substr(equals + 1);
  }
  Postfix(const Postfix&) = delete;
  Postfix& operator=(const Postfix&) = delete;
  ~Postfix() { (void)run_process({INTEROP_DIR "/postfix", "stop", directory_.path()}); }

  bool is_installed() const { return status_ != 77; }
  SmtpOptions options(SmtpOptions::Encryption encryption = SmtpOptions::Encryption::kNone) const {
    SmtpOptions options;
    options.host = "localhost";
    options.port = static_cast<std::uint16_t>(parse_uint(values_.at("SMTP_PORT")).value());
    options.encryption = encryption;
    options.tls.ca_file = values_.at("CA_FILE");
    return options;
  }
  // What has arrived once there are so many; fewer if they do not come.
  std::set<std::string> mail_of(const std::string& name, std::size_t count) const {
    std::set<std::string> mails;
    for (int tries = 0; tries < 400 && mails.size() < count; ++tries) {
      std::error_code ignored;
      for (const auto& entry : fs::directory_iterator(values_.at("MAIL") + "/" + name + "/new", ignored))
        mails.insert(read_file(entry.path()).value());
      if (mails.size() < count) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return mails;
  }

 private:
  TempDir directory_;
  std::map<std::string, std::string> values_;
  int status_ = 0;
};

// Only build servers have it for sure, see contrib/packages.
#define SKIP_WITHOUT_POSTFIX(postfix)                                                \
  if (!(postfix).is_installed()) {                                                   \
    if (std::getenv("CI")) FAIL() << "postfix is not installed, or we are not root"; \
    GTEST_SKIP() << "postfix is not installed, or we are not root";                  \
  }

const std::string kHeader =
    "From: Ann <ann@example.org>\nTo: bob@example.org\nDate: Sat, 21 Nov 2026 12:34:56 +0000\nMessage-ID: <1@x>\n"
    "Subject: [PATCH] a\n title that is folded\n";

TEST(SmtpPostfix, BytesArriveAsTheyWere) {
  const Postfix postfix;
  SKIP_WITHOUT_POSTFIX(postfix);
  const std::string longest(998, 'x');
  std::vector<std::string> bodies = {
      "plain\n",
      ".\n..\n.x\n\n.\n",
      "From here on\n>From there\n",
      "trailing blanks  \t\n\t\n \n\n\n",
      "\xc3\xbc and \xff\xfe, a form feed \f, an escape \x1b[0m\n",
      longest,
      "." + longest.substr(1),
      "no end",
      "",
  };
  bodies[5] += '\n';
  bodies[6] += '\n';
  std::string large;
  for (int i = 0; i < 40'000; ++i) large += "+\tif (a line of a patch)\n.\n";
  bodies.push_back(large);
  FakeEnv world;
  for (const auto encryption : {SmtpOptions::Encryption::kNone, SmtpOptions::Encryption::kStartTls}) {
    auto smtp = Smtp::open(world.env, postfix.options(encryption));
    ASSERT_TRUE(smtp) << to_text(smtp.error());
    EXPECT_TRUE(smtp->takes_8bit());
    for (const auto& body : bodies) {
      const auto delivery = smtp->send({"ann@example.org", {"bob@example.org"}}, kHeader + "\n" + body);
      EXPECT_EQ(delivery.state, State::kAccepted) << to_text(*delivery.error);
    }
    smtp->quit();
  }
  const auto arrived = postfix.mail_of("bob", 2 * bodies.size());
  ASSERT_THAT(arrived, SizeIs(2 * bodies.size()));
  for (const auto& body : bodies) {
    auto sent = kHeader + "\n" + body;
    if (!sent.ends_with('\n')) sent += '\n';
    // In front are the fields that servers add.
    EXPECT_EQ(std::count_if(arrived.begin(), arrived.end(), [&](const auto& mail) { return mail.ends_with(sent); }), 2)
        << body.substr(0, 50);
  }
}

TEST(SmtpPostfix, SomeRecipientsAreRefused) {
  const Postfix postfix;
  SKIP_WITHOUT_POSTFIX(postfix);
  FakeEnv world;
  auto options = postfix.options();
  auto careful = Smtp::open(world.env, options);
  ASSERT_TRUE(careful) << to_text(careful.error());
  const std::vector<std::string> to = {"bob@example.org", "nobody@example.org", "eve@example.org",
                                       "a@elsewhere.example"};
  auto delivery = careful->send({"ann@example.org", to}, kHeader + "\nto nobody\n");
  EXPECT_EQ(delivery.state, State::kRejected);
  ASSERT_THAT(delivery.refused, SizeIs(2));
  EXPECT_EQ(delivery.refused[0].address, "nobody@example.org");
  EXPECT_THAT(delivery.refused[0].reply, HasSubstr("550 5.1.1 "));
  EXPECT_THAT(delivery.refused[1].reply, HasSubstr("Relay access denied"));
  delivery = careful->send({"ann@example.org", {"bob@example.org"}}, kHeader + "\nto bob\n");
  EXPECT_EQ(delivery.state, State::kAccepted);

  options.some_refused = SmtpOptions::SomeRefused::kSendToOthers;
  auto generous = Smtp::open(world.env, options);
  ASSERT_TRUE(generous);
  delivery = generous->send({"ann@example.org", to}, kHeader + "\nto some\n");
  EXPECT_EQ(delivery.state, State::kAccepted);
  EXPECT_THAT(delivery.refused, SizeIs(2));
  EXPECT_THAT(postfix.mail_of("bob", 2),
              testing::UnorderedElementsAre(EndsWith("\nto bob\n"), EndsWith("\nto some\n")));
  EXPECT_THAT(postfix.mail_of("eve", 1), testing::ElementsAre(EndsWith("\nto some\n")));
}

TEST(SmtpPostfix, WhatItDoesNotTakeIsToldBefore) {
  const Postfix postfix("message_size_limit = 20000\nsmtpd_discard_ehlo_keywords = 8bitmime, pipelining, smtputf8");
  SKIP_WITHOUT_POSTFIX(postfix);
  FakeEnv world;
  auto smtp = Smtp::open(world.env, postfix.options());
  ASSERT_TRUE(smtp) << to_text(smtp.error());
  EXPECT_FALSE(smtp->takes_8bit());
  EXPECT_EQ(smtp->size_limit(), 20'000u);
  const net::SmtpEnvelope envelope{"ann@example.org", {"bob@example.org"}};
  EXPECT_EQ(smtp->send(envelope, kHeader + "\n\xc3\xbc\n").obstacle, Obstacle::k8Bit);
  EXPECT_EQ(smtp->send(envelope, kHeader + std::string(20'000, '\n')).obstacle, Obstacle::kTooLarge);
  EXPECT_EQ(smtp->send(envelope, kHeader + "\nwithout pipelining\n").state, State::kAccepted);
  EXPECT_THAT(postfix.mail_of("bob", 1), testing::ElementsAre(EndsWith("\nwithout pipelining\n")));
}

}  // namespace
}  // namespace lorelei::interop
