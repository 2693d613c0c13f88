// SPDX-License-Identifier: GPL-3.0-or-later
// The model checker against the oracle, over random modules. LORELEI_SEEDS=FROM-TO in the environment takes other seeds
// than those that every run of the tests takes.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "tests/modelcheck/both.hh"
#include "tests/modelcheck/random_module.hh"

namespace lorelei::modelcheck {
namespace {

struct Seeds {
  std::uint64_t from, to;
};
Seeds seeds(Seeds usual) {
  const char* wanted = std::getenv("LORELEI_SEEDS");
  unsigned long long from = 0, to = 0;
  if (!wanted || std::sscanf(wanted, "%llu-%llu", &from, &to) != 2) return usual;
  return {from, to};
}

// The oracle is slow, and fifty times slower where each access is looked at.
#if defined(__SANITIZE_ADDRESS__)
constexpr std::uint64_t kPart = 6;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr std::uint64_t kPart = 6;
#else
constexpr std::uint64_t kPart = 1;
#endif
#else
constexpr std::uint64_t kPart = 1;
#endif

void compare_all(const Seeds& all, std::string (*module)(std::uint64_t)) {
  int compared = 0, failed = 0, large = 0, states = 0;
  for (auto seed = all.from; seed <= all.to; ++seed) {
    const Case one{module(seed), {"Inv1", "Inv2"}, {}};
    const auto found = compare(one, 400);
    EXPECT_EQ(found.difference, "") << "seed " << seed << "\n" << one.module;
    ++compared;
    failed += found.expected.has_failed ? 1 : 0;
    large += found.expected.is_whole ? 0 : 1;
    states += found.expected.is_whole ? static_cast<int>(found.expected.distinct) : 0;
  }
  fmt::print("{} modules, {} of them fail, {} are too large, {} states\n", compared, failed, large, states);
  EXPECT_LT(failed, compared / 2);
}

TEST(Naive, RandomSpecifications) { compare_all(seeds({1, 250 / kPart}), random_specification); }
TEST(Naive, RandomAlgorithms) { compare_all(seeds({1, 120 / kPart}), random_algorithm); }

struct Found {
  const char* definitions;  // of Init and Next, of x and y
  std::uint64_t generated, distinct;
};

TEST(Naive, WhatWasWrongOnce) {
  const std::vector<Found> all = {
      // What is bound in one part of \A is still so when the parts behind it have been gone through.
      {"Init == x = 0 /\\ y = 0\n"
       "Next == \\A k \\in 1..2 : LET d == k * 10 IN \\E e \\in {0, 1} : IF k = 1 THEN x' = d + e ELSE y' = d + e\n",
       21, 5},
      {"Init == x = 0 /\\ y = 0\n"
       "Next == \\A k \\in 1..2 : \\E e, g \\in {0, 1} : IF k = 1 THEN x' = 2 * e + g ELSE y' = 2 * e + g\n",
       257, 16},
      // A variable has its value by any name.
      {"n == x'\nz == y\nInit == x = 0 /\\ z = 0\nNext == n = 1 - x /\\ z' \\in {0, 1}\n", 9, 4},
      // Guards that are true in two ways count twice, wherever they are defined.
      {"A(g) == g /\\ x' = 1 /\\ UNCHANGED y\nInit == x = 0 /\\ y = 0\nNext == A(x = 0 \\/ y = 0)\n", 4, 2},
      {"Init == x = 0 /\\ y = 0\n"
       "Next == LET g == x = 0 \\/ y = 0 IN g /\\ x' = 1 /\\ UNCHANGED y\n",
       4, 2},
      // All initial states are looked at, also those behind one that is wrong.
      {"Init == x \\in {0, 9, 1} /\\ y = 0\nNext == x' = (x + 1) % 10 /\\ y' = y\n", 13, 10},
  };
  for (const auto& [definitions, generated, distinct] : all) {
    const Case one{
        std::string("---- MODULE M ----\nEXTENDS Integers\nVARIABLES x, y\n") + definitions + "Inv1 == x # 9\n====\n",
        {"Inv1"},
        {}};
    const auto found = compare(one, 1000);
    EXPECT_EQ(found.difference, "") << definitions;
    EXPECT_EQ(found.expected.generated, generated) << definitions;
    EXPECT_EQ(found.expected.distinct, distinct) << definitions;
  }
  // A definition of a LET that fails was taken for what had stood in its slot before.
  EXPECT_EQ(compare({random_specification(1045), {"Inv1"}, {}}, 400).difference, "");
}

}  // namespace
}  // namespace lorelei::modelcheck
