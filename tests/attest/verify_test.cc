// SPDX-License-Identifier: GPL-3.0-or-later
// A signature holds for what was signed and for nothing else.
#include "attest/verify.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unordered_set>

#include "tests/attest/signed_mail.hh"

namespace lorelei::attest {

// Failures are read by name.
static void PrintTo(Outcome outcome, std::ostream* out) { *out << name_of(outcome); }

namespace {

std::string with(std::string_view from, std::string_view to, std::string_view mail = kSignedMail) {
  EXPECT_NE(mail.find(from), mail.npos) << from;
  return replace_all(mail, from, to);
}

class Verify : public testing::Test {
 protected:
  Outcome outcome(const std::string& mail, const VerifyOptions& options = {}) {
    return zoe_.judge(mail, options).outcome;
  }
  Verdict verdict(const std::string& mail, const VerifyOptions& options = {}) { return zoe_.verdict(mail, options); }
  ZoesKeyring zoe_;
};

TEST_F(Verify, TheWorkedExampleHolds) {
  const auto found = verdict(kSignedMail);
  ASSERT_EQ(found.signatures.size(), 1u);
  const auto& one = found.signatures[0];
  EXPECT_EQ(one.outcome, Outcome::kGood) << one.reason;
  EXPECT_EQ(one.identity, "zoe@example.org");
  EXPECT_EQ(one.selector, "example");
  EXPECT_EQ(one.fingerprint, kPublicKey);
  EXPECT_EQ(one.signed_at, kSignedAt);
  EXPECT_EQ(one.covered, 236u);
  EXPECT_EQ(hex(one.digest), "4f667d064c19e92c654ef9d8809fe233b4da24eda0d0ff70c2a4c552de0e28f9");
  ASSERT_TRUE(found.content);
  EXPECT_EQ(found.content->author, "Zoë Tester");
  EXPECT_EQ(found.content->subject, "demo: say hello to the whole world");
  EXPECT_EQ(found.content->message,
            "Greet the café too, with a soft break.\n\nSigned-off-by: Zoë Tester <zoe@example.org>\n");
  EXPECT_THAT(found.content->patch, testing::StartsWith("---\n hello.txt"));
}

TEST_F(Verify, LineEndsOfTheWayChangeNothing) {
  EXPECT_EQ(outcome(replace_all(kSignedMail, "\n", "\r\n")), Outcome::kGood);
  EXPECT_EQ(outcome(kSignedMail + "\n\n\n"), Outcome::kGood);
}

TEST_F(Verify, RefoldingAndAnotherEncodingChangeNothing) {
  EXPECT_EQ(outcome(with("to the\n whole", "to\n the whole")), Outcome::kGood);
  EXPECT_EQ(outcome(with("=?UTF-8?q?Zo=C3=AB?=", "=?utf-8?B?Wm/Dqw==?=")), Outcome::kGood);
  auto plain = with("quoted-printable", "8bit");
  for (const auto& [from, to] :
       std::initializer_list<std::pair<const char*, const char*>>{{"caf=C3=A9", "café"},
                                                                  {"soft=\n", "soft"},
                                                                  {"Zo=C3=AB Tester <", "Zoë Tester <"},
                                                                  {"Hello =20", "Hello  "},
                                                                  {"--=20", "-- "}})
    plain = replace_all(plain, from, to);
  EXPECT_EQ(outcome(plain), Outcome::kGood);
}

TEST_F(Verify, EveryBitOfWhatIsSignedCounts) {
  const std::size_t parts[][2] = {{kSignedMail.find("zoe@"), 15},
                                  {kSignedMail.find("say hello"), 9},
                                  {kSignedMail.find("<2024"), 30},
                                  {kSignedMail.find("v=1;"), kSignature.find("Dij5") + 4 - kSignature.find("v=1;")},
                                  {kSignedMail.find("Greet"), 20},
                                  {kSignedMail.find("+Hello"), 13}};
  for (const auto& [start, length] : parts)
    for (std::size_t i = start; i < start + length; ++i)
      for (const char bit : {'\x01', '\x04', '\x40'}) {
        auto mail = kSignedMail;
        mail[i] ^= bit;
        if (is_space(kSignedMail[i]) && is_space(mail[i])) continue;
        EXPECT_FALSE(is_good(outcome(mail))) << i << " " << mail.substr(i - 5, 11);
      }
}

TEST_F(Verify, WhatIsBadHasItsOwnName) {
  EXPECT_EQ(outcome(kPlainMail), Outcome::kUnsigned);
  EXPECT_EQ(outcome(with("Hello world", "Hello there")), Outcome::kBadBody);
  EXPECT_EQ(outcome(with("say hello", "say bye")), Outcome::kBadHeader);
  EXPECT_EQ(outcome(with("b=D1UI4", "b=D1UI5")), Outcome::kBadSignature);
  EXPECT_EQ(outcome(with("s=example", "s=other")), Outcome::kNoKey);
  EXPECT_EQ(outcome(with("v=1", "v=2")), Outcome::kUnsupported);
  EXPECT_EQ(outcome(with("MGeksZU752ICf4jO02iTtoND/cMKkxVLeDij5", "MGeksZU752ICf4jO02iTtoND/cMKkxVLeDij5; i=a@b")),
            Outcome::kMalformed);
  EXPECT_EQ(outcome(""), Outcome::kMalformed);
  EXPECT_EQ(outcome("Subject: x\n"), Outcome::kMalformed);
  EXPECT_EQ(outcome(" x\nSubject: y\n\nz\n"), Outcome::kMalformed);
}

TEST_F(Verify, TagsThatAHostileSignerSignedAreStillOneReading) {
  EXPECT_EQ(outcome(signed_with({})), Outcome::kGood);
  EXPECT_EQ(outcome(signed_with({.after = "i=zoe@example.org; s=example; i=root@kernel.org; "})), Outcome::kMalformed);
  EXPECT_EQ(outcome(signed_with({.before = "v=1; v=1; a=ed25519-sha256; t=1704164645; "})), Outcome::kMalformed);
  EXPECT_EQ(outcome(signed_with({.behind = "; bh=x"})), Outcome::kMalformed);
  EXPECT_EQ(outcome(signed_with({.behind = "; x=1"})), Outcome::kMalformed);
  EXPECT_EQ(outcome(signed_with({.before = "v=1; a=ed25519-sha256; "})), Outcome::kMalformed);
  EXPECT_EQ(outcome(signed_with({.headers = "subject:message-id"})), Outcome::kBadHeader);
  EXPECT_EQ(outcome(signed_with({.headers = "from:message-id"})), Outcome::kBadHeader);
  EXPECT_EQ(outcome(signed_with({.headers = ""})), Outcome::kBadHeader);
  EXPECT_EQ(outcome(signed_with({.headers = "From:Subject"})), Outcome::kMalformed);
  EXPECT_EQ(outcome(signed_with({.headers = "from:subject:x-not-there"})), Outcome::kGood);
  EXPECT_EQ(outcome(signed_with({.headers = "from:from:subject:subject"})), Outcome::kGood);
}

TEST_F(Verify, NamesThatLeadNowhereGood) {
  for (const auto* identity :
       {"zoe", "@example.org", "zoe@", "..@..", ".@example.org", "zoe@example.org/../..", "zoe@%2f"})
    EXPECT_NE(patatt_status(outcome(signed_with({.after = "i=" + std::string(identity) + "; s=example; "}))), 0)
        << identity;
  for (const auto& selector :
       {std::string(".."), std::string("."), std::string(""), std::string(300, 'x'), std::string("../example")})
    EXPECT_NE(patatt_status(outcome(signed_with({.after = "i=zoe@example.org; s=" + selector + "; "}))), 0) << selector;
  EXPECT_EQ(outcome(signed_with({.after = "i=ZOE@Example.org; s=EXAMPLE; "})), Outcome::kGood);
  EXPECT_EQ(outcome(signed_with({.after = "i=zo\xd0\xb5@example.org; s=example; "})), Outcome::kNoKey);
  EXPECT_EQ(outcome(signed_with({.after = "s=example; "})), Outcome::kGood);
}

TEST_F(Verify, ASecondHeaderMakesItDoubtful) {
  for (const auto* more : {"From: Root <root@kernel.org>\n", "FROM: Root <root@kernel.org>\n", "Subject: other\n",
                           "Message-ID: <x@y>\n", "Content-Type: text/html\n", "Date: Tue, 2 Jan 2024 03:04:05 +0000\n",
                           "From :Root <root@kernel.org>\n", "Subject : other\n"}) {
    EXPECT_FALSE(is_good(outcome(more + kSignedMail))) << more;
    EXPECT_FALSE(is_good(outcome(with("\nMIME-Version", "\n" + std::string(more) + "MIME-Version")))) << more;
    EXPECT_FALSE(is_good(outcome(
        with("\n\nGreet", std::string(more) + "\n\nGreet", kPlainHeader + kSignature + more + "\n" + kPlainBody))))
        << more;
    // Named twice in h=, a second one makes it bad, and not only doubtful.
  }
  const auto oversigned = signed_with({.headers = "from:from:subject:subject"});
  EXPECT_EQ(outcome("From: Root <root@kernel.org>\n" + oversigned), Outcome::kBadHeader);
}

TEST_F(Verify, ALineOfWhiteSpaceInTheHeaderIsReadInTwoWays) {
  EXPECT_FALSE(is_good(outcome(with("\nMIME-Version", "\n \t\nMIME-Version"))));
  EXPECT_FALSE(is_good(outcome(with("\nMIME-Version", "\n \nFrom: Root <r@x>\nMIME-Version"))));
  EXPECT_EQ(outcome(signed_with({}, kPlainHeader, kPlainBody, " \n")), Outcome::kAmbiguous);
  EXPECT_FALSE(is_good(outcome(signed_with({}, kPlainHeader + "Odd header: x\n", kPlainBody))));
}

TEST_F(Verify, PartsThatReadersSeeDifferently) {
  const std::string text = "\nGreetings.\n---\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n";
  const std::string head = "From: Zoe <zoe@example.org>\nSubject: x\nMIME-Version: 1.0\nMessage-ID: <a@b>\n";
  const auto typed = [&](const std::string& type) { return head + "Content-Type: " + type + "\n"; };
  const auto part = "--X\nContent-Type: text/plain\n" + text;
  EXPECT_EQ(outcome(signed_with({}, typed("text/plain"), text)), Outcome::kGood);
  EXPECT_EQ(outcome(signed_with({}, typed("multipart/mixed; boundary=X"), part + "--X--\n")), Outcome::kGood);
  EXPECT_EQ(outcome(signed_with({}, typed("text/plain; boundary=X"), part + "--X--\n")), Outcome::kAmbiguous);
  EXPECT_EQ(outcome(signed_with({}, typed("text/plain; boundary=X"), "Evil text\n" + part)), Outcome::kAmbiguous);
  EXPECT_EQ(outcome(signed_with({}, typed("multipart/mixed; boundary=X"), "seen by some\n" + part + "--X--\n")),
            Outcome::kAmbiguous);
  EXPECT_EQ(outcome(signed_with({}, typed("multipart/mixed; boundary=X"), part + "--X--\nseen by some\n")),
            Outcome::kAmbiguous);
  EXPECT_EQ(outcome(signed_with({}, typed("multipart/mixed; boundary=X"), "--X\n\nfirst\n" + part + "--X--\n")),
            Outcome::kAmbiguous);
  EXPECT_EQ(outcome(signed_with({}, typed("multipart/mixed; boundary=X"),
                                "--X\nContent-Type: multipart/mixed; boundary=Y\n\n--Y\n" + text + "--Y--\n--X--\n")),
            Outcome::kAmbiguous);
}

TEST_F(Verify, ALetterWithoutAPatchHasNoLinesThatNobodySigned) {
  const std::string head = "From: Zoe <zoe@example.org>\nSubject: [PATCH 0/2] cover\nMessage-ID: <a@b>\n";
  const auto letter = signed_with({}, head, "This is why.\n");
  EXPECT_EQ(outcome(letter), Outcome::kGood);
  for (const auto* line :
       {"From: Root <root@kernel.org>\n", "Subject: other\n", "Date: Tue, 2 Jan 2024 03:04:05 +0000\n",
        "[PATCH] other\n", ">From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\n"})
    EXPECT_FALSE(is_good(outcome(with("\n\nThis", "\n\n" + std::string(line) + "\nThis", letter)))) << line;
}

TEST_F(Verify, TheDateInTheBodyOfAPatchIsNotSigned) {
  const auto found = verdict(with("\n\n\nGreet", "\n\nDate: Tue, 2 Jan 2029 03:04:05 +0000\n\nGreet"));
  EXPECT_EQ(found.signatures[0].outcome, Outcome::kGood);
  EXPECT_THAT(found.signatures[0].remarks, testing::Contains("the author's date is not signed"));
}

TEST_F(Verify, NumbersOfASeriesAreNotSigned) {
  EXPECT_EQ(outcome(with("[PATCH v2 1/2]", "Re: [PATCH v9 2/7]")), Outcome::kGood);
}

TEST_F(Verify, TextBehindTheSignedLengthIsBadOrCut) {
  const auto longer = kSignedMail + "diff --git a/evil b/evil\n--- a/evil\n+++ b/evil\n@@ -1 +1 @@\n-a\n+b\n";
  EXPECT_EQ(outcome(longer), Outcome::kBadBody);
  VerifyOptions trim;
  trim.trim = Trim::kYes;
  const auto found = verdict(longer, trim);
  EXPECT_EQ(found.signatures[0].outcome, Outcome::kGoodTrimmed);
  ASSERT_TRUE(found.content);
  EXPECT_THAT(found.content->patch, testing::Not(testing::HasSubstr("evil")));
  EXPECT_THAT(found.content->patch, testing::StartsWith("---\n hello.txt"));
  EXPECT_THAT(found.content->message, testing::StartsWith("Greet the café"));
  EXPECT_EQ(outcome(kSignedMail, trim), Outcome::kGood);
  for (const auto* length : {"235", "237", "1"})
    EXPECT_NE(outcome(with("l=236", "l=" + std::string(length), longer), trim), Outcome::kGoodTrimmed);
  for (const auto* length : {"0", "-1", "1e3", "+236", "9223372036854775808"})
    EXPECT_EQ(outcome(with("l=236", "l=" + std::string(length)), trim), Outcome::kMalformed) << length;
}

TEST_F(Verify, WhatIsCutIsWhatTheGoodSignatureCovers) {
  // A second one, by an unknown key, that would cover the whole.
  const auto evil = std::string("diff --git a/evil b/evil\n--- a/evil\n+++ b/evil\n@@ -1 +1 @@\n-a\n+b\n");
  const auto whole = signed_with({.after = "i=zoe@example.org; s=other; "}, kPlainHeader, kPlainBody + evil);
  const auto second = whole.substr(kPlainHeader.size(), whole.find("\n\n") + 1 - kPlainHeader.size());
  VerifyOptions trim;
  trim.trim = Trim::kYes;
  for (const auto& signatures :
       {kSignature + second, second + kSignature, kSignature + replace_all(second, "s=other", "s=example")}) {
    const auto found = verdict(kPlainHeader + signatures + "\n" + kPlainBody + evil, trim);
    EXPECT_EQ(found.best().outcome, Outcome::kGoodTrimmed);
    ASSERT_TRUE(found.content);
    EXPECT_THAT(found.content->patch, testing::Not(testing::HasSubstr("evil")));
  }
}

TEST_F(Verify, ACutThatSplitsAHunkDoesNotCount) {
  const std::string head = "From: Zoe <zoe@example.org>\nSubject: x\nMessage-ID: <a@b>\n";
  const std::string text = "x\n---\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n-b\n";
  const auto half = signed_with({}, head, text);
  VerifyOptions trim;
  trim.trim = Trim::kYes;
  EXPECT_EQ(outcome(half + "+evil\n c\n", trim), Outcome::kBadBody);
}

TEST_F(Verify, EachSignatureIsJudgedByItself) {
  const auto bad = with("b=D1UI4", "b=D1UI5", kSignature), unknown = with("s=example", "s=other", kSignature);
  const auto mail = [](const std::string& signatures) { return kPlainHeader + signatures + "\n" + kPlainBody; };
  const auto outcomes = [&](const std::string& signatures) {
    std::vector<Outcome> all;
    for (const auto& one : verdict(mail(signatures)).signatures) all.push_back(one.outcome);
    return all;
  };
  using testing::ElementsAre;
  EXPECT_THAT(outcomes(kSignature + unknown), ElementsAre(Outcome::kGood, Outcome::kNoKey));
  EXPECT_THAT(outcomes(unknown + kSignature), ElementsAre(Outcome::kNoKey, Outcome::kGood));
  EXPECT_THAT(outcomes(bad + kSignature), ElementsAre(Outcome::kBadSignature, Outcome::kGood));
  std::string many;
  for (int i = 0; i < 25; ++i) many += kSignature;
  const auto all = outcomes(many);
  EXPECT_EQ(all.size(), 25u);
  EXPECT_EQ(all[kMaxSignatures - 1], Outcome::kGood);
  EXPECT_EQ(all[kMaxSignatures], Outcome::kMalformed);
}

TEST_F(Verify, OnlyTheWholeNameOfTheHeaderIsIt) {
  for (const auto* name : {"X-Developer-Signature-Foo", "X-Developer-SignatureX", "Not-X-Developer-Signature"})
    EXPECT_EQ(outcome(with("X-Developer-Signature", name)), Outcome::kUnsigned) << name;
  EXPECT_EQ(outcome(with("X-Developer-Signature", "x-developer-SIGNATURE")), Outcome::kGood);
  EXPECT_EQ(outcome("From: a@b\nSubject: x\nContent-Type: message/rfc822\n\n" + kSignedMail), Outcome::kUnsigned);
}

TEST_F(Verify, KeyFilesThatAreNone) {
  const std::string files[] = {"",
                               "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMQ==",
                               kPublicKey + kPublicKey,
                               kPublicKey + "\n" + kPublicKey,
                               kPublicKey + "x",
                               base64(std::string(32, '\0')),
                               base64("\x01" + std::string(31, '\0')),
                               "ssh-ed25519 AAAA",
                               std::string(2 << 20, 'A')};
  for (const auto& file : files) {
    zoe_.write("ed25519/example.org/zoe/example", file);
    EXPECT_EQ(outcome(kSignedMail), Outcome::kFailed) << file.substr(0, 50);
  }
  zoe_.write("ed25519/example.org/zoe/example", kPublicKey + "\n");
  EXPECT_EQ(outcome(kSignedMail), Outcome::kGood);
}

TEST_F(Verify, TimesAreRemarkedOrEnforced) {
  const auto at = [&](std::int64_t arrived, bool enforce) {
    VerifyOptions options;
    options.enforce_time = enforce;
    return zoe_.verdict(kSignedMail, options, arrived).signatures.front();
  };
  constexpr std::int64_t kDay = 86400;
  EXPECT_EQ(at(kSignedAt + 29 * kDay, true).outcome, Outcome::kGood);
  EXPECT_EQ(at(kSignedAt + 31 * kDay, true).outcome, Outcome::kStale);
  EXPECT_EQ(at(kSignedAt - 14 * 60, true).outcome, Outcome::kGood);
  EXPECT_EQ(at(kSignedAt - kDay, true).outcome, Outcome::kFuture);
  EXPECT_EQ(at(kSignedAt + 31 * kDay, false).outcome, Outcome::kGood);
  EXPECT_THAT(at(kSignedAt + 31 * kDay, false).remarks, testing::Contains("signed 31 days before it arrived"));
  const auto fresh_date = zoe_.judge(with("2 Jan 2024", "22 Jan 2024"));
  EXPECT_EQ(fresh_date.outcome, Outcome::kGood);
  EXPECT_THAT(fresh_date.remarks, testing::Contains("its Date is 20 days away from when it was signed"));
}

TEST_F(Verify, WhoSignsForSomebodyElseIsNamed) {
  const auto other = signed_with({}, with("Tester <zoe@", "Tester <joe@", kPlainHeader));
  EXPECT_EQ(outcome(other), Outcome::kGoodOtherFrom);
  EXPECT_EQ(zoe_.judge(other).reason, "signed by zoe@example.org, from joe@example.org");
  EXPECT_EQ(patatt_status(Outcome::kGoodOtherFrom), 0);
  // The author of a patch is who its body names.
  const auto forwarded = signed_with({}, kPlainHeader, "From: Joe <joe@example.org>\n" + kPlainBody);
  EXPECT_EQ(outcome(forwarded), Outcome::kGoodOtherFrom);
}

TEST_F(Verify, WhatAListServerSendsOnUnderItsOwnAddress) {
  const std::string from = "From: Zoe Tester <zoe@example.org>\n",
                    rest = "Subject: [PATCH 0/2] cover\nMessage-ID: <a@b>\n";
  const std::string relayed =
      "From: Zoe Tester via B4 Relay <devnull+zoe.example.org@kernel.org>\nX-Original-From: Zoe Tester "
      "<zoe@example.org>\n";
  const auto letter = signed_with({}, from + rest, "This is why.\n\n---\nZoe Tester (2):\n      one\n      two\n");
  const auto sent_on = replace_all(letter, from, relayed);
  const auto found = zoe_.judge(sent_on);
  EXPECT_EQ(found.outcome, Outcome::kGoodRelayed) << found.reason;
  EXPECT_EQ(found.relay, "devnull+zoe.example.org@kernel.org");
  EXPECT_FALSE(is_good(outcome(replace_all(sent_on, "devnull+", "root+"))));
  EXPECT_FALSE(
      is_good(outcome(replace_all(sent_on, "X-Original-From: Zoe Tester <zoe@", "X-Original-From: Zoe Tester <joe@"))));
  // A patch names its author in the body.
  const auto patch = replace_all(signed_with({}, from + "Subject: x\nMessage-ID: <a@b>\n", kPlainBody), from, relayed);
  EXPECT_EQ(outcome(replace_all(patch, "\n\n\nGreet", "\n\nFrom: Zoe Tester <zoe@example.org>\n\nGreet")),
            Outcome::kGood);
}

TEST_F(Verify, ARelayCannotMakeAnAuthor) {
  const std::string from = "From: Zoe <zoe@example.org>\n", rest = "Subject: [PATCH 0/2] cover\nMessage-ID: <a@b>\n";
  const auto relayed = [](const std::string& original) {
    return "From: X <devnull+x@relay.example>\nX-Original-From: " + original + "\n";
  };
  const auto tricky = "\"victim@kernel.org\" <zoe@example.org>";
  const auto letter = signed_with({}, "From: " + std::string(tricky) + "\n" + rest, "This is why.\n");
  const auto forged = replace_all(letter, "From: " + std::string(tricky) + "\n", relayed(tricky));
  EXPECT_FALSE(is_good(outcome(forged)));
  const auto patch = signed_with({}, from + rest, kPlainBody);
  EXPECT_FALSE(is_good(outcome(replace_all(patch, from, relayed("Zoe <zoe@example.org>")))));
}

TEST_F(Verify, CarriageReturnsThatNobodySigned) {
  EXPECT_EQ(outcome(with("+Hello world.", "+Hello world.=0D")), Outcome::kAmbiguous);
}

TEST_F(Verify, ACharsetThatMakesOtherText) {
  const std::string head =
      "From: Zoe <zoe@example.org>\nSubject: x\nMessage-ID: <a@b>\nMIME-Version: 1.0\nContent-Type: text/plain; "
      "charset=UTF-8\n";
  const auto mail = signed_with({}, head, "+AGE-bc\n---\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n");
  EXPECT_EQ(outcome(mail), Outcome::kGood);
  EXPECT_EQ(outcome(with("UTF-8", "UTF-7", mail)), Outcome::kAmbiguous);
  EXPECT_EQ(outcome(with("UTF-8", "iso-8859-1", mail)), Outcome::kGood);
}

TEST_F(Verify, ManyNamesAndManyHeadersCostLittle) {
  std::string names = "from:subject", headers;
  for (int i = 0; i < 30'000; ++i) names += ":a";
  for (int i = 0; i < 200'000; ++i) headers += "a:\n";
  EXPECT_EQ(outcome(headers + replace_all(kSignedMail, "h=from:subject:message-id", "h=" + names)),
            Outcome::kMalformed);
}

TEST_F(Verify, LimitsHold) {
  EXPECT_EQ(outcome(std::string(kMaxHeaderBlock + 100, 'x') + ": y\n\nz\n"), Outcome::kMalformed);
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += "X-Filler: y\n";
  EXPECT_EQ(outcome(many + kSignedMail), Outcome::kGood);
}

TEST(OutcomeNames, AreAllDifferent) {
  std::unordered_set<std::string> names;
  for (int i = 0; i <= static_cast<int>(Outcome::kOtherIdentity); ++i) names.insert(name_of(static_cast<Outcome>(i)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(Outcome::kOtherIdentity) + 1);
  EXPECT_STREQ(name_of(Outcome::kOtherIdentity), "other-identity");
}

}  // namespace
}  // namespace lorelei::attest
