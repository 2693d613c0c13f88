// SPDX-License-Identifier: GPL-3.0-or-later
// A message as developers' signatures see it: what `git am` would make of it, and nothing else.
//
//   body     log message and patch, as git mailinfo reads them; without line ends at the end; each line ends in CRLF
//   headers  From and Subject have the values that git mailinfo read, all other ones are as they came
//
// The one idea: this is the only reading. What a signature covered and what is applied, shown or stored as "the signed
// patch" come from one object; nobody parses the message a second time. Where a message can be read in two ways, the
// object says so (doubt), and a signature over it is no proof of what the reader sees.
//
// Source: the canonical form of patatt; git-mailinfo(1).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"

namespace lorelei::attest {

inline constexpr std::size_t kMaxHeaderBlock = 1 << 20;
inline constexpr std::size_t kMaxBody = 64 << 20;

// The message cut in two, as it came.
struct RawParts {
  std::vector<std::string_view> headers;  // each with its continuations and line ends
  std::string_view terminator;            // the line that ends the header
  std::string_view body;
};
// Errors: kCorrupt, it is no message; kTooLarge.
Result<RawParts> split_raw(std::string_view message);
std::string_view name_of_header(std::string_view header);  // up to the colon; empty if there is none
std::string_view value_of_header(std::string_view header);

struct CanonicalHeader {
  std::string name;  // lower case, without white space
  std::string value;
};

struct Canonical {
  std::string author, email, subject, date;  // UTF-8
  std::string message, patch;                // what is committed, and applied
  std::string body;
  std::vector<CanonicalHeader> headers;
  std::string doubt;                  // why this is perhaps not what a reader of the mail sees; empty: it is
  bool has_other_charset = false;     // message and patch are the bytes that were signed, in a charset that was not
  bool names_author_in_body = false;  // the author is not who the header is from
  bool has_unsigned_date = false;     // date comes from the body of a patch, which no signature covers

  bool is_patch() const { return !patch.empty(); }
  bool has_diff() const { return patch.find("\ndiff --git ") != patch.npos || patch.find("\n@@ -") != patch.npos; }
  // What is hashed for the names of h=, before the signature header itself.
  std::string hashed_headers(const std::vector<std::string>& names) const;
  const std::string* find(std::string_view name) const;  // the last one's value
};
// Errors: kCorrupt, why git mailinfo would not take it or it is no message; kTooLarge.
Result<Canonical> canonicalise(std::string_view message);

// The first length bytes of the body, and the message and patch that they are. Before: length <= body.size(). Errors:
// kCorrupt, a hunk of the patch is cut.
Result<Canonical> trimmed(const Canonical&, std::size_t length);

}  // namespace lorelei::attest
