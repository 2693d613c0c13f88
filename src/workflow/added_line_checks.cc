// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/added_line_checks.hh"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/text.hh"
#include "patch/diff.hh"
#include "patch/lines.hh"

namespace lorelei::workflow {

namespace {

using Kind = CheckFinding::Kind;

constexpr unsigned kSymlink = 0120000;
constexpr std::string_view kToFix =
    "FIX"
    "ME";  // in two parts: it is no note of ours
constexpr std::string_view kUnfinished[] = {"XXX", "HACK", kToFix};
constexpr std::string_view kPrinters[] = {"printk(", "printf(", "pr_", "dev_", "netdev_"};
constexpr std::string_view kMarkers[] = {"here",  "gothere", "imhere", "reachedhere", "reached",
                                         "debug", "xxx",     "foo",    "bar"};
constexpr std::string_view kProse[] = {".rst", ".md", ".txt", ".adoc"};
constexpr std::string_view kConflict[] = {"<<<<<<<", ">>>>>>>", "|||||||"};

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

bool is_word_byte(char c) { return is_alnum(c) || c == '_'; }

bool has_word(std::string_view text, std::string_view word) {
  for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at == 0 || !is_word_byte(text[at - 1])) && (end == text.size() || !is_word_byte(text[end]))) return true;
  }
  return false;
}

bool is_conflict_marker(std::string_view line) {
  return std::any_of(std::begin(kConflict), std::end(kConflict), [&](auto marker) {
    return line.starts_with(marker) && (line.size() == marker.size() || line[marker.size()] == ' ');
  });
}

bool has_space_before_tab(std::string_view line) {
  const auto indent = line.substr(0, std::min(line.find_first_not_of(" \t"), line.size()));
  return has(indent, " \t");
}

bool is_comment(std::string_view code) {
  return code.starts_with("//") || code.starts_with("/*") || code.starts_with('*');
}

bool is_if_0(std::string_view code) {
  if (!code.starts_with('#')) return false;
  const auto words = split_words(code.substr(1));
  return words.size() > 1 && words[0] == "if" && words[1] == "0";
}

// The letters of the first literal, lower case, without conversions and escapes: "%s:%d got here\\n" gives "gothere".
// Nothing: none ends on this line, or it goes on in a macro.
std::optional<std::string> letters_of_literal(std::string_view code) {
  const auto open = code.find('"');
  if (open == code.npos) return std::nullopt;
  std::string letters;
  for (auto at = open + 1; at < code.size(); ++at) {
    const char c = code[at];
    if (c == '"') {
      const auto behind = trim(code.substr(at + 1));
      return behind.starts_with(',') || behind.starts_with(')') ? std::optional(letters) : std::nullopt;
    }
    if (c == '\\') {
      ++at;
    } else if (c == '%') {  // flags, width and precision, then the letter of the conversion
      at = std::min(code.find_first_not_of("0123456789.-+ #*", at + 1), code.size());
      if (at < code.size() && code[at] == '"') --at;
    } else if (is_alpha(c)) {
      letters += to_lower(c);
    }
  }
  return std::nullopt;
}

// What was put there to find a bug; empty: nothing.
std::string_view leftover(std::string_view code) {
  if (has(code, "printk(\"DEBUG")) return "a printk(\"DEBUG...\") is left";
  const bool prints = std::any_of(std::begin(kPrinters), std::end(kPrinters), [&](auto one) { return has(code, one); });
  if (prints) {
    const auto letters = letters_of_literal(code);
    const bool is_marker =
        letters && std::find(std::begin(kMarkers), std::end(kMarkers), *letters) != std::end(kMarkers);
    if (is_marker) return "a print that says no more than \"here\" is left";
    if (has(code, "__LINE__") && (has(code, "__func__") || has(code, "__FUNCTION__")) && letters && letters->empty())
      return "a print of __func__ and __LINE__ is left";
  }
  if (has(code, "trace_printk(")) return "a trace_printk() is left";
  if (has(code, "dump_stack();")) return "a dump_stack() is left";
  return {};
}

struct File {
  const patch::FileChange& change;
  bool is_prose = false;
  bool has_cr = false;      // in lines that were there
  bool ended_open = false;  // the last line had no line end before
};

class Scan {
 public:
  explicit Scan(const patch::Diff& diff) {
    for (const auto& change : diff.files)
      for (const auto& hunk : change.hunks)
        for (auto rest = hunk.lines; !rest.empty();)
          if (const auto line = patch::next_line(rest); line.starts_with('-')) removed_.insert(trim(line.substr(1)));
    for (const auto& change : diff.files) check_file(change);
  }

  std::vector<CheckFinding> findings() const {
    std::vector<CheckFinding> list;
    for (const auto& fault : faults_)
      list.push_back({fault.kind, fmt::format("{}:{}: {}{}", fault.path, fault.line, fault.text,
                                              fault.count > 1 ? fmt::format(" ({} lines)", fault.count) : "")});
    return list;
  }

 private:
  struct Fault {
    Kind kind;
    std::string_view path, text;
    unsigned long line, count = 1;
  };

  void check_file(const patch::FileChange& change) {
    if (change.new_mode.value_or(change.old_mode.value_or(0)) == kSymlink || change.kind == patch::FileKind::kDelete)
      return;
    first_of_file_ = faults_.size();
    File file{change};
    const std::string_view path = change.new_path;
    file.is_prose = std::any_of(std::begin(kProse), std::end(kProse), [&](auto end) { return path.ends_with(end); });
    for (const auto& hunk : change.hunks) {
      char last = ' ';
      for (auto rest = hunk.lines; !rest.empty();) {
        const auto line = patch::next_line(rest);
        const char mark = line.empty() ? ' ' : line.front();
        file.has_cr |= mark != '+' && line.ends_with('\r');
        file.ended_open |= mark == '\\' && last != '+';
        last = mark;
      }
    }
    for (const auto& hunk : change.hunks) check_hunk(file, hunk);
    if (!change.hunks.empty()) check_end(file, change.hunks.back());
  }

  // No line of context below: that is the end of the file. One that ended so before is left alone.
  void check_end(const File& file, const patch::Hunk& hunk) {
    std::string_view last, last_before;
    for (auto rest = hunk.lines; !rest.empty();) {
      last = patch::next_line(rest);
      if (!last.starts_with('+')) last_before = last;
    }
    const bool was_so = !last_before.empty() && trim(last_before.substr(1)).empty();
    if ((last == "+" || last == "+\r") && !was_so)
      add(file, hunk.new_start + hunk.new_count - 1, Kind::kWarning, "an empty line is new at the end of the file");
  }

  void check_hunk(const File& file, const patch::Hunk& hunk) {
    auto number = hunk.new_start;
    bool is_added = false;
    for (auto rest = hunk.lines; !rest.empty();) {
      const auto line = patch::next_line(rest);
      if (line.starts_with('\\')) {
        if (is_added && !file.ended_open) add(file, number - 1, Kind::kWarning, "no line end at the end of the file");
        continue;
      }
      is_added = line.starts_with('+');
      if (is_added) check_line(file, number, line.substr(1));
      if (!line.starts_with('-')) ++number;
    }
  }

  void check_line(const File& file, unsigned long number, std::string_view line) {
    if (line.ends_with('\r')) {
      if (!file.has_cr) add(file, number, Kind::kFailure, "a CR before the line end");
      line.remove_suffix(1);
    }
    if (line.ends_with(' ') || line.ends_with('\t')) add(file, number, Kind::kFailure, "blanks at the end of the line");
    if (has_space_before_tab(line)) add(file, number, Kind::kWarning, "a space before a tab in the indentation");
    if (is_conflict_marker(line)) add(file, number, Kind::kFailure, "a marker of a conflict");
    const auto code = trim(line);
    if (code.empty() || removed_.contains(code)) return;
    if (is_if_0(code)) add(file, number, Kind::kWarning, "an #if 0 is new");
    for (const auto word : kUnfinished)
      if (!file.is_prose && has_word(code, word)) add(file, number, Kind::kWarning, "a note of unfinished work is new");
    if (file.is_prose || is_comment(code)) return;
    if (const auto text = leftover(code); !text.empty()) add(file, number, Kind::kWarning, text);
  }

  // text: of a literal. There are few of them, so a file has few faults.
  void add(const File& file, unsigned long number, Kind kind, std::string_view text) {
    for (auto i = first_of_file_; i < faults_.size(); ++i)
      if (faults_[i].text == text) {
        ++faults_[i].count;
        return;
      }
    faults_.push_back({kind, file.change.new_path, text, number});
  }

  std::set<std::string_view> removed_;
  std::vector<Fault> faults_;
  std::size_t first_of_file_ = 0;
};

}  // namespace

std::vector<CheckFinding> check_added_lines(std::string_view text) {
  const auto diff = patch::parse_diff(text);
  if (!diff) return {{Kind::kWarning, fmt::format("its lines are not checked: {}", diff.error().why)}};
  return Scan(*diff).findings();
}

}  // namespace lorelei::workflow
