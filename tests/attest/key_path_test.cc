// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/key_path.hh"

#include <gtest/gtest.h>

namespace lorelei::attest {
namespace {

std::string path_of(const std::string& identity, const std::string& selector = "default") {
  const auto path = key_path({Algorithm::kEd25519, identity, selector});
  return path ? *path : "";
}

TEST(KeyPath, IsInLowerCaseAndEncoded) {
  EXPECT_EQ(path_of("o'neil+lists@Example.ORG", "2024 a"), "ed25519/example.org/o%27neil%2Blists/2024+a");
  EXPECT_EQ(path_of("zoe@example.org", "EXAMPLE"), "ed25519/example.org/zoe/example");
  EXPECT_EQ(path_of("a/b@x", "%2f"), "ed25519/x/a%2Fb/%252f");
  EXPECT_EQ(path_of("a@b@c"), "ed25519/b%40c/a/default");
  EXPECT_EQ(path_of(std::string("a\0b@x", 5)), "ed25519/x/a%00b/default");
  EXPECT_EQ(path_of("a@ex\xd0\xb0mple.org"), "ed25519/ex%D0%B0mple.org/a/default");
}

TEST(KeyPath, NothingThatLeadsElsewhereIsOne) {
  for (const auto* identity : {"", "zoe", "@example.org", "zoe@", ".@example.org", "..@example.org", "zoe@..", "zoe@."})
    EXPECT_EQ(path_of(identity), "") << identity;
  for (const auto& selector : {std::string(), std::string("."), std::string(".."), std::string(300, 's')})
    EXPECT_EQ(path_of("zoe@example.org", selector), "") << selector;
}

TEST(KeyPath, ByHash) {
  EXPECT_EQ(by_hash_path("ed25519/example.org/zoe/example"),
            "by-hash/5f/5ff30a2deb68a68900f026abf7a08b9ffb04a46fb61c94892660b8f91595f6");
}

TEST(KeyPath, IsReadBack) {
  const KeyName name{Algorithm::kOpenSsh, "o'neil+lists@example.org", "2024 a"};
  const auto path = key_path(name);
  ASSERT_TRUE(path);
  const auto read = key_name_of(*path);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->algorithm, name.algorithm);
  EXPECT_EQ(read->identity, name.identity);
  EXPECT_EQ(read->selector, name.selector);
  for (const auto* other : {"", "ed25519/x/y", "rsa/x/y/z", "ed25519/x/y/z/w", "ed25519/x/%4/z"})
    EXPECT_FALSE(key_name_of(other));
}

}  // namespace
}  // namespace lorelei::attest
