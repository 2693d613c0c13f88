// SPDX-License-Identifier: GPL-3.0-or-later
// The prefixes of the query language: what may stand before a colon in a query, and what it looks at.
//
// The one idea: one table, many readers. The parser (search/query.hh) finds prefixes here, the compiler
// (search/compile.hh) their terms and slots, `lorelei help query` and the manual their help, an error its suggestion.
//
// The names are public-inbox's; thread: and references: are those of its release 2; tcf:, m:, z: and uid: are there
// too, undocumented. Archives may add prefixes of their own (altid): PrefixSet.
#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "search/schema.hh"

namespace lorelei::search {

struct Prefix {
  enum class Kind {
    kText,    // words: stemmed, in phrases, with wildcards; they count for relevance
    kExact,   // one value, as it stands; it never counts for relevance
    kRange,   // numbers A..B
    kDate,    // dates A..B, search/query_dates.hh
    kThread,  // the threads of messages that a message-id or a query names
  };
  enum class Value { kAsIs, kLowerCase, kMessageId };  // what is done to a kExact value: a message-id loses its <>
  enum class Listed { kYes, kNo };                     // kNo: understood, but not advertised

  std::string_view name;  // without the colon; empty for words that have none
  Kind kind = Kind::kText;
  std::span<const std::string_view> targets;  // term prefixes; several mean "in any of them"
  unsigned slot = 0;                          // kRange and kDate
  std::string_view help;                      // what it looks at
  std::string_view example;
  Value value = Value::kAsIs;
  Listed listed = Listed::kYes;
};

// All built-in prefixes, in the order of the manual. The one without a name is last.
std::span<const Prefix> builtin_prefixes();

// A prefix of an archive's own, from its setting publicinbox.NAME.altid = serial:NAME:file=FILE.
struct SerialSpec {
  std::string name, file;    // file: percent-decoded
  std::string term() const;  // its prefix in the index: "XGMANE"
};
// Nothing if it is no serial: setting with a file.
std::optional<SerialSpec> parse_altid(std::string_view setting);

// The built-in prefixes and those that the archives being searched define.
class PrefixSet {
 public:
  void add_serial(const SerialSpec&);
  // Case counts. Null if there is none.
  const Prefix* find(std::string_view name) const;

  // What the writer of an unknown `name:` may have meant. Most words before a colon are not mistyped prefixes but text
  // (`net:fix`, `std::vector`, `http://x`), so a guess is made only for
  //   - the name that other mail programs use for the same thing (subject:, from:, cc:, list:, msgid:), in any case;
  //   - a prefix in the wrong case, or with two neighbours swapped (three letters or more);
  //   - a word that starts with "df" and is at most two edits from a df* prefix;
  //   - one edit from a prefix of five letters or more.
  // Nothing otherwise. The prefix is always a listed one.
  const Prefix* guess(std::string_view name) const;
  // The same where a range follows, which is no text: any prefix of ranges that is one edit away.
  const Prefix* guess_of_range(std::string_view name) const;

 private:
  struct Serial {
    std::string name, term, help, example;
    std::string_view target;
    Prefix prefix;
  };
  std::shared_ptr<std::deque<Serial>> serials_;  // a deque: what find() returns stays where it is
};

}  // namespace lorelei::search
