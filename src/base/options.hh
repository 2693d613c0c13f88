// SPDX-License-Identifier: GPL-3.0-or-later
// The options of a command, as a table: one row says how an option is spelled, what its value is called, what it does
// and where the value goes. Parsing, --help, shell completion and the manual read the same rows.
//
//   {"-o --output",      "DST",             "where to write; - is stdout",   &output},    std::string, optional, vector
//   {"-n --limit -NUMBER", "N",             "at most N results",             &limit},     integers; -10 is --limit=10
//   {"-t --threads",     "",                "whole threads; twice: ...",     &threads},   unsigned without value: a
//   count
//   {"--[no-]save",      "",                "remember this search",          &save},      bool
//   {"--[no]keywords",   "",                "look for them",                 &keywords},  bool; --nokeywords as well
//   {"--no-fsync",       "",                "leave it to the kernel",        &fsync},     bool, set to false
//   {"-s --sort",        "received|relevance", "the order",                  pick(&sort)} an enum, values in this order
//   {"--colour",         "[auto|always|never]", "...",                       &colour},    the value may be left out
//   heading("Where to search"),                                                           a line of --help
//
// The command line is read as GNU's getopt_long reads it: long names may be shortened as long as they stay unique,
// short ones bundled (-tt, -qo FILE), options and operands mixed, and "--" ends the options. --no-X undoes each flag
// and count. A value in lower case with bars is one of those words and nothing else.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"

namespace lorelei {

// A number of bytes; understands 64k, 256m, 2g (powers of 1024).
struct ByteCount {
  std::uint64_t value = 0;
};

// Where the value of an option goes. Built from a pointer to the variable, or from a function that takes the text and
// may refuse it (its Error needs only `why` and `next`).
class Target {
 public:
  using Setter = std::function<Result<void>(std::string_view value)>;

  Target() = default;
  Target(bool* flag);
  Target(std::optional<bool>* flag);
  Target(unsigned* number);  // without a value in the table: how often the option was given
  Target(std::uint64_t* number);
  Target(std::int64_t* number);
  Target(std::optional<std::uint64_t>* number);
  Target(ByteCount* bytes);
  Target(std::string* text);
  Target(std::optional<std::string>* text);
  Target(std::vector<std::string>* texts);  // each use adds one
  Target(Setter setter) : set(std::move(setter)) {}
  // Of the words in the table's value, the index of the one that was given.
  static Target choice(std::function<void(std::size_t index)>);

  Setter set;                               // the value; "" where none is taken or given
  std::function<void()> undo;               // --no-X; empty if there is no such thing
  std::function<void(std::size_t)> choose;  // instead of set
  std::function<void()> count;              // instead of set, if the table names no value
  // Whether the word behind the option and its value belongs to it, as with "-dump dot FILE" of another program; set
  // gets both then, with a blank between.
  std::function<bool(std::string_view value, std::string_view next)> takes_next = {};
};

// A text that must not be empty: a script's variable that was never set is no wish to do something else.
Target not_empty(std::string& text);

// For an enum whose values 0, 1, 2... are the words of the table, in that order.
template <typename Enum>
Target pick(Enum* value) {
  return Target::choice([value](std::size_t index) { *value = static_cast<Enum>(index); });
}

struct Option {
  const char* names;
  const char* value;  // "" none, "DIR" a free one, "a|b" one of these, "[...]" may be left out
  const char* help;
  Target target = {};
};
inline Option heading(const char* title) { return {"", "", title, {}}; }

// One row's text, taken apart.
struct OptionSpelling {
  explicit OptionSpelling(const Option&);
  std::string shorts;                // "ot"
  std::vector<std::string> longs;    // "output", without "no-"
  bool negated = false;              // spelled --no-X: what it does is to undo
  bool shows_both = false;           // spelled --[no-]X or --[no]X
  bool joins_no = false;             // spelled --[no]X: --noX undoes as well
  bool digits = false;               // -NUMBER
  bool optional_value = false;       // [VALUE]
  std::string value;                 // without brackets; empty if none is taken
  std::vector<std::string> choices;  // the words of an enumerated value
  bool is_heading() const { return shorts.empty() && longs.empty() && !digits; }
  std::string label() const;  // "-o, --output=DST"
};

enum class Order { kMixed, kOptionsFirst };  // kOptionsFirst: all from the first operand on are operands

// Sets the targets and returns the operands. Where two rows share a name, the first has it. Errors: kUsage, naming the
// word and the option that was perhaps meant. Not for two threads at once (getopt_long keeps state).
Result<std::vector<std::string>> parse_options(const std::vector<Option>&, const std::vector<std::string>& words,
                                               Order = Order::kMixed);

}  // namespace lorelei
