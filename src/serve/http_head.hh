// SPDX-License-Identifier: GPL-3.0-or-later
// The head of an HTTP/1.1 request: its line and its header fields, read in the one way that nobody can read otherwise.
//
//   head   := METHOD SP target SP "HTTP/1." ("0" | "1") CRLF (NAME ":" value CRLF)* CRLF
//   target := "/"... | "http://"... | "https://"... | "*"        printable ASCII
//
// What two programs on the way of a request have read differently, to the profit of a third, is refused outright: a
// line end that is not CRLF, NUL and other controls, folded fields, names that are no tokens, Content-Length twice or
// beside Transfer-Encoding, a coding other than chunked, HTTP/1.1 without Host, HTTP/0.9.
//
// Foreign bytes: linear, limits below. Source: RFC 9112 (2.2, 3, 5, 6.1, 6.3, 11.2), RFC 9110 (5.6.2).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace lorelei::serve {

struct HeadLimits {
  std::size_t line_bytes = 8 << 10;   // of the request line
  std::size_t field_bytes = 8 << 10;  // of one header field
  std::size_t head_bytes = 16 << 10;  // of all together
  std::size_t fields = 100;
};

// An answer to a request that is none.
struct Fault {
  unsigned status = 400;
  const char* why = "";  // a phrase for the client
};

struct HeaderField {
  std::string name, value;  // the name as it was written
};

struct Head {
  std::string method, target;
  unsigned minor_version = 1;
  std::vector<HeaderField> fields;
  std::optional<std::uint64_t> content_length;
  bool is_chunked = false;

  // The value of the first one of that name (any case); null if there is none.
  const std::string* find(std::string_view name) const;
  // Whether the list in Connection has the token (lower case).
  bool connection_has(std::string_view token) const;
  bool keeps_connection() const;
  bool expects_continue() const;
  // Whether more than the head comes.
  bool has_body() const { return is_chunked || content_length.value_or(0) > 0; }
};

// text: the whole head with its empty line.
tl::expected<Head, Fault> parse_head(std::string_view text, const HeadLimits&);

// Finds the end of a head that comes in pieces, and what is wrong with it as soon as that can be told.
class HeadEnd {
 public:
  explicit HeadEnd(const HeadLimits& limits) : limits_(limits) {}
  // received: everything since the head began. The length of the head, or nothing: more has to come. Bytes that were
  // looked at before are not looked at again.
  tl::expected<std::optional<std::size_t>, Fault> find(std::string_view received);

 private:
  HeadLimits limits_;
  std::size_t seen_ = 0;
  std::size_t line_start_ = 0;
};

// The phrase of a status: "Not Found".
const char* reason_phrase(unsigned status);

}  // namespace lorelei::serve
