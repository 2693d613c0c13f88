// SPDX-License-Identifier: GPL-3.0-or-later
// The binary half of git's diffs: contents, or how to make them from others, in lines that survive mail.
//
//   hunk  := ("literal " | "delta ") SIZE LF line+ LF        SIZE: of what the data inflates to
//   line  := LENGTH digits LF           LENGTH: 'A' is 1 byte ... 'Z' 26, 'a' 27 ... 'z' 52; 5 digits are 4 bytes
//   delta := size-before size-after op*           sizes: 7 bits a byte, least first, the top bit says that more follow
//   op    := 1OOOOOOO offset? size?               copy from before; each of the 7 bits: whether that byte is there
//          | 0NNNNNNN bytes                       insert N bytes; N is not 0
//
// Source: behaviour of git 2.39, gitformat-pack(5) for deltas.
//
// Foreign bytes: linear in text and result; both have the limit below.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hh"

namespace lorelei::patch {

// All binary hunks of a diff together, inflated; and what one delta makes. Firmware in kernel trees has some megabytes.
inline constexpr std::size_t kMaxBinaryBytes = 64 << 20;

struct BinaryHunk {
  enum class Method { kLiteral, kDelta } method = Method::kLiteral;
  std::string bytes;  // inflated
};

// Both are absent where the diff only says "Binary files a/x and b/x differ".
struct Binary {
  std::optional<BinaryHunk> forward, reverse;
};

// The hunk that rest begins with, taken off it; nothing, and rest as it was, if there is none. limit_bytes: what is
// left of kMaxBinaryBytes; what the hunk inflates to is subtracted. Errors: kCorrupt, kTooLarge; without the line, rest
// is where it was noticed.
Result<std::optional<BinaryHunk>> read_binary_hunk(std::string_view& rest, std::size_t& limit_bytes);

// What the delta makes of before; nothing if it is no delta, or not one of a text of this size, or makes too much.
std::optional<std::string> apply_delta(std::string_view before, std::string_view delta);

}  // namespace lorelei::patch
