// SPDX-License-Identifier: GPL-3.0-or-later
// The tokens of a query. Of the two halves of the parser this is the one that knows characters: what a word is, where
// a phrase ends, which prefix holds inside which parentheses. search/query.cc knows the grammar.
//
// The lexical rules are those of Xapian's query parser with the settings of public-inbox (English stemming of words
// that start with a lower-case letter, phrases, wildcards at the end); search/query.hh lists where we differ.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "search/query.hh"

namespace lorelei::search {

struct QueryToken {
  enum class Kind { kLeaf, kBraces, kOpen, kClose, kAnd, kOr, kXor, kNot, kNear, kAdjacent, kMinus, kPlus, kEnd };
  Kind kind = Kind::kEnd;
  std::size_t offset = 0;
  Query leaf = {};        // kLeaf; kBraces: the thread: leaf whose value is the query between the braces
  std::size_t inner = 0;  // kBraces: offset of that query
  unsigned window = 0;    // kNear, kAdjacent: the width that was given, 0 if none
};

struct QueryTokens {
  std::vector<QueryToken> tokens;  // the last is kEnd; every kOpen has its kClose
  std::vector<std::string> notes;
};

// Reads text[begin, end). Offsets count from the start of text.
Result<QueryTokens> tokenise_query(std::string_view text, std::size_t begin, std::size_t end, const PrefixSet&);

// kUsage, with the part of the text around offset and a caret under it.
Error query_error(std::string_view text, std::size_t offset, std::string why, std::string_view note = {},
                  std::string next = {});

// The Unicode classes of Xapian: what its indexer and its query parser call a word.
bool is_word_char(char32_t);

}  // namespace lorelei::search
