// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/modelcheck/both.hh"

#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "modelcheck/sets.hh"

namespace lorelei::modelcheck {

static naive::Value plain(Heap& heap, Value value) {
  naive::Values items, results;
  switch (heap.kind(value)) {
    case Kind::kBoolean:
      return naive::boolean(value == kTrue);
    case Kind::kInteger:
      return naive::integer(heap.number(value));
    case Kind::kString:
      return naive::string(std::string(heap.text(value)));
    case Kind::kModelValue:
      return naive::model_value(std::string(heap.text(value)));
    case Kind::kFunction:
      for (const auto item : heap.elements(heap.domain(value))) items.push_back(plain(heap, item));
      for (const auto result : heap.values(value)) results.push_back(plain(heap, result));
      return naive::function(items, results);
    default:
      break;
  }
  if (!is_finite(heap, value)) return naive::described(nullptr, nullptr);
  for (const auto item : all_elements(heap, value)) items.push_back(plain(heap, item));
  return naive::set(items);
}

// A directory of this process, which goes when it ends.
static const std::filesystem::path& directory() {
  static const struct Made {
    std::filesystem::path path =
        std::filesystem::path(testing::TempDir()) / fmt::format("lorelei-modelcheck-{}", getpid());
    Made() { std::filesystem::create_directories(path); }
    ~Made() {
      std::error_code ignored;
      std::filesystem::remove_all(path, ignored);
    }
  } made;
  return made.path;
}

static std::unique_ptr<Model> model_of(const Case& of, const std::string& config, std::string& errors) {
  const auto specification = directory() / "M.tla";
  std::ofstream(specification) << of.module;
  std::string constants;
  for (const auto& [name, value] : of.constants) constants += fmt::format("CONSTANT {} = {}\n", name, to_text(value));
  std::ofstream(directory() / "M.cfg") << config << constants;
  std::vector<tla::Diagnostic> diagnostics;
  ModelFiles files;
  files.specification = specification;
  auto loaded = Model::load(files, diagnostics);
  for (const auto& one : diagnostics)
    if (one.severity == tla::Diagnostic::Severity::kError) errors += to_text(one) + "\n";
  return loaded ? std::move(loaded->model) : nullptr;
}

static std::string name_of(const Finding& finding) {
  switch (finding.kind) {
    case Finding::Kind::kDeadlock:
      return "deadlock";
    case Finding::Kind::kAssertion:
      return "assertion";
    case Finding::Kind::kFailure:
      return "failure";
    default:
      return finding.name;
  }
}

// All that the model checker says, in the oracle's words; of what it says about failures, one.
static naive::Explored explored(Model& model, unsigned threads, bool goes_on, std::string& why) {
  ExploreOptions options;
  options.threads = threads;
  options.checks_spinning = false;
  options.goes_on = goes_on;
  Explorer explorer(model, options);
  const auto found = explorer.run();
  naive::Explored out;
  out.initial = found.initial;
  out.generated = found.generated;
  out.distinct = found.distinct;
  out.levels = found.levels;
  out.deadlocks = found.deadlocks;
  out.deadlock_level = found.deadlock_level;
  for (const auto& one : found.findings) {
    out.has_failed |= one.kind == Finding::Kind::kFailure || one.kind == Finding::Kind::kAssertion;
    if (one.kind == Finding::Kind::kInvariant) ++out.broken[one.name];
  }
  if (!found.findings.empty()) {
    const auto& first = found.findings[0];
    out.wrong = {name_of(first)};
    out.wrong_level = first.beyond.empty() ? std::max<std::uint64_t>(1, explorer.level_of(first.state)) : 1;
    why = first.text;
  }
  for (std::uint32_t shard = 0; goes_on && shard < kShards; ++shard)
    for (std::uint32_t i = 0; i < explorer.store().count(shard); ++i) {
      const auto* state = explorer.store().state(StateStore::id(shard, i));
      std::string text;
      for (std::size_t k = 0; k < model.width(); ++k) text += to_text(plain(model.heap, state[k])) + "\n";
      out.states.insert(text);
    }
  return out;
}

static std::string numbers(const naive::Explored& of) {
  return fmt::format("initial {} generated {} distinct {} levels {} deadlocks {} at {} broken {}", of.initial,
                     of.generated, of.distinct, of.levels, of.deadlocks, of.deadlock_level, of.broken);
}

Compared compare(const Case& of, std::uint64_t max_states) {
  Compared out;
  const auto loaded = naive::load(of.module);
  std::string config = "INIT Init NEXT Next\n", errors;
  for (const auto& name : of.invariants) config += fmt::format("INVARIANT {}\n", name);
  if (!loaded.errors.empty()) {
    out.difference = "does not load: " + loaded.errors;
    return out;
  }
  out.expected = naive::explore(loaded, of.constants, of.invariants, max_states);
  if (!out.expected.is_whole) return out;
  const auto model = model_of(of, config, errors);
  if (!model) {
    out.difference = "loads for the oracle only: " + errors;
    return out;
  }
  const auto& expected = out.expected;
  for (const unsigned threads : {1, 3}) {
    std::string why;
    const auto first = explored(*model, threads, false, why);
    if (first.wrong_level != expected.wrong_level ||
        (!first.wrong.empty() && !expected.wrong.contains(*first.wrong.begin())))
      out.difference += fmt::format("{} threads: {} {} on level {}, and not {} on level {}\n", threads, first.wrong,
                                    why, first.wrong_level, expected.wrong, expected.wrong_level);
    if (expected.has_failed) continue;
    const auto all = explored(*model, threads, true, why);
    if (numbers(all) != numbers(expected))
      out.difference += fmt::format("{} threads: {}\n      not: {}\n", threads, numbers(all), numbers(expected));
    else if (all.states != expected.states)
      out.difference += fmt::format("{} threads: as many states, but others\n", threads);
  }
  return out;
}

Results results(const std::string& module, const naive::Constants& constants) {
  Results out{"fails", "fails", ""};
  const auto loaded = naive::load(module);
  if (!loaded.errors.empty()) return {"does not load", "does not load", loaded.errors};
  naive::Interpreter interpreter(loaded, constants);
  try {
    out.naive = to_text(interpreter.evaluate(interpreter.definition("Result"), nullptr, false));
  } catch (const naive::Failure& wrong) {
    out.why += "oracle: " + wrong.text + "\n";
  }
  std::string errors;
  const auto model = model_of({module, {}, constants}, "", errors);
  if (!model) {
    out.why += "does not load: " + errors;
    return out;
  }
  tla::Node name;
  name.kind = tla::NodeKind::kName;
  name.text = "Result";
  name.symbol = model->names.find("Result");
  try {
    const auto* expression = model->compiler->expression(name);
    Machine machine(model->heap, model->world, model->width(), model->compiler->frame_size());
    machine.restart(model->compiler->frame_size());
    out.engine = to_text(plain(model->heap, machine.evaluate(*expression)));
  } catch (const EvaluationError& wrong) {
    out.why += "engine: " + wrong.text + "\n";
  } catch (const CompileError& wrong) {
    out.why += "engine: " + wrong.diagnostic.text + "\n";
  }
  return out;
}

}  // namespace lorelei::modelcheck
