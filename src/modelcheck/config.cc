// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/config.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/nearest.hh"
#include "tla/token.hh"

namespace lorelei::modelcheck {
namespace {

using tla::Token;
using tla::TokenKind;

constexpr std::string_view kWords[] = {
    "SPECIFICATION",      "INIT",      "NEXT",       "CONSTANT",   "CONSTANTS",     "INVARIANT",
    "INVARIANTS",         "PROPERTY",  "PROPERTIES", "CONSTRAINT", "CONSTRAINTS",   "ACTION_CONSTRAINT",
    "ACTION_CONSTRAINTS", "SYMMETRY",  "VIEW",       "ALIAS",      "POSTCONDITION", "POSTCONDITIONS",
    "CHECK_DEADLOCK",     "_PERIODIC", "_RL_REWARD", "_POSSIBLE"};

// Sets within sets.
constexpr int kMaxDepth = 100;

class Reader {
 public:
  Reader(const tla::Source& source, std::vector<tla::Diagnostic>& diagnostics)
      : diagnostics_(diagnostics),
        tokens_(tla::read_tokens(source, 0, static_cast<std::uint32_t>(source.text().size()), diagnostics)) {}

  Config run() {
    while (!at_end()) {
      if (!is_word()) {
        error(5002, fmt::format("'{}' begins no statement", peek().text), in_place_of(peek().text));
        while (!at_end() && !is_word()) ++at_;
        continue;
      }
      statement();
    }
    return std::move(config_);
  }

 private:
  const Token& peek(std::size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  bool at_end() const { return peek().kind == TokenKind::kEnd; }
  bool is(std::string_view text) const { return peek().text == text && peek().kind != TokenKind::kString; }
  bool is_word() const {
    return peek().kind == TokenKind::kName &&
           std::find(std::begin(kWords), std::end(kWords), peek().text) != std::end(kWords);
  }
  bool is_name() const { return peek().kind == TokenKind::kName && !is_word(); }
  void error(int code, std::string text, std::string hint = {}) {
    diagnostics_.push_back({tla::Diagnostic::Severity::kError, code, peek().place, std::move(text), std::move(hint)});
  }

  // What stands where only a statement can.
  std::string in_place_of(const std::string& text) const {
    if (text == "LIVENESS" || text == "TEMPORAL") return "PROPERTY is the word for it";
    if (text == "SAFETY") return "INVARIANT is the word for it";
    if (text == "DEADLOCK") return "CHECK_DEADLOCK is the word for it";
    if (const auto near = nearest_statement(text); !near.empty()) return fmt::format("did you mean {}?", near);
    if (takes_names_ && peek().kind != TokenKind::kName)
      return fmt::format("behind {0} stand names; define Name == ... in the specification, and write {0} Name",
                         tokens_[*takes_names_].text);
    return "a statement begins with a word like SPECIFICATION, INVARIANT or CONSTANT";
  }

  ConfigName name() {
    ConfigName made{peek().text, peek().place};
    ++at_;
    while (is("!") && peek(1).kind == TokenKind::kName) {
      made.text += "!" + peek(1).text;
      at_ += 2;
    }
    return made;
  }

  void statement() {
    const auto word = peek();
    ++at_;
    takes_names_.reset();
    const auto& text = word.text;
    if (text == "CONSTANT" || text == "CONSTANTS") return constants();
    if (text == "CHECK_DEADLOCK") return check_deadlock(word);
    if (auto* one = single(text)) {
      if (!is_name()) {
        diagnostics_.push_back({tla::Diagnostic::Severity::kError, 5003, word.place,
                                fmt::format("a name is missing behind {}", text), fmt::format("{} Name", text)});
        return;
      }
      if (!one->text.empty())
        diagnostics_.push_back({tla::Diagnostic::Severity::kError, 5004, word.place,
                                fmt::format("{} stands here for the second time", text), ""});
      *one = name();
      return;
    }
    auto* many = list(text);
    if (many) takes_names_ = at_ - 1;
    if (!many)
      diagnostics_.push_back({tla::Diagnostic::Severity::kWarning, 0, word.place,
                              fmt::format("{} is not known here and left out", text), ""});
    // None at all is no error: the usual checker takes it.
    while (is_name()) {
      auto one = name();
      if (many) many->push_back(std::move(one));
      if (is(",")) ++at_;
    }
  }

  ConfigName* single(std::string_view word) {
    return word == "SPECIFICATION" ? &config_.specification
           : word == "INIT"        ? &config_.init
           : word == "NEXT"        ? &config_.next
           : word == "SYMMETRY"    ? &config_.symmetry
           : word == "VIEW"        ? &config_.view
           : word == "ALIAS"       ? &config_.alias
                                   : nullptr;
  }
  std::vector<ConfigName>* list(std::string_view word) {
    return word.starts_with("INVARIANT")           ? &config_.invariants
           : word.starts_with("PROPERT")           ? &config_.properties
           : word.starts_with("CONSTRAINT")        ? &config_.constraints
           : word.starts_with("ACTION_CONSTRAINT") ? &config_.action_constraints
           : word.starts_with("POSTCONDITION")     ? &config_.postconditions
                                                   : nullptr;
  }

  void check_deadlock(const Token& word) {
    if (!is("TRUE") && !is("FALSE")) {
      error(5005, "TRUE or FALSE must stand behind CHECK_DEADLOCK");
      if (is_name()) ++at_;
      return;
    }
    if (config_.check_deadlock)
      diagnostics_.push_back(
          {tla::Diagnostic::Severity::kError, 5004, word.place, "CHECK_DEADLOCK stands here for the second time", ""});
    config_.check_deadlock = is("TRUE");
    ++at_;
  }

  void constants() {
    while (is_name()) {
      ConstantAssignment made;
      made.name = name();
      if (is("(")) {
        do {
          ++at_;
          made.arguments.push_back(value(0));
        } while (is(","));
        if (!is(")")) return error(5006, "')' is missing here");
        ++at_;
      }
      if (is("=")) {
        ++at_;
        module(made);
        made.value = value(0);
      } else if (is("<-")) {
        ++at_;
        module(made);
        if (!is_name()) {
          const bool is_value = !at_end() && !is_word();
          error(5003, fmt::format("behind '<-' must stand the name of what replaces {}", made.name.text),
                is_value ? fmt::format("{} = {}, if it is a value", made.name.text, peek().text) : "");
          if (is_value) value(0);
          if (is(",")) ++at_;
          continue;
        }
        made.replacement = name();
      } else {
        diagnostics_.push_back({tla::Diagnostic::Severity::kError, 5006, made.name.place,
                                fmt::format("'=' or '<-' must stand behind the constant {}", made.name.text),
                                fmt::format("{0} = 3, or {0} <- Definition", made.name.text)});
        return;
      }
      config_.constants.push_back(std::move(made));
      if (is(",")) ++at_;
    }
  }

  void module(ConstantAssignment& made) {
    if (!is("[")) return;
    ++at_;
    if (is_name()) made.module = name().text;
    if (!is("]")) return error(5006, "']' is missing here");
    ++at_;
  }

  ConfigValue value(int depth) {
    ConfigValue made;
    made.place = peek().place;
    const bool is_negative = is("-") && peek(1).kind == TokenKind::kNumber;
    if (is_negative) ++at_;
    if (peek().kind == TokenKind::kNumber) {
      made.kind = ConfigValue::Kind::kNumber;
      made.text = (is_negative ? "-" : "") + peek().text;
    } else if (peek().kind == TokenKind::kString) {
      made.kind = ConfigValue::Kind::kString;
      made.text = peek().text;
    } else if (is("{")) {
      made.kind = ConfigValue::Kind::kSet;
      if (depth >= kMaxDepth) {
        error(5002, "sets are nested too deep here");
        at_ = tokens_.size() - 1;
        return made;
      }
      ++at_;
      while (!is("}")) {
        const auto before = at_;
        made.elements.push_back(value(depth + 1));
        if (is(",")) ++at_;
        if (at_ == before || at_end()) {
          error(5006, "'}' is missing here");
          return made;
        }
      }
    } else if (is("TRUE") || is("FALSE")) {
      made.kind = ConfigValue::Kind::kBoolean;
      made.text = peek().text;
    } else if (peek().kind == TokenKind::kName) {
      made.text = peek().text;
    } else {
      error(5005, "a value must stand here: a number, a string, a name, or a set of values in braces");
      return made;
    }
    ++at_;
    return made;
  }

  std::vector<tla::Diagnostic>& diagnostics_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::optional<std::size_t> takes_names_;  // the token of the statement that was last, if it is one of names
  Config config_;
};

}  // namespace

std::string nearest_statement(const std::string& word) { return nearest(word, {std::begin(kWords), std::end(kWords)}); }

Config parse_config(const tla::Source& source, std::vector<tla::Diagnostic>& diagnostics) {
  return Reader(source, diagnostics).run();
}

}  // namespace lorelei::modelcheck
