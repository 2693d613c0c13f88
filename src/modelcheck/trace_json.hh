// SPDX-License-Identifier: GPL-3.0-or-later
// A trace in JSON, read back and put to the states of a model.
//
// JSON does not tell a set from a sequence, nor a string from a value of its own kind. So nothing is read as a value:
// a state that the model has is asked whether it could have been written like this.
#pragma once
#include <memory>
#include <optional>
#include <string_view>

#include "base/result.hh"
#include "modelcheck/walk.hh"

namespace lorelei::modelcheck {

class JsonTrace {
 public:
  // {"counterexample":{"state":[[1,{...}],...]}}, or {"trace":[{"variables":{"x":"1"}}, ...]} with values in TLA+.
  // Foreign bytes: linear. Errors: kUsage, it is neither.
  static Result<JsonTrace> parse(std::string_view text);
  JsonTrace(JsonTrace&&) noexcept;
  ~JsonTrace();

  std::size_t size() const;
  // Where a loop goes back to.
  std::optional<std::size_t> back_to() const;
  // All variables of the model must be there and nothing else, and be what the state has.
  bool is(const Model&, std::size_t number, const State&) const;

 private:
  struct Content;
  explicit JsonTrace(std::unique_ptr<Content>);
  std::unique_ptr<Content> content_;
};

}  // namespace lorelei::modelcheck
