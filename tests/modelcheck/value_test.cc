// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/value.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "modelcheck/sets.hh"

namespace lorelei::modelcheck {

static std::string why(const std::function<void()>& what) {
  try {
    what();
  } catch (const EvaluationError& error) {
    return error.text;
  }
  return "";
}

TEST(Heap, EqualValuesAreTheSameWord) {
  Heap heap;
  std::vector<Value> one = {heap.integer(2), heap.integer(1), heap.integer(2)},
                     two = {heap.integer(1), heap.integer(2)};
  EXPECT_EQ(heap.set(one), heap.set(two));
  EXPECT_EQ(heap.string("abc"), heap.string("abc"));
  EXPECT_NE(heap.string("abc"), heap.model_value("abc"));
  EXPECT_NE(heap.string("abcd"), heap.string("abcde"));
  // <<1, 2>> = [x \in 1..2 |-> x]
  EXPECT_EQ(heap.tuple(two), heap.function(normal(heap, interval(heap, 1, 2)), two));
}

TEST(Heap, IntegersOfAllSizes) {
  Heap heap;
  for (const auto number : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1} << 30, -(std::int64_t{1} << 30),
                            -(std::int64_t{1} << 30) - 1, INT64_MAX, INT64_MIN}) {
    EXPECT_EQ(heap.number(heap.integer(number)), number);
    EXPECT_EQ(heap.integer(number), heap.integer(number));
    EXPECT_EQ(to_text(heap, heap.integer(number)), std::to_string(number));
  }
  EXPECT_LT(heap.compare(heap.integer(INT64_MIN), heap.integer(3)), 0);
}

TEST(Heap, WritesValuesAsTlaDoes) {
  Heap heap;
  const auto a = heap.string("a"), b = heap.string("b");
  std::vector<Value> names = {a, b}, numbers = {heap.integer(1), heap.integer(2)};
  EXPECT_EQ(to_text(heap, heap.tuple(numbers)), "<<1, 2>>");
  EXPECT_EQ(to_text(heap, heap.function(heap.set(names), numbers)), "[a |-> 1, b |-> 2]");
  std::vector<Value> others = {heap.integer(3), heap.integer(5)};
  EXPECT_EQ(to_text(heap, heap.function(heap.set(others), numbers)), "(3 :> 1 @@ 5 :> 2)");
  EXPECT_EQ(to_text(heap, heap.string("say \"x\"\n")), R"("say \"x\"\n")");
  EXPECT_EQ(to_text(heap, powerset(heap, heap.set(names))), R"(SUBSET {"a", "b"})");
}

TEST(Heap, KindsAreNotCompared) {
  Heap heap;
  const auto one = heap.integer(1), a = heap.string("a"), m = heap.model_value("m");
  std::vector<Value> ones = {one}, as = {a}, more = {one, heap.integer(2)};
  EXPECT_THAT(why([&] { (void)heap.equal(one, a); }), testing::HasSubstr("an integer 1 cannot be compared with"));
  EXPECT_FALSE(heap.equal(one, m));
  EXPECT_FALSE(heap.equal(heap.set(more), heap.set(as)));  // of different sizes
  EXPECT_NE(why([&] { (void)heap.equal(heap.set(ones), heap.set(as)); }), "");
  const auto of_a = heap.model_value("A_1"), of_b = heap.model_value("B_1");
  EXPECT_NE(why([&] { (void)heap.equal(of_a, of_b); }), "");
  EXPECT_NE(why([&] { (void)heap.equal(of_a, one); }), "");
  EXPECT_FALSE(heap.equal(of_a, m));
}

TEST(Heap, ManyThreadsMakeTheSameValues) {
  Heap heap;
  std::vector<std::vector<Value>> found(4);
  std::vector<std::thread> threads;
  for (auto& mine : found)
    threads.emplace_back([&heap, &mine] {
      for (int i = 0; i < 20'000; ++i) {
        const Value values[] = {heap.integer(i % 5000), heap.integer(7)};
        mine.push_back(heap.tuple(values));
      }
    });
  for (auto& thread : threads) thread.join();
  for (const auto& mine : found) EXPECT_EQ(mine, found[0]);
}

TEST(Sets, MembershipNeedsNoElements) {
  Heap heap;
  const auto naturals = heap.described(Kind::kNaturals, {});
  const auto small = interval(heap, 1, 3), large = interval(heap, 1, 1'000'000'000);
  EXPECT_TRUE(contains(heap, large, heap.integer(999'999'999)));
  EXPECT_TRUE(contains(heap, powerset(heap, naturals), normal(heap, small)));
  std::vector<Value> pair = {heap.integer(4), heap.integer(0)};
  EXPECT_TRUE(contains(heap, function_set(heap, interval(heap, 1, 2), naturals), heap.tuple(pair)));
  EXPECT_TRUE(contains(heap, sequences(heap, naturals), heap.tuple(pair)));
  EXPECT_FALSE(contains(heap, subtract(heap, naturals, small), heap.integer(2)));
  EXPECT_TRUE(contains(heap, unite(heap, naturals, small), heap.integer(2)));
  EXPECT_NE(why([&] { (void)normal(heap, unite(heap, naturals, small)); }), "");
  EXPECT_NE(why([&] { (void)contains(heap, naturals, heap.string("x")); }), "");
}

TEST(Sets, SizesOfDescribedSets) {
  Heap heap;
  const auto three = interval(heap, 5, 7);
  EXPECT_EQ(cardinality(heap, three), 3);
  EXPECT_EQ(cardinality(heap, interval(heap, 5, 4)), 0);
  EXPECT_EQ(cardinality(heap, powerset(heap, three)), 8);
  EXPECT_EQ(cardinality(heap, function_set(heap, three, powerset(heap, three))), 512);
  const Value factors[] = {three, three};
  EXPECT_EQ(heap.elements(normal(heap, product(heap, factors))).size(), 9u);
  EXPECT_EQ(heap.elements(normal(heap, function_set(heap, three, three))).size(), 27u);
  EXPECT_THAT(why([&] { (void)normal(heap, powerset(heap, interval(heap, 1, 60))); }), testing::HasSubstr("more than"));
}

}  // namespace lorelei::modelcheck
