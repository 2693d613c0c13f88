// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/pluscal_scope.hh"

#include "tla/pluscal_layout.hh"

namespace lorelei::tla::pluscal {

Variables::Variables(const Algorithm& algorithm, bool has_pc) {
  using Kind = Declared::Kind;
  const bool is_indexed = algorithm.has_processes();
  if (has_pc) all_.push_back({Kind::kPc, "pc", "pc", nullptr, nullptr, is_indexed});
  for (const auto& variable : algorithm.globals)
    all_.push_back({Kind::kGlobal, variable.name.renamed, variable.name.text, nullptr, &variable, false});
  if (!algorithm.procedures.empty()) all_.push_back({Kind::kStack, "stack", "stack", nullptr, nullptr, is_indexed});
  for (const auto& body : algorithm.procedures) {
    for (const auto& variable : body.parameters)
      all_.push_back({Kind::kParameter, variable.name.renamed, variable.name.text, &body, &variable, is_indexed});
    for (const auto& variable : body.locals)
      all_.push_back({Kind::kProcedureLocal, variable.name.renamed, variable.name.text, &body, &variable, is_indexed});
  }
  for (const auto& body : algorithm.processes)
    for (const auto& variable : body.locals)
      all_.push_back({Kind::kProcessLocal, variable.name.renamed, variable.name.text, &body, &variable,
                      body.kind == Body::Kind::kProcesses});
  for (std::size_t i = 0; i < all_.size(); ++i) by_name_.emplace(all_[i].name, i);
}

std::optional<std::size_t> Variables::find(std::string_view name) const {
  const auto at = by_name_.find(name);
  if (at == by_name_.end()) return std::nullopt;
  return at->second;
}

namespace {

// A definition begins at i: "Name ==", "Name(a, b) ==", "Name[x \in S] ==".
bool begins_definition(const Tokens& tokens, std::size_t i) {
  if (!is_name(tokens[i])) return false;
  auto at = i + 1;
  if (at < tokens.size() && (is_word(tokens[at], "(") || is_word(tokens[at], "["))) {
    int depth = 0;
    constexpr std::size_t kMaxHead = 200;  // words between the name and "=="
    for (const auto stop = std::min(tokens.size(), at + kMaxHead); at < stop; ++at) {
      if (is_word(tokens[at], "(") || is_word(tokens[at], "[")) ++depth;
      if ((is_word(tokens[at], ")") || is_word(tokens[at], "]")) && --depth == 0) break;
    }
    ++at;
  }
  return at < tokens.size() && is_word(tokens[at], "==");
}

}  // namespace

Definitions::Definitions(const Algorithm& algorithm, const Variables& variables) {
  const auto& tokens = algorithm.definitions;
  // A definition can only use what stands before it, so that one pass is enough; RECURSIVE ones name themselves.
  std::set<std::size_t>* reads = nullptr;
  int lets = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (is_word(tokens[i], "LET")) ++lets;
    if (is_word(tokens[i], "IN")) --lets;
    if (lets == 0 && begins_definition(tokens, i)) {
      reads = &read_by_[tokens[i].text];
      continue;
    }
    if (!reads || tokens[i].kind != TokenKind::kName) continue;
    if (const auto variable = variables.find(tokens[i].text)) {
      reads->insert(*variable);
    } else if (const auto other = read_by_.find(tokens[i].text); other != read_by_.end() && &other->second != reads) {
      reads->insert(other->second.begin(), other->second.end());
    }
  }
}

std::optional<std::size_t> Definitions::hidden(std::string_view definition, const Changed& changed) const {
  const auto at = read_by_.find(definition);
  if (at == read_by_.end()) return std::nullopt;
  for (const auto variable : changed)
    if (at->second.contains(variable)) return variable;
  return std::nullopt;
}

Scope::Scope(const Variables& variables, const Body* body, Tokens index, Tokens own_id)
    : variables_(variables), index_(std::move(index)), own_id_(std::move(own_id)) {
  if (!body) return;
  for (const auto* all : {&body->parameters, &body->locals})
    for (const auto& variable : *all)
      if (const auto number = variables.find(variable.name.renamed)) own_.emplace(variable.name.text, *number);
}

std::optional<std::size_t> Scope::find(std::string_view name) const {
  if (const auto at = own_.find(name); at != own_.end()) return at->second;
  return variables_.find(name);
}

Tokens Scope::index_of(std::size_t variable) const {
  Tokens out;
  if (!variables_.all()[variable].is_indexed || index_.empty()) return out;
  append(out, made("[", index_.front().place));
  append(out, index_);
  append(out, made("]", index_.front().place));
  return out;
}

Tokens Scope::translated(const Tokens& tokens, const Changed& changed) const {
  auto pieces = pieces_of(tokens);
  FieldNames fields(tokens);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto& token = tokens[i];
    if (fields.is_field(i) || token.kind != TokenKind::kName || bound_.contains(token.text)) continue;
    auto& here = pieces[i].tokens;
    if (token.text == "self" && !own_id_.empty()) {
      here = in_parentheses(own_id_);
      for (auto& one : here) one.place = token.place;  // what the user wrote there
      continue;
    }
    const auto variable = find(token.text);
    if (!variable) continue;
    const auto& declared = variables_.all()[*variable];
    here.front().text = declared.name;
    const bool is_primed = i + 1 < tokens.size() && is_word(tokens[i + 1], "'");
    if (changed.contains(*variable) && !is_primed) append(here, made("'", token.place));
    // Of "pc" and "stack" the user says himself whose they are.
    if (declared.declaration) append(here, index_of(*variable));
    for (auto& one : here) one.place = token.place;
  }
  return lay_out(pieces);
}

}  // namespace lorelei::tla::pluscal
