// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/sha256.hh"

#include <gtest/gtest.h>

#include "base/text.hh"

namespace lorelei {
namespace {

std::string hex_of(const Sha256Digest& digest) {
  return hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

TEST(Sha256, PublishedVectors) {
  const struct {
    std::string text, digest;
  } cases[] = {
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {std::string(1000000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text.substr(0, 20));
    EXPECT_EQ(hex_of(sha256(c.text)), c.digest);
  }
}

TEST(Sha256, WithAndWithoutInstructionsForIt) {
  for (int length = 0; length < 56; ++length) {
    unsigned char block[64] = {};
    for (int i = 0; i < length; ++i) block[i] = static_cast<unsigned char>(7 * i + 13 * length);
    const auto digest = sha256({reinterpret_cast<const char*>(block), static_cast<std::size_t>(length)});
    block[length] = 0x80;
    block[62] = static_cast<unsigned char>(length * 8 >> 8);
    block[63] = static_cast<unsigned char>(length * 8);
    std::array<std::uint32_t, 8> state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                          0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    sha256_block(block, state);
    for (std::size_t i = 0; i < 32; ++i)
      EXPECT_EQ(digest[i], static_cast<unsigned char>(state[i / 4] >> (24 - 8 * (i % 4)))) << length;
  }
}

TEST(Sha256, EveryWayToCutTheInputGivesTheSame) {
  std::string text;
  for (int i = 0; i < 300; ++i) text.push_back(static_cast<char>(i * 7));
  const auto whole = sha256(text);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    SCOPED_TRACE(cut);
    Sha256 state;
    state.update(std::string_view(text).substr(0, cut));
    state.update(std::string_view(text).substr(cut));
    EXPECT_EQ(state.digest(), whole);
  }
}

TEST(Sha256, ADigestInBetweenChangesNothing) {
  Sha256 state;
  state.update("a");
  const auto early = state.digest();
  EXPECT_EQ(early, sha256("a"));
  state.update("bc");
  EXPECT_EQ(state.digest(), sha256("abc"));
}

}  // namespace
}  // namespace lorelei
