// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/safe_path.hh"

#include "base/text.hh"

namespace lorelei::patch {
namespace {

// Whether NTFS takes the name that text begins with for ".git": it drops blanks and dots at the end, and what follows a
// colon is a stream of the file.
bool begins_with_dot_git(std::string_view text) {
  for (const std::string_view name : {".git", "git~1"}) {
    if (!starts_with_ignore_case(text, name)) continue;
    const auto end = text.find_first_not_of(". ", name.size());
    return end == std::string_view::npos || text[end] == '/' || text[end] == '\\' || text[end] == ':';
  }
  return false;
}

// The same for a last component ".gitmodules".
bool is_dot_gitmodules(std::string_view name) {
  std::size_t length = 0;
  if (starts_with_ignore_case(name, ".gitmodules")) length = 11;
  if (starts_with_ignore_case(name, "gitmod~") && name.size() > 7 && name[7] >= '1' && name[7] <= '4') length = 8;
  if (length == 0) return false;
  const auto end = name.find_first_not_of(". ", length);
  return end == std::string_view::npos || name[end] == ':';
}

}  // namespace

bool is_safe_path(std::string_view path, std::optional<unsigned> mode) {
  if (path.find('\0') != std::string_view::npos) return false;
  const bool is_link = mode && (*mode & 0170000) == 0120000;
  for (const auto component : split(path, '/')) {
    if (component.empty() || component == "." || component == ".." || begins_with_dot_git(component)) return false;
    // Where a backslash separates, more components begin.
    for (auto at = component.find('\\'); at != std::string_view::npos; at = component.find('\\', at + 1))
      if (begins_with_dot_git(component.substr(at + 1))) return false;
  }
  return !is_link || !is_dot_gitmodules(path.substr(path.rfind('/') + 1));
}

}  // namespace lorelei::patch
