// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/diff_painter.hh"

#include <vector>

#include "base/text.hh"
#include "lei/diff_names.hh"

namespace lorelei::lei {

namespace {

constexpr std::size_t kShortestBlob = 7;

// Lines of text, each with its line end.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto size = end == text.npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

std::size_t blob_digits(std::string_view text) {
  std::size_t n = 0;
  while (n < text.size() && is_hex(text[n]) && !is_upper(text[n])) ++n;
  return n;
}

bool is_index_line(std::string_view line) {
  if (!line.starts_with("index ")) return false;
  line.remove_prefix(6);
  const auto first = blob_digits(line);
  if (first < kShortestBlob || !line.substr(first).starts_with("..")) return false;
  return blob_digits(line.substr(first + 2)) >= kShortestBlob;
}

bool is_file_line(std::string_view line, std::string_view mark) {
  if (!line.starts_with(mark) || !line.ends_with('\n')) return false;
  line = line.substr(mark.size(), line.size() - mark.size() - 1);
  return line.starts_with('/') ? line == "/dev/null" : starts_with_file_name(line);
}

bool is_lower_case_line(std::string_view line) { return line.size() > 2 && is_lower(line[0]) && line.ends_with('\n'); }

bool is_git_line(std::string_view line) {
  return line.starts_with("diff --git ") && line.ends_with('\n') && names_two_files(line.substr(11, line.size() - 12));
}

class Painter {
 public:
  explicit Painter(Canvas& canvas) : canvas_(canvas) {}

  void paint(std::string_view text) {
    const auto lines = lines_of(text);
    std::size_t shown = 0;          // lines that are on the canvas
    std::size_t header = kNowhere;  // where "diff --git" began, with only lower-case lines since
    for (std::size_t i = 0; i < lines.size();) {
      if (is_index_line(lines[i]) && i + 2 < lines.size() && is_file_line(lines[i + 1], "--- ") &&
          is_file_line(lines[i + 2], "+++ ")) {
        const auto start = header == kNowhere ? i : header;
        hunks(lines, shown, start);
        for (std::size_t n = start; n < i + 3; ++n) canvas_.add(Slot::kMeta, lines[n]);
        in_diff_ = true;
        shown = i = i + 3;
        header = kNowhere;
        continue;
      }
      if (!is_lower_case_line(lines[i]))
        header = kNowhere;
      else if (header == kNowhere && is_git_line(lines[i]))
        header = i;
      ++i;
    }
    hunks(lines, shown, lines.size());
  }

 private:
  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

  // The lines between two headers.
  void hunks(const std::vector<std::string_view>& lines, std::size_t from, std::size_t to) {
    bool after_minus = false;
    for (std::size_t i = from; i < to; ++i) {
      const auto line = lines[i];
      if (in_diff_ && !after_minus && line == "-- \n") in_diff_ = false;  // the signature of git format-patch
      after_minus = line.starts_with('-');
      if (in_diff_)
        one_line(line);
      else
        canvas_.add(line);
    }
  }

  void one_line(std::string_view line) {
    if (line.starts_with('+')) return canvas_.add(Slot::kNew, line);
    if (line.starts_with('-')) return canvas_.add(Slot::kOld, line);
    if (const auto end = end_of_ranges(line); end > 0) {
      canvas_.add(Slot::kFrag, line.substr(0, end));
      return canvas_.add(Slot::kFunc, line.substr(end));
    }
    canvas_.add(Slot::kContext, line);
  }

  // Behind "@@ A B @@" and its white space; 0 if the line is something else.
  static std::size_t end_of_ranges(std::string_view line) {
    if (!line.starts_with("@@ ")) return 0;
    std::size_t at = 3;
    for (int range = 0; range < 2; ++range) {
      const auto start = at;
      while (at < line.size() && !is_space(line[at])) ++at;
      if (at == start || at == line.size() || line[at] != ' ') return 0;
      ++at;
    }
    if (!line.substr(at).starts_with("@@")) return 0;
    at += 2;
    while (at < line.size() && is_space(line[at])) ++at;
    return at;
  }

  Canvas& canvas_;
  bool in_diff_ = false;
};

}  // namespace

void paint_diff(Canvas& canvas, std::string_view text) { Painter(canvas).paint(text); }

}  // namespace lorelei::lei
