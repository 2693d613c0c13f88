// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/diff_names.hh"

namespace lorelei::lei {

namespace {

constexpr std::string_view kNoFile = "/dev/null";

// Where a name that starts at from may end first: behind "a/x". npos: no name starts there.
std::size_t first_end(std::string_view text, std::size_t from) {
  if (text.substr(from).starts_with(kNoFile)) return from + kNoFile.size();
  const auto slash = text.find('/', from);
  if (slash == text.npos || slash == from || slash + 1 >= text.size() || text[slash + 1] == '\r') return text.npos;
  return slash + 2;
}

}  // namespace

bool starts_with_file_name(std::string_view text) { return first_end(text, 0) != text.npos; }

bool names_two_files(std::string_view text) {
  const auto end = first_end(text, 0);
  if (end == text.npos) return false;
  if (text.starts_with(kNoFile)) return end < text.size() && text[end] == ' ' && first_end(text, end + 1) != text.npos;
  // A later space leaves less to the second name: the last slash that has something on both sides decides.
  const auto slash = text.find_last_of('/');
  for (auto space = text.find(' ', end); space != text.npos && space < slash; space = text.find(' ', space + 1))
    if (first_end(text, space + 1) != text.npos) return true;
  return false;
}

}  // namespace lorelei::lei
