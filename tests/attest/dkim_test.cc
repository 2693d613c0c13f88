// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/dkim.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/attest/dkim_samples.hh"

namespace lorelei::attest {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kArrived = 1'704'164'700;
constexpr auto kTags =
    "v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.org; s=ed; t=1704164645; h=from:subject:date";
const std::string kMail =
    "From: Ann <ann@example.org>\r\nSubject: a patch\r\nDate: Tue, 2 Jan 2024 03:04:05 +0000\r\n\r\nOne "
    "line.\r\nTwo.\r\n";

// The worked example of the format: folds, runs of white space, empty lines at the end.
const std::string kExampleSignature =
    "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.org; s=ed;\r\n"
    " t=1704164645; h=from:subject:date:from; bh=HZSMUy4TgAonG+at58pF/Q7bhZsnkBY6bWK4eaaHUpQ=;\r\n"
    " b=WFeb4RWgAjYcJekvkX31azMzcDmukKMRX/JwdJyUncXIkcEScUFMAV0/2QBtVR7DvKR91y68cRsx6pHOQAC+CA==\r\n";
const std::string kExampleHeader =
    "From: Zoe  <zoe@example.org>\r\nSubject:  hi \r\n there\r\nDate: Tue, 2 Jan 2024 03:04:05 +0000\r\n";
const std::string kExampleBody = "A  B \t C\t \r\n\r\n\r\n";
std::string example() { return kExampleSignature + kExampleHeader + "\r\n" + kExampleBody; }

DkimResult only(const std::string& message, DkimKeys keys = keys_of({kEd25519Record}),
                std::int64_t arrived = kArrived) {
  const auto results = DkimChecker(std::move(keys)).check(message, arrived);
  EXPECT_EQ(results.size(), 1U);
  return results.empty() ? DkimResult{} : results[0];
}
std::string outcome(const std::string& message, DkimKeys keys = keys_of({kEd25519Record}),
                    std::int64_t arrived = kArrived) {
  return name_of(only(message, std::move(keys), arrived).outcome);
}
std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  return at == text.npos ? text : text.replace(at, from.size(), to);
}

// ---- canonical forms ----

TEST(DkimBody, CanonicalForms) {
  struct {
    const char *body, *simple, *relaxed;
  } cases[] = {
      {"", "\r\n", ""},
      {"\r\n\r\n", "\r\n", ""},
      {" \r\n", " \r\n", ""},
      {" \t\r\n\r\n", " \t\r\n", ""},
      {"a", "a\r\n", "a\r\n"},
      {"a\n", "a\r\n", "a\r\n"},
      {"a\r\nb\n\n\r\n", "a\r\nb\r\n", "a\r\nb\r\n"},
      {"\n\na\n", "\r\n\r\na\r\n", "\r\n\r\na\r\n"},
      {" a  b\t\tc \t\n", " a  b\t\tc \t\r\n", " a b c\r\n"},
      {"\ta\n", "\ta\r\n", " a\r\n"},
      {"a\rb\r\r\n", "a\rb\r\r\n", "a\rb\r\r\n"},
      {"a\n \n\t\n", "a\r\n \r\n\t\r\n", "a\r\n"},
      {"a\n\r", "a\r\n\r\r\n", "a\r\n\r\r\n"},
      {kExampleBody.c_str(), "A  B \t C\t \r\n", "A B C\r\n"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(testing::PrintToString(std::string(one.body)));
    EXPECT_EQ(canonical_dkim_body(one.body, Canonicalisation::kSimple), one.simple);
    EXPECT_EQ(canonical_dkim_body(one.body, Canonicalisation::kRelaxed), one.relaxed);
  }
}

TEST(DkimBody, HashesOfAnEmptyOneAreThoseOfTheStandard) {
  BodyHashes body("");
  const auto text = [](const Sha256Digest& d) { return base64({reinterpret_cast<const char*>(d.data()), d.size()}); };
  EXPECT_EQ(text(body.hash(Canonicalisation::kSimple, 2)), "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=");
  EXPECT_EQ(text(body.hash(Canonicalisation::kRelaxed, 0)), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}

TEST(DkimHeaderField, CanonicalForms) {
  struct {
    const char *field, *simple, *relaxed;
  } cases[] = {
      {"Subject:  a \r\n\t b  c \r\n", "Subject:  a \r\n\t b  c \r\n", "subject:a b c\r\n"},
      {"SUBJECT :x\n", "SUBJECT :x\r\n", "subject:x\r\n"},
      {"A:\r\n", "A:\r\n", "a:\r\n"},
      {"A: \r\n \r\n", "A: \r\n \r\n", "a:\r\n"},
      {"A:b:c\n", "A:b:c\r\n", "a:b:c\r\n"},
      {"A: b", "A: b\r\n", "a:b\r\n"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.field);
    const auto message = read_dkim_message(one.field);
    ASSERT_TRUE(message);
    ASSERT_EQ(message->headers.size(), 1U);
    std::string simple, relaxed;
    append_canonical_header(simple, message->headers[0], Canonicalisation::kSimple);
    append_canonical_header(relaxed, message->headers[0], Canonicalisation::kRelaxed);
    EXPECT_EQ(simple, one.simple);
    EXPECT_EQ(relaxed, one.relaxed);
  }
}

TEST(DkimHeaderField, ArePickedFromTheBottomUpEachOnce) {
  const auto message = read_dkim_message("A: 1\nB: 2\na: 3\nA : 4\n\nA: 5\n");
  ASSERT_TRUE(message);
  EXPECT_EQ(message->body, "A: 5\n");
  HeaderPicker picker(message->headers);
  picker.restart(2);
  EXPECT_EQ(picker.next("a")->value(), " 4\n");
  EXPECT_EQ(picker.next("a")->value(), " 1\n");
  EXPECT_EQ(picker.next("a"), nullptr);
  EXPECT_EQ(picker.next("c"), nullptr);
  picker.restart(0);
  EXPECT_EQ(picker.next("a")->value(), " 4\n");
  EXPECT_EQ(picker.count("a"), 3U);
}

TEST(DkimHeaderField, WhatOthersMayReadOtherwiseIsDoubtful) {
  for (const auto text : {"A: 1\n \nB: 2\n\n", "A: 1\nno field\n\n", " A: 1\n\n", "A: 1\n: x\n\n", "A: 1\nFrom x\n\n",
                          "A : 1\n\n", "A: 1\rFrom: x\n\n", "A: 1\r\r\n\n"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(read_dkim_message(text)->doubt.empty());
  }
  EXPECT_TRUE(read_dkim_message("From ann Mon Jan 1\nA: 1\n b\n\nc")->doubt.empty());
}

// ---- the worked example ----

TEST(Dkim, WorkedExampleByteForByte) {
  const auto text = example();
  const auto parts = read_dkim_message(text);
  ASSERT_TRUE(parts);
  DkimSignature signature;
  ASSERT_TRUE(parse_dkim_signature(parts->headers[0].value(), signature));
  std::string hashed;
  HeaderPicker headers(parts->headers);
  headers.restart(0);
  for (const auto& name : signature.headers)
    if (const auto* picked = headers.next(name)) append_canonical_header(hashed, *picked, signature.header);
  append_signature_header(hashed, parts->headers[0], signature);
  EXPECT_EQ(hashed,
            "from:Zoe <zoe@example.org>\r\nsubject:hi there\r\ndate:Tue, 2 Jan 2024 03:04:05 +0000\r\n"
            "dkim-signature:v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.org; s=ed; t=1704164645; "
            "h=from:subject:date:from; bh=HZSMUy4TgAonG+at58pF/Q7bhZsnkBY6bWK4eaaHUpQ=; b=");
  const auto digest = sha256(hashed);
  EXPECT_EQ(hex({reinterpret_cast<const char*>(digest.data()), digest.size()}),
            "6268dd9f0e7ff2c828eeff1233b5c02224fc304080738a45515073c7b0683448");
}

TEST(Dkim, WorkedExamplePasses) {
  const auto result = only(example());
  EXPECT_EQ(result.outcome, DkimOutcome::kPass) << result.reason;
  EXPECT_EQ(result.signature.domain, "example.org");
  EXPECT_EQ(result.signature.selector, "ed");
  EXPECT_EQ(result.signature.identity, "@example.org");
  EXPECT_EQ(result.signature.key_name(), "ed._domainkey.example.org");
  EXPECT_EQ(result.signature.signed_at, 1704164645);
  EXPECT_EQ(result.alignment, Alignment::kExact);
  EXPECT_EQ(result.author_domain, "example.org");
  EXPECT_EQ(result.key_bits, 256);
  EXPECT_FALSE(result.is_weak);
  EXPECT_TRUE(result.leaves_white_space);
  EXPECT_EQ(outcome(replace_all(example(), "\r\n", "\n")), "pass");
}

TEST(Dkim, EveryChangedByteOfTheExampleIsNoPass) {
  const auto good = example();
  DkimChecker checker(keys_of({kEd25519Record}));
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    for (const auto& result : checker.check(bad, kArrived))
      EXPECT_NE(result.outcome, DkimOutcome::kPass) << i << ": " << bad.substr(0, i + 1);
  }
}

TEST(Dkim, OutcomesOfChangedMail) {
  const auto good = signed_by_ed25519(kMail, kTags);
  ASSERT_EQ(outcome(good), "pass");
  EXPECT_EQ(outcome(replaced(good, "Two.", "Tow.")), "bad-body");
  EXPECT_EQ(outcome(good + "more"), "bad-body");
  EXPECT_EQ(outcome(good + "\r\n \t\r\n"), "pass");
  EXPECT_EQ(outcome(replaced(good, "a patch", "a  patch")), "pass");
  EXPECT_EQ(outcome(replaced(good, "a patch", "apatch")), "bad-header");
  EXPECT_EQ(outcome(replaced(good, "From: Ann", "From: Bob")), "bad-header");
  EXPECT_EQ(outcome(replaced(good, "t=1704164645", "t=1704164646")), "bad-header");
  EXPECT_EQ(outcome(replaced(good, "s=ed", "s=ee")), "bad-header");
  EXPECT_EQ(outcome("X: y\r\n" + good), "pass");
  EXPECT_TRUE(DkimChecker(keys_of({})).check(kMail, kArrived).empty());
  EXPECT_TRUE(DkimChecker(keys_of({})).check("", kArrived).empty());
}

TEST(Dkim, AllCanonicalisationsAndTheirDefaults) {
  for (const auto c :
       {"", "c=simple; ", "c=relaxed; ", "c=simple/simple; ", "c=simple/relaxed; ", "c=relaxed/simple; "}) {
    SCOPED_TRACE(c);
    const auto good = signed_by_ed25519(
        kMail, std::string(c) + "v=1; a=ed25519-sha256; d=example.org; s=ed; h=From : Subject\r\n : Date : X-None");
    const auto result = only(good);
    EXPECT_EQ(result.outcome, DkimOutcome::kPass) << result.reason;
    EXPECT_EQ(result.leaves_white_space, std::string_view(c).find("/relaxed") != std::string_view::npos);
    EXPECT_EQ(outcome(replace_all(good, "\r\n", "\n")), "pass");
    EXPECT_EQ(outcome(replaced(good, "Two.", "Two. ")), result.leaves_white_space ? "pass" : "bad-body");
    EXPECT_EQ(outcome(replaced(good, "a patch", "a  patch")),
              std::string_view(c).find("c=relaxed") == 0 ? "pass" : "bad-header");
  }
}

// ---- what must not pass, each with its reason ----

TEST(Dkim, SignaturesThatAreNone) {
  const std::string start = "v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.org; s=ed; ";
  struct {
    std::string tags;
    const char *outcome, *reason;
  } cases[] = {
      {start + "h=subject:date", "malformed", "From"},
      {start + "h=", "malformed", "h="},
      {start + "h=from::subject", "malformed", "h="},
      {start + "h=from; i=@evilexample.org", "malformed", "i="},
      {start + "h=from; i=ann@org", "malformed", "i="},
      {start + "h=from; i=example.org", "malformed", "i="},
      {start + "h=from; i=a=4@example.org", "malformed", "i="},
      {start + "h=from; t=10; x=9", "malformed", "x="},
      {start + "h=from; t=-1", "malformed", "t="},
      {start + "h=from; x=+1", "malformed", "x="},
      {start + "h=from; t=1704164645000", "malformed", "t="},
      {start + "h=from; l=1e1", "malformed", "l="},
      {start + "h=from; l=-1", "malformed", "l="},
      {start + "h=from; l=18446744073709551616", "malformed", "l="},
      {start + "h=from; l=18446744073709551615", "malformed", "l="},
      {start + "h=from; l=18", "malformed", "17"},
      {start + "h=from; h=from:subject", "malformed", "h="},
      {start + "h=from; q=dns/other", "unsupported", "q="},
      {start + "h=from; novalue", "malformed", "no value"},
      {start + "h=from; =x", "malformed", "name"},
      {start + "h=from;; z=x", "malformed", "empty"},
      {"v=2; a=ed25519-sha256; d=example.org; s=ed; h=from", "unsupported", "v="},
      {"a=ed25519-sha256; d=example.org; s=ed; h=from", "malformed", "v="},
      {"v=1; a=ed25519-sha256; d=example.org; h=from", "malformed", "s="},
      {"v=1; a=ed25519-sha512; d=example.org; s=ed; h=from", "unsupported", "ed25519-sha512"},
      {"v=1; a=rsa-sha1; d=example.org; s=ed; h=from", "weak", "SHA-1"},
      {"v=1; a=ed25519-sha256; c=foo/bar; d=example.org; s=ed; h=from", "unsupported", "foo"},
      {"v=1; a=ed25519-sha256; c=relaxed/bar; d=example.org; s=ed; h=from", "unsupported", "bar"},
      {"v=1; a=ed25519-sha256; c=relaxed/simple/simple; d=example.org; s=ed; h=from", "malformed", "c="},
      {"v=1; a=ed25519-sha256; d=exa mple.org; s=ed; h=from", "malformed", "d="},
      {"v=1; a=ed25519-sha256; d=; s=ed; h=from", "malformed", "d="},
      {"v=1; a=ed25519-sha256; d=../example.org; s=ed; h=from", "malformed", "d="},
      {"v=1; a=ed25519-sha256; d=example.org; s=..; h=from", "malformed", "s="},
      {"v=1; a=ed25519-sha256; d=ex\xc3\xa4mple.org; s=ed; h=from", "malformed", "d="},
      {"v=1; a=ed25519-sha256; d=example.org; s=e\x01"
       "d; h=from",
       "malformed", "s="},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.tags);
    const auto result = only(signed_by_ed25519(kMail, one.tags));
    EXPECT_STREQ(name_of(result.outcome), one.outcome) << result.reason;
    EXPECT_THAT(result.reason, HasSubstr(one.reason));
  }
  const auto good = signed_by_ed25519(kMail, kTags);
  EXPECT_EQ(outcome(replaced(good, " b=", " b=#")), "malformed");
  EXPECT_EQ(outcome(replaced(good, " bh=", " bh=#")), "malformed");
  EXPECT_EQ(outcome(replaced(good, "\r\nFrom:", "; x=1\r\nFrom:")), "malformed");
  EXPECT_EQ(outcome(replaced(good, "\r\nFrom:", "; x=1804164645\r\nFrom:")), "bad-header");
  EXPECT_EQ(outcome(replaced(good, "\r\nFrom:", "; h=from\r\nFrom:")), "malformed");
}

TEST(Dkim, LengthTags) {
  const std::string tags = std::string(kTags) + "; l=";
  EXPECT_EQ(outcome(signed_by_ed25519(kMail, tags + "0")), "partial-body");
  const auto shorter = signed_by_ed25519(kMail, tags + "11");
  const auto result = only(shorter);
  EXPECT_EQ(result.outcome, DkimOutcome::kPartialBody);
  EXPECT_EQ(result.uncovered_bytes, 6U);
  EXPECT_EQ(outcome(shorter + "evil\r\n"), "partial-body");
  EXPECT_EQ(outcome(replaced(shorter, "One line", "Own line")), "bad-body");
}

TEST(Dkim, ALengthThatIsTheWholeTextIsNoDifference) {
  EXPECT_EQ(canonical_dkim_body("One line.\r\nTwo.\r\n", Canonicalisation::kRelaxed).size(), 17U);
  EXPECT_EQ(outcome(signed_by_ed25519(kMail, std::string(kTags) + "; l=17")), "pass");
  EXPECT_EQ(outcome(signed_by_ed25519(kMail, std::string(kTags) + "; l=18")), "malformed");
}

TEST(Dkim, KeysThatAreNotForIt) {
  const std::string p = "p=A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=";
  struct {
    std::string record;
    const char *outcome, *reason;
  } cases[] = {
      {"k=ed25519; " + p, "pass", ""},
      {"k=ed25519; h=sha1:sha256; s=email; t=; n=a note; " + p, "pass", ""},
      {"v=DKIM1; k=ed25519; p=", "revoked-key", "withdrawn"},
      {"v=DKIM1; k=ed25519; t=y; " + p, "testing", "tests"},
      {"v=DKIM1; k=ed25519; t=s : y; " + p, "testing", "tests"},
      {"v=DKIM1; k=ed25519; h=sha1; " + p, "bad-key", "SHA-256"},
      {"v=DKIM1; k=ed25519; s=tlsrpt; " + p, "bad-key", "mail"},
      {"v=DKIM2; k=ed25519; " + p, "bad-key", "DKIM1"},
      {"k=ed25519; v=DKIM1; " + p, "bad-key", "first"},
      {"v=DKIM1; " + p, "bad-key", "RSA"},
      {std::string("v=DKIM1; k=rsa; p=") + kRsa2048, "bad-key", "another type"},
      {"v=DKIM1; k=x448; " + p, "unsupported", "x448"},
      {"v=DKIM1; k=ed25519; p=AAAA", "bad-key", "32 bytes"},
      {"v=DKIM1; k=ed25519", "bad-key", "p="},
      {"v=DKIM1; k=ed25519; " + p + "; " + p, "bad-key", "twice"},
      {"v=DKIM1; k=ed25519; p=" + base64(std::string(32, '\0')), "bad-header", "fit"},
      {"v=DKIM1; k=ed25519; p=" + base64('\1' + std::string(31, '\0')), "bad-header", "fit"},
  };
  const auto good = signed_by_ed25519(kMail, kTags);
  for (const auto& one : cases) {
    SCOPED_TRACE(one.record);
    const auto result = only(good, keys_of({one.record}));
    EXPECT_STREQ(name_of(result.outcome), one.outcome) << result.reason;
    EXPECT_THAT(result.reason, HasSubstr(one.reason));
  }
  const auto below = signed_by_ed25519(kMail, std::string(kTags) + "; i=ann@lists.example.org");
  EXPECT_EQ(outcome(below), "pass");
  EXPECT_EQ(outcome(below, keys_of({"v=DKIM1; k=ed25519; t=s; " + p})), "bad-key");
  EXPECT_EQ(outcome(good, keys_of({"v=DKIM1; k=ed25519; t=s; " + p})), "pass");
  const auto rsa_tagged =
      signed_by_ed25519(kMail, "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=ed; h=from:subject:date");
  EXPECT_THAT(only(rsa_tagged).reason, HasSubstr("another type"));
}

TEST(Dkim, HeadersThatStandTwice) {
  const auto good = signed_by_ed25519(kMail, kTags);
  for (const std::string extra : {"From: victim@example.org\r\n", "from : victim@example.org\r\n", "Subject: x\r\n",
                                  "Date: x\r\n", "FROM:\r\n victim@example.org\r\n"}) {
    SCOPED_TRACE(extra);
    EXPECT_EQ(outcome(extra + good), "ambiguous");
    EXPECT_NE(outcome(replaced(good, "\r\n\r\n", "\r\n" + extra + "\r\n")), "pass");
  }
  const std::string two = "To: a@example.org\r\nTo: b@example.org\r\n" + kMail;
  EXPECT_EQ(outcome(signed_by_ed25519(two, kTags)), "ambiguous");
  EXPECT_EQ(outcome(signed_by_ed25519(two, std::string(kTags) + ":to")), "ambiguous");
  EXPECT_EQ(outcome(signed_by_ed25519(two, std::string(kTags) + ":to:to")), "pass");
  const std::string two_authors = "From: Victim <victim@example.org>\r\n" + kMail;
  for (const char* more : {"", ":from", ":from:from"})
    EXPECT_EQ(outcome(signed_by_ed25519(two_authors, std::string(kTags) + more)), "ambiguous") << more;
  const auto oversigned = signed_by_ed25519(kMail, std::string(kTags) + ":to:from");
  EXPECT_EQ(outcome(oversigned), "pass");
  EXPECT_EQ(outcome("To: x@example.org\r\n" + oversigned), "bad-header");
  EXPECT_EQ(outcome("From: x@example.org\r\n" + oversigned), "bad-header");
  EXPECT_EQ(outcome(replaced(good, "Subject:", "X: y\r\n \r\nSubject:")), "ambiguous");
}

TEST(Dkim, DomainsOfOthersDoNotPass) {
  const auto from = [](const std::string& value) {
    return only(signed_by_ed25519(replaced(kMail, "Ann <ann@example.org>", value), kTags));
  };
  EXPECT_EQ(from("ann@EXAMPLE.org").outcome, DkimOutcome::kPass);
  const auto below = from("ann@lists.example.org");
  EXPECT_EQ(below.outcome, DkimOutcome::kPass);
  EXPECT_EQ(below.alignment, Alignment::kOrganisational);
  for (const auto value : {"victim@victim.example", "ann@evilexample.org", "a@example.org, b@victim.example", "nobody",
                           "\"ann@example.org\" <x@victim.example>", "ann@org", ""}) {
    SCOPED_TRACE(value);
    const auto result = from(value);
    EXPECT_EQ(result.outcome, DkimOutcome::kMisaligned) << result.reason;
    EXPECT_EQ(result.alignment, Alignment::kNone);
    EXPECT_FALSE(result.reason.empty());
  }
  EXPECT_EQ(alignment("co.uk", "example.co.uk"), Alignment::kNone);
  EXPECT_EQ(alignment("a.co.uk", "b.co.uk"), Alignment::kNone);
  EXPECT_EQ(alignment("x.a.co.uk", "A.co.uk"), Alignment::kOrganisational);
  EXPECT_EQ(alignment("", ""), Alignment::kNone);
}

TEST(Dkim, ExpiryIsThatOfTheArrivalNotOfToday) {
  const auto mail = signed_by_ed25519(kMail, std::string(kTags) + "; x=1704251045");
  EXPECT_EQ(outcome(mail, keys_of({kEd25519Record}), 1704251045), "pass");
  EXPECT_EQ(outcome(mail, keys_of({kEd25519Record}), 1704251046), "expired");
}

TEST(Dkim, TextOfOtherTagsIsNotTakenForTheSignature) {
  const auto tags = std::string(kTags) + "; z=From:b=3Dx|Subject: b=abc; b2=b=x";
  const auto good = signed_by_ed25519(kMail, tags);
  EXPECT_EQ(outcome(good), "pass");
  EXPECT_EQ(outcome(replaced(good, "b=abc", "b=abd")), "bad-header");
  EXPECT_EQ(outcome(replaced(good, "b2=b=x", "b2=b=y")), "bad-header");
}

// ---- keys that are not at hand ----

DkimKeys asking(DkimKeyAnswer::State state) {
  DkimKeys keys;
  keys.ask = [state](const std::string& name) {
    EXPECT_EQ(name, "ed._domainkey.example.org");
    DkimKeyAnswer answer;
    answer.state = state;
    answer.reason = "the reason";
    return answer;
  };
  return keys;
}

TEST(Dkim, AKeyThatNobodyGivesIsNoBadSignature) {
  const auto good = signed_by_ed25519(kMail, kTags);
  const auto bad = replaced(good, "a patch", "an act");
  using State = DkimKeyAnswer::State;
  for (const auto& mail : {good, bad}) {
    EXPECT_EQ(outcome(mail, asking(State::kUnavailable)), "key-unavailable");
    EXPECT_EQ(outcome(mail, asking(State::kNone)), "no-key");
    EXPECT_EQ(outcome(mail, asking(State::kAmbiguous)), "bad-key");
    EXPECT_EQ(outcome(mail, keys_of({})), "key-unavailable");
    EXPECT_EQ(outcome(mail, {}), "key-unavailable");
  }
  EXPECT_EQ(only(good, asking(State::kUnavailable)).reason, "the reason");
}

TEST(Dkim, KeysOverTimeAreTriedAndOnlyThenTheNetworkIsAsked) {
  const auto other = "v=DKIM1; k=ed25519; p=" + base64(std::string(32, 'x'));
  const auto good = signed_by_ed25519(kMail, kTags);
  EXPECT_EQ(outcome(good, keys_of({other, kEd25519Record})), "pass");
  EXPECT_EQ(outcome(good, keys_of({"v=DKIM1; p=", kEd25519Record})), "pass");
  EXPECT_EQ(outcome(good, keys_of({other})), "bad-header");

  auto keys = keys_of({other});
  int asked = 0;
  keys.ask = [&asked](const std::string&) {
    ++asked;
    return DkimKeyAnswer{DkimKeyAnswer::State::kFound, {{kEd25519Record, KeySource::kDnssec, 5, 6}}, ""};
  };
  const auto result = only(good, keys);
  EXPECT_EQ(result.outcome, DkimOutcome::kPass);
  EXPECT_EQ(asked, 1);
  ASSERT_TRUE(result.key);
  EXPECT_STREQ(name_of(result.key->source), "dnssec");
}

TEST(Dkim, ALaterKeySaysNothingAboutOldMail) {
  const auto with_key_since = [](std::int64_t first_seen) {
    DkimKeys keys;
    keys.known = [first_seen](const std::string&, std::int64_t) {
      return DkimKeyAnswer{
          DkimKeyAnswer::State::kFound,
          {{"v=DKIM1; k=ed25519; p=" + base64(std::string(32, 'x')), KeySource::kDns, first_seen, first_seen}},
          ""};
    };
    return keys;
  };
  const auto good = signed_by_ed25519(kMail, kTags);
  EXPECT_EQ(outcome(good, with_key_since(kArrived)), "bad-header");
  EXPECT_EQ(outcome(good, with_key_since(kArrived + kKeyReach)), "bad-header");
  EXPECT_EQ(outcome(good, with_key_since(kArrived + kKeyReach + 1)), "key-unavailable");
}

// ---- several signatures ----

TEST(Dkim, EachSignatureIsJudgedOnItsOwnFromTheBottom) {
  const auto once = signed_by_ed25519(kMail, kTags);
  const auto twice = signed_by_ed25519(once, "v=1; a=ed25519-sha256; d=other.example; s=x; h=from:dkim-signature");
  DkimChecker checker(keys_of({kEd25519Record}));
  auto results = checker.check(twice, kArrived);
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[0].signature.domain, "example.org");
  EXPECT_EQ(results[0].outcome, DkimOutcome::kPass);
  EXPECT_EQ(results[1].signature.domain, "other.example");
  EXPECT_EQ(results[1].outcome, DkimOutcome::kMisaligned);
  results = checker.check(replaced(twice, "s=ed", "s=ee"), kArrived);
  EXPECT_EQ(results[0].outcome, DkimOutcome::kBadHeader);
  EXPECT_EQ(results[1].outcome, DkimOutcome::kBadHeader);

  auto many = once;
  for (int i = 0; i < 24; ++i) many = once.substr(0, once.find("From:")) + many;
  results = checker.check(many, kArrived);
  ASSERT_EQ(results.size(), kMaxDkimSignatures + 1);
  for (std::size_t i = 0; i < kMaxDkimSignatures; ++i) EXPECT_EQ(results[i].outcome, DkimOutcome::kPass);
  EXPECT_EQ(results.back().outcome, DkimOutcome::kMalformed);
  EXPECT_EQ(checker.check("not a header\r\n" + many, kArrived).size(), kMaxDkimSignatures + 1);
}

// ---- RSA ----

TEST(Dkim, RsaKeysOfAllSizes) {
  const auto of = [](const char* signature, const std::string& p) {
    return only(std::string(signature) + kRsaMessage, keys_of({"v=DKIM1; k=rsa; p=" + p}));
  };
  auto result = of(kSignatureOf2048, kRsa2048);
  EXPECT_EQ(result.outcome, DkimOutcome::kPass) << result.reason;
  EXPECT_EQ(result.key_bits, 2048);
  EXPECT_FALSE(result.is_weak);
  EXPECT_FALSE(result.leaves_white_space);
  EXPECT_EQ(of(kSignatureOf2048, kBareRsa2048).outcome, DkimOutcome::kPass);
  result = of(kSignatureOf1024, kRsa1024);
  EXPECT_EQ(result.outcome, DkimOutcome::kPass) << result.reason;
  EXPECT_EQ(result.key_bits, 1024);
  EXPECT_TRUE(result.is_weak);
  EXPECT_EQ(of(kSignatureOf1024, kRsa2048).outcome, DkimOutcome::kBadHeader);
  EXPECT_EQ(of(kSignatureOf2048, kRsa1024).outcome, DkimOutcome::kBadHeader);
  for (const auto* small : {kRsa512, kRsa768}) EXPECT_EQ(of(kSignatureOf1024, small).outcome, DkimOutcome::kWeak);
  const auto flipped = replaced(kSignatureOf2048, "b=Dxas", "b=Dxat");
  EXPECT_EQ(of(flipped.c_str(), kRsa2048).outcome, DkimOutcome::kBadHeader);
  EXPECT_EQ(of(kSignatureOf2048, base64(*unbase64(kRsa2048) + "x")).outcome, DkimOutcome::kBadKey);
  EXPECT_EQ(of(kSignatureOf2048, "AAAA").outcome, DkimOutcome::kBadKey);
}

}  // namespace
}  // namespace lorelei::attest
