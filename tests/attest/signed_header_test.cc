// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/signed_header.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hh"

namespace lorelei::attest {
namespace {

const std::string kHash(44, 'A');  // not 32 bytes: 33
const std::string kBodyHash = "NNvKtUTRNwpF1cQ2QQtkEkbmHpfoeDlt4XHA8sEuE2o=";
const std::string kGoodValue =
    " v=1; a=ed25519-sha256; t=1704164645; l=236;\n i=zoe@example.org; s=example; "
    "h=from:subject:message-id;\n bh=" +
    kBodyHash + ";\n b=AAEC Aw==";

std::string with(std::string_view from, std::string_view to) { return replace_all(kGoodValue, from, to); }

Outcome outcome_of(const std::string& value) {
  const auto tags = read_signature_header(value);
  return tags ? Outcome::kGood : tags.error().outcome;
}

TEST(SignatureHeader, TagsAreReadAndTheSignedTextHasSingleSpaces) {
  const auto tags = read_signature_header(kGoodValue);
  ASSERT_TRUE(tags) << tags.error().reason;
  EXPECT_EQ(tags->algorithm, Algorithm::kEd25519);
  EXPECT_EQ(tags->time, 1704164645);
  EXPECT_EQ(tags->length, 236u);
  EXPECT_EQ(tags->identity, "zoe@example.org");
  EXPECT_EQ(tags->selector, "example");
  EXPECT_THAT(tags->headers, testing::ElementsAre("from", "subject", "message-id"));
  EXPECT_EQ(base64(tags->body_hash), kBodyHash);
  EXPECT_EQ(hex(tags->object), "00010203");
  EXPECT_EQ(tags->hashed,
            "v=1; a=ed25519-sha256; t=1704164645; l=236; i=zoe@example.org; s=example; h=from:subject:message-id; bh=" +
                kBodyHash + "; b=");
}

TEST(SignatureHeader, WhiteSpaceWithinValuesCountsForNothing) {
  const auto tags = read_signature_header(with("s=example", "s=ex am\tple"));
  ASSERT_TRUE(tags);
  EXPECT_EQ(tags->selector, "example");
  EXPECT_NE(tags->hashed.find("s=ex am ple;"), std::string::npos);
}

TEST(SignatureHeader, WhatMayBeMissing) {
  const auto tags = read_signature_header(with(" i=zoe@example.org; s=example;", ""));
  ASSERT_TRUE(tags);
  EXPECT_EQ(tags->identity, "");
  EXPECT_EQ(tags->selector, "default");
  EXPECT_EQ(outcome_of(with("ed25519-sha256; t=1704164645", "openpgp-sha256")), Outcome::kGood);
}

TEST(SignatureHeader, OneReadingOrNone) {
  const std::pair<const char*, const char*> kBroken[] = {{"AAEC Aw==", "AAEC Aw==; bh=x"},   // behind b
                                                         {"AAEC Aw==", "AAEC Aw==; i=a@b"},  //
                                                         {"AAEC Aw==", "AAEC Aw==;"},        //
                                                         {"AAEC Aw==", "AAEC#Aw=="},         // no base64
                                                         {"AAEC Aw==", "AAEC!"},             //
                                                         {"AAEC Aw==", "AA=CAw=="},          //
                                                         {"AAEC Aw==", "AAECAw"},            //
                                                         {"AAEC Aw==", "AAECAx=="},          // loose bits
                                                         {"AAEC Aw==", "-_EC"},              // of another alphabet
                                                         {"AAEC Aw==", ""},                  //
                                                         {"b=AAEC", "b =AAEC"},  // what is signed would end before it
                                                         {"v=1;", "v=1; v=1;"},  // twice
                                                         {"s=example;", "s=example; s=x;"},   //
                                                         {"s=example;", "s=example;;"},       // empty
                                                         {"s=example;", "s=example; =x;"},    // nameless
                                                         {"s=example;", "s=example; word;"},  //
                                                         {"v=1; ", ""},                       // missing
                                                         {"a=ed25519-sha256; ", ""},          //
                                                         {"t=1704164645; ", ""},              //
                                                         {"h=from:subject:message-id;", ""},  //
                                                         {"h=from", "h=From"},                // upper case
                                                         {"l=236", "l=0"},                    //
                                                         {"l=236", "l=-1"},                   //
                                                         {"l=236", "l=1e3"},                  //
                                                         {"l=236", "l=+236"},                 //
                                                         {"l=236", "l=9223372036854775808"},  //
                                                         {"l=236", "l=2147483649"},           //
                                                         {"t=1704164645", "t=now"},           //
                                                         {"t=1704164645", "t=-1"}};
  for (const auto& [from, to] : kBroken)
    EXPECT_EQ(outcome_of(with(from, to)), Outcome::kMalformed) << from << " -> " << to;
  EXPECT_EQ(outcome_of(with(kBodyHash, kHash)), Outcome::kMalformed);
  EXPECT_EQ(outcome_of(""), Outcome::kMalformed);
  EXPECT_EQ(outcome_of(std::string(kMaxSignatureHeader + 1, ' ')), Outcome::kMalformed);
}

TEST(SignatureHeader, UnknownVersionsAndAlgorithmsAreNotMalformed) {
  EXPECT_EQ(outcome_of(with("v=1", "v=2")), Outcome::kUnsupported);
  for (const auto* algorithm : {"ed25519", "ed25519-sha512", "ed25519x-sha256", "rsa-sha256", "-sha256"})
    EXPECT_EQ(outcome_of(with("ed25519-sha256", algorithm)), Outcome::kUnsupported) << algorithm;
}

TEST(SignatureHeader, FromAndSubjectMustBeSigned) {
  EXPECT_EQ(outcome_of(with("h=from:subject:", "h=subject:")), Outcome::kBadHeader);
  EXPECT_EQ(outcome_of(with("h=from:subject:", "h=from:")), Outcome::kBadHeader);
  EXPECT_EQ(outcome_of(with("h=from:subject:message-id", "h=")), Outcome::kBadHeader);
  EXPECT_EQ(outcome_of(with("h=from:subject:", "h=from:subject:x-what:")), Outcome::kGood);
}

TEST(SignatureHeader, RelaxedTakesLineEndsAndRunsOfSpace) {
  EXPECT_EQ(relaxed("  a \r\n\t b\f\v c\r\n"), "a b c");
  EXPECT_EQ(relaxed(" \r\n"), "");
  EXPECT_EQ(relaxed("=?utf-8?q?=C3=A9?="), "é");
  EXPECT_EQ(relaxed("=?utf-8?Q?=C3=A9?="), "=?utf-8?Q?=C3=A9?=");
}

TEST(SignatureHeader, IsFoldedAtItsSpaces) {
  const std::string digits(128, 'D');
  EXPECT_EQ(in_chunks(digits), std::string(73, 'D') + ' ' + std::string(55, 'D'));
  EXPECT_EQ(in_chunks("abc"), "abc");
  const auto text = folded(
      "X-Developer-Signature",
      "v=1; a=ed25519-sha256; t=1704164645; l=236; i=zoe@example.org; s=example; b=" + in_chunks(digits), "\r\n");
  EXPECT_EQ(
      text,
      "X-Developer-Signature: v=1; a=ed25519-sha256; t=1704164645; l=236;\r\n i=zoe@example.org; s=example;\r\n b=" +
          std::string(73, 'D') + "\r\n " + std::string(55, 'D'));
}

}  // namespace
}  // namespace lorelei::attest
