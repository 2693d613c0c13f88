// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/ed25519.hh"

#include <gtest/gtest.h>

#include "tests/attest/example.hh"

namespace lorelei::attest {
namespace {

const auto kDigest = digest_of_hex("4f667d064c19e92c654ef9d8809fe233b4da24eda0d0ff70c2a4c552de0e28f9");
const std::string kSignatureHex =
    "0f5508e353af4b8e43921b51270bac720e9a5579ed6582675c7bccf37a3b408a"
    "186d7fd143f786bc70bf7e38d7957bb969b5b1b96220c03d46adf075ce206c0a";

std::string example_object() { return *unhex(kSignatureHex) + text_of(kDigest); }

TEST(Ed25519, SignsAsTheReferenceDoes) {
  const auto seed = Ed25519Seed::parse(kSeedText, "key");
  ASSERT_TRUE(seed) << to_text(seed.error());
  EXPECT_EQ(to_text(*seed->public_key()), kPublicText);
  EXPECT_EQ(seed->text(), kSeedText);
  EXPECT_EQ(hex(*seed->sign(kDigest)), hex(example_object()));
}

TEST(Ed25519, GoodWithAndWithoutALineEndInTheKeyFile) {
  for (const char* end : {"", "\n", "\r\n"}) {
    const auto judgement = judge_ed25519(example_object(), kDigest, kPublicText + end);
    EXPECT_EQ(judgement.outcome, Outcome::kGood) << judgement.reason;
    EXPECT_EQ(judgement.fingerprint, kPublicText);
    EXPECT_FALSE(judgement.signed_at);
  }
}

TEST(Ed25519, EveryFlippedBitIsSeen) {
  const auto object = example_object();
  for (std::size_t bit = 0; bit < object.size() * 8; ++bit) {
    auto other = object;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ 1 << bit % 8);
    const auto expected = bit / 8 < 64 ? Outcome::kBadSignature : Outcome::kBadHeader;
    EXPECT_EQ(judge_ed25519(other, kDigest, kPublicText).outcome, expected) << bit;
  }
}

TEST(Ed25519, OnlyNinetySixBytesAreAnObject) {
  const auto object = example_object();
  for (const std::size_t size : {0, 1, 32, 63, 64, 95})
    EXPECT_EQ(judge_ed25519(object.substr(0, size), kDigest, kPublicText).outcome, Outcome::kMalformed) << size;
  EXPECT_EQ(judge_ed25519(object + '\0', kDigest, kPublicText).outcome, Outcome::kMalformed);
}

TEST(Ed25519, AScalarInASecondSpellingIsRefused) {
  // S + L, which names the same scalar.
  const auto order = *unhex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  auto object = example_object();
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += static_cast<unsigned char>(object[32 + i]) + static_cast<unsigned char>(order[i]);
    object[32 + i] = static_cast<char>(carry & 0xff);
    carry >>= 8;
  }
  EXPECT_EQ(judge_ed25519(object, kDigest, kPublicText).outcome, Outcome::kBadSignature);
}

TEST(Ed25519, KeyFilesThatAreNone) {
  const std::string zeros(32, '\0');
  const std::string bad[] = {
      "",
      "\n",
      kPublicText + "\n\n",
      kPublicText + " ",
      " " + kPublicText,
      kPublicText + "\n" + kPublicText + "\n",
      kPublicText.substr(0, 43),
      kPublicText.substr(0, 42) + "h=",  // last bits that count for nothing
      base64(std::string(31, 'k')),
      base64(std::string(33, 'k')),
      base64(zeros),
      base64("\x01" + zeros.substr(1)),                                                    // the neutral point
      base64(*unhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")),  // order 2
      base64(*unhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")),  // order 8
      base64(*unhex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")),  // p itself
      base64(*unhex("0200000000000000000000000000000000000000000000000000000000000000")),  // off the curve
      std::string(10 << 20, 'A'),
  };
  for (const auto& content : bad) {
    SCOPED_TRACE(content.substr(0, 60));
    EXPECT_FALSE(parse_ed25519_key(content, "key"));
    const auto judgement = judge_ed25519(example_object(), kDigest, content);
    EXPECT_EQ(judgement.outcome, Outcome::kFailed);
    EXPECT_FALSE(judgement.reason.empty());
  }
}

TEST(Ed25519, FreshSeedsDifferAndRoundTrip) {
  const auto one = Ed25519Seed::random(), two = Ed25519Seed::random();
  ASSERT_TRUE(one && two);
  EXPECT_NE(one->text(), two->text());
  const auto again = Ed25519Seed::parse(one->text() + "\n", "key");
  ASSERT_TRUE(again);
  const auto object = again->sign(kDigest);
  EXPECT_EQ(judge_ed25519(*object, kDigest, to_text(*one->public_key())).outcome, Outcome::kGood);
  EXPECT_EQ(judge_ed25519(*object, kDigest, to_text(*two->public_key())).outcome, Outcome::kBadSignature);
}

TEST(Ed25519, ASeedThatMovedAwayIsWiped) {
  auto seed = Ed25519Seed::parse(kSeedText, "key").value();
  const auto other = std::move(seed);
  EXPECT_EQ(other.text(), kSeedText);
  EXPECT_EQ(seed.bytes(), (std::array<unsigned char, 32>{}));  // NOLINT: that is the point
}

}  // namespace
}  // namespace lorelei::attest
