// SPDX-License-Identifier: GPL-3.0-or-later
// What TLA+ itself and its standard modules define.
#include <fmt/core.h>

#include <algorithm>

#include "tests/modelcheck/naive.hh"

namespace lorelei::modelcheck::naive {

static bool is_infinite(const Value& set) {
  require(set, Value::Kind::kSet, "an operand");
  return set.described && !set.described->elements;
}

static Values where(const Values& all, const std::function<bool(const Value&)>& is_kept) {
  Values out;
  for (const auto& one : all)
    if (is_kept(one)) out.push_back(one);
  return out;
}

static bool is_subset(const Value& a, const Value& b) {
  require(b, Value::Kind::kSet, "the right side of \\subseteq");
  for (const auto& one : elements(a))
    if (!contains(b, one)) return false;
  return true;
}

static Value unite(const Value& a, const Value& b) {
  if (is_infinite(a) || is_infinite(b))
    return described([a, b](const Value& value) { return contains(a, value) || contains(b, value); }, nullptr);
  auto all = elements(a);
  const auto more = elements(b);
  all.insert(all.end(), more.begin(), more.end());
  return set(all);
}

static Value intersect(const Value& a, const Value& b) {
  if (is_infinite(a) && is_infinite(b))
    return described([a, b](const Value& value) { return contains(a, value) && contains(b, value); }, nullptr);
  if (is_infinite(a)) return intersect(b, a);
  require(b, Value::Kind::kSet, "an operand of \\cap");
  return set(where(elements(a), [&](const Value& value) { return contains(b, value); }));
}

static Value subtract(const Value& a, const Value& b) {
  require(b, Value::Kind::kSet, "the right side of \\");
  if (is_infinite(a))
    return described([a, b](const Value& value) { return contains(a, value) && !contains(b, value); }, nullptr);
  return set(where(elements(a), [&](const Value& value) { return !contains(b, value); }));
}

// Of what kind the elements of a described set are: false for model values, which are in none.
static bool is_of(const Value& value, Value::Kind kind) {
  if (value.kind == Value::Kind::kModelValue) return false;
  require(value, kind, "the left side of \\in");
  return true;
}

static Value subsets(const Value& base) {
  require(base, Value::Kind::kSet, "the operand of SUBSET");
  const std::function<Values()> list = [base] {
    Values out = {set({})};
    for (const auto& element : elements(base))
      for (std::size_t i = out.size(); i > 0; --i) {
        auto larger = out[i - 1].items;
        larger.push_back(element);
        out.push_back(set(larger));
      }
    return out;
  };
  return described([base](const Value& value) { return is_of(value, Value::Kind::kSet) && is_subset(value, base); },
                   is_infinite(base) ? nullptr : list);
}

static std::vector<Values> ways(const Values& sets) {
  std::vector<Values> out = {{}};
  for (const auto& one : sets) {
    std::vector<Values> longer;
    for (const auto& way : out)
      for (const auto& value : elements(one)) {
        longer.push_back(way);
        longer.back().push_back(value);
      }
    out = longer;
  }
  return out;
}

static Value functions(const Value& domain, const Value& range) {
  require(range, Value::Kind::kSet, "the range of a set of functions");
  const auto items = elements(domain);
  const std::function<Values()> list = [items, range] {
    Values out;
    for (const auto& way : ways(Values(items.size(), range))) out.push_back(function(items, way));
    return out;
  };
  const auto contains_it = [items, range](const Value& value) {
    if (!is_of(value, Value::Kind::kFunction) || compare(set(value.items), set(items)) != 0) return false;
    return std::all_of(value.results.begin(), value.results.end(),
                       [&](const Value& one) { return contains(range, one); });
  };
  return described(contains_it, is_infinite(range) && !items.empty() ? nullptr : list);
}

static Value product(const Values& factors) {
  for (const auto& one : factors) require(one, Value::Kind::kSet, "an operand of \\X");
  const std::function<Values()> list = [factors] {
    Values out;
    for (const auto& way : ways(factors)) out.push_back(tuple(way));
    return out;
  };
  const auto contains_it = [factors](const Value& value) {
    if (!is_of(value, Value::Kind::kFunction) || !is_sequence(value)) return false;
    if (value.results.size() != factors.size()) return false;
    for (std::size_t i = 0; i < factors.size(); ++i)
      if (!contains(factors[i], value.results[i])) return false;
    return true;
  };
  return described(contains_it, std::any_of(factors.begin(), factors.end(), is_infinite) ? nullptr : list);
}

static Value sequences(const Value& base) {
  require(base, Value::Kind::kSet, "the operand of Seq");
  return described(
      [base](const Value& value) {
        return is_of(value, Value::Kind::kFunction) && is_sequence(value) && is_subset(set(value.results), base);
      },
      nullptr);
}

Value Interpreter::built_in(const std::string& name, const Arguments& arguments, const Env& environment,
                            bool is_primed) {
  const auto truth = [&](std::size_t i) { return is_true(*arguments[i], environment, is_primed); };
  if (name == "TRUE" || name == "FALSE") return boolean(name == "TRUE");
  if (name == "BOOLEAN") return set({boolean(false), boolean(true)});
  if (name == "STRING")
    return described([](const Value& value) { return is_of(value, Value::Kind::kString); }, nullptr);
  if (name == "/\\" || name == "\\/") {
    for (std::size_t i = 0; i < arguments.size(); ++i)
      if (truth(i) != (name == "/\\")) return boolean(name != "/\\");
    return boolean(name == "/\\");
  }
  if (name == "~") return boolean(!truth(0));
  if (name == "=>") return boolean(!truth(0) || truth(1));
  if (name == "<=>") {
    const bool left = truth(0);
    return boolean(left == truth(1));
  }
  if (name == "'") {
    if (is_primed) fail("primed twice");
    return evaluate(*arguments[0], environment, true);
  }
  if (name == "UNCHANGED") return boolean(is_unchanged(*arguments[0], environment));
  if (name == "ENABLED") return boolean(is_enabled(*arguments[0], environment));
  const auto of = all(arguments, environment, is_primed);
  if (name == "=") return boolean(compare(of[0], of[1]) == 0);
  if (name == "/=") return boolean(compare(of[0], of[1]) != 0);
  if (name == "\\in") return boolean(contains(of[1], of[0]));
  if (name == "\\notin") return boolean(!contains(of[1], of[0]));
  if (name == "\\subseteq") return boolean(is_subset(of[0], of[1]));
  if (name == "\\cup") return unite(of[0], of[1]);
  if (name == "\\cap") return intersect(of[0], of[1]);
  if (name == "\\") return subtract(of[0], of[1]);
  if (name == "\\X") return product(of);
  if (name == "SUBSET") return subsets(of[0]);
  if (name == "UNION") {
    Value out = set({});
    for (const auto& one : elements(of[0])) out = unite(out, one);
    return out;
  }
  if (name == "DOMAIN") {
    require(of[0], Value::Kind::kFunction, "the operand of DOMAIN");
    return set(of[0].items);
  }
  fail(name + " is about behaviours");
}

Value Interpreter::numbers(const std::string& name, const Values& of) {
  for (const auto& one : of) require(one, Value::Kind::kInteger, "an operand of arithmetic");
  const auto a = of[0].number, b = of.size() > 1 ? of[1].number : 0;
  std::int64_t result = 0;
  const auto whole = [&](bool overflows) {
    if (overflows) fail("a number of more than 64 bits");
    return integer(result);
  };
  if (name == "-.") return whole(__builtin_sub_overflow(result, a, &result));
  if (name == "+") return whole(__builtin_add_overflow(a, b, &result));
  if (name == "-") return whole(__builtin_sub_overflow(a, b, &result));
  if (name == "*") return whole(__builtin_mul_overflow(a, b, &result));
  if (name == "<") return boolean(a < b);
  if (name == "<=") return boolean(a <= b);
  if (name == ">") return boolean(a > b);
  if (name == ">=") return boolean(a >= b);
  if (name == "\\div") {
    if (b == 0) fail("division by 0");
    // The largest q with q * b between 0 and a.
    std::int64_t quotient = b == -1 ? whole(__builtin_sub_overflow(result, a, &result)).number : a / b;
    if (quotient * b != a && (a < 0) != (b < 0)) --quotient;
    return integer(quotient);
  }
  if (name == "%") {
    if (b <= 0) fail("the right side of % is not above 0");
    return integer(((a % b) + b) % b);
  }
  if (name == "^") {
    if (b < 0 || (a == 0 && b == 0)) fail("an exponent that is none");
    Value power = integer(1);
    for (std::int64_t i = 0; i < b; ++i) power = numbers("*", {power, of[0]});
    return power;
  }
  Value made = set({});
  for (auto i = a; i <= b; ++i) made.items.push_back(integer(i));
  return made;
}

static void require_sequence(const Value& value) {
  if (!is_sequence(value)) fail(to_text(value) + " is no sequence");
}

static Value part_of(const Value& sequence, std::int64_t from, std::int64_t to) {
  if (from > to) return tuple({});
  if (from < 1 || to > static_cast<std::int64_t>(sequence.results.size())) fail("SubSeq beyond the end");
  return tuple(Values(sequence.results.begin() + from - 1, sequence.results.begin() + to));
}

Value Interpreter::standard(const std::string& name, const Arguments& arguments, const Env& environment,
                            bool is_primed) {
  if (name == "Nat")
    return described([](const Value& one) { return is_of(one, Value::Kind::kInteger) && one.number >= 0; }, nullptr);
  if (name == "Int") return described([](const Value& one) { return is_of(one, Value::Kind::kInteger); }, nullptr);
  if (name == "SelectSeq") {
    const auto sequence = evaluate(*arguments[0], environment, is_primed);
    require_sequence(sequence);
    return tuple(where(sequence.results, [&](const Value& one) {
      const auto kept = apply(*arguments[1], {one}, environment, is_primed);
      require(kept, Value::Kind::kBoolean, "a condition");
      return kept.number == 1;
    }));
  }
  if (name == "Assert") {
    if (!is_true(*arguments[0], environment, is_primed)) throw Failure{"assertion", true};
    return boolean(true);
  }
  const auto of = all(arguments, environment, is_primed);
  for (const auto* one : {"-.", "+", "-", "*", "<", "<=", ">", ">=", "\\div", "%", "^", ".."})
    if (name == one) return numbers(name, of);
  if (name == "->") return functions(of[0], of[1]);
  if (name == "PrintT") return boolean(true);
  if (name == "Print") return of[1];
  if (name == "Cardinality") return integer(static_cast<std::int64_t>(elements(of[0]).size()));
  if (name == "IsFiniteSet") return boolean(of[0].kind == Value::Kind::kSet && !is_infinite(of[0]));
  if (name == "Seq") return sequences(of[0]);
  if (name == ":>") return function({of[0]}, {of[1]});
  if (name == "@@") {
    require(of[0], Value::Kind::kFunction, "the left side of @@");
    require(of[1], Value::Kind::kFunction, "the right side of @@");
    auto items = of[0].items, results = of[0].results;
    items.insert(items.end(), of[1].items.begin(), of[1].items.end());
    results.insert(results.end(), of[1].results.begin(), of[1].results.end());
    return function(items, results);
  }
  const bool are_strings =
      std::all_of(of.begin(), of.end(), [](const auto& one) { return one.kind == Value::Kind::kString; });
  if (name == "Len" && are_strings) return integer(static_cast<std::int64_t>(of[0].text.size()));
  if (name == "\\o" && are_strings) return string(of[0].text + of[1].text);
  if (of.empty()) fail(name + " is not known here");
  require_sequence(of[0]);
  const auto length = static_cast<std::int64_t>(of[0].results.size());
  if (name == "Len") return integer(length);
  if (name == "\\o" || name == "Append") {
    auto whole = of[0].results;
    if (name == "Append") return whole.push_back(of[1]), tuple(whole);
    require_sequence(of[1]);
    whole.insert(whole.end(), of[1].results.begin(), of[1].results.end());
    return tuple(whole);
  }
  if ((name == "Head" || name == "Tail") && length == 0) fail(name + " of nothing");
  if (name == "Head") return of[0].results[0];
  if (name == "Tail") return part_of(of[0], 2, length);
  if (name != "SubSeq") fail(name + " is not known here");
  require(of[1], Value::Kind::kInteger, "a limit of SubSeq");
  require(of[2], Value::Kind::kInteger, "a limit of SubSeq");
  return part_of(of[0], of[1].number, of[2].number);
}

}  // namespace lorelei::modelcheck::naive
