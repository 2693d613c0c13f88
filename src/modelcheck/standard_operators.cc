// SPDX-License-Identifier: GPL-3.0-or-later
// What the operators of the standard modules compute. One that is not here is evaluated as its module defines it.
#include <fmt/core.h>

#include "modelcheck/compiler.hh"

namespace lorelei::modelcheck {

using tla::Node;
using tla::NodePtr;

static Expression::Evaluate plain_operation(std::string_view name) {
  static const std::map<std::string, Expression::Evaluate, std::less<>> kOperations = {
      {"+", operations::sum},
      {"-", operations::difference},
      {"*", operations::product},
      {"\\div", operations::quotient},
      {"%", operations::remainder},
      {"^", operations::power},
      {"-.", operations::negative},
      {"<", operations::less},
      {"<=", operations::less_or_equal},
      {">", operations::greater},
      {">=", operations::greater_or_equal},
      {"..", operations::range},
      {"Seq", operations::all_sequences},
      {"Len", operations::length},
      {"\\o", operations::concatenation},
      {"Append", operations::appended},
      {"Head", operations::head},
      {"Tail", operations::tail},
      {"SubSeq", operations::subsequence},
      {"IsFiniteSet", operations::is_finite_set},
      {"Cardinality", operations::cardinality_of},
      {"BagUnion", operations::bag_union},
      {"SubBag", operations::sub_bags},
      {"BagCardinality", operations::bag_cardinality},
      {"Assert", operations::assertion},
      {"TLCGet", operations::get_register},
      {"TLCSet", operations::set_register},
      {":>", operations::pair_function},
      {"@@", operations::merged},
      {"Permutations", operations::permutations},
      {"ToString", operations::as_text},
      {"Print", operations::print},
      {"PrintT", operations::print},
      {"TLCGetOrDefault", operations::register_or},
      {"AssertError", operations::fails},
      {"ToJson", operations::as_json},
      {"ToJsonArray", operations::as_json},
      {"ToJsonObject", operations::as_json},
      {"RandomElement", operations::random_element},
      {"RandomSubset", operations::random_subset},
      {"RandomSetOfSubsets", operations::random_subsets},
      {"RandomSubsetSet", operations::random_subsets},
  };
  const auto found = kOperations.find(name);
  return found == kOperations.end() ? nullptr : found->second;
}

static bool is_random(std::string_view name) { return name.starts_with("Random"); }

static bool is_impure(std::string_view name) {
  return name == "Print" || name == "PrintT" || name.starts_with("TLCGet") || name == "TLCSet" || is_random(name);
}

// Nobody has defined what these give here.
static bool is_unknown(std::string_view name) {
  for (const auto* one : {"JavaTime", "Any", "Infinity", "/", "Trace", "CounterExample", "ToTrace", "TLCFP",
                          "TLCEvalDefinition", "TestRandomSetOfSubsets", "TestRandomSubset"})
    if (name == one) return true;
  return false;
}

// A model is checked without reading or writing other files.
static bool is_of_files(std::string_view name) {
  return name == "JsonSerialize" || name == "JsonDeserialize" || name == "ndJsonSerialize" ||
         name == "ndJsonDeserialize";
}

const Expression* Compiler::Work::standard(const Node& node, const Symbol& symbol,
                                           const std::vector<NodePtr>& arguments, const Environment* environment,
                                           Reads reads) {
  const std::string_view name = symbol.name;
  if (const auto evaluate = plain_operation(name)) {
    auto& made = make(node, evaluate);
    made.text = name == "-." ? "-" : std::string(name);
    made.depends.is_impure = is_impure(name) && !(is_random(name) && is_in_constant_);
    for (const auto& argument : arguments) made.parts.push_back(expression(*argument, environment, reads));
    if (is_random(name)) {
      made.slots = bound_slots(environment);
      made.depends.on_state = !is_in_constant_;
    }
    return done(made);
  }
  if (name == "Nat") return constant(node, compiler_.heap_.described(Kind::kNaturals, {}));
  if (name == "Int") return constant(node, compiler_.heap_.described(Kind::kIntegers, {}));
  if (name == "Real") return constant(node, compiler_.heap_.described(Kind::kReals, {}));
  if (name == "TLCModelValue") {
    const auto* text = expression(*arguments[0], environment, reads);
    if (text->evaluate != operations::constant || compiler_.heap_.kind(text->value) != Kind::kString)
      fail_at(node, "TLCModelValue needs a string that is known beforehand");
    return constant(node, compiler_.heap_.model_value(std::string(compiler_.heap_.text(text->value))));
  }
  if (name == "SelectSeq" || name == "SortSeq") {
    auto& made = make(node, name == "SelectSeq" ? operations::selection : operations::sorted_sequence);
    made.parts.push_back(expression(*arguments[0], environment, reads));
    for (int i = 0; i < (name == "SelectSeq" ? 1 : 2); ++i) made.slots.push_back(new_slot());
    made.slot = made.slots[0];
    made.parts.push_back(applied(node, *arguments[1], made.slots, environment, reads));
    return done(made);
  }
  if (name == "BagOfAll" || name == "TLCGetAndSet") {
    const bool is_bag = name == "BagOfAll";
    auto& made = make(node, is_bag ? operations::bag_of_all : operations::get_and_set_register);
    made.slot = new_slot();
    made.slots = {made.slot};
    if (is_bag) {
      made.parts = {expression(*arguments[1], environment, reads),
                    applied(node, *arguments[0], made.slots, environment, reads)};
      return done(made);
    }
    // The new value is made of the old one and what is given.
    made.slots.push_back(new_slot());
    made.parts = {expression(*arguments[0], environment, reads), expression(*arguments[3], environment, reads),
                  expression(*arguments[2], environment, reads),
                  applied(node, *arguments[1], made.slots, environment, reads)};
    made.depends.is_impure = true;
    return done(made);
  }
  if (is_unknown(name) || is_of_files(name)) {
    auto& made = make(node, operations::late_failure);
    made.text = is_of_files(name) ? fmt::format("{} is about another file, and none is touched here", name)
                                  : fmt::format("{} is not known here", name);
    return done(made);
  }
  return nullptr;
}

// Of this frame: the names that have values wherever the environment is read.
std::vector<std::uint32_t> Compiler::Work::bound_slots(const Environment* environment) const {
  std::vector<std::uint32_t> slots;
  for (const auto* at = environment; at; at = at->outer)
    for (const auto& [name, meaning] : at->names)
      if (meaning.kind == Meaning::Kind::kSlot && meaning.scope == scope_) slots.push_back(meaning.slot);
  return slots;
}

// An operator applied to what stands in slots.
const Expression* Compiler::Work::applied(const Node& node, const Node& operation,
                                          const std::vector<std::uint32_t>& slots, const Environment* environment,
                                          Reads reads) {
  auto& inner = this->environment(environment);
  std::vector<NodePtr>& arguments = made_arguments_.emplace_back();
  for (const auto slot : slots) {
    auto& argument = arguments.emplace_back(std::make_unique<Node>());
    argument->kind = tla::NodeKind::kName;
    argument->place = node.place;
    argument->word = node.word;
    auto& symbol = made_symbols_.emplace_back();
    symbol.kind = tla::SymbolKind::kBound;
    argument->symbol = &symbol;
    Meaning meaning;
    meaning.scope = scope_;
    meaning.slot = slot;
    inner.names.emplace_back(&symbol, meaning);
  }
  auto meaning = operator_meaning(operation, environment);
  return this->meaning(node, meaning, arguments, &inner, reads);
}

}  // namespace lorelei::modelcheck
