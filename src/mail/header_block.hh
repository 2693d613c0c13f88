// SPDX-License-Identifier: GPL-3.0-or-later
// A message cut in two, and its header in fields; nothing is copied, nothing is lost.
//
//   header   up to the first empty line (LF or CRLF), which belongs to neither half. Without one: all header if the
//            text ends in a line end and some line looks like a header, else all body
//   field    NAME ":" and no white space before the colon; then its continuations: lines with white space before
//            their first colon, or with white space and no colon
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lorelei::mail {

struct Halves {
  std::string_view header;           // with its last line end
  std::string_view body;             // as it is
  std::string_view line_end = "\n";  // or "\r\n": that of the empty line, or of the last one of the header
  bool has_body = true;              // false: there is not even an empty line
};
Halves split_message(std::string_view bytes);

// Views of the block that it was found in.
struct Field {
  std::string_view name;
  std::string_view value;  // from behind the colon to its last line end, folds and all

  std::string_view whole() const { return {name.data(), name.size() + 1 + value.size()}; }
};
std::vector<Field> fields_in(std::string_view header_block);

// value on one line: each fold is one space; trimmed.
std::string unfolded(std::string_view value);

// The block without any field of these names (any case).
std::string without_fields(std::string_view header_block, std::span<const std::string_view> names);

// The message without the "From ..." line of an mbox at its very start (behind empty lines), which importers of old
// left there; the message itself if there is none.
std::string_view without_from_line(std::string_view message);

}  // namespace lorelei::mail
