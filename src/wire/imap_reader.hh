// SPDX-License-Identifier: GPL-3.0-or-later
// Where one response of an IMAP server ends and the next begins: bytes as the network brings them in, whole responses
// out. A response is a line, but a line that ends in {n} goes on behind n bytes of anything:
//
//   * 1 FETCH (UID 7 BODY[] {12}CRLF
//   hello CRLF     the literal, 12 bytes
//   world)CRLF
//
// The free text of OK, NO, BAD, BYE, PREAUTH and "+" may end in {n} without meaning it. A lone LF ends a line, too.
//
// Foreign bytes: each is looked at once. A literal with which those of a response are beyond the limit is passed over
// and leaves an empty one, so that one monstrous message does not end a session; a text beyond the limit is an error.
// Source: RFC 3501 4.3 and 9, RFC 7888, RFC 3516 ("~{n}").
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hh"

namespace lorelei::wire {

inline constexpr std::size_t kMaxImapText = 32 << 20;         // literals aside: SEARCH of four million messages
inline constexpr std::uint64_t kMaxImapLiterals = 256 << 20;  // of one response; as the largest message of an mbox

struct ImapBytes {
  std::string
      text;  // from the first byte to the end of the last line, without that line's CRLF; literals are {n}CRLF...
  bool is_cut = false;  // a literal was passed over
};

class ImapReader {
 public:
  explicit ImapReader(std::uint64_t max_literals = kMaxImapLiterals) : max_literals_(max_literals) {}

  void feed(std::string_view bytes);
  // The next response; nothing: more bytes are needed. Errors: kTooLarge, and again at each further call.
  Result<std::optional<ImapBytes>> next();
  // Nothing was fed that next() has not given.
  bool is_empty() const { return begin_ == buffer_.size() && response_.text.empty() && literal_left_ == 0; }

 private:
  bool take_literal();
  enum class Line { kUnfinished, kGoesOn, kLast };  // kGoesOn: behind a literal
  Result<Line> take_line();
  void expect_literal(std::uint64_t size);
  void compact();

  const std::uint64_t max_literals_;
  std::string buffer_;
  std::size_t begin_ = 0;            // in buffer_: what is not yet part of response_
  std::size_t scanned_ = 0;          // up to here there is no end of line
  ImapBytes response_;               // what is complete of it
  std::size_t text_bytes_ = 0;       // of response_, without literals
  std::uint64_t literal_bytes_ = 0;  // of its literals that are kept
  std::uint64_t literal_left_ = 0;   // bytes of a literal still to come
  enum class Literal { kKept, kPassedOver } literal_ = Literal::kKept;
};

}  // namespace lorelei::wire
