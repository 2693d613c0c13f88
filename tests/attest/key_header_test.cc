// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/key_header.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lorelei::attest {
namespace {

using ::testing::HasSubstr;

const std::string kEd25519 = std::string(43, 'A') + "=";
const std::string kSsh = "SHA256:" + std::string(43, 'b');
const std::string kFingerprint = "0123456789abcdef0123456789ABCDEF01234567";

std::string why_not(std::string_view value) {
  const auto read = read_key_header(value);
  return read ? "" : read.error().why;
}

TEST(KeyHeader, EachAlgorithmHasItsKey) {
  const auto ed25519 = read_key_header(" i=ann@example.org; a=ed25519; pk=" + kEd25519 + "\r\n");
  ASSERT_TRUE(ed25519);
  EXPECT_EQ(ed25519->algorithm, Algorithm::kEd25519);
  EXPECT_EQ(ed25519->identity, "ann@example.org");
  EXPECT_EQ(ed25519->key, kEd25519);
  const auto openpgp = read_key_header("i=ann@example.org; a=openpgp;\n fpr=" + kFingerprint);
  ASSERT_TRUE(openpgp);
  EXPECT_EQ(openpgp->key, "0123456789ABCDEF0123456789ABCDEF01234567");
  const auto openssh = read_key_header("a=openssh; fpr=" + kSsh + "; i=ann@example.org; x=1;");
  ASSERT_TRUE(openssh);
  EXPECT_EQ(openssh->key, kSsh);
}

TEST(KeyHeader, FoldsCountForNothing) {
  const auto read = read_key_header(" i=ann@exam\n ple.org; a=ed25519;\r\n\tpk=AAAA " + kEd25519.substr(4));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->identity, "ann@example.org");
  EXPECT_EQ(read->key, kEd25519);
}

TEST(KeyHeader, WhatNamesNoKeyIsNone) {
  EXPECT_THAT(why_not(""), HasSubstr("algorithm"));
  EXPECT_THAT(why_not("i=a@b; a=rot13; pk=" + kEd25519), HasSubstr("rot13"));
  EXPECT_THAT(why_not("a=ed25519; pk=" + kEd25519), HasSubstr("i="));
  EXPECT_THAT(why_not("i=a@b; a=ed25519; fpr=" + kEd25519), HasSubstr("no key"));
  EXPECT_THAT(why_not("i=a@b; a=ed25519; pk=AAAA"), HasSubstr("no key"));
  EXPECT_THAT(why_not("i=a@b; a=openpgp; fpr=" + kFingerprint.substr(1)), HasSubstr("no key"));
  EXPECT_THAT(why_not("i=a@b; a=openpgp; fpr=-" + kFingerprint.substr(1)), HasSubstr("no key"));
  EXPECT_THAT(why_not("i=a@b; a=openssh; fpr=SHA256:" + std::string(42, 'b') + "\x1b"), HasSubstr("no key"));
  EXPECT_THAT(why_not("i=a@b; i=c@d; a=ed25519; pk=" + kEd25519), HasSubstr("twice"));
  EXPECT_THAT(why_not(std::string(kMaxKeyHeader + 1, ' ')), HasSubstr("4096"));
}

}  // namespace
}  // namespace lorelei::attest
