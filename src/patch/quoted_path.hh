// SPDX-License-Identifier: GPL-3.0-or-later
// File names as git writes them in diffs: plain, or between double quotes with C escapes (\n, \", \303).
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace lorelei::patch {

// The bytes of the name; a name that is not between quotes is returned as it is, and so is an escape that git does not
// write.
std::string unquote_path(std::string_view written);

// The name that text begins with, as strictly as git reads it: a double quote, bytes and known escapes, a double quote.
struct QuotedPath {
  std::string name;
  std::string_view rest;  // behind the closing quote
};
std::optional<QuotedPath> read_quoted_path(std::string_view text);

}  // namespace lorelei::patch
