// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/syntax.hh"

#include <fmt/core.h>

namespace lorelei::tla {
namespace {

std::string named(std::string_view word, const std::vector<NodePtr>& parts) {
  std::string out = "(";
  out += word;
  for (const auto& part : parts) {
    out += ' ';
    out += to_text(*part);
  }
  return out + ")";
}

std::string text_of(const Bound& bound) {
  std::string out = "(";
  if (bound.is_tuple) out += "<<";
  for (std::size_t i = 0; i < bound.names.size(); ++i) {
    if (i > 0) out += ' ';
    out += bound.names[i].text;
  }
  if (bound.is_tuple) out += ">>";
  if (bound.set) {
    out += " \\in ";
    out += to_text(*bound.set);
  }
  return out + ")";
}

std::string text_of(const std::vector<Bound>& bounds) {
  std::string out;
  for (const auto& bound : bounds) {
    out += ' ';
    out += text_of(bound);
  }
  return out;
}

std::string text_of(const std::vector<Parameter>& parameters) {
  std::string out;
  for (const auto& parameter : parameters) {
    out += ' ';
    out += parameter.name.text;
    if (parameter.arity > 0) out += fmt::format("/{}", parameter.arity);
  }
  return out;
}

// A word, then bounds or parameters, then parts.
std::string bound_text(std::string_view word, const Node& node) {
  auto out = fmt::format("({}{}{}", word, text_of(node.bounds), text_of(node.parameters));
  for (const auto& part : node.parts) {
    out += ' ';
    out += to_text(*part);
  }
  return out + ")";
}

std::string record_text(std::string_view word, std::string_view separator, const Node& node) {
  auto out = fmt::format("({}", word);
  for (std::size_t i = 0; i < node.parts.size(); ++i)
    out += fmt::format(" ({} {} {})", node.names[i].text, separator, to_text(*node.parts[i]));
  return out + ")";
}

std::string let_text(const Node& node) {
  std::string out = "(LET";
  for (const auto& unit : node.units) {
    out += ' ';
    out += to_text(*unit);
  }
  out += ' ';
  return out + to_text(*node.parts[0]) + ")";
}

std::string or_named(const Node& node, std::string_view word) {
  return node.parts.empty() ? std::string(word) : named(word, node.parts);
}

std::string substitutions_of(const Unit& unit) {
  std::string out;
  for (const auto& one : unit.substitutions) out += fmt::format(" ({} <- {})", one.name.text, to_text(*one.value));
  return out;
}

std::string heading_of(const Unit& unit) {
  std::string out = unit.name.text.empty() ? "" : " ";
  return out + unit.name.text + text_of(unit.parameters) + text_of(unit.bounds);
}

}  // namespace

std::string to_text(const Node& node) {
  switch (node.kind) {
    case NodeKind::kError:
      return "ERROR";
    case NodeKind::kNumber:
      return node.text;
    case NodeKind::kString:
      return fmt::format("\"{}\"", node.text);
    case NodeKind::kAt:
      return "@";
    case NodeKind::kName:
      return or_named(node, node.text);
    case NodeKind::kPath:
      return named("!", node.parts);
    case NodeKind::kSelector:
      return or_named(node, node.text);
    case NodeKind::kPrefix:
    case NodeKind::kInfix:
    case NodeKind::kPostfix:
      return named(node.text, node.parts);
    case NodeKind::kJunction:
      return named(node.text == "/\\" ? "AND" : "OR", node.parts);
    case NodeKind::kTuple:
      return or_named(node, "<<>>");
    case NodeKind::kSetList:
      return or_named(node, "{}");
    case NodeKind::kSetFilter:
      return bound_text("FILTER", node);
    case NodeKind::kSetMap:
      return bound_text("MAP", node);
    case NodeKind::kFunction:
      return bound_text("|->", node);
    case NodeKind::kFunctionSet:
      return named("->", node.parts);
    case NodeKind::kApply:
      return named("[]", node.parts);
    case NodeKind::kField:
      return fmt::format("(. {} {})", to_text(*node.parts[0]), node.text);
    case NodeKind::kRecord:
      return record_text("RECORD", "|->", node);
    case NodeKind::kRecordSet:
      return record_text("RECORDS", ":", node);
    case NodeKind::kExcept:
      return named("EXCEPT", node.parts);
    case NodeKind::kUpdate:
      return named("=", node.parts);
    case NodeKind::kIndexStep:
      return named("AT", node.parts);
    case NodeKind::kFieldStep:
      return fmt::format(".{}", node.text);
    case NodeKind::kIf:
      return named("IF", node.parts);
    case NodeKind::kCase:
      return named("CASE", node.parts);
    case NodeKind::kArm:
      return node.parts.size() == 1 ? named("OTHER", node.parts) : named("WHEN", node.parts);
    case NodeKind::kLet:
      return let_text(node);
    case NodeKind::kForall:
      return bound_text("\\A", node);
    case NodeKind::kExists:
      return bound_text("\\E", node);
    case NodeKind::kTemporalForall:
      return bound_text("\\AA", node);
    case NodeKind::kTemporalExists:
      return bound_text("\\EE", node);
    case NodeKind::kChoose:
      return bound_text("CHOOSE", node);
    case NodeKind::kLambda:
      return bound_text("LAMBDA", node);
    case NodeKind::kBoxAction:
      return named("[]_", node.parts);
    case NodeKind::kAngleAction:
      return named("<<>>_", node.parts);
    case NodeKind::kFairness:
      return named(node.text, node.parts);
    case NodeKind::kLabel:
      return bound_text(fmt::format(":: {}", node.text), node);
    case NodeKind::kPart:
      return to_text(*node.shared.back());
  }
  return {};
}

std::string to_text(const Unit& unit) {
  const std::string local = unit.is_local ? "LOCAL " : "";
  const auto body = unit.body ? fmt::format(" {}", to_text(*unit.body)) : std::string();
  switch (unit.kind) {
    case UnitKind::kConstants:
      return fmt::format("(CONSTANT{})", text_of(unit.parameters));
    case UnitKind::kVariables:
      return fmt::format("(VARIABLE{})", text_of(unit.parameters));
    case UnitKind::kRecursive:
      return fmt::format("(RECURSIVE{})", text_of(unit.parameters));
    case UnitKind::kAssume:
      return fmt::format("(ASSUME{}{})", heading_of(unit), body);
    case UnitKind::kTheorem:
      return fmt::format("(THEOREM{}{})", heading_of(unit), body);
    case UnitKind::kOperator:
      return fmt::format("({}=={}{})", local, heading_of(unit), body);
    case UnitKind::kFunction:
      return fmt::format("({}[]=={}{})", local, heading_of(unit), body);
    case UnitKind::kInstance:
      return fmt::format("({}INSTANCE{} : {}{})", local, heading_of(unit), unit.module_name.text,
                         substitutions_of(unit));
    case UnitKind::kModule:
      return fmt::format("({})", to_text(*unit.module));
  }
  return {};
}

std::string to_text(const Module& module) {
  auto out = fmt::format("MODULE {}", module.name.text);
  for (const auto& name : module.extends) out += fmt::format(" <{}>", name.text);
  for (const auto& unit : module.units) {
    out += '\n';
    out += to_text(*unit);
  }
  return out;
}

}  // namespace lorelei::tla
