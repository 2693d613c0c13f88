// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/preimage.hh"

#include "base/text.hh"

namespace lorelei::patch {

namespace {

// The old lines of a hunk, as they were.
void append_old_lines(std::string& out, const Hunk& hunk) {
  for (auto rest = hunk.lines; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end);
    const bool is_old = line[0] == ' ' || line[0] == '-' || line[0] == '\n';
    const bool lacks_newline = rest.starts_with('\\');
    if (!is_old) continue;
    out += line[0] == '\n' ? line : line.substr(1);
    if (lacks_newline && out.ends_with('\n')) out.pop_back();
  }
}

}  // namespace

std::optional<std::string> preimage_of(const FileChange& change) {
  if (change.binary) return std::nullopt;
  std::string out;
  unsigned long at = 1;  // the line that comes next
  for (const auto& hunk : change.hunks) {
    if (hunk.old_count == 0 && hunk.old_start == 0) continue;
    const auto start = hunk.old_count == 0 ? hunk.old_start + 1 : hunk.old_start;
    if (start < at) return std::nullopt;
    for (; at < start; ++at) {
      const bool is_last = at + 1 == start;
      out += is_last && !hunk.section.empty() ? std::string(hunk.section) : "(line " + std::to_string(at) + ")";
      out += '\n';
      if (out.size() > kMaxPreimage) return std::nullopt;
    }
    append_old_lines(out, hunk);
    at += hunk.old_count;
    if (out.size() > kMaxPreimage) return std::nullopt;
  }
  return out;
}

}  // namespace lorelei::patch
