// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/regex_words.hh"

#include <gtest/gtest.h>

#include "base/text.hh"

namespace lorelei::patch {

// Sorted by the order of the branches; "..." where a word may go on.
static std::string words(std::string_view pattern) {
  const auto ways = words_of_regex(pattern, Blanks::kIgnored);
  if (!ways) return "none";
  std::string out;
  for (const auto& way : *ways) {
    out += (out.empty() ? "" : ", ") + std::string(way.open_start ? "..." : "") + join(way.words, " ");
    if (way.open_end) out += "...";
  }
  return out;
}

TEST(RegexWords, AFewWordsAreSaid) {
  const struct {
    const char *pattern, *words;
  } cases[] = {
      {"rockchip", "...rockchip..."},
      {"\\bdma_(?:buf|fence)\\b", "dma_buf, dma_fence"},
      {"[^a-z]tegra", "tegra..."},
      {"\\b(?i:Rust)\\b", "rust"},
      {"(?:\\b|_)xdp(?:\\b|_)", "xdp, xdp_..., ..._xdp, ..._xdp_..."},
      {"struct\\s+phylink", "...struct phylink..."},
      {"phylink\\.h|>phylink_", "...phylink h..., phylink_..."},
      {"bcm[9]?68", "...bcm968..., ...bcm68..."},
      {"mt[678]x", "...mt6x..., ...mt7x..., ...mt8x..."},
      {"bcm113*", "...bcm11..."},
      {"SGX_.*end", "...sgx_..."},
      {"of_(\\w+)", "...of_..."},
      {"axp|", "none"},
      {"a.*", "none"},
      {"[a-z]+", "none"},
      {"(", "none"},
      {"(a|b|c|d)(a|b|c|d)(a|b|c|d)(a|b|c|d)", "none"},
  };
  for (const auto& c : cases) EXPECT_EQ(words(c.pattern), c.words) << c.pattern;
}

TEST(RegexWords, CostHasALimit) {
  EXPECT_EQ(words("((a?){100}){40}"), "none");
  EXPECT_EQ(words("(()*)*"), "none");
}

}  // namespace lorelei::patch
