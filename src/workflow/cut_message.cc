// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/cut_message.hh"

#include <algorithm>

#include "base/text.hh"

namespace lorelei::workflow {

namespace {

bool begins_patch(std::string_view line) {
  if (line.starts_with("diff -") || line.starts_with("Index: ")) return true;
  if (!line.starts_with("---")) return false;
  return trim(line.substr(3)).empty() || (line.size() > 4 && line[3] == ' ' && !is_space(line[4]));
}

}  // namespace

CutMessage cut_message(std::string_view body) {
  CutMessage cut;
  for (std::size_t at = 0; at < body.size(); ++cut.line) {
    const auto end = std::min(body.find('\n', at), body.size());
    const auto line = body.substr(at, end - at);
    if (begins_patch(line)) {
      cut.above = body.substr(0, at);
      cut.mark = trim_end(line);
      cut.below = body.substr(std::min(end + 1, body.size()));
      return cut;
    }
    at = end + 1;
  }
  cut.above = body;
  cut.below = body.substr(body.size());
  return cut;
}

}  // namespace lorelei::workflow
