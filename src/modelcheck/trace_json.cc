// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/trace_json.hh"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace lorelei::modelcheck {

using Json = nlohmann::json;

struct JsonTrace::Content {
  std::vector<Json> states;  // objects
  std::optional<std::size_t> back_to;
  bool is_text = false;  // values are written in TLA+
};

namespace {

tl::unexpected<Error> no_trace(std::string why) {
  return err(Error::Kind::kUsage, "read the trace", "", std::move(why),
             "what `lorelei model --trace=json` or --json wrote");
}

// Whether value could have been written as this. Its depth is that of a value.
bool is_written(const Heap& heap, Value value, const Json& json);

bool all_written(const Heap& heap, std::span<const Value> values, const Json& json) {
  if (!json.is_array() || json.size() != values.size()) return false;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!is_written(heap, values[i], json[i])) return false;
  return true;
}

// In any order: each element is there, and there are as many.
bool set_written(const Heap& heap, std::span<const Value> values, const Json& json) {
  if (!json.is_array() || json.size() != values.size()) return false;
  if (all_written(heap, values, json)) return true;
  return std::all_of(values.begin(), values.end(), [&](Value value) {
    return std::any_of(json.begin(), json.end(), [&](const Json& one) { return is_written(heap, value, one); });
  });
}

bool is_written(const Heap& heap, Value value, const Json& json) {
  switch (heap.kind(value)) {
    case Kind::kBoolean:
      return json.is_boolean() && json.get<bool>() == (value == kTrue);
    case Kind::kInteger:
      return json.is_number_integer() && json.get<std::int64_t>() == heap.number(value);
    case Kind::kString:
    case Kind::kModelValue:
      return json.is_string() && json.get_ref<const std::string&>() == heap.text(value);
    case Kind::kSet:
      return set_written(heap, heap.elements(value), json);
    case Kind::kFunction:
      break;
    default:
      return json.is_string() && json.get_ref<const std::string&>() == to_text(heap, value);
  }
  if (heap.is_sequence(value) && json.is_array()) return all_written(heap, heap.values(value), json);
  const auto names = heap.elements(heap.domain(value));
  if (!json.is_object() || json.size() != names.size()) return false;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool is_text = heap.kind(names[i]) == Kind::kString || heap.kind(names[i]) == Kind::kModelValue;
    const auto found = json.find(is_text ? std::string(heap.text(names[i])) : to_text(heap, names[i]));
    if (found == json.end() || !is_written(heap, heap.values(value)[i], *found)) return false;
  }
  return true;
}

const Json* member(const Json& json, const char* name) {
  if (!json.is_object()) return nullptr;
  const auto found = json.find(name);
  return found == json.end() ? nullptr : &*found;
}

}  // namespace

JsonTrace::JsonTrace(std::unique_ptr<Content> content) : content_(std::move(content)) {}
JsonTrace::JsonTrace(JsonTrace&&) noexcept = default;
JsonTrace::~JsonTrace() = default;

Result<JsonTrace> JsonTrace::parse(std::string_view text) {
  constexpr int kMaxDepth = 500;
  const auto is_shallow = [](int depth, Json::parse_event_t, Json&) {
    if (depth > kMaxDepth) throw std::length_error("depth");
    return true;
  };
  Json json;
  try {
    json = Json::parse(text, is_shallow, false);
  } catch (const std::length_error&) {
    return no_trace("its values are nested too deeply");
  }
  if (json.is_discarded()) return no_trace("it is no JSON");
  auto content = std::make_unique<Content>();
  if (const auto* example = member(json, "counterexample")) {
    const auto* states = member(*example, "state");
    if (!states || !states->is_array()) return no_trace("its counterexample has no states");
    for (const auto& one : *states) {
      if (!one.is_array() || one.size() != 2 || !one[1].is_object()) return no_trace("one of its states is none");
      content->states.push_back(one[1]);
    }
    const auto* actions = member(*example, "action");
    if (actions && actions->is_array() && !actions->empty() && actions->size() >= content->states.size()) {
      const auto& last = actions->back();
      if (last.is_array() && last.size() == 3 && last[2].is_array() && !last[2].empty() &&
          last[2][0].is_number_unsigned())
        content->back_to = last[2][0].get<std::size_t>();
    }
  } else if (const auto* trace = member(json, "trace"); trace && trace->is_array()) {
    content->is_text = true;
    for (const auto& one : *trace) {
      const auto* variables = member(one, "variables");
      if (!variables || !variables->is_object()) return no_trace("one of its states has no variables");
      content->states.push_back(*variables);
    }
    if (const auto* back = member(json, "back_to"); back && back->is_number_unsigned())
      content->back_to = back->get<std::size_t>();
  } else {
    return no_trace("there is no trace in it");
  }
  if (content->states.empty()) return no_trace("its trace is empty");
  if (content->back_to && (*content->back_to == 0 || *content->back_to > content->states.size()))
    return no_trace("its loop leads nowhere");
  if (content->back_to) --*content->back_to;
  return JsonTrace(std::move(content));
}

std::size_t JsonTrace::size() const { return content_->states.size(); }
std::optional<std::size_t> JsonTrace::back_to() const { return content_->back_to; }

bool JsonTrace::is(const Model& model, std::size_t number, const State& state) const {
  const auto& wanted = content_->states[number];
  if (wanted.size() != state.size()) return false;
  for (std::size_t i = 0; i < state.size(); ++i) {
    const auto found = wanted.find(model.compiler->variables()[i]->name);
    if (found == wanted.end()) return false;
    if (content_->is_text ? !found->is_string() || found->get_ref<const std::string&>() != to_text(model.heap, state[i])
                          : !is_written(model.heap, state[i], *found))
      return false;
  }
  return true;
}

}  // namespace lorelei::modelcheck
