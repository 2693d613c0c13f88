// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/body.hh"

#include <algorithm>
#include <cstdint>
#include <set>

#include "base/text.hh"
#include "patch/lines.hh"
#include "patch/quoted_path.hh"

namespace lorelei::patch {
namespace {

std::string_view skip_digits(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of("0123456789"), text.size()));
  return text;
}

// "diff --git a/x b/x", in its loosest form.
bool is_git_command(std::string_view line) {
  if (!line.starts_with("diff --git ")) return false;
  const auto first = line.find('/');
  const auto blank = first == std::string_view::npos ? first : line.find(' ', first);
  return blank != std::string_view::npos && line.find('/', blank) != std::string_view::npos;
}

bool is_diffstat_sum(std::string_view line) {
  line = trim(line);
  const auto files = skip_digits(line);
  if (files.size() == line.size() || !files.starts_with(" file")) return false;
  for (const std::string_view word : {" insertion", " deletion"}) {
    const auto at = files.find(word);
    if (at != std::string_view::npos && at > 0 && is_digit(files[at - 1])) return true;
  }
  return false;
}

// How many lines the hunk promises on each side: "@@ -1,3 +2 @@" gives 3 and 1.
struct HunkLines {
  std::uint64_t before = 0, after = 0;

  explicit operator bool() const { return before > 0 || after > 0; }

  void take(char first) {
    if (before > 0 && first != '+' && first != '\\') --before;
    if (after > 0 && first != '-' && first != '\\') --after;
  }
};

std::uint64_t range_length(std::string_view range) {
  const auto comma = range.find(',');
  return comma == std::string_view::npos ? 1 : parse_uint(range.substr(comma + 1)).value_or(0);
}

HunkLines hunk_lines(std::string_view line) {
  const auto minus = line.substr(4, line.find(' ', 4) - 4);
  const auto plus = line.find(" +");
  if (plus == std::string_view::npos) return {};
  return {range_length(minus), range_length(line.substr(plus + 2, line.find(' ', plus + 2) - plus - 2))};
}

// "a/x.c", perhaps quoted, perhaps with a date behind a TAB: "x.c". Empty for /dev/null and for a name without a
// directory.
std::string without_first_component(std::string_view written) {
  if (!written.starts_with('"')) written = written.substr(0, written.find('\t'));
  const auto name = unquote_path(trim_end(written));
  const auto slash = name.find('/');
  return slash == std::string::npos || slash == 0 ? std::string() : name.substr(slash + 1);
}

// "a/x b/x" with the same x on both sides, as of a file that is neither new nor renamed.
std::string common_git_name(std::string_view names) {
  if (names.size() % 2 == 0 || names[names.size() / 2] != ' ') return {};
  auto left = without_first_component(names.substr(0, names.size() / 2));
  return left == without_first_component(names.substr(names.size() / 2 + 1)) ? left : std::string();
}

class PathList {
 public:
  void add(std::string path) {
    if (!path.empty() && seen_.insert(path).second) paths_.push_back(std::move(path));
  }
  std::vector<std::string> take() && { return std::move(paths_); }

 private:
  std::set<std::string> seen_;
  std::vector<std::string> paths_;
};

// A header line of a diff: what it says of a file's name.
std::string name_in_header(std::string_view line) {
  if (line.starts_with("diff --git ")) return common_git_name(line.substr(11));
  for (const std::string_view mark : {"--- ", "+++ "})
    if (line.starts_with(mark)) return without_first_component(line.substr(4));
  for (const std::string_view mark : {"rename from ", "rename to ", "copy to "})
    if (line.starts_with(mark)) return unquote_path(line.substr(mark.size()));
  return {};
}

}  // namespace

bool has_diff(std::string_view text) {
  bool minus = false;
  while (!text.empty()) {
    const auto line = next_line(text);
    if (minus && line.starts_with("+++")) return true;
    minus = line.starts_with("---");
    if (line.starts_with("GIT binary patch") || is_git_command(line)) return true;
  }
  return false;
}

bool has_diffstat(std::string_view text) {
  while (!text.empty())
    if (is_diffstat_sum(next_line(text))) return true;
  return false;
}

std::string_view message_of(std::string_view body) {
  const bool patch = has_diff(body) || has_diffstat(body);
  for (auto rest = body; !rest.empty();) {
    const auto at = body.size() - rest.size();
    const auto line = next_line(rest);
    const bool cut = line.starts_with("---") && (trim_end(line) == "---" || line.starts_with("--- a/"));
    if (line == "-- " || (patch && (cut || line.starts_with("diff ")))) return body.substr(0, at);
  }
  return body;
}

std::string_view last_paragraph(std::string_view message) {
  message = trim_end(message);
  std::size_t start = 0;
  for (auto rest = message; !rest.empty();)
    if (trim(next_line(rest)).empty()) start = message.size() - rest.size();
  return message.substr(start);
}

std::vector<std::string_view> labelled_words(std::string_view text, std::string_view name, std::size_t limit) {
  std::vector<std::string_view> found;
  while (!text.empty() && found.size() < limit) {
    const auto line = next_line(text);
    if (line.size() <= name.size() || line[name.size()] != ':' || !starts_with_ignore_case(line, name)) continue;
    const auto words = split_words(line.substr(name.size() + 1));
    if (!words.empty()) found.push_back(words.front());
  }
  return found;
}

std::string_view labelled_word(std::string_view text, std::string_view name) {
  const auto words = labelled_words(text, name, 1);
  return words.empty() ? std::string_view() : words.front();
}

std::vector<std::string> touched_paths(std::string_view text) {
  PathList paths;
  bool in_diff = false;
  HunkLines hunk;
  while (!text.empty()) {
    const auto line = next_line(text);
    if (hunk) {
      hunk.take(line.empty() ? ' ' : line[0]);
      continue;
    }
    if (line.starts_with("@@ -")) hunk = hunk_lines(line);
    if (line == "-- ") in_diff = false;
    // "rename to" and its kind are words of prose outside a diff.
    if (line.starts_with("diff ") || (line.starts_with("--- ") && text.starts_with("+++ "))) in_diff = true;
    if (in_diff) paths.add(name_in_header(line));
  }
  return std::move(paths).take();
}

}  // namespace lorelei::patch
