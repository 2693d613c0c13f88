// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/nearest.hh"

#include <algorithm>

#include "base/text.hh"

namespace lorelei {

static constexpr std::size_t kMaxWord = 64;  // nobody mistypes longer names; keeps the cost of foreign words small

// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment), three rows at a time.
std::size_t slips(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = to_lower(a[i - 1]) == to_lower(b[j - 1]);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && to_lower(a[i - 1]) == to_lower(b[j - 2]) && to_lower(a[i - 2]) == to_lower(b[j - 1]))
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  if (word.empty() || word.size() > kMaxWord) return {};
  std::size_t allowed = std::max<std::size_t>(1, (word.size() + 1) / 3) + 1;  // one more than is accepted
  std::string best;
  for (const auto& candidate : candidates) {
    if (candidate.size() > kMaxWord) continue;
    const bool abbreviated = word.size() > 1 && starts_with_ignore_case(candidate, word);
    const auto count = abbreviated ? std::min<std::size_t>(1, candidate.size() - word.size()) : slips(word, candidate);
    // A replaced word of the same length is no likeness: "x" is not "q".
    if (count >= allowed || count >= std::max(word.size(), candidate.size())) continue;
    allowed = count;
    best = candidate;
  }
  return best;
}

}  // namespace lorelei
