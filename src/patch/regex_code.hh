// SPDX-License-Identifier: GPL-3.0-or-later
// A regular expression as Perl writes it, compiled to a program that can be run in linear time.
//
//   expression := branch ("|" branch)*        branch := (atom quantifier?)*
//   quantifier := ("*" | "+" | "?" | "{n}" | "{n,}" | "{n,m}") "?"?
//   atom       := byte | "." | "[" class "]" | "(" expression ")" | "(?" flags (":" expression)? ")" | escape
//              |  "^" | "$"
//   escape     := \w \W \d \D \s \S \h \H \v \V \N   \t \n \r \f \e \a \0 \xHH   \b \B \A \z \Z   \ and punctuation
//   class      := "^"? (byte | byte "-" byte | escape | "[:name:]")+
//   flags      := of i, m, s and x, with "-" before those that end
//
// Bytes, not characters; \w, \d, \s are ASCII. What needs memory of what was matched has no program: back references,
// looking ahead and behind, possessive quantifiers. It is an error that names it, as is what Perl refuses.
//
// Foreign bytes: no recursion, and limits on text, nesting and program.
#pragma once
#include <bitset>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.hh"

namespace lorelei::patch {

inline constexpr std::size_t kMaxRegexBytes = 4096;
inline constexpr std::size_t kMaxRegexDepth = 50;
inline constexpr std::size_t kMaxRegexCode = 5000;  // instructions; counted repetition multiplies them

using ByteSet = std::bitset<256>;

struct RegexInstruction {
  enum class Op : std::uint8_t {
    kBytes,      // one byte of the set, then on
    kSplit,      // on at either target
    kJump,       // on at the first target
    kTextStart,  // the rest: on if the place is such
    kTextEnd,
    kTextEndOrLastLineEnd,
    kLineStart,
    kLineEnd,
    kWordBoundary,
    kNoWordBoundary,
  };
  Op op = Op::kJump;
  std::int32_t first = 1, second = 1;  // targets, counted from here
  std::uint32_t set = 0;               // kBytes: index
};

// Running on past the last instruction is a match.
struct RegexCode {
  std::vector<RegexInstruction> instructions;
  std::vector<ByteSet> sets;
};

// Whether blanks and #-comments in the pattern count: Perl's flag x.
enum class Blanks { kCount, kIgnored };

// Errors: kUsage, with a caret below what is not understood; kTooLarge.
Result<RegexCode> compile_regex(std::string_view pattern, Blanks);

inline bool is_word_byte(unsigned char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

}  // namespace lorelei::patch
