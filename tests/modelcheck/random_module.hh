// SPDX-License-Identifier: GPL-3.0-or-later
// Modules out of a grammar: small, mostly of few states, and now and then wrong.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace lorelei::modelcheck {

// Same seed, same module, on every machine. Both have the invariants Inv1 and Inv2, and are named M.
std::string random_specification(std::uint64_t seed);
std::string random_algorithm(std::uint64_t seed);

enum class Type { kInteger, kBoolean, kString, kSet, kSequence, kFunction, kRecord };
inline constexpr int kTypes = 7;

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15 + 1) {}
  std::uint64_t next();
  int below(int limit) { return static_cast<int>(next() % static_cast<std::uint64_t>(limit)); }
  bool one_in(int many) { return below(many) == 0; }
  template <typename T>
  const T& any(const std::vector<T>& of) {
    return of[static_cast<std::size_t>(below(static_cast<int>(of.size())))];
  }

 private:
  std::uint64_t state_;
};

struct Typed {
  std::string name;
  Type type;
};

// Expressions over what is in scope. Names that are bound are new each time: TLA+ hides nothing.
class RandomExpressions {
 public:
  explicit RandomExpressions(Dice& dice) : dice_(dice) {}

  std::string expression(Type, int depth);
  std::string any_set(Type of, int depth);        // a set of a few such values
  std::string bounded(Type, const std::string&);  // of which there are only a few
  std::string literal(Type);
  std::string fresh(const char* stem);
  std::string definitions(int count);  // and from then on they are used

  std::vector<Typed> scope;  // variables, also primed ones, and bound names

 private:
  std::string integer(int depth);
  std::string truth(int depth);
  std::string set(int depth);
  std::string sequence(int depth);
  std::string function(int depth);
  std::string record(int depth);
  std::string common(Type, int depth);  // forms that all types have
  std::string lambda(Type, int depth);
  template <typename Body>
  std::string with(const std::string& name, Type type, const Body& body);

  struct Defined {
    std::string name;
    std::vector<Type> parameters;
    Type type;
    enum class Kind { kPlain, kHigher, kRecursive, kFunction } kind;
  };
  Dice& dice_;
  std::vector<Defined> defined_;
  int names_ = 0;
};

}  // namespace lorelei::modelcheck
