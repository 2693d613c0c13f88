// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/submission.hh"

#include "attest/canonical.hh"
#include "attest/verify.hh"
#include "base/text.hh"
#include "mail/message.hh"
#include "serve/relayed_mail.hh"
#include "tests/serve/endpoint_world.hh"

namespace lorelei::serve {
namespace {

class SubmissionTest : public EndpointWorld {
 protected:
  // What is wrong with it; empty: nothing.
  std::string flaw_of(const std::string& message) {
    const auto checked = check_submission(world.env, message, zoe.signer_key(), settings);
    return checked ? "" : checked.error().why;
  }
  attest::Signature judged(const std::string& message) {
    auto keyring = *attest::Keyring::of_key(zoe.signer_key().name, zoe.key, "test");
    return attest::Verifier(world.env, std::move(keyring), {}).verify(message).best();
  }
  std::string relayed(const std::string& message) {
    const auto checked = check_submission(world.env, message, zoe.signer_key(), settings);
    EXPECT_TRUE(checked) << to_text(checked.error());
    if (!checked) return "";
    const auto made = relayed_mail(*checked, settings, zoe.signer_key().name, 7);
    EXPECT_TRUE(made) << to_text(made.error());
    return made ? made->message : "";
  }
};

TEST_F(SubmissionTest, EachRule) {
  const struct {
    const char* name;
    std::function<void(Mail&)> change;
    const char* flaw;  // a part of it; null: none
  } cases[] = {
      {"as it should be", [](Mail&) {}, nullptr},
      {"a version", [](Mail& m) { m.subject = "[RFC][PATCH net v2 0/3] x"; }, nullptr},
      {"+something", [](Mail& m) { m.from = "Zoe <zoe+kernel@example.org>"; }, nullptr},
      {"other letter case", [](Mail& m) { m.from = "Zoe <Zoe@Example.org>"; }, nullptr},
      {"sent on for somebody", [](Mail& m) { m.text = "From: Ann <ann@example.net>\n\n" + m.text; }, nullptr},
      {"no tag", [](Mail& m) { m.subject = "demo: say hello"; }, "no [PATCH] tag"},
      {"a reply", [](Mail& m) { m.subject = "Re: [PATCH] x"; }, "no [PATCH] tag"},
      {"another tag", [](Mail& m) { m.subject = "[RFC] x"; }, "no [PATCH] tag"},
      {"no Date", [](Mail& m) { m.date = ""; }, "no Date"},
      {"a Date that is none", [](Mail& m) { m.date = "soon"; }, "Date cannot be read"},
      {"no Message-ID", [](Mail& m) { m.message_id = ""; }, "no Message-ID"},
      {"a Message-ID that is none", [](Mail& m) { m.message_id = "one@example.org"; }, "Message-ID is none"},
      {"two ids", [](Mail& m) { m.message_id = "<a@x> <b@x>"; }, "Message-ID is none"},
      {"From somebody else", [](Mail& m) { m.from = "Ann <ann@example.net>"; }, "its From is ann@example.net"},
      {"From two", [](Mail& m) { m.from = "Zoe <zoe@example.org>, Ann <ann@example.net>"; }, "one address"},
      {"HTML", [](Mail& m) { m.more = "MIME-Version: 1.0\nContent-Type: text/html\n"; }, "not text/plain"},
      {"prose", [](Mail& m) { m.text = "Buy this.\n"; }, "neither a diff nor a diffstat"},
      {"to nobody we know", [](Mail& m) { m.to = "ann@example.net"; }, "neither To nor Cc"},
      {"to a list that looks alike", [](Mail& m) { m.to = "x@vger.kernel.org.example.net"; }, "neither To nor Cc"},
      {"to nobody", [](Mail& m) { m.to = m.cc = ""; }, "neither To nor Cc"},
      {"to too many", [](Mail& m) { m.cc = "a1@x.org, a2@x.org, a3@x.org, a4@x.org"; }, "more than 4 addresses"},
  };
  settings.limits.recipients = 4;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Mail mail;
    c.change(mail);
    const auto flaw = flaw_of(signed_by_zoe(mail));
    EXPECT_EQ(flaw.empty(), !c.flaw) << flaw;
    EXPECT_NE(flaw.find(c.flaw ? c.flaw : ""), flaw.npos) << flaw;
  }
}

TEST_F(SubmissionTest, WhatWasAddedBehindTheSignature) {
  const auto good = signed_by_zoe({});
  EXPECT_EQ(flaw_of(good), "");
  EXPECT_NE(flaw_of("From: Ann <ann@example.net>\n" + good), "");
  EXPECT_NE(flaw_of("Subject: [PATCH] other\n" + good), "");
  EXPECT_NE(flaw_of("From somebody\n" + good), "");
  EXPECT_NE(flaw_of(good + "more\n"), "");
  EXPECT_NE(flaw_of("X: y\r\n" + good), "");
}

TEST_F(SubmissionTest, SignaturesGrowOld) {
  const auto good = signed_by_zoe({});
  world.now += settings.limits.signature_days * 86400;
  EXPECT_EQ(flaw_of(good), "");
  world.now += 1;
  EXPECT_NE(flaw_of(good), "");
  world.now -= 30 * 86400;
  EXPECT_NE(flaw_of(good), "");  // from the future
}

TEST_F(SubmissionTest, AnotherFromKeepsSignatureAndAuthorInEveryEncoding) {
  const std::string quoted =
      "Caf=C3=A9 =\n"
      "hello.\n"
      "---\n"
      "diff --git a/h b/h\n"
      "--- a/h\n"
      "+++ b/h\n"
      "@@ -1 +1 @@\n"
      "-Hello.\n"
      "+Hello =3D all.\n";
  const std::string type = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: ";
  const struct {
    const char* name;
    Mail mail;
  } cases[] = {
      {"as it is", {}},
      {"8bit", {.more = type + "8bit\n", .text = "Caf\xc3\xa9.\n\n" + kPatchText}},
      {"quoted-printable", {.more = type + "quoted-printable\n", .text = quoted}},
      {"base64", {.more = type + "base64\n", .text = base64(kPatchText) + "\n"}},
      {"an encoded name", {.from = "=?utf-8?q?Zo=C3=AB?= Tester <zoe@example.org>", .more = type + "8bit\n"}},
      {"a long name in quotes, folded",
       {.from = "\"Tester, Zoe, of the Office for the Testing of Long Names = and Such\"\n <zoe@example.org>",
        .more = type + "quoted-printable\n",
        .text = quoted}},
      {"an address alone", {.from = "zoe@example.org"}},
      {"+something", {.from = "Zoe Tester <zoe+list@example.org>"}},
      {"a Subject on top of the text", {.text = "Subject: [PATCH] demo: another one\n\n" + kPatchText}},
      {"a Date on top of the text", {.text = "Date: Fri, 20 Nov 2026 12:00:00 +0000\n\n" + kPatchText}},
      {"empty lines on top", {.text = "\n\n" + kPatchText}},
      {"another author", {.text = "From: Ann <ann@example.net>\n\n" + kPatchText}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto message = signed_by_zoe(c.mail);
    const auto sent = relayed(message);
    SCOPED_TRACE(sent);
    EXPECT_EQ(judged(sent).outcome, judged(message).outcome);
    EXPECT_TRUE(attest::is_good(judged(sent).outcome)) << judged(sent).reason;
    const auto before = attest::canonicalise(message), after = attest::canonicalise(sent);
    ASSERT_TRUE(before && after);
    EXPECT_EQ(after->author, before->author);
    EXPECT_EQ(after->email, before->email);
    EXPECT_EQ(after->date, before->date);
    const mail::Entity entity(sent);
    ASSERT_EQ(entity.header_raw("From").size(), 1u);
    EXPECT_NE(entity.header("From")[0].find(" via Example Endpoint"), std::string::npos);
    EXPECT_EQ(mail::unfolded(entity.header_raw("X-Original-From").at(0)), mail::unfolded(c.mail.from));
    EXPECT_EQ(entity.header_raw("X-Endpoint-Received").size(), 1u);
    EXPECT_EQ(entity.header_raw("Reply-To").size(), 1u);
  }
}

TEST_F(SubmissionTest, TheWholeOfARelayedMail) {
  auto message = signed_by_zoe({.more = "Bcc: x@example.org\nX-Endpoint-Received: by me\n"});
  const auto at = message.find("X-Developer-Signature");
  const auto signature = message.substr(at, message.find("\n\n") - at);
  EXPECT_EQ(relayed(message),
            "From: Zoe Tester via Example Endpoint <devnull+zoe.example.org@endpoint.example>\n"
            "X-Original-From: Zoe Tester <zoe@example.org>\n"
            "Date: Sat, 21 Nov 2026 12:00:00 +0000\n"
            "Subject: [PATCH] demo: say hello\n"
            "Message-ID: <one@example.org>\n"
            "To: linux-block@vger.kernel.org\n"
            "Cc: Ann Other <ann@example.net>\n" +
                signature +
                "\nX-Endpoint-Received: by Example Endpoint for zoe@example.org/mine with\n"
                " auth_id=7\n"
                "Reply-To: Zoe Tester <zoe@example.org>\n"
                "\n"
                "From: Zoe Tester <zoe@example.org>\n"
                "\n" +
                kPatchText);
}

TEST_F(SubmissionTest, ACoverLetterIsGoodOnceItsFromIsPutBack) {
  const auto sent = relayed(signed_by_zoe({.subject = "[PATCH 0/1] demo", .text = kCoverText}));
  EXPECT_TRUE(sent.ends_with("\n\n" + kCoverText));
  EXPECT_EQ(judged(sent).outcome, attest::Outcome::kGoodRelayed);
}

TEST_F(SubmissionTest, AuthorsOfOwnDomainsKeepTheirFrom) {
  settings.own_domains = {"Example.ORG"};
  const auto message = signed_by_zoe({});
  const auto sent = relayed(message);
  const auto end = message.find("\n\n") + 1;
  EXPECT_TRUE(sent.starts_with(message.substr(0, end) + "X-Endpoint-Received: by "));
  EXPECT_TRUE(sent.ends_with(message.substr(end)));
}

}  // namespace
}  // namespace lorelei::serve
