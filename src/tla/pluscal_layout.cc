// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/pluscal_layout.hh"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.hh"

namespace lorelei::tla::pluscal {
namespace {

constexpr std::array kKeywords = std::to_array<std::string_view>(
    {"ACTION",    "ACTIONS",   "ASSUME",    "ASSUMPTION", "AXIOM",       "BY",        "CASE",    "CHOOSE",
     "CONSTANT",  "CONSTANTS", "COROLLARY", "DEF",        "DEFINE",      "DEFS",      "DOMAIN",  "ELSE",
     "ENABLED",   "EXCEPT",    "EXTENDS",   "HAVE",       "HIDE",        "IF",        "IN",      "INSTANCE",
     "LAMBDA",    "LEMMA",     "LET",       "LOCAL",      "MODULE",      "NEW",       "OBVIOUS", "OMITTED",
     "ONLY",      "OTHER",     "PICK",      "PROOF",      "PROPOSITION", "PROVE",     "QED",     "RECURSIVE",
     "STATE",     "SUBSET",    "SUFFICES",  "TAKE",       "TEMPORAL",    "TEMPORALS", "THEN",    "THEOREM",
     "UNCHANGED", "UNION",     "USE",       "VARIABLE",   "VARIABLES",   "WITH",      "WITNESS"});

constexpr std::array kStrong =
    std::to_array<std::string_view>({"+",  "-",   "*", "..", "\\cup", "\\cap", "\\", "\\o", "\\div", "%",  "^", "@@",
                                     ":>", "\\X", ".", "'",  "@",     "!",     "++", "(+)", "/",     "^+", "^*"});

bool is_word_character(char c) { return is_alnum(c) || c == '_'; }

// Whether nothing between them would make one word of two.
bool run_together(std::string_view left, std::string_view right) {
  return !left.empty() && !right.empty() && is_word_character(left.back()) && is_word_character(right.front());
}

std::string in_quotes(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        out += c;
    }
  }
  out += '"';
  return out;
}

std::uint32_t end_of(const Token& token) { return token.at.column + width_of(spelling(token)); }

// How many columns and lines laid out tokens take.
struct Extent {
  std::uint32_t width = 0, lines = 1;
};
Extent extent_of(const Tokens& tokens) {
  Extent all;
  for (const auto& token : tokens) {
    all.width = std::max(all.width, end_of(token) - 1);
    all.lines = std::max(all.lines, token.at.line);
  }
  return all;
}

// For each column in which a word begins, the column in which it begins afterwards.
std::map<std::uint32_t, std::uint32_t> moved_columns(const std::vector<Piece>& pieces,
                                                     const std::vector<Extent>& extents) {
  struct Start {
    std::uint32_t column;
    std::size_t piece;
  };
  std::vector<Start> starts;
  for (std::size_t i = 0; i < pieces.size(); ++i) starts.push_back({pieces[i].at.column, i});
  std::stable_sort(starts.begin(), starts.end(), [](const Start& a, const Start& b) { return a.column < b.column; });

  // On one line there is nothing that could be torn apart, and words may move to the left.
  const bool is_one_line = pieces.front().at.line == pieces.back().at.line;
  std::map<std::uint32_t, std::uint32_t> moved;
  std::uint32_t left = 0;  // the last new column
  for (std::size_t i = 0; i < starts.size();) {
    const auto column = starts[i].column;
    auto now = is_one_line ? left + 1 : std::max(left + 1, column - starts.front().column + 1);
    for (; i < starts.size() && starts[i].column == column; ++i) {
      const auto piece = starts[i].piece;
      if (piece == 0 || pieces[piece - 1].at.line != pieces[piece].at.line) continue;
      const auto& before = pieces[piece - 1];
      if (before.at.column >= column) continue;  // never: words of a line stand from left to right
      const auto was_end = before.at.column + before.width;
      auto gap = column > was_end ? column - was_end : 0;
      if (gap == 0 && run_together(spelling(before.tokens.back()), spelling(pieces[piece].tokens.front()))) gap = 1;
      now = std::max(now, moved[before.at.column] + extents[piece - 1].width + gap);
    }
    moved[column] = left = now;
  }
  return moved;
}

}  // namespace

std::string spelling(const Token& token) {
  return token.kind == TokenKind::kString ? in_quotes(token.text) : token.text;
}

std::uint32_t width_of(std::string_view utf8) {
  return static_cast<std::uint32_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

Tokens lay_out(const std::vector<Piece>& pieces) {
  Tokens out;
  if (pieces.empty()) return out;
  std::vector<Extent> extents;
  for (const auto& piece : pieces) extents.push_back(extent_of(piece.tokens));
  const auto moved = moved_columns(pieces, extents);
  std::uint32_t line = 1;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (i > 0 && pieces[i].at.line != pieces[i - 1].at.line) ++line;
    const auto column = moved.at(pieces[i].at.column);
    for (auto token : pieces[i].tokens) {
      token.at = {line + token.at.line - 1, column + token.at.column - 1};
      out.push_back(std::move(token));
    }
    line += extents[i].lines - 1;
  }
  return out;
}

Tokens lay_out(const Tokens& from_source) {
  std::vector<Piece> pieces;
  for (const auto& token : from_source) {
    auto written = width_of(spelling(token));
    if (const auto& place = token.place; place.source)
      written = width_of(place.source->text().substr(place.begin, place.end - place.begin));
    Token first = token;
    first.at = {1, 1};
    pieces.push_back({.at = token.at, .width = written, .tokens = {std::move(first)}});
  }
  return lay_out(pieces);
}

std::vector<Piece> pieces_of(const Tokens& tokens) {
  std::vector<Piece> pieces;
  for (const auto& token : tokens) {
    Token first = token;
    first.at = {1, 1};
    pieces.push_back({.at = token.at, .width = width_of(spelling(token)), .tokens = {std::move(first)}});
  }
  return pieces;
}

Tokens made(std::string_view text, Place place) {
  const Source source("", text);
  std::vector<Diagnostic> none;
  auto tokens = read_tokens(source, 0, static_cast<std::uint32_t>(source.text().size()), none);
  if (!tokens.empty() && tokens.back().kind == TokenKind::kEnd) tokens.pop_back();
  for (auto& token : tokens) token.place = place;
  return tokens;
}

void append(Tokens& to, const Tokens& more, Gap gap) {
  if (more.empty()) return;
  if (to.empty()) {
    to = more;
    return;
  }
  const auto line = to.back().at.line - 1;
  auto column = end_of(to.back()) - 1;
  if (gap == Gap::kBlank || run_together(spelling(to.back()), spelling(more.front()))) ++column;
  for (auto token : more) {
    token.at.line += line, token.at.column += column;
    to.push_back(std::move(token));
  }
}

std::string one_line(const Tokens& tokens) {
  std::string out;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool has_gap =
        i > 0 && (tokens[i].at.line != tokens[i - 1].at.line || tokens[i].at.column > end_of(tokens[i - 1]));
    if (has_gap) out += ' ';
    out += spelling(tokens[i]);
  }
  return out;
}

Tokens in_parentheses(const Tokens& tokens) {
  if (tokens.size() <= 1) return tokens;
  auto out = made("(", tokens.front().place);
  append(out, tokens);
  append(out, made(")", tokens.back().place));
  return out;
}

bool is_tla_keyword(std::string_view word) {
  return std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end();
}

bool is_word(const Token& token, std::string_view text) {
  return (token.kind == TokenKind::kName || token.kind == TokenKind::kSymbol) && token.text == text;
}

bool is_name(const Token& token) { return token.kind == TokenKind::kName && !is_tla_keyword(token.text); }

bool binds_strongly(const Tokens& tokens) {
  int depth = 0;
  for (const auto& token : tokens) {
    const auto& text = token.text;
    if (token.kind == TokenKind::kSymbol) {
      if (text == "(" || text == "[" || text == "{" || text == "<<") {
        ++depth;
      } else if (text == ")" || text == "]" || text == "}" || text == ">>") {
        --depth;
      } else if (depth == 0 && std::find(kStrong.begin(), kStrong.end(), text) == kStrong.end()) {
        return false;
      }
    } else if (token.kind == TokenKind::kName && depth == 0 && is_tla_keyword(text) && text != "SUBSET" &&
               text != "UNION" && text != "DOMAIN") {
      return false;
    }
  }
  return true;
}

bool FieldNames::is_field(std::size_t i) {
  const auto& token = tokens_[i];
  if (token.kind == TokenKind::kSymbol) {
    if (token.text == "(" || token.text == "[" || token.text == "{" || token.text == "<<") {
      open_ += token.text.front();
    } else if (!open_.empty() && (token.text == ")" || token.text == "]" || token.text == "}" || token.text == ">>" ||
                                  token.text == "]_" || token.text == ">>_")) {
      open_.pop_back();
    }
  }
  if (token.kind != TokenKind::kName || i == 0) return false;
  const auto& before = tokens_[i - 1];
  if (is_word(before, ".") || is_word(before, "!")) return true;
  if (open_.empty() || open_.back() != '[' || i + 1 >= tokens_.size()) return false;
  const auto& after = tokens_[i + 1];
  return (is_word(before, "[") || is_word(before, ",")) && (is_word(after, "|->") || is_word(after, ":"));
}

}  // namespace lorelei::tla::pluscal
