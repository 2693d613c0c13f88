// SPDX-License-Identifier: GPL-3.0-or-later
// The list of tags that DKIM writes both a signature and a key in:
//
//   list := tag *(";" tag) [";"]        tag := NAME "=" [value]        "v=1; a=rsa-sha256; b=dGVz⏎ dA=="
//
// White space, folds too, stands anywhere around names and values. Names have two cases; a name that stands twice makes
// the list none. Source: RFC 6376 section 3.2.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"

namespace lorelei::attest {

inline constexpr std::size_t kMaxDkimTags = 64;  // the standards know 20

struct DkimTag {
  std::string_view name;
  std::string_view value;  // trimmed
  std::size_t begin, end;  // of the value with the white space around it, in the list
};
struct DkimTags {
  std::vector<DkimTag> all;
  std::optional<std::string_view> find(std::string_view name) const;
};
// Views of list. Errors: kCorrupt, why it is none.
Result<DkimTags> parse_dkim_tags(std::string_view list);

std::string without_white_space(std::string_view);  // SP, HT, CR and LF go
// "a : b" as its parts, trimmed; nothing if one is empty.
std::optional<std::vector<std::string_view>> colon_list(std::string_view);

}  // namespace lorelei::attest
