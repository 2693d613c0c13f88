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
