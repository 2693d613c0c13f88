// SPDX-License-Identifier: GPL-3.0-or-later
// Module Json: a value as text. Sets and sequences become arrays; records and other functions objects, with their
// arguments as keys; model values strings.
#include <fmt/core.h>

#include "base/json.hh"
#include "modelcheck/operations.hh"

namespace lorelei::modelcheck::operations {
namespace {

enum class As { kAny, kArray, kObject };

class Json {
 public:
  Json(Heap& heap, std::string& out) : heap_(heap), json_(out) {}

  void write(Value value, As as) {
    value = normal(heap_, value);
    switch (heap_.kind(value)) {
      case Kind::kBoolean:
        return json_.value(value == kTrue);
      case Kind::kInteger:
        return json_.value(heap_.number(value));
      case Kind::kString:
      case Kind::kModelValue:
        return json_.value(heap_.text(value));
      case Kind::kSet:
        return array(heap_.elements(value));
      case Kind::kFunction:
        return as == As::kArray || (as == As::kAny && heap_.is_sequence(value)) ? array(heap_.values(value))
                                                                                : object(value);
      default:
        fail(fmt::format("{} has no end, and cannot be written as JSON", to_text(heap_, value)));
    }
  }

 private:
  void array(std::span<const Value> values) {
    json_.begin_array();
    for (const auto each : values) write(each, As::kAny);
    json_.end_array();
  }

  void object(Value function) {
    const auto domain = heap_.elements(heap_.domain(function));
    const auto values = heap_.values(function);
    json_.begin_object();
    for (std::size_t i = 0; i < domain.size(); ++i) {
      const auto kind = heap_.kind(domain[i]);
      const bool is_text = kind == Kind::kString || kind == Kind::kModelValue;
      json_.key(is_text ? std::string(heap_.text(domain[i])) : to_text(heap_, domain[i]));
      write(values[i], As::kAny);
    }
    json_.end_object();
  }

  Heap& heap_;
  JsonWriter json_;
};

}  // namespace

Value as_json(const Expression& of, Machine& machine) {
  const auto value = machine.evaluate(*of.parts[0]);
  machine.at = &of;
  const auto kind = machine.heap.kind(value);
  if (of.text == "ToJsonObject" && kind != Kind::kFunction) fail("ToJsonObject needs a function or a record");
  std::string out;
  Json(machine.heap, out)
      .write(value, of.text == "ToJsonArray"    ? As::kArray
                    : of.text == "ToJsonObject" ? As::kObject
                                                : As::kAny);
  return machine.heap.string(out);
}

}  // namespace lorelei::modelcheck::operations
