// SPDX-License-Identifier: GPL-3.0-or-later
// Equality and order of values, and how they are written.
#include <fmt/core.h>

#include <algorithm>

#include "modelcheck/value.hh"

namespace lorelei::modelcheck {

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::kBoolean:
      return "a Boolean";
    case Kind::kInteger:
      return "an integer";
    case Kind::kString:
      return "a string";
    case Kind::kModelValue:
      return "a model value";
    case Kind::kFunction:
      return "a function";
    default:
      return "a set";
  }
}

std::string shown(const Heap& heap, Value value) {
  auto text = to_text(heap, value);
  if (text.size() <= 60) return text;
  text.resize(57);
  return text + "...";
}

[[noreturn]] static void fail_to_compare(const Heap& heap, Value a, Value b) {
  fail(fmt::format("{} {} cannot be compared with {} {}", name_of(heap.kind(a)), shown(heap, a), name_of(heap.kind(b)),
                   shown(heap, b)));
}

// "A_n1" has type 'A'; 0: none.
static char type_of(const Heap& heap, Value model_value) {
  const auto name = heap.text(model_value);
  return name.size() > 2 && name[1] == '_' ? name[0] : '\0';
}

// Of two different values of which one is a model value at least: that they can be compared.
static void check_model_values(const Heap& heap, Value a, Value b) {
  const bool is_a = heap.kind(a) == Kind::kModelValue, is_b = heap.kind(b) == Kind::kModelValue;
  const char of_a = is_a ? type_of(heap, a) : '\0', of_b = is_b ? type_of(heap, b) : '\0';
  if (of_a != '\0' && (!is_b || (of_b != '\0' && of_a != of_b))) fail_to_compare(heap, a, b);
  if (of_b != '\0' && !is_a) fail_to_compare(heap, a, b);
}

bool Heap::alike(Value a, Value b) const {
  const auto kind_a = kind(a), kind_b = kind(b);
  if (kind_a == Kind::kModelValue || kind_b == Kind::kModelValue) {
    check_model_values(*this, a, b);
    return false;
  }
  const bool is_set_a = is_set(a), is_set_b = is_set(b);
  if (is_set_a != is_set_b || (!is_set_a && kind_a != kind_b)) fail_to_compare(*this, a, b);
  if (kind_a == Kind::kBoolean || kind_a == Kind::kInteger || kind_a == Kind::kString) return false;
  if (kind_a != kind_b) return false;  // one of them is infinite
  if (kind_a != Kind::kSet && kind_a != Kind::kFunction) return false;
  // They differ; but the usual checker looks at pairs up to the first that differs, and may fail on the way.
  const auto &x = object(a), &y = object(b);
  if (x.size != y.size) return false;
  for (std::uint32_t i = 0; i < x.size; ++i)
    if (!equal(x.words()[i], y.words()[i])) return false;
  return true;
}

int Heap::compare(Value a, Value b) const {
  if (a == b) return 0;
  if (is_small(a) && is_small(b)) return small(a) < small(b) ? -1 : 1;
  const auto kind_a = kind(a), kind_b = kind(b);
  if (kind_a == Kind::kModelValue || kind_b == Kind::kModelValue) {
    check_model_values(*this, a, b);
    if (kind_a != kind_b) return kind_a == Kind::kModelValue ? -1 : 1;
  } else if (kind_a != kind_b) {
    if (is_set(a) && is_set(b)) return kind_a < kind_b ? -1 : 1;
    fail_to_compare(*this, a, b);
  }
  if (kind_a == Kind::kBoolean) return a == kFalse ? -1 : 1;
  if (kind_a == Kind::kInteger) return number(a) < number(b) ? -1 : 1;
  const auto &x = object(a), &y = object(b);
  if (kind_a == Kind::kString || kind_a == Kind::kModelValue) {
    if (x.words()[0] != y.words()[0]) return x.words()[0].bits < y.words()[0].bits ? -1 : 1;
    return text(a) < text(b) ? -1 : 1;
  }
  if (x.size != y.size) return x.size < y.size ? -1 : 1;
  for (std::uint32_t i = 0; i < x.size; ++i)
    if (const int order = compare(x.words()[i], y.words()[i]); order != 0) return order;
  return 0;
}

// Text

static std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto* found = std::find(std::begin("\"\\\t\n\f\r"), std::end("\"\\\t\n\f\r") - 1, c);
    if (const auto at = found - std::begin("\"\\\t\n\f\r"); at < 6) {
      out += '\\';
      out += "\"\\tnfr"[at];
    } else {
      out += c;
    }
  }
  return out + '"';
}

static std::string joined(const Heap& heap, std::span<const Value> values, std::string_view separator) {
  std::string out;
  for (const auto value : values) {
    if (!out.empty()) out += separator;
    out += to_text(heap, value);
  }
  return out;
}

static bool is_field_name(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto is_part = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; };
  return std::all_of(text.begin(), text.end(), is_part) && std::any_of(text.begin(), text.end(), is_letter);
}

static std::string function_text(const Heap& heap, Value value) {
  const auto values = heap.values(value);
  if (heap.is_sequence(value)) return fmt::format("<<{}>>", joined(heap, values, ", "));
  const auto domain = heap.elements(heap.domain(value));
  const bool is_record = std::all_of(domain.begin(), domain.end(), [&](Value name) {
    return heap.kind(name) == Kind::kString && is_field_name(heap.text(name));
  });
  std::string out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto of = to_text(heap, values[i]);
    if (!out.empty()) out += is_record ? ", " : " @@ ";
    out += is_record ? fmt::format("{} |-> {}", heap.text(domain[i]), of)
                     : fmt::format("{} :> {}", to_text(heap, domain[i]), of);
  }
  return is_record ? fmt::format("[{}]", out) : fmt::format("({})", out);
}

static std::string record_set_text(const Heap& heap, Value value) {
  const auto& of = heap.object(value);
  const auto names = heap.elements(of.words()[0]);
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i)
    out += fmt::format("{}{} : {}", i == 0 ? "" : ", ", heap.text(names[i]), to_text(heap, of.words()[i + 1]));
  return fmt::format("[{}]", out);
}

std::string to_text(const Heap& heap, Value value) {
  if (!value) return "(nothing)";
  const auto two = [&](std::string_view format) {
    const auto* words = heap.object(value).words();
    return fmt::format(fmt::runtime(format), to_text(heap, words[0]), to_text(heap, words[1]));
  };
  switch (heap.kind(value)) {
    case Kind::kBoolean:
      return value == kTrue ? "TRUE" : "FALSE";
    case Kind::kInteger:
      return fmt::format("{}", heap.number(value));
    case Kind::kString:
      return quoted(heap.text(value));
    case Kind::kModelValue:
      return fmt::format("{}", heap.text(value));
    case Kind::kSet:
      return fmt::format("{{{}}}", joined(heap, heap.elements(value), ", "));
    case Kind::kFunction:
      return function_text(heap, value);
    case Kind::kInterval:
      return two("{}..{}");
    case Kind::kPowerset:
      return fmt::format("SUBSET {}", to_text(heap, heap.object(value).words()[0]));
    case Kind::kFunctionSet:
      return two("[{} -> {}]");
    case Kind::kProduct:
      return fmt::format("({})", joined(heap, {heap.object(value).words(), heap.object(value).size}, " \\X "));
    case Kind::kRecordSet:
      return record_set_text(heap, value);
    case Kind::kSequences:
      return fmt::format("Seq({})", to_text(heap, heap.object(value).words()[0]));
    case Kind::kUnion:
      return two("({} \\cup {})");
    case Kind::kIntersection:
      return two("({} \\cap {})");
    case Kind::kDifference:
      return two("({} \\ {})");
    case Kind::kNaturals:
      return "Nat";
    case Kind::kIntegers:
      return "Int";
    case Kind::kReals:
      return "Real";
    case Kind::kStrings:
      return "STRING";
  }
  return "";
}

}  // namespace lorelei::modelcheck
