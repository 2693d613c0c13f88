// SPDX-License-Identifier: GPL-3.0-or-later
// Names and paths, and what they are given as arguments.
#include <fmt/core.h>

#include <algorithm>

#include "tla/resolver.hh"

namespace lorelei::tla {

static std::string arguments_text(std::size_t count) {
  return count == 0 ? "no arguments" : count == 1 ? "1 argument" : fmt::format("{} arguments", count);
}

Resolver::Facts Resolver::named(Node& node) {
  auto* symbol = find(node.text);
  if (!symbol) {
    undefined({node.text, node.word});
    for (auto& part : node.parts)
      if (part->kind != NodeKind::kName || find(part->text)) expression(*part);
    return {};
  }
  node.symbol = symbol;
  if (symbol->kind == SymbolKind::kInstance) {
    error(4203, node.place, fmt::format("{} is an instance of a module, and no value", node.text),
          fmt::format("write {}! and the name of something in it", node.text));
    return {};
  }
  return apply(node, *symbol);
}

// I!J(x)!Op(y), and what is behind the name of a definition: resolve_part.cc.
Resolver::Facts Resolver::path(Node& node, std::uint32_t expected) {
  Facts facts;
  const InstanceFacts* within = nullptr;
  for (std::size_t i = 0; i < node.parts.size(); ++i) {
    auto& component = *node.parts[i];
    Symbol* symbol = nullptr;
    if (i == 0) {
      symbol = find(component.text);
      if (!symbol) {
        undefined({component.text, component.word});
        return facts;
      }
    } else if (!within) {
      return part(node, i, expected, std::move(facts));
    } else if (component.kind == NodeKind::kSelector) {
      error(4203, component.place,
            fmt::format("{} is an instance of a module, which has names and no parts", node.parts[i - 1]->text));
      return facts;
    } else {
      const auto found = within->names.find(component.text);
      if (found == within->names.end()) {
        if (within->is_known)
          error(4200, component.word,
                fmt::format("{} is not defined in what {} stands for", component.text, node.parts[i - 1]->text));
        return facts;
      }
      symbol = found->second;
    }
    component.symbol = node.symbol = symbol;
    const auto instance = instances_.find(symbol);
    within = instance == instances_.end() ? nullptr : &instance->second;
    // What names an operator is given nothing; its instances may be.
    const bool is_operator = expected > 0 && !within && component.parts.empty();
    facts.add(is_operator ? of_reference(*symbol) : apply(component, *symbol));
    component.level = facts.level;
  }
  if (within) {
    error(4203, node.place, fmt::format("{} is an instance of a module, and no value", node.parts.back()->text),
          "write '!' and the name of something in it behind it");
    node.symbol = nullptr;
  }
  return facts;
}

// node.parts are the arguments, or the operands.
Resolver::Facts Resolver::apply(Node& node, Symbol& symbol) {
  auto facts = of_reference(symbol);
  facts.uses.clear();
  if (symbol.is_recursive && recursive_) recursive_uses_.emplace(recursive_, &symbol);
  if (node.parts.size() != symbol.arity) {
    error(4204, node.place,
          fmt::format("{} takes {}, not {}", symbol.name, arguments_text(symbol.arity), node.parts.size()));
    for (auto& part : node.parts) expression(*part);
    return facts;
  }
  const auto* own = symbol.unit && symbol.kind != SymbolKind::kConstant ? &symbol.unit->parameters : nullptr;
  Actuals actuals;
  for (std::size_t i = 0; i < node.parts.size(); ++i) {
    auto& part = *node.parts[i];
    const auto parameter = i < symbol.parameters.size() ? symbol.parameters[i] : ParameterFacts{0, true};
    auto of_part = parameter.arity > 0 ? operator_argument(part, parameter.arity) : value(part);
    limit(part, of_part, parameter.highest, fmt::format("argument {} of {}", i + 1, symbol.name));
    if (!parameter.is_leibniz) forbid_leibniz(of_part);
    if (symbol.kind == SymbolKind::kParameter || symbol.kind == SymbolKind::kConstant)
      facts.add(ArgumentUse{&symbol,
                            static_cast<std::uint32_t>(i),
                            of_part.level,
                            {of_part.parameters.begin(), of_part.parameters.end()}});
    if (own && i < own->size())
      actuals[(*own)[i].symbol] = {of_part, part.kind == NodeKind::kLambda ? &part : nullptr,
                                   const_cast<Symbol*>(part.symbol)};
    if (!parameter.counts) of_part.level = Level::kConstant, of_part.parameters.clear();
    facts.add(std::move(of_part));
  }
  for (const auto& use : symbol.uses) {
    auto after = with_actuals(use, actuals);
    if (const auto actual = actuals.find(use.of); actual != actuals.end())
      check_use(use, std::move(after), actual->second, node.place, {4272, 4273}, facts);
    else
      facts.add(after);
  }
  return facts;
}

// An operator that takes so many arguments, as an argument itself.
Resolver::Facts Resolver::operator_argument(Node& node, std::uint32_t arity) {
  if (node.kind == NodeKind::kLambda) {
    if (node.parameters.size() != arity)
      error(4274, node.place,
            fmt::format("this LAMBDA takes {}, and {} is needed here", arguments_text(node.parameters.size()), arity));
    return expression(node);
  }
  Symbol* symbol = nullptr;
  if (node.kind == NodeKind::kName && node.parts.empty()) {
    symbol = find(node.text);
    if (!symbol) {
      undefined({node.text, node.word});
      return {};
    }
  } else if (node.kind == NodeKind::kPath && node.parts.back()->parts.empty()) {
    path(node, arity);
    symbol = const_cast<Symbol*>(node.symbol);
    if (!symbol) return {};
  }
  if (!symbol || symbol->arity == 0 || symbol->kind == SymbolKind::kInstance) {
    error(4270, node.place, fmt::format("an operator of {} is needed here, not an expression", arguments_text(arity)),
          "name one, or write a LAMBDA");
    return symbol ? Facts{} : expression(node);
  }
  const bool is_simple = std::all_of(symbol->parameters.begin(), symbol->parameters.end(),
                                     [](const auto& parameter) { return parameter.arity == 0; });
  if (symbol->arity != arity || !is_simple)
    error(4271, node.place,
          fmt::format("{} takes {}, and an operator of {} is needed here", symbol->name, arguments_text(symbol->arity),
                      arguments_text(arity)));
  node.symbol = symbol;
  auto facts = of_reference(*symbol);
  node.level = facts.level;
  return facts;
}

}  // namespace lorelei::tla
