// SPDX-License-Identifier: GPL-3.0-or-later
// Content-Type and Content-Disposition, read leniently: parameters without a semicolon between them, unquoted spaces,
// bytes above ASCII, comments, RFC 2231 continuations and charsets. What cannot be read ends the list of parameters.
//
// One table of rules for both headers, those of the Email::MIME family that public-inbox is of: a value that would be
// malformed elsewhere ("a b" unquoted, a quote that never closes) must come out with the same characters.
//
// Foreign bytes: linear in the length of the header.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mail/characters.hh"

namespace lorelei::mail {

inline constexpr std::size_t kMaxParameters = 100;  // of a header; those behind are not read

struct ContentType {
  std::string type = "text", subtype = "plain";          // lower case
  std::vector<std::pair<std::string, Text>> parameters;  // names in lower case, no name twice
  const Text* parameter(std::string_view lower_case_name) const;
};

// value: undefined or empty for a part without the header; that and an unreadable one mean text/plain in US-ASCII.
ContentType parse_content_type(const std::optional<Text>& value);
// The parameters only; type is the disposition ("attachment"), subtype empty.
ContentType parse_content_disposition(const std::optional<Text>& value);

}  // namespace lorelei::mail
