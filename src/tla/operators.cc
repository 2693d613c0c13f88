// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/operators.hh"

#include <algorithm>
#include <span>
#include <unordered_map>

namespace lorelei::tla {
namespace {

constexpr Operator kPrefix[] = {
    {"~", 40, 40},        {"[]", 40, 150},     {"<>", 40, 150},      {"ENABLED", 40, 150}, {"UNCHANGED", 40, 150},
    {"SUBSET", 100, 130}, {"UNION", 100, 130}, {"DOMAIN", 100, 130}, {"-.", 120, 120},
};
constexpr bool kLeft = true;
constexpr Operator kInfix[] = {
    {"=>", 10, 10},
    {"<=>", 20, 20},
    {"~>", 20, 20},
    {"-+->", 20, 20},
    {"/\\", 30, 30, kLeft},
    {"\\/", 30, 30, kLeft},
    {"=", 50, 50},
    {"/=", 50, 50},
    {"<", 50, 50},
    {">", 50, 50},
    {"<=", 50, 50},
    {">=", 50, 50},
    {"\\in", 50, 50},
    {"\\notin", 50, 50},
    {"\\subseteq", 50, 50},
    {"\\subset", 50, 50},
    {"\\supset", 50, 50},
    {"\\supseteq", 50, 50},
    {"\\sqsubset", 50, 50},
    {"\\sqsubseteq", 50, 50},
    {"\\sqsupset", 50, 50},
    {"\\sqsupseteq", 50, 50},
    {"\\prec", 50, 50},
    {"\\succ", 50, 50},
    {"\\preceq", 50, 50},
    {"\\succeq", 50, 50},
    {"\\ll", 50, 50},
    {"\\gg", 50, 50},
    {"\\sim", 50, 50},
    {"\\simeq", 50, 50},
    {"\\asymp", 50, 50},
    {"\\approx", 50, 50},
    {"\\cong", 50, 50},
    {"\\doteq", 50, 50},
    {"\\propto", 50, 50},
    {"|-", 50, 50},
    {"|=", 50, 50},
    {"-|", 50, 50},
    {"=|", 50, 50},
    {":=", 50, 50},
    {"::=", 50, 50},
    {"@@", 60, 60, kLeft},
    {":>", 70, 70},
    {"<:", 70, 70},
    {"\\cup", 80, 80, kLeft},
    {"\\cap", 80, 80, kLeft},
    {"\\", 80, 80},
    {"..", 90, 90},
    {"...", 90, 90},
    {"+", 100, 100, kLeft},
    {"++", 100, 100, kLeft},
    {"(+)", 100, 100, kLeft},
    {"%", 100, 110},
    {"%%", 100, 110, kLeft},
    {"|", 100, 110, kLeft},
    {"||", 100, 110, kLeft},
    {"-", 110, 110, kLeft},
    {"--", 110, 110, kLeft},
    {"(-)", 110, 110, kLeft},
    {"!!", 90, 130},
    {"$", 90, 130, kLeft},
    {"$$", 90, 130, kLeft},
    {"??", 90, 130, kLeft},
    {"##", 90, 130, kLeft},
    {"\\uplus", 90, 130, kLeft},
    {"\\sqcap", 90, 130, kLeft},
    {"\\sqcup", 90, 130, kLeft},
    {"\\wr", 90, 140},
    {"\\X", 100, 130, kLeft},
    {"*", 130, 130, kLeft},
    {"**", 130, 130, kLeft},
    {"&", 130, 130, kLeft},
    {"&&", 130, 130, kLeft},
    {"(.)", 130, 130, kLeft},
    {"(\\X)", 130, 130, kLeft},
    {"\\o", 130, 130, kLeft},
    {"\\star", 130, 130, kLeft},
    {"\\bullet", 130, 130, kLeft},
    {"\\bigcirc", 130, 130, kLeft},
    {"/", 130, 130},
    {"//", 130, 130},
    {"(/)", 130, 130},
    {"\\div", 130, 130},
    {"^", 140, 140},
    {"^^", 140, 140},
    {"\\cdot", 50, 140, kLeft},
};
constexpr Operator kPostfix[] = {{"'", 150, 150}, {"^+", 150, 150}, {"^*", 150, 150}, {"^#", 150, 150}};

constexpr std::string_view kKeywords[] = {
    // sorted
    "ACTION",      "ACTIONS",   "ASSUME",  "ASSUMPTION", "AXIOM",     "BY",       "CASE",   "CHOOSE",   "CONSTANT",
    "CONSTANTS",   "COROLLARY", "DEF",     "DEFINE",     "DEFS",      "DOMAIN",   "ELSE",   "ENABLED",  "EXCEPT",
    "EXTENDS",     "HAVE",      "HIDE",    "IF",         "IN",        "INSTANCE", "LAMBDA", "LEMMA",    "LET",
    "LOCAL",       "MODULE",    "NEW",     "OBVIOUS",    "OMITTED",   "ONLY",     "OTHER",  "PICK",     "PROOF",
    "PROPOSITION", "PROVE",     "QED",     "RECURSIVE",  "SF_",       "STATE",    "SUBSET", "SUFFICES", "TAKE",
    "TEMPORAL",    "TEMPORALS", "THEN",    "THEOREM",    "UNCHANGED", "UNION",    "USE",    "VARIABLE", "VARIABLES",
    "WF_",         "WITH",      "WITNESS",
};
static_assert(std::is_sorted(std::begin(kKeywords), std::end(kKeywords)));

using Index = std::unordered_map<std::string_view, const Operator*>;
Index index_of(std::span<const Operator> operators) {
  Index index;
  for (const auto& one : operators) index.emplace(one.name, &one);
  return index;
}
const Operator* find(const Index& index, std::string_view name) {
  const auto found = index.find(name);
  return found == index.end() ? nullptr : found->second;
}

}  // namespace

const Operator* prefix_operator(std::string_view name) {
  static const Index kIndex = index_of(kPrefix);
  return find(kIndex, name);
}
const Operator* infix_operator(std::string_view name) {
  static const Index kIndex = index_of(kInfix);
  return find(kIndex, name);
}
const Operator* postfix_operator(std::string_view name) {
  static const Index kIndex = index_of(kPostfix);
  return find(kIndex, name);
}
bool is_operator(std::string_view name) {
  return prefix_operator(name) || infix_operator(name) || postfix_operator(name);
}
bool is_keyword(std::string_view name) { return std::binary_search(std::begin(kKeywords), std::end(kKeywords), name); }

}  // namespace lorelei::tla
