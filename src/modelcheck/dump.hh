// SPDX-License-Identifier: GPL-3.0-or-later
// All states of a model as a text, or as a graph for Graphviz.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "base/result.hh"
#include "modelcheck/model.hh"

namespace lorelei::modelcheck {

// A graph of more nodes can be drawn by nobody.
inline constexpr std::uint64_t kMaxGraphNodes = 10'000;

struct DumpOptions {
  bool is_graph = false;                  // else each state as "State N:" and its variables in TLA+
  bool has_colours = false;               // each action its own
  bool has_labels = false;                // each edge the name of its step
  std::uint64_t max_states = UINT64_MAX;  // more are refused
  std::function<bool()> is_cancelled = [] { return false; };
};

// What is within the constraints; VIEW and SYMMETRY count for nothing. Numbers are those of a search level by level,
// from 1. Errors: kTooLarge; kFailed, something could not be evaluated; kCancelled.
Result<std::string> dump(Model&, const DumpOptions&);

}  // namespace lorelei::modelcheck
