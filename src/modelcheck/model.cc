// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/model.hh"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/files.hh"
#include "base/nearest.hh"
#include "base/text.hh"
#include "modelcheck/sets.hh"
#include "tla/parser.hh"
#include "tla/pluscal_stale.hh"

namespace lorelei::modelcheck {

namespace fs = std::filesystem;
using tla::Diagnostic;

namespace {

bool has_errors(const std::vector<Diagnostic>& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const auto& one) { return one.severity == Diagnostic::Severity::kError; });
}

void extend(tla::Module& module, std::string_view name) {
  for (const auto& known : module.extends)
    if (known.text == name) return;
  module.extends.push_back({std::string(name), module.name.place});
}

// The module with its algorithm translated.
tla::LoadedModule translated(tla::ModuleText text, const ModelFiles& files, Model& model,
                             std::vector<Diagnostic>& diagnostics) {
  tla::LoadedModule loaded;
  loaded.source = std::make_unique<tla::Source>(text.file, text.text);
  const auto& source = *loaded.source;
  std::vector<Diagnostic> of_search;
  if (files.uses_translation || !tla::pluscal::find_algorithm(source, of_search)) {
    auto root = tla::read_root(std::move(text), diagnostics);
    // What is said must be of the source that stays.
    if (has_errors(of_search)) tla::pluscal::find_algorithm(*root.source, diagnostics);
    std::vector<Diagnostic> ignored;
    const auto now = tla::pluscal::translate(*root.source, files.options, ignored);
    if (now) warn_if_stale(*root.source, *now, diagnostics);
    return root;
  }
  model.translation = tla::pluscal::translate(source, files.options, diagnostics);
  if (!model.translation) return loaded;
  warn_if_stale(source, *model.translation, diagnostics);
  const auto tokens = tla::pluscal::module_tokens(source, *model.translation, diagnostics);
  loaded.module = tla::Parser(tokens, diagnostics).module();
  if (!loaded.module) return loaded;
  const auto& name = loaded.module->name;
  if (const auto file = std::filesystem::path(source.file()).stem().string(); file != name.text)
    diagnostics.push_back({Diagnostic::Severity::kWarning, 4221, name.place,
                           fmt::format("module {} is in the file of module {}", name.text, file),
                           "name them alike, for other tools"});
  if (model.translation->needs_sequences) extend(*loaded.module, "Sequences");
  if (model.translation->needs_tlc) extend(*loaded.module, "TLC");
  return loaded;
}

// What the .cfg says, put to the names of the specification.
class Binder {
 public:
  Binder(Model& model, std::vector<Diagnostic>& diagnostics) : model_(model), diagnostics_(diagnostics) {}

  void bind_constants() {
    for (const auto& one : model_.config.constants) bind(one);
    give_default_value();
    check_all_have_values();
  }

  void compile() {
    auto& config = model_.config;
    if (!config.specification.text.empty() && (!config.init.text.empty() || !config.next.text.empty()))
      return error(2222, config.specification.place, "SPECIFICATION stands beside INIT or NEXT",
                   "leave one of them away");
    if (config.specification.text.empty() && config.init.text.empty() && model_.names.find("Spec"))
      config.specification = {"Spec", {}};
    add_assumptions();
    if (!config.specification.text.empty())
      specification();
    else if (!config.init.text.empty())
      initial_and_next();
    if (!model_.initial && !has_errors(diagnostics_) && (model_.width() > 0 || model_.assumptions.empty()))
      error(2223, {},
            model_.width() > 0 ? "the .cfg says neither SPECIFICATION nor INIT and NEXT"
                               : "there is nothing to check: no algorithm, no SPECIFICATION, no ASSUME",
            model_.width() > 0 ? "SPECIFICATION Spec" : "an algorithm begins with --algorithm NAME, in a comment");
    for (const auto& name : config.invariants) add(name, model_.invariants, "an invariant");
    // As if the .cfg had it, which the usual translator writes.
    const auto* translation = model_.translation ? &*model_.translation : nullptr;
    const bool has_it = std::any_of(config.properties.begin(), config.properties.end(),
                                    [](const auto& name) { return name.text == "Termination"; });
    if (translation && translation->options.has_termination && translation->has_termination && !has_it)
      config.properties.push_back({"Termination", {}});
    for (const auto& name : config.properties) property(name);
    for (const auto& name : config.constraints) add(name, model_.constraints, "a CONSTRAINT");
    for (const auto& name : config.action_constraints)
      if (const auto* expression = expression_of(name)) model_.action_constraints.push_back({name.text, expression});
    for (const auto& name : config.postconditions) add(name, model_.postconditions, "a POSTCONDITION", true);
    for (auto* all : {&model_.invariants, &model_.constraints})
      for (auto& one : *all) one.expression = model_.compiler->memoised(*one.expression);
    if (!config.view.text.empty()) model_.view = of_state(config.view, "VIEW");
    if (!config.alias.text.empty()) model_.alias = expression_of(config.alias);
    if (!config.symmetry.text.empty()) symmetry();
    model_.checks_deadlock = config.check_deadlock.value_or(true);
  }

 private:
  void error(int code, const tla::Place& place, std::string text, std::string hint = {}) {
    diagnostics_.push_back({Diagnostic::Severity::kError, code, place, std::move(text), std::move(hint)});
  }

  const tla::Symbol* find(const ConfigName& name) {
    if (const auto* symbol = model_.names.find(name.text)) return symbol;
    std::vector<std::string> candidates;
    for (const auto& [known, symbol] : model_.names.root)
      if (symbol->place.source && !symbol->is_standard) candidates.push_back(known);
    std::sort(candidates.begin(), candidates.end());
    auto near = nearest(name.text, candidates);
    if (near.empty()) near = nearest_statement(name.text);
    error(2224, name.place, fmt::format("{} is not defined in the specification", name.text),
          near.empty() ? "" : fmt::format("did you mean {}?", near));
    return nullptr;
  }

  Value value(const ConfigValue& of) {
    auto& heap = model_.heap;
    switch (of.kind) {
      case ConfigValue::Kind::kNumber: {
        std::int64_t number = 0;
        const auto* end = of.text.data() + of.text.size();
        if (std::from_chars(of.text.data(), end, number).ptr != end)
          error(5002, of.place, fmt::format("{} does not fit into 64 bits", of.text));
        return heap.integer(number);
      }
      case ConfigValue::Kind::kString:
        return heap.string(of.text);
      case ConfigValue::Kind::kBoolean:
        return boolean(of.text == "TRUE");
      case ConfigValue::Kind::kName:
        return heap.model_value(of.text);
      case ConfigValue::Kind::kSet:
        break;
    }
    std::vector<Value> elements;
    for (const auto& element : of.elements) elements.push_back(value(element));
    try {
      return heap.set(elements);
    } catch (const EvaluationError& wrong) {
      error(5002, of.place, wrong.text);
      return heap.sequence_domain(0);
    }
  }

  void bind(const ConstantAssignment& one) {
    const auto* symbol = find(one.name);
    if (!symbol) return;
    if (one.value && !one.arguments.empty()) {
      std::vector<Value> arguments;
      for (const auto& argument : one.arguments) arguments.push_back(value(argument));
      model_.assignments.points[symbol].emplace_back(std::move(arguments), value(*one.value));
      return;
    }
    if (one.value) {
      model_.assignments.values[symbol] = value(*one.value);
      return;
    }
    const auto* other = find(one.replacement);
    if (!other) return;
    if (other->arity != symbol->arity)
      return error(2225, one.replacement.place,
                   fmt::format("{} takes {} arguments, and {} in whose place it is to stand {}", other->name,
                               other->arity, symbol->name, symbol->arity));
    if (other != symbol) model_.assignments.replaced[symbol] = other;
  }

  // What PlusCal leaves open is a value of its own kind.
  void give_default_value() {
    const auto* symbol = model_.names.find("defaultInitValue");
    if (symbol && symbol->kind == tla::SymbolKind::kConstant && !is_bound(symbol))
      model_.assignments.values[symbol] = model_.heap.model_value("defaultInitValue");
  }
  bool is_bound(const tla::Symbol* symbol) const {
    const auto& all = model_.assignments;
    return all.values.contains(symbol) || all.replaced.contains(symbol) || all.points.contains(symbol);
  }
  void check_all_have_values() {
    std::vector<const tla::Symbol*> missing;
    for (const auto& [name, symbol] : model_.names.root)
      if (symbol->kind == tla::SymbolKind::kConstant && !is_bound(symbol)) missing.push_back(symbol);
    std::sort(missing.begin(), missing.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
    for (const auto* symbol : missing)
      error(2226, symbol->place, fmt::format("the .cfg gives the constant {} no value", symbol->name),
            fmt::format("CONSTANT {} = ...", symbol->name));
  }

  // The body of a definition without parameters, as the name of it.
  const tla::Node* node_of(const ConfigName& name) {
    const auto* symbol = find(name);
    if (!symbol) return nullptr;
    if (symbol->arity > 0) {
      error(2227, name.place, fmt::format("{} takes arguments, and something without must stand here", name.text));
      return nullptr;
    }
    auto& node = model_.made_nodes.emplace_back(std::make_unique<tla::Node>());
    node->kind = tla::NodeKind::kName;
    node->text = name.text;
    node->symbol = symbol;
    node->level = symbol->level;
    node->place = node->word = symbol->unit && symbol->unit->body ? symbol->unit->body->place : symbol->place;
    return node.get();
  }
  const Expression* expression_of(const ConfigName& name) {
    const auto* node = node_of(name);
    return node ? model_.compiler->expression(*node) : nullptr;
  }
  // What is about one state, as the .cfg wants it of most of its names; constant: about none.
  const Expression* of_state(const ConfigName& name, std::string_view word, bool is_constant = false) {
    const auto* expression = expression_of(name);
    if (!expression) return nullptr;
    const auto& on = expression->depends;
    if (!on.on_next && !(is_constant && on.on_state)) return expression;
    error(2231, name.place,
          fmt::format("{} is about {}, and {} is about {}", word, is_constant ? "constants" : "one state", name.text,
                      on.on_next ? "a step" : "a state"),
          on.on_next && !is_constant ? fmt::format("as a property of steps: P == [][{}]_vars, PROPERTY P", name.text)
                                     : "");
    return nullptr;
  }
  void add(const ConfigName& name, std::vector<NamedExpression>& to, std::string_view word, bool is_constant = false) {
    if (const auto* expression = of_state(name, word, is_constant)) to.push_back({name.text, expression});
  }

  // Of the root and the modules that it extends. What an instance assumes is about what stands for its constants.
  void add_assumptions() { add_assumptions(*model_.specification.root()); }
  void add_assumptions(const tla::Module& module) {
    if (!assumed_.insert(&module).second) return;
    for (const auto& name : module.extends) {
      const auto* extended = model_.specification.find(name.text);
      if (extended && !extended->is_standard) add_assumptions(*extended->module);
    }
    for (const auto& unit : module.units)
      if (unit->kind == tla::UnitKind::kAssume && unit->body)
        model_.assumptions.push_back({unit->name.text, model_.compiler->expression(*unit->body)});
  }

  static void flatten(const Formula& formula, std::vector<const Formula*>& out) {
    if (formula.kind != Formula::Kind::kAnd) return out.push_back(&formula);
    for (const auto* part : formula.parts) flatten(*part, out);
  }

  void specification() {
    const auto* node = node_of(model_.config.specification);
    if (!node) return;
    std::vector<const Formula*> conjuncts, initial;
    flatten(*model_.compiler->formula(*node), conjuncts);
    for (const auto* one : conjuncts) {
      if (one->kind == Formula::Kind::kState) {
        initial.push_back(one);
      } else if (one->kind == Formula::Kind::kAlways && one->parts[0]->kind == Formula::Kind::kBox) {
        if (model_.next) error(2228, one->node->place, "this is the second [][Next]_v of the specification");
        model_.next = model_.compiler->action(*one->parts[0]);
      } else if (one->kind == Formula::Kind::kAlways && one->parts[0]->kind == Formula::Kind::kState) {
        error(2213, one->node->place, "the specification has [] of a condition, which no step can be made of",
              "make it an INVARIANT or a CONSTRAINT");
      } else {
        model_.fairness.push_back(one);
      }
    }
    if (initial.empty() && model_.width() > 0)
      return error(2229, node->place, "the specification says nothing about the first state");
    model_.initial = model_.compiler->initial(initial);
  }

  void initial_and_next() {
    const auto* init = node_of(model_.config.init);
    Formula first, step;
    first.node = init;
    if (init) model_.initial = model_.compiler->initial({&first});
    if (model_.config.next.text.empty())
      return error(2230, model_.config.init.place, "the .cfg says INIT, but not NEXT", "NEXT Next");
    step.node = node_of(model_.config.next);
    if (step.node) model_.next = model_.compiler->action(step);
  }

  void property(const ConfigName& name) {
    const auto* node = node_of(name);
    if (!node) return;
    std::vector<const Formula*> conjuncts;
    flatten(*model_.compiler->formula(*node), conjuncts);
    auto& compiler = *model_.compiler;
    for (const auto* one : conjuncts) {
      const auto* inner = one->kind == Formula::Kind::kAlways ? one->parts[0] : nullptr;
      if (one->kind == Formula::Kind::kState)
        model_.initial_predicates.push_back({name.text, compiler.expression(*one)});
      else if (inner && inner->kind == Formula::Kind::kState)
        model_.invariants.push_back({name.text, compiler.expression(*inner)});
      else if (inner && inner->kind == Formula::Kind::kBox)
        model_.step_properties.push_back({name.text, compiler.of_step(*inner)});
      else
        model_.properties.push_back({name.text, one});
    }
  }

  void symmetry() {
    const auto* expression = of_state(model_.config.symmetry, "SYMMETRY", true);
    if (!expression) return;
    Machine machine(model_.heap, model_.world, model_.width(), model_.compiler->frame_size());
    try {
      const auto set = machine.evaluate(*expression);
      const auto functions = all_elements(model_.heap, set);
      model_.symmetry = group_of(model_.heap, {functions.begin(), functions.end()});
    } catch (const EvaluationError& wrong) {
      error(2231, model_.config.symmetry.place, fmt::format("SYMMETRY: {}", wrong.text));
    }
  }

  Model& model_;
  std::vector<Diagnostic>& diagnostics_;
  std::set<const tla::Module*> assumed_;
};

}  // namespace

// The sources stay with the model, whatever is wrong with them.
static Model::State prepare(Model& model, const ModelFiles& files, std::string text,
                            std::vector<Diagnostic>& diagnostics) {
  using State = Model::State;
  model.config = parse_config(*model.config_source, diagnostics);
  if (has_errors(diagnostics)) return State::kWrongConfig;
  auto root = translated({files.specification.string(), std::move(text)}, files, model, diagnostics);
  if (has_errors(diagnostics) || !root.module) {
    model.specification.modules.push_back(std::move(root));
    return State::kWrongSpecification;
  }
  std::vector<fs::path> directories{files.specification.parent_path()};
  directories.insert(directories.end(), files.library.begin(), files.library.end());
  model.specification = tla::load_modules(std::move(root), tla::modules_in(std::move(directories)), diagnostics);
  if (has_errors(diagnostics)) return State::kWrongSpecification;
  model.names = tla::resolve(model.specification, diagnostics);
  if (has_errors(diagnostics)) return State::kWrongSpecification;

  Binder binder(model, diagnostics);
  binder.bind_constants();
  if (has_errors(diagnostics)) return State::kWrongConfig;
  try {
    model.compiler =
        std::make_unique<Compiler>(model.specification, model.names, model.assignments, model.heap, model.world);
    binder.compile();
  } catch (const CompileError& wrong) {
    diagnostics.push_back(wrong.diagnostic);
    return State::kWrongSpecification;
  }
  model.heap.end_of_reading();
  return has_errors(diagnostics) ? State::kWrongConfig : State::kReady;
}

// The statements of a configuration that stands in a module: between "---- CONFIG NAME ----" and "====". Everything
// else becomes blanks, so that lines and columns are those of the file.
static Result<std::string> config_within(std::string text, const fs::path& file) {
  const auto name = file.stem().string();
  std::size_t first = text.npos, last = text.npos;
  for (std::size_t at = 0; at < text.size();) {
    const auto stop = std::min(text.find('\n', at), text.size());
    const auto line = trim(std::string_view(text).substr(at, stop - at));
    const auto inner = trim(line.substr(std::min(line.find_first_not_of('-'), line.size())));
    if (first == text.npos && line.starts_with("----") && inner.starts_with("CONFIG ") &&
        trim(inner.substr(7, inner.find_first_of('-') - 7)) == name)
      first = std::min(stop + 1, text.size());
    else if (first != text.npos && line.starts_with("===="))
      last = at;
    if (last != text.npos) break;
    at = stop + 1;
  }
  if (first == text.npos)
    return err(Error::Kind::kNotFound, "read the configuration", file.string(),
               fmt::format("it has no line ---- CONFIG {} ----", name), "write the statements behind one, up to ====");
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((i < first || i >= last) && text[i] != '\n') text[i] = ' ';
  return text;
}

Result<Model::Loaded> Model::load(const ModelFiles& files, std::vector<Diagnostic>& diagnostics) {
  Loaded out;
  out.model = std::make_unique<Model>();
  out.model->world.work_limit = files.work_limit;
  out.model->heap.has_32_bits = files.has_32_bits;
  out.model->heap.max_set_size = files.max_set_size;
  out.model->name = files.specification.stem().string();
  TRY(auto text, read_file(files.specification, tla::kMaxSourceBytes));
  const auto config_path = files.config.value_or(fs::path(files.specification).replace_extension(".cfg"));
  std::error_code ignored;
  std::string config_text;
  if (files.config || fs::exists(config_path, ignored)) {
    TRY(config_text, read_file(config_path, tla::kMaxSourceBytes));
    if (config_path.extension() == ".tla") {
      TRY(config_text, config_within(std::move(config_text), config_path));
    }
  }
  out.model->config_source = std::make_unique<tla::Source>(config_path.string(), config_text);
  out.state = prepare(*out.model, files, std::move(text), diagnostics);
  return out;
}

}  // namespace lorelei::modelcheck
