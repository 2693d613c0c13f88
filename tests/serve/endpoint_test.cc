// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/endpoint.hh"

#include "tests/serve/endpoint_world.hh"

namespace lorelei::serve {
namespace {

class EndpointTest : public EndpointWorld {};
constexpr std::int64_t kHour = 3600;

TEST_F(EndpointTest, WhatIsNoRequestIsAnsweredInPlainText) {
  EXPECT_EQ(answer("", "GET").status, 200u);
  EXPECT_EQ(answer("", "PUT").status, 405u);
  for (const char* body : {"", " \n", "{", "[]", "1", "{}", R"({"action": 1})", R"({"action": "dance"})",
                           R"({"action": "receive", "action": "reflect", "messages": []})", "{\"a\": \"\xff\"}"}) {
    SCOPED_TRACE(body);
    const auto refused = answer(body);
    EXPECT_EQ(refused.status, 500u);
    EXPECT_EQ(refused.result, "");
  }
  EXPECT_EQ(answer(std::string(100'000, '[')).status, 500u);
  const auto lacking = answer(R"({"action": "auth-new", "name": "x"})");
  EXPECT_EQ(lacking.status, 500u);
  EXPECT_EQ(lacking.result, "error");
}

TEST_F(EndpointTest, AKeyIsAuthorisedByAnsweringTheChallengeWithIt) {
  EXPECT_EQ(ask_new(zoe).result, "success");
  EXPECT_EQ(posted, 1);
  deliver();
  ASSERT_EQ(mails.size(), 1u);
  EXPECT_EQ(mails[0].envelope.recipients, std::vector<std::string>{"zoe@example.org"});
  EXPECT_EQ(mails[0].envelope.sender, "devnull@endpoint.example");
  const auto challenge = challenge_in(mails[0].message);
  EXPECT_EQ(ask_verify(zoe, "00000000-0000-4000-8000-000000000000").result, "error");
  EXPECT_EQ(ask({{"action", "auth-verify"}, {"msg", answer_mail(zoe, "no challenge")}}).result, "error");
  const auto verified = ask_verify(zoe, challenge);
  EXPECT_EQ(verified.result, "success") << verified.message;
  EXPECT_EQ(verified.status, 200u);
  EXPECT_EQ(ask_verify(zoe, challenge).result, "error");  // once
  const auto again = ask_new(zoe);
  EXPECT_EQ(again.result, "error");
  EXPECT_EQ(again.status, 500u);
}

TEST_F(EndpointTest, AnotherKeyDoesNotAnswerAndALaterOneTakesThePlace) {
  ASSERT_EQ(ask_new(zoe).result, "success");
  deliver();
  const auto challenge = challenge_in(mails.back().message);
  const Person other("zoe@example.org");
  EXPECT_EQ(ask_verify(other, challenge).result, "error");
  ASSERT_EQ(ask_new(other).result, "success");
  deliver();
  EXPECT_EQ(ask_verify(zoe, challenge).result, "error");
  EXPECT_EQ(ask_verify(other, challenge_in(mails.back().message)).result, "success");
}

TEST_F(EndpointTest, AnAnswerMustBeFromTheAddressItself) {
  ASSERT_EQ(ask_new(zoe).result, "success");
  deliver();
  Mail mail;
  mail.from = "Ann <ann@example.net>";
  mail.text = "verify:" + challenge_in(mails.back().message) + "\n";
  EXPECT_EQ(ask({{"action", "auth-verify"}, {"msg", signed_by_zoe(mail)}}).result, "error");
}

TEST_F(EndpointTest, AChallengeEnds) {
  ASSERT_EQ(ask_new(zoe).result, "success");
  deliver();
  world.now += settings.limits.challenge_hours * kHour + 1;
  const auto late = ask_verify(zoe, challenge_in(mails.back().message));
  EXPECT_EQ(late.result, "error");
  EXPECT_NE(late.message.find("too old"), late.message.npos);
}

TEST_F(EndpointTest, WhatCannotBeAuthorised) {
  const auto ask_with = [&](const char* field, const std::string& value) {
    nlohmann::json request = {
        {"action", "auth-new"}, {"name", "Zoe"}, {"identity", zoe.identity}, {"selector", "mine"}, {"pubkey", zoe.key}};
    request[field] = value;
    return ask(request).result;
  };
  EXPECT_EQ(ask_with("identity", "zoe"), "error");
  EXPECT_EQ(ask_with("identity", "zoe@example.org\nBcc: x@example.org"), "error");
  EXPECT_EQ(ask_with("selector", "../x"), "error");
  EXPECT_EQ(ask_with("pubkey", "no key"), "error");
  EXPECT_EQ(ask_with("pubkey", std::string(43, 'A') + "="), "error");  // a point of small order
  EXPECT_EQ(ask_with("name", std::string(1000, 'x')), "error");
  EXPECT_EQ(ask_with("name", "Zo\nBcc: x@example.org"), "success");
  deliver();
  EXPECT_EQ(mails.back().message.find("\nBcc"), std::string::npos);
}

TEST_F(EndpointTest, ChallengesAreLimitedForAnAddressAndForANetwork) {
  settings.limits.challenges_per_day = 2;
  settings.limits.challenges_per_hour = 4;
  EXPECT_EQ(ask_new(zoe).result, "success");
  EXPECT_EQ(ask_new(zoe).result, "success");
  EXPECT_EQ(ask_new(zoe).result, "error");
  EXPECT_EQ(ask_new(Person("ZOE@example.org")).result, "error");
  world.now += 24 * kHour + 1;
  EXPECT_EQ(ask_new(zoe).result, "success");
  for (const char* address : {"a@x.org", "b@x.org", "c@x.org"}) EXPECT_EQ(ask_new(Person(address)).result, "success");
  EXPECT_EQ(ask_new(Person("d@x.org")).result, "error");
  settings.trusts_forwarded = true;
  const nlohmann::json request = {
      {"action", "auth-new"}, {"name", "D"}, {"identity", "d@x.org"}, {"selector", "s"}, {"pubkey", zoe.key}};
  EXPECT_EQ(answer(request.dump(), "POST", "198.51.100.1, 192.0.2.7").result, "error");
  EXPECT_EQ(answer(request.dump(), "POST", "192.0.2.7, 198.51.100.1").result, "success");
}

TEST_F(EndpointTest, SubmittedPatchesGoToTheirListsOnce) {
  authorise(zoe);
  settings.bcc = {"keep@endpoint.example"};
  Mail cover, patch;
  cover.subject = "[PATCH 0/1] demo: greet";
  cover.message_id = "<zero@example.org>";
  cover.text = kCoverText;
  patch.subject = "[PATCH 1/1] demo: say hello";
  const std::vector<std::string> series = {signed_by_zoe(cover), signed_by_zoe(patch)};
  const auto accepted = submit(series);
  ASSERT_EQ(accepted.result, "success") << accepted.message;
  EXPECT_EQ(submit(series).result, "success");
  world.now += 100;
  EXPECT_EQ(submit({signed_by_zoe(cover), signed_by_zoe(patch)}).result, "success");  // signed anew
  deliver();
  ASSERT_EQ(mails.size(), 2u);
  EXPECT_NE(mails[0].message.find("<zero@example.org>"), std::string::npos);
  EXPECT_EQ(mails[1].envelope.recipients,
            (std::vector<std::string>{"linux-block@vger.kernel.org", "ann@example.net", "keep@endpoint.example"}));
  patch.text += "more\n";
  const auto other = submit({signed_by_zoe(patch)});
  EXPECT_EQ(other.result, "error");
  EXPECT_NE(other.message.find("accepted before"), other.message.npos) << other.message;
}

TEST_F(EndpointTest, ASeriesOfWhichPartWasAcceptedIsCompleted) {
  authorise(zoe);
  Mail one, two;
  two.message_id = "<two@example.org>";
  ASSERT_EQ(submit({signed_by_zoe(one)}).result, "success");
  ASSERT_EQ(submit({signed_by_zoe(one), signed_by_zoe(two)}).result, "success");
  deliver();
  EXPECT_EQ(mails.size(), 2u);
}

TEST_F(EndpointTest, AllAreJudgedBeforeOneIsAccepted) {
  authorise(zoe);
  Mail one, two;
  two.message_id = "<two@example.org>";
  auto broken = signed_by_zoe(two);
  broken.replace(broken.find("all."), 4, "ALL.");
  EXPECT_EQ(submit({signed_by_zoe(one), broken}).result, "error");
  const Person ann("ann@example.net");
  authorise(ann);
  two.from = ann.identity;
  EXPECT_EQ(submit({signed_by_zoe(one), ann.sign(world.env, two.bytes())}).result, "error");
  EXPECT_EQ(submit({signed_by_zoe(one), signed_by_zoe(one)}).result, "error");
  EXPECT_EQ(submit({}).result, "error");
  deliver();
  EXPECT_TRUE(mails.empty());
}

TEST_F(EndpointTest, OnlyAuthorisedKeysSubmit) {
  EXPECT_EQ(submit({signed_by_zoe({})}).result, "error");
  ASSERT_EQ(ask_new(zoe).result, "success");
  EXPECT_EQ(submit({signed_by_zoe({})}).result, "error");
  EXPECT_EQ(submit({Mail().bytes()}).result, "error");
  const Person impostor("zoe@example.org");
  authorise(Person("zoe@example.org"));
  EXPECT_EQ(submit({impostor.sign(world.env, Mail().bytes())}).result, "error");
}

TEST_F(EndpointTest, ReflectedPatchesGoToTheirAuthorOnlyAndAsOftenAsTheyChange) {
  authorise(zoe);
  settings.bcc = {"keep@endpoint.example"};
  Mail mail;
  ASSERT_EQ(submit({signed_by_zoe(mail)}, "reflect").result, "success");
  mail.text += "more\n";
  ASSERT_EQ(submit({signed_by_zoe(mail)}, "reflect").result, "success");
  ASSERT_EQ(submit({signed_by_zoe(mail)}, "receive").result, "success");
  deliver();
  ASSERT_EQ(mails.size(), 3u);
  EXPECT_EQ(mails[1].envelope.recipients, std::vector<std::string>{"zoe@example.org"});
  EXPECT_NE(mails[2].envelope.recipients, std::vector<std::string>{"zoe@example.org"});
}

TEST_F(EndpointTest, SubmissionsAreLimitedByTheHourAndByTheDay) {
  authorise(zoe);
  settings.limits.per_hour = 2;
  settings.limits.per_day = 3;
  int number = 0;
  const auto submit_one = [&] {
    Mail mail;
    mail.message_id = fmt::format("<{}@example.org>", ++number);
    return submit({signed_by_zoe(mail)}).result;
  };
  EXPECT_EQ(submit_one(), "success");
  EXPECT_EQ(submit_one(), "success");
  EXPECT_EQ(submit_one(), "error");
  EXPECT_EQ(submit({signed_by_zoe({.message_id = "<1@example.org>"})}).result, "success");  // known: no new one
  world.now += kHour + 1;
  EXPECT_EQ(submit_one(), "success");
  EXPECT_EQ(submit_one(), "error");  // of the day
  world.now += 24 * kHour;
  EXPECT_EQ(submit_one(), "success");
}

TEST_F(EndpointTest, SubmissionsAreLimitedInSize) {
  authorise(zoe);
  settings.limits.messages = 1;
  Mail one, two;
  two.message_id = "<two@example.org>";
  EXPECT_EQ(submit({signed_by_zoe(one), signed_by_zoe(two)}).result, "error");
  settings.limits.message_bytes = 300;
  EXPECT_EQ(submit({signed_by_zoe(one)}).result, "error");
}

TEST_F(EndpointTest, AKeyCanBeGivenUpByItsOwner) {
  authorise(zoe);
  EXPECT_EQ(ask({{"action", "auth-delete"}, {"msg", answer_mail(zoe, "please")}}).result, "error");
  EXPECT_EQ(ask({{"action", "auth-delete"}, {"msg", answer_mail(Person("zoe@example.org"), "auth-delete")}}).result,
            "error");
  EXPECT_EQ(ask({{"action", "auth-delete"}, {"msg", answer_mail(zoe, "auth-delete")}}).result, "success");
  EXPECT_EQ(submit({signed_by_zoe({})}).result, "error");
}

TEST_F(EndpointTest, WhatIsWrongWithTheServiceIsNotToldToClients) {
  authorise(zoe);
  settings.database += ".gone/x";
  const auto answered = submit({signed_by_zoe({})});
  EXPECT_EQ(answered.result, "error");
  EXPECT_EQ(answered.message.find("gone"), std::string::npos) << answered.message;
  EXPECT_NE(world.err().find("gone"), std::string::npos);
}

}  // namespace
}  // namespace lorelei::serve
