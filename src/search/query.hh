// SPDX-License-Identifier: GPL-3.0-or-later
// What a user typed, as a tree that knows nothing of the index.
//
// The one idea: parsing and matching are separate. A tree is printed, tested, dated (search/query_dates.hh) and
// evaluated without opening a database; search/compile.hh turns it into Xapian.
//
//   query := both (("OR" | "XOR") both)*           XOR binds tighter than OR
//   both  := beside (("AND" | "NOT" | "AND" "NOT") beside)*
//   beside := item+                                all of them; several values of one exact prefix are alternatives
//   item  := ["-" | "+"] atom                      - excludes, + does nothing
//   atom  := [prefix ":"] (word | word "*" | '"' words '"' | "(" query ")") | near | exact | range | thread
//   near  := word (("NEAR" | "ADJ") ["/" width] word)+
//   exact := prefix ":" (value | '"' value '"')    value runs to white space or ")"; "" in quotes is one quote
//   range := prefix ":" [low] ".." [high]
//   thread := "thread:" (message-id | "{" query "}")
//
// Operators are upper case only. Words joined by . - / : \ @ are a phrase (blk-mq, a@b.c). A "(" directly behind a
// word is text, and so is its ")": `kfree()`.
//
// The language and its lexical rules (what a word is, when it is stemmed, how it is folded) are those of public-inbox
// 1.9, which hands the text to Xapian's query parser; results are equal. Where that parser gives up ("parse error"), it
// starts over without operators and searches for whatever words there are; here this is an error with a caret, or has
// the meaning that was intended:
//
//   -s:x alone            everything but s:x (there: the opposite)
//   several d: (dt:, ...)  all must hold (there: any of them)
//   a b NEAR c            a, and b near c
//   s:[PATCH              the same as s:PATCH
//   "a..b"                a phrase (there: an error)
//   dfpre:ABCDEF1, lid:A  found whatever the case; mid:<a@b> is mid:a@b
//   z:5, uid:7            exactly that number
//   sbj:x                 an error that suggests s:, see PrefixSet::guess; other unknown prefixes are words, as there
//
// Foreign bytes: time and memory are linear in the text; beyond kMaxQueryBytes, kMaxQueryDepth or
// kMaxQueryTerms it is an error.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "search/prefixes.hh"

namespace lorelei::search {

inline constexpr std::size_t kMaxQueryBytes = 256 << 10;  // the blobs of a 500-patch series
inline constexpr int kMaxQueryDepth = 64;                 // of parentheses and of braces together
// What is looked up in the index: each word, value or phrase once for every target of its prefix. Xapian's time for the
// parts of an OR grows with their square: two seconds for these.
inline constexpr std::size_t kMaxQueryTerms = 5000;

struct Query {
  enum class Op {
    kNothing,     // no words at all: matches nothing
    kEverything,  // what a lone NOT excludes from
    kWord,        // words[0]
    kWildcard,    // words[0] is how it starts
    kPhrase,      // words, next to each other in this order
    kNear,        // words, in any order within window positions
    kAdjacent,    // words, in this order within window positions
    kExact,       // value
    kRange,       // low to high; value is the text until search/query_dates.hh has dated it
    kThread,      // of the message value, or of all that parts[0] finds
    kAnd,         // all parts; two or more
    kOr,          // any part; two or more
    kXor,         // an odd number of parts; two or more
    kNot,         // parts[0], but none of the others; two or more
  };
  enum class Stem { kYes, kNo };
  struct Word {
    std::string text;  // folded to lower case
    Stem stem = Stem::kNo;
    unsigned position = 0;  // 1, 2, ... in the order of the query
    std::string prefix;     // kNear and kAdjacent may mix them; elsewhere that of the query
  };

  Op op = Op::kNothing;
  std::string prefix;                     // leaves only; without its colon, empty if none
  std::vector<Word> words;                // kWord, kWildcard: one
  unsigned window = 0;                    // kNear, kAdjacent
  std::string value;                      // kExact, kThread; kRange before it is dated
  unsigned slot = 0;                      // kRange, when it is dated: where the numbers are
  std::optional<std::int64_t> low, high;  // kRange: inclusive; nothing is open
  std::vector<Query> parts;
  std::size_t offset = 0;  // of the leaf's first byte in the text
};

struct ParsedQuery {
  Query query;
  std::vector<std::string> notes;  // what was tolerated and may surprise: an unclosed quote; one line each
};

// kRange leaves of date prefixes are not dated yet. An empty text, or one without any word, is kNothing.
// Errors: kUsage with an excerpt and a caret; kTooLarge.
Result<ParsedQuery> parse_query(std::string_view text, const PrefixSet& = {});

// One line, for tests and --explain: (or s:ktls (and f:axboe dfn:"net tls"))
// A word that will not be stemmed stands in single quotes, a wildcard ends in *, a range is prefix:low..high.
std::string to_text(const Query&);

}  // namespace lorelei::search
