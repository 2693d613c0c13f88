// SPDX-License-Identifier: GPL-3.0-or-later
// Many regular expressions looked for in one pass over a text.
//
// The one idea: all programs (patch/regex_code) run side by side as one automaton, whose states are made when a text
// first leads to them and kept for the next. A byte costs one look into a table; where a table cannot help, because
// texts lead to ever new states, it costs the instructions of all programs, never more: there is no going back in the
// text.
//
// Whether `$`, \b and the like hold is known only with the next byte, so a state knows the byte before it, and what it
// matched is found by the step out of it.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "patch/regex_code.hh"

namespace lorelei::patch {

inline constexpr std::size_t kMaxRegexSetCode = 20'000;  // instructions of all together
inline constexpr std::size_t kMaxRegexStates = 4'000;    // kept at a time: some MB

class RegexSet {
 public:
  // The number of the expression. Errors: those of compile_regex(); kTooLarge, the set is full.
  Result<std::size_t> add(std::string_view pattern, Blanks);
  std::size_t size() const { return starts_.size(); }
  // The numbers of those that match anywhere in text, in ascending order. Not const: it remembers states.
  std::vector<std::size_t> found_in(std::string_view text);

 private:
  enum class Before : char { kTextStart, kLineEnd, kWord, kOther };
  // Symbols: classes of bytes that no program can tell apart, then these two.
  enum class Special { kLastLineEnd, kEnd };
  struct State {
    std::vector<std::uint32_t> places;  // instructions to go on at, sorted
    Before before = Before::kTextStart;
    std::vector<std::uint32_t> matched;  // expressions found by the step into it
  };

  std::uint32_t shared(const ByteSet&);
  void build_classes();
  void forget_states();
  std::uint32_t state(State);
  std::uint32_t step(std::uint32_t from, std::uint32_t symbol);
  bool holds(RegexInstruction::Op, Before, std::uint32_t symbol) const;
  void reach(const State&, std::uint32_t symbol);
  std::uint32_t symbol_of(Special special) const { return class_count_ + static_cast<std::uint32_t>(special); }

  std::vector<RegexInstruction> code_;  // targets are counted from each; behind each program stands a kJump of 0
  std::vector<std::uint32_t> owner_;    // by instruction: the expression
  std::vector<ByteSet> sets_;
  std::unordered_map<ByteSet, std::uint32_t> set_numbers_;
  std::vector<std::uint32_t> starts_;

  std::uint32_t class_count_ = 0;  // 0: not built since the last add()
  std::array<std::uint8_t, 256> class_of_ = {};
  std::vector<unsigned char> byte_of_;  // one of each class
  std::vector<State> states_;
  std::vector<std::uint32_t> next_;  // [state][symbol]; kUnknown
  std::unordered_map<std::string, std::uint32_t> known_;
  std::vector<std::uint32_t> reached_, matched_, pending_;  // within step()
  std::vector<std::uint32_t> mark_;                         // by instruction: the step that reached it
  std::uint32_t step_number_ = 0;
};

}  // namespace lorelei::patch
