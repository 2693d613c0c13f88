// SPDX-License-Identifier: GPL-3.0-or-later
// A specification together with what its .cfg wants of it, ready to be checked.
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hh"
#include "modelcheck/compile.hh"
#include "modelcheck/config.hh"
#include "modelcheck/reduce.hh"
#include "tla/pluscal_translate.hh"

namespace lorelei::modelcheck {

struct ModelFiles {
  std::filesystem::path specification;  // NAME.tla
  // Else NAME.cfg beside it; without it Spec, if it is defined. X.tla: what stands there behind "---- CONFIG X ----".
  std::optional<std::filesystem::path> config;
  std::vector<std::filesystem::path> library;
  tla::pluscal::Options options = {};
  bool uses_translation = false;          // what stands in the file is checked, and not the algorithm
  std::uint64_t work_limit = UINT64_MAX;  // World::work_limit
  bool has_32_bits = false;               // integers as Heap::has_32_bits has them
  std::uint64_t max_set_size = kMaxSetSize;
};

struct NamedExpression {
  std::string name;
  const Expression* expression = nullptr;
};
struct NamedFormula {
  std::string name;
  const Formula* formula = nullptr;
};

class Model {
 public:
  // What is wrong with the files is in diagnostics, whose places live as long as the model. Errors of the Result: a
  // file cannot be read.
  enum class State { kReady, kWrongSpecification, kWrongConfig };
  struct Loaded {
    std::unique_ptr<Model> model;  // to be checked only where it is ready
    State state = State::kReady;
  };
  static Result<Loaded> load(const ModelFiles&, std::vector<tla::Diagnostic>&);

  std::string name;
  std::optional<tla::pluscal::Translation> translation;
  tla::Specification specification;
  tla::ResolvedNames names;
  std::unique_ptr<tla::Source> config_source;
  Config config;

  Heap heap;
  World world;
  Assignments assignments;
  std::unique_ptr<Compiler> compiler;

  const Step* initial = nullptr;
  const Step* next = nullptr;  // null: no step is ever taken
  std::vector<NamedExpression> assumptions;
  std::vector<NamedExpression> invariants;          // in the order of the .cfg, then those among the properties
  std::vector<NamedExpression> initial_predicates;  // properties that are about the first state
  std::vector<NamedExpression> step_properties;     // [][A]_v: about every step, true also of one that keeps v
  std::vector<NamedExpression> constraints, action_constraints, postconditions;
  std::vector<const Formula*> fairness;  // what a behaviour must fulfil to be looked at
  std::vector<NamedFormula> properties;  // about whole behaviours
  const Expression* view = nullptr;
  const Expression* alias = nullptr;
  std::vector<Permutation> symmetry;  // all of the group
  bool checks_deadlock = true;

  std::size_t width() const { return compiler->variables().size(); }

  std::vector<tla::NodePtr> made_nodes;  // of names that the .cfg has
};

// What has been printed by a search is not printed again while states are gone through once more.
class Silence {
 public:
  explicit Silence(Model& model) : world_(model.world), print_(std::move(world_.print)) {
    world_.print = [](const std::string&) {};
  }
  ~Silence() { world_.print = std::move(print_); }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

 private:
  World& world_;
  std::function<void(const std::string&)> print_;
};

}  // namespace lorelei::modelcheck
