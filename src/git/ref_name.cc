// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/ref_name.hh"

#include <algorithm>

#include "base/text.hh"

namespace lorelei::git {

namespace {

bool is_refused(char c) {
  return static_cast<unsigned char>(c) <= ' ' || c == 127 || std::string_view("~^:?*[\\").find(c) != std::string::npos;
}

bool is_part(std::string_view part) { return !part.empty() && part.front() != '.' && !part.ends_with(".lock"); }

}  // namespace

bool is_ref_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxRefName || name == "@" || name.front() == '-' || name.back() == '.')
    return false;
  if (name.find("..") != name.npos || name.find("@{") != name.npos) return false;
  if (std::any_of(name.begin(), name.end(), is_refused)) return false;
  const auto parts = split(name, '/');
  return std::all_of(parts.begin(), parts.end(), is_part);
}

}  // namespace lorelei::git
