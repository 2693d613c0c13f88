// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/pluscal_cursor.hh"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "tla/expression_parser.hh"
#include "tla/pluscal_layout.hh"

namespace lorelei::tla::pluscal {
namespace {

// No expression has one of these.
constexpr std::array kDelimiters = std::to_array<std::string_view>(
    {"do",     "then",      "begin",  "variable", "variables", "end",    "else",     "elsif", "if",
     "either", "or",        "while",  "with",     "call",      "return", "goto",     "print", "assert",
     "skip",   "procedure", "define", "process",  "fair",      "macro",  "algorithm"});

bool is_opening(const Token& token) {
  return is_word(token, "(") || is_word(token, "[") || is_word(token, "{") || is_word(token, "<<");
}
bool is_closing(const Token& token) {
  return is_word(token, ")") || is_word(token, "]") || is_word(token, "}") || is_word(token, ">>") ||
         is_word(token, "]_") || is_word(token, ">>_");
}
bool is_quantifier(const Token& token) {
  return is_word(token, "\\A") || is_word(token, "\\E") || is_word(token, "\\AA") || is_word(token, "\\EE") ||
         is_word(token, "LAMBDA");
}
// Whether a value ends here, so that no other may begin.
bool ends_operand(const Token& token) {
  if (token.kind == TokenKind::kNumber || token.kind == TokenKind::kString) return true;
  if (token.kind == TokenKind::kName) return !is_tla_keyword(token.text) && token.text != "WF_" && token.text != "SF_";
  return is_closing(token) || is_word(token, "'") || is_word(token, "@");
}
bool begins_operand(const Token& token) {
  return token.kind == TokenKind::kNumber || token.kind == TokenKind::kString || is_name(token);
}

}  // namespace

bool is_pluscal_keyword(std::string_view word) {
  return word == "await" || word == "when" ||
         std::find(kDelimiters.begin(), kDelimiters.end(), word) != kDelimiters.end();
}

std::string named(const Token& token) {
  return token.kind == TokenKind::kEnd ? "the end of the comment" : fmt::format("'{}'", spelling(token));
}

const Token& Cursor::peek(std::size_t ahead) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }

bool Cursor::is(std::string_view word, std::size_t ahead) const { return is_word(peek(ahead), word); }

bool Cursor::is_any(std::initializer_list<std::string_view> words) const {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return is(word); });
}

const Token& Cursor::take() {
  const auto& token = peek();
  if (at_ + 1 < tokens_.size()) ++at_;
  return token;
}

bool Cursor::take_if(std::string_view word) {
  if (!is(word)) return false;
  take();
  return true;
}

bool Cursor::expect(std::string_view word, std::string_view of_what) {
  if (take_if(word)) return true;
  error(peek().place, fmt::format("{} needs '{}' here, but {} stands here", of_what, word, named(peek())));
  return false;
}

bool Cursor::expect_name(Token& name, std::string_view what) {
  if (is_name(peek()) && !is_pluscal_keyword(peek().text)) {
    name = take();
    if (name.text != "defaultInitValue") return true;
    error(name.place, "'defaultInitValue' is the value of variables without one and names nothing else");
    return false;
  }
  error(peek().place, fmt::format("{} is missing here: {} is no name", what, named(peek())),
        is_pluscal_keyword(peek().text) ? fmt::format("'{}' is a word of PlusCal; choose another name", peek().text)
                                        : "");
  return false;
}

bool Cursor::ends_expression(const Token& token, bool in_let, const Tokens& so_far) const {
  if (token.kind == TokenKind::kEnd || token.kind == TokenKind::kModuleEnd) return true;
  if (is_word(token, ";") || is_word(token, ":=") || is_word(token, "||")) return true;
  if (token.kind == TokenKind::kName &&
      std::find(kDelimiters.begin(), kDelimiters.end(), token.text) != kDelimiters.end())
    return true;
  return !in_let && !so_far.empty() && ends_operand(so_far.back()) && begins_operand(token);
}

bool Cursor::expression(Tokens& out, std::string_view of_what) {
  Tokens found;
  Tokens open;
  int lets = 0;
  bool names_are_bound = false;
  for (; !ends_expression(peek(), lets > 0, found); take()) {
    const auto& token = peek();
    if (is_closing(token) && open.empty()) break;
    if (is_word(token, ",") && open.empty() && !names_are_bound) break;
    if (is_opening(token)) open.push_back(token);
    if (is_closing(token) && !open.empty()) open.pop_back();
    if (is_quantifier(token) && open.empty()) names_are_bound = true;
    if (is_word(token, ":")) names_are_bound = false;
    if (is_word(token, "LET")) ++lets;
    if (is_word(token, "IN")) --lets;
    found.push_back(token);
  }
  if (!open.empty()) {
    error(open.back().place, fmt::format("this {} is not closed before {}", named(open.back()), named(peek())));
    return false;
  }
  if (is_any({"if", "then", "else"}) && (found.empty() || !ends_operand(found.back()))) {
    error(peek().place, fmt::format("{} cannot be part of an expression", named(peek())),
          "within an expression it is IF ... THEN ... ELSE ..., in capitals");
    while (!at_end() && !is(";") && !is("end")) take();
    return false;
  }
  if (found.empty()) {
    error(peek().place, fmt::format("{} needs an expression here, but {} stands here", of_what, named(peek())));
    return false;
  }
  for (const auto& token : found)
    if (is_word(token, "'"))
      warning(token.place, "a prime has no place in PlusCal: the translation primes what was assigned in this step",
              "leave it out");
  check(found);
  out = lay_out(found);
  return true;
}

// What is no expression is said here, where it stands: in a translation it would end with some other statement.
void Cursor::check(const Tokens& expression) {
  std::vector<Diagnostic> wrong;
  parse_expression(expression, 0, expression.size(), wrong);
  if (wrong.empty() || is_broken_ || gave_up()) return;
  ++errors_;
  diagnostics_.push_back(std::move(wrong.front()));
}

Tokens Cursor::range(std::size_t begin, std::size_t end) const {
  return {tokens_.begin() + static_cast<std::ptrdiff_t>(begin), tokens_.begin() + static_cast<std::ptrdiff_t>(end)};
}

void Cursor::error(Place place, std::string text, std::string hint) {
  if (is_broken_ || gave_up()) return;
  is_broken_ = true;
  ++errors_;
  diagnostics_.push_back({Diagnostic::Severity::kError, 0, place, std::move(text), std::move(hint)});
}

void Cursor::warning(Place place, std::string text, std::string hint) {
  diagnostics_.push_back({Diagnostic::Severity::kWarning, 0, place, std::move(text), std::move(hint)});
}

Place Cursor::behind() const {
  const auto& place = before().place;
  return {place.source, place.end, place.end};
}

}  // namespace lorelei::tla::pluscal
