// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/arguments.hh"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.hh"

namespace lorelei::search {

namespace {

bool is_word(char c) { return is_alnum(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }

// "rt:1.month.ago..)": the last thing, with a word boundary in front.
bool ends_with_date(std::string_view argument) {
  const auto space = argument.find_last_of(" \t\n");
  const auto last = space == std::string_view::npos ? argument : argument.substr(space + 1);
  for (const std::string_view prefix : {"rt:", "dt:", "d:"})
    for (auto at = last.find(prefix); at != std::string_view::npos; at = last.find(prefix, at + 1))
      if ((at == 0 || !is_word(last[at - 1])) && last.size() > at + prefix.size()) return true;
  return false;
}

// Where `name:` of a known prefix begins, and where what follows it does.
struct PrefixPlace {
  std::size_t begin, end;
};
std::optional<PrefixPlace> find_prefix(std::string_view text, std::size_t from, const PrefixSet& prefixes) {
  for (auto colon = text.find(':', from); colon != std::string_view::npos; colon = text.find(':', colon + 1)) {
    auto begin = colon;
    while (begin > from && is_word(text[begin - 1])) --begin;
    if (begin < colon && prefixes.find(text.substr(begin, colon - begin))) return PrefixPlace{begin, colon + 1};
  }
  return std::nullopt;
}

// Not a phrase, by what stands in it outside quotes.
bool is_expression(std::string_view argument, const PrefixSet& prefixes) {
  static constexpr std::array<std::string_view, 6> kOperators = {"AND", "OR", "NOT", "XOR", "NEAR", "ADJ"};
  if (argument.find_first_of("()\"") != std::string_view::npos) return true;
  for (const auto word : split_words(argument)) {
    const auto name = word.substr(0, word.find('/'));
    if (std::find(kOperators.begin(), kOperators.end(), name) != kOperators.end()) return true;
  }
  const auto first = find_prefix(argument, 0, prefixes);
  return first && find_prefix(argument, first->end, prefixes);
}

bool has_space_outside_quotes(std::string_view argument) {
  bool in_quotes = false;
  for (const char c : argument) {
    in_quotes ^= c == '"';
    if (!in_quotes && is_space(c)) return true;
  }
  return false;
}

std::string phrase(std::string_view argument, const PrefixSet& prefixes) {
  const auto prefix = find_prefix(argument, 0, prefixes);
  const auto begin = prefix ? prefix->end : 0;
  return fmt::format("{}\"{}\"", argument.substr(0, begin), argument.substr(begin));
}

}  // namespace

ArgumentQuery query_of_arguments(const std::vector<std::string>& arguments, const PrefixSet& prefixes) {
  ArgumentQuery query;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    auto argument = replace_all(arguments[i], "\\\n", "  ");
    if (argument.ends_with('\n')) {
      argument.pop_back();
      query.notes.emplace_back("trailing `\\n' removed");
    }
    if (i) query.text += ' ';
    if (ends_with_date(argument) || !has_space_outside_quotes(argument)) {
      query.text += argument;
    } else if (is_expression(argument, prefixes)) {
      query.notes.push_back(fmt::format("treating argument {} as an expression", i + 1));
      query.text += argument;
    } else {
      query.text += phrase(argument, prefixes);
    }
  }
  return query;
}

}  // namespace lorelei::search
