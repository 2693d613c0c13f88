// SPDX-License-Identifier: GPL-3.0-or-later
// The entries of a tree object, one after the other: MODE " " NAME NUL and the id's bytes.
//
// Foreign bytes: linear, nothing is allocated.
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

namespace lorelei::git {

struct TreeItem {
  unsigned mode = 0;
  std::string_view name;  // not empty, without "/"
  std::string_view id;    // raw
};
// Takes the first entry off; nothing, and `rest` as it was, if what it begins with is none.
inline std::optional<TreeItem> next_tree_item(std::string_view& rest, std::size_t id_bytes = 20) {
  const auto space = rest.find(' '), end = rest.find('\0');
  if (end == rest.npos || space > end || rest.size() - end - 1 < id_bytes) return std::nullopt;
  TreeItem item;
  for (const char c : rest.substr(0, space)) {
    if (c < '0' || c > '7' || item.mode > 0777777) return std::nullopt;
    item.mode = item.mode << 3 | static_cast<unsigned>(c - '0');
  }
  item.name = rest.substr(space + 1, end - space - 1);
  if (item.name.empty() || item.name.find('/') != item.name.npos) return std::nullopt;
  item.id = rest.substr(end + 1, id_bytes);
  rest.remove_prefix(end + 1 + id_bytes);
  return item;
}

}  // namespace lorelei::git
