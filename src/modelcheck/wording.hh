// SPDX-License-Identifier: GPL-3.0-or-later
// How the parts of a behaviour are said to whoever wrote the model: processes and labels by the names that they have in
// the algorithm, states by what is different in them.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "modelcheck/trace.hh"

namespace lorelei::modelcheck {

class Wording {
 public:
  // first: any initial state, by which it is known who runs what; empty: there is none.
  Wording(const Model&, const std::vector<Value>& first);

  // "parent", or "customer[2]"; "" where there are no processes.
  std::string process(Value identity) const;
  std::string process_of(const StepName&) const;  // likewise, and without PlusCal
  // "lock.try" within a procedure, else "try"; without PlusCal "Send(1, 2)".
  std::string label_of(const StepName&) const;
  // From 1; 0: it stands nowhere.
  static unsigned line_of(const tla::Place&);
  // As its author wrote it, on one line.
  static std::string source_of(const tla::Node&);

  // What ALIAS makes of a state, or its variables.
  Shown shown(const TraceState&) const;
  // "owner[2].count: 0 -> 1", "call lock", "return"; control states are left out.
  std::vector<std::string> changes(const Shown& before, const Shown& after) const;
  // "x = 1" of all that have a value and are no control states.
  std::vector<std::string> values(const Shown&) const;
  // "x = 1", of a variable that each process has only what is the process's own.
  std::string own_value(const std::string& name, Value value, Value process) const;

  // The number of the variable of control states, where an algorithm has them.
  const std::optional<std::size_t>& pc() const { return pc_; }

 private:
  void name_processes(Value pc);
  bool is_control(const std::string& name) const { return pc_ && name == "pc"; }
  void add_changes(const std::string& path, Value before, Value after, std::vector<std::string>& out) const;
  void add_calls(Value before, Value after, std::vector<std::string>& out) const;
  void add_call(Value before, Value after, std::vector<std::string>& out) const;
  bool is_unset(Value) const;

  const Model& model_;
  std::optional<std::size_t> pc_;
  std::map<std::uint32_t, std::string> processes_;
};

}  // namespace lorelei::modelcheck
