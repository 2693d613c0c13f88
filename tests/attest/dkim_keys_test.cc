// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/dkim_keys.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "attest/dkim_tags.hh"
#include "tests/attest/dkim_samples.hh"

namespace lorelei::attest {
namespace {

using testing::HasSubstr;
using Type = DkimKeyRecord::Type;

TEST(DkimTags, AreReadWithTheirPlaces) {
  const std::string_view list = " a = 1 ;\r\n\tb=x y\r\n z; c=;d==;";
  const auto tags = parse_dkim_tags(list);
  ASSERT_TRUE(tags) << tags.error().why;
  ASSERT_EQ(tags->all.size(), 4U);
  EXPECT_EQ(tags->find("a"), "1");
  EXPECT_EQ(tags->find("b"), "x y\r\n z");
  EXPECT_EQ(tags->find("c"), "");
  EXPECT_EQ(tags->find("d"), "=");
  EXPECT_EQ(tags->find("A"), std::nullopt);
  EXPECT_EQ(list.substr(tags->all[0].begin, tags->all[0].end - tags->all[0].begin), " 1 ");
  EXPECT_TRUE(parse_dkim_tags(""));
  EXPECT_TRUE(parse_dkim_tags(" \r\n "));
}

TEST(DkimTags, ListsThatAreNone) {
  for (const auto list : {"a", "a=1;;b=2", ";a=1", "=1", "1a=1", "a b=1", "a=1; a=2", "a=\x01", "a=\x7f"}) {
    SCOPED_TRACE(list);
    EXPECT_FALSE(parse_dkim_tags(list));
  }
  std::string many;
  for (std::size_t i = 0; i < kMaxDkimTags; ++i) many += "t" + std::to_string(i) + "=;";
  EXPECT_TRUE(parse_dkim_tags(many));
  EXPECT_FALSE(parse_dkim_tags(many + "x="));
}

TEST(DkimKeyRecord, AllTags) {
  const auto record = parse_dkim_key(
      "v=DKIM1; k=ed25519; h=sha1 : sha256; s=other:*; t=y:s:new; n=why not; g=*; x=1; p=\t"
      "A6EHv/POEL4dcN0Y50vA mWfk1jCbpQ1fHdyGZBJVMbg=;");
  ASSERT_TRUE(record) << record.error().why;
  EXPECT_EQ(record->type, Type::kEd25519);
  EXPECT_EQ(record->key.size(), 32U);
  EXPECT_TRUE(record->allows_sha256 && record->is_for_mail && record->is_testing && record->is_exact);
}

TEST(DkimKeyRecord, Defaults) {
  const auto record = parse_dkim_key("p=AAAA");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->type, Type::kRsa);
  EXPECT_TRUE(record->allows_sha256 && record->is_for_mail);
  EXPECT_FALSE(record->is_testing || record->is_exact);
  EXPECT_TRUE(parse_dkim_key("v=DKIM1; p=")->key.empty());
  EXPECT_FALSE(parse_dkim_key("h=sha1; p=")->allows_sha256);
  EXPECT_FALSE(parse_dkim_key("s=tlsrpt; p=")->is_for_mail);
}

TEST(DkimKeyRecord, RecordsThatAreNone) {
  for (const auto text : {"", "v=DKIM1", "v=DKIM2; p=", "v=dkim1; p=", "p=; v=DKIM1", "p=A", "p=AAA", "p=!!!!",
                          "k=ed25519; p=AAAA", "p=; p=", "h=a::b; p=", "s=; p=", "t=:; p=", "hello"}) {
    SCOPED_TRACE(text);
    const auto record = parse_dkim_key(text);
    ASSERT_FALSE(record);
    EXPECT_EQ(record.error().kind, Error::Kind::kCorrupt);
  }
  EXPECT_EQ(parse_dkim_key("k=ec; p=").error().kind, Error::Kind::kFailed);
}

TEST(DkimKeyRecord, WhatCountsAsOne) {
  for (const auto text : {"v=DKIM1; p=", "v=DKIM2; x", " p=x", "k=rsa; p=x"}) EXPECT_TRUE(is_dkim_record(text)) << text;
  for (const auto text : {"", "v=spf1 -all", "v=DMARC1; p=none", "google-site-verification=x", "k=rsa"})
    EXPECT_FALSE(is_dkim_record(text)) << text;
}

TEST(DkimKey, RsaInBothForms) {
  for (const std::string p : {kRsa2048, kBareRsa2048}) {
    const auto key = DkimKey::load(*parse_dkim_key("p=" + p));
    ASSERT_TRUE(key) << key.error().why;
    EXPECT_EQ(key->bits(), 2048);
    EXPECT_FALSE(key->verifies(sha256("x"), std::string(256, 'x')));
    EXPECT_FALSE(key->verifies(sha256("x"), ""));
  }
  EXPECT_EQ(DkimKey::load({.key = unbase64(kRsa512).value()})->bits(), 512);
}

// SEQUENCE { INTEGER of so many bytes, INTEGER exponent }
std::string rsa_key(std::size_t bytes, char exponent) {
  const auto size = [](std::size_t n) {
    return std::string("\x82") + static_cast<char>(n >> 8) + static_cast<char>(n);
  };
  const auto modulus = "\x02" + size(bytes + 1) + '\0' + '\xff' + std::string(bytes - 1, '\xff');
  const auto body = modulus + "\x02\x01" + exponent;
  return "\x30" + size(body.size()) + body;
}

TEST(DkimKey, LimitsOfRsa) {
  const auto load = [](const std::string& key) { return DkimKey::load({.key = key}); };
  EXPECT_TRUE(load(rsa_key(256, 3)));
  EXPECT_TRUE(load(rsa_key(1024, 3)));
  EXPECT_THAT(load(rsa_key(1025, 3)).error().why, HasSubstr("8192"));
  EXPECT_THAT(load(rsa_key(256, 1)).error().why, HasSubstr("exponent"));
  EXPECT_THAT(load(rsa_key(256, 2)).error().why, HasSubstr("exponent"));
  EXPECT_FALSE(load(rsa_key(256, 3) + "x"));
  EXPECT_FALSE(load("no key"));
}

}  // namespace
}  // namespace lorelei::attest
