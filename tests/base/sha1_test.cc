// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/sha1.hh"

#include <gtest/gtest.h>

#include <string>

#include "base/text.hh"

namespace lorelei {

static std::string hex_of(const Sha1Digest& digest) {
  return hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

TEST(Sha1, TheStandardsExamples) {
  const struct {
    std::string text;
    const char* digest;
  } cases[] = {
      {"", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
      {"abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
      {std::string(1000000, 'a'), "34aa973cd4c4daa4f61eeb2bdbad27316534016f"},
  };
  for (const auto& c : cases) EXPECT_EQ(hex_of(sha1(c.text)), c.digest) << c.text.substr(0, 60);
}

// The padding has a different shape at every length around a block; the digests of all lengths up to 200 are hashed
// into one, which sha1sum gave.
TEST(Sha1, EveryLengthAroundABlock) {
  Sha1 all;
  for (std::size_t length = 0; length <= 200; ++length) all.update(hex_of(sha1(std::string(length, 'x'))) + "\n");
  EXPECT_EQ(hex_of(all.finish()), "16c2e3d4584b25cfca793a5e5a6a782621add414");
}

TEST(Sha1, PiecesGiveTheSameAsTheWhole) {
  const std::string text = std::string(150, 'p') + std::string(77, 'q');
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Sha1 hash;
    hash.update(text.substr(0, cut));
    hash.update("");
    hash.update(text.substr(cut));
    EXPECT_EQ(hash.finish(), sha1(text)) << cut;
  }
}

TEST(Sha1, StartsAgainAfterFinish) {
  Sha1 hash;
  hash.update("something");
  hash.finish();
  EXPECT_EQ(hash.finish(), sha1(""));
}

}  // namespace lorelei
