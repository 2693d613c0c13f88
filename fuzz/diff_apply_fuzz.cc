// SPDX-License-Identifier: GPL-3.0-or-later
// parse_diff and apply_change on any bytes: no crash; hunks lie in the text and hold the lines that they promise; names
// are safe; prose before the first file changes nothing; what applies grows by what its hunks add.
//
//   input := patch NUL file      without a NUL, the file is empty
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "patch/apply.hh"
#include "patch/diff.hh"
#include "patch/lines.hh"
#include "patch/safe_path.hh"

using namespace lorelei::patch;

static void require(bool holds) {
  if (!holds) std::abort();
}

static void check_hunk(const Hunk& hunk, std::string_view text) {
  require(hunk.lines.data() >= text.data() && hunk.lines.data() + hunk.lines.size() <= text.data() + text.size());
  unsigned long before = 0, after = 0;
  for (auto rest = hunk.lines; !rest.empty();) {
    const auto line = next_whole_line(rest);
    before += line[0] == ' ' || line[0] == '\n' || line[0] == '-';
    after += line[0] == ' ' || line[0] == '\n' || line[0] == '+';
  }
  require(before == hunk.old_count && after == hunk.new_count);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto end = input.find('\0');
  const std::string text(input.substr(0, end));
  const auto file = end == std::string_view::npos ? std::string_view() : input.substr(end + 1);
  const auto diff = parse_diff(text);
  const auto prefixed_text = "words\n" + text;
  const auto prefixed = parse_diff(prefixed_text);
  require(diff.has_value() == prefixed.has_value());
  if (!diff) return 0;
  require(diff->files.size() == prefixed->files.size());
  for (const auto& change : diff->files) {
    require(is_safe_path(change.old_path) && is_safe_path(change.new_path));
    require(change.hunks.empty() || !change.binary);
    for (const auto& hunk : change.hunks) check_hunk(hunk, text);
    const auto applied = apply_change(change, file, {.max_search_steps = 1 << 20});
    if (!applied || change.binary) continue;
    require(applied->offsets.size() == change.hunks.size());
    require(applied->bytes.size() <= file.size() + text.size());
  }
  return 0;
}
