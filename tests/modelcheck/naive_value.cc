// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/core.h>

#include <algorithm>

#include "tests/modelcheck/naive.hh"

namespace lorelei::modelcheck::naive {

void fail(std::string text) { throw Failure{std::move(text)}; }

Value boolean(bool is_true) { return {Value::Kind::kBoolean, is_true ? 1 : 0, {}, {}, {}, {}}; }
Value integer(std::int64_t number) { return {Value::Kind::kInteger, number, {}, {}, {}, {}}; }
Value string(std::string text) { return {Value::Kind::kString, 0, std::move(text), {}, {}, {}}; }
Value model_value(std::string text) { return {Value::Kind::kModelValue, 0, std::move(text), {}, {}, {}}; }

Value described(std::function<bool(const Value&)> contains, std::function<Values()> elements) {
  Value made;
  made.kind = Value::Kind::kSet;
  made.described = std::make_shared<const Described>(Described{std::move(contains), std::move(elements)});
  return made;
}

// One by one into its place.
Value set(Values values) {
  Value made;
  made.kind = Value::Kind::kSet;
  for (const auto& value : values) {
    std::size_t at = 0;
    while (at < made.items.size() && compare(made.items[at], value) < 0) ++at;
    if (at == made.items.size() || compare(made.items[at], value) != 0)
      made.items.insert(made.items.begin() + static_cast<std::ptrdiff_t>(at), value);
  }
  return made;
}

Value function(Values items, Values results) {
  Value made = set(items);
  made.kind = Value::Kind::kFunction;
  for (const auto& item : made.items)
    for (std::size_t i = 0; i < items.size(); ++i)
      if (compare(items[i], item) == 0) {
        made.results.push_back(results[i]);
        break;
      }
  return made;
}

Value tuple(const Values& values) {
  Value made;
  made.kind = Value::Kind::kFunction;
  for (std::size_t i = 0; i < values.size(); ++i) made.items.push_back(integer(static_cast<std::int64_t>(i) + 1));
  made.results = values;
  return made;
}

static const char* name_of(Value::Kind kind) {
  constexpr const char* kNames[] = {"a model value", "a Boolean", "an integer", "a string", "a set", "a function"};
  return kNames[static_cast<int>(kind)];
}

void require(const Value& value, Value::Kind kind, const char* what) {
  if (value.kind != kind) fail(fmt::format("{} is {}, not {}", what, name_of(value.kind), name_of(kind)));
}

static char type_of(const Value& value) {
  if (value.kind != Value::Kind::kModelValue || value.text.size() < 3 || value.text[1] != '_') return '\0';
  return value.text[0];
}

static int compare_all(const Values& a, const Values& b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (const int order = compare(a[i], b[i]); order != 0) return order;
  return 0;
}

int compare(const Value& a, const Value& b) {
  const bool has_model_value = a.kind == Value::Kind::kModelValue || b.kind == Value::Kind::kModelValue;
  if (has_model_value) {
    const auto wrong = [](const Value& one, const Value& other) {
      const char type = type_of(one);
      return type != '\0' &&
             (other.kind != Value::Kind::kModelValue || (type_of(other) != '\0' && type_of(other) != type));
    };
    if (wrong(a, b) || wrong(b, a)) fail("a typed model value is compared with something else");
  }
  if (a.kind != b.kind) {
    if (!has_model_value) fail(fmt::format("{} is compared with {}", name_of(a.kind), name_of(b.kind)));
    return a.kind < b.kind ? -1 : 1;
  }
  if (a.kind == Value::Kind::kSet) {
    const auto x = elements(a), y = elements(b);
    if (x.size() != y.size()) return x.size() < y.size() ? -1 : 1;
    return compare_all(x, y);
  }
  if (a.kind == Value::Kind::kFunction) {
    if (a.items.size() != b.items.size()) return a.items.size() < b.items.size() ? -1 : 1;
    const int order = compare_all(a.items, b.items);
    return order != 0 ? order : compare_all(a.results, b.results);
  }
  if (a.number != b.number) return a.number < b.number ? -1 : 1;
  return a.text.compare(b.text);
}

Values elements(const Value& of) {
  require(of, Value::Kind::kSet, "what is gone through");
  if (!of.described) return of.items;
  if (!of.described->elements) fail("the elements of an infinite set are needed");
  return set(of.described->elements()).items;
}

bool contains(const Value& of, const Value& value) {
  require(of, Value::Kind::kSet, "the right side of \\in");
  if (of.described) return of.described->contains(value);
  return std::any_of(of.items.begin(), of.items.end(), [&](const Value& item) { return compare(item, value) == 0; });
}

bool is_sequence(const Value& value) {
  if (value.kind != Value::Kind::kFunction) return false;
  for (std::size_t i = 0; i < value.items.size(); ++i)
    if (value.items[i].kind != Value::Kind::kInteger || value.items[i].number != static_cast<std::int64_t>(i) + 1)
      return false;
  return true;
}

const Value* find(const Value& of, const Value& argument) {
  require(of, Value::Kind::kFunction, "what is applied");
  for (std::size_t i = 0; i < of.items.size(); ++i)
    if (compare(of.items[i], argument) == 0) return &of.results[i];
  return nullptr;
}

std::string to_text(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kModelValue:
      return value.text;
    case Value::Kind::kBoolean:
      return value.number == 1 ? "TRUE" : "FALSE";
    case Value::Kind::kInteger:
      return fmt::format("{}", value.number);
    case Value::Kind::kString:
      return fmt::format("\"{}\"", value.text);
    case Value::Kind::kSet:
    case Value::Kind::kFunction:
      break;
  }
  const bool is_set = value.kind == Value::Kind::kSet, is_tuple = is_sequence(value);
  if (is_set && value.described && !value.described->elements) return "(infinite)";
  const bool is_record = !value.items.empty() && value.items[0].kind == Value::Kind::kString;
  const auto items = is_set ? elements(value) : value.items;
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += is_set || is_tuple || is_record ? ", " : " @@ ";
    if (is_set)
      out += to_text(items[i]);
    else if (is_tuple)
      out += to_text(value.results[i]);
    else if (is_record)
      out += fmt::format("{} |-> {}", items[i].text, to_text(value.results[i]));
    else
      out += fmt::format("{} :> {}", to_text(items[i]), to_text(value.results[i]));
  }
  if (is_set) return fmt::format("{{{}}}", out);
  if (is_tuple) return fmt::format("<<{}>>", out);
  return is_record ? fmt::format("[{}]", out) : fmt::format("({})", out);
}

}  // namespace lorelei::modelcheck::naive
