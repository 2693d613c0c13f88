// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/diff.hh"

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "base/text.hh"
#include "patch/diff_header.hh"
#include "patch/lines.hh"
#include "patch/safe_path.hh"

namespace lorelei::patch {
namespace {

using Known = DiffHeader::Known;

// With less below it, a line begins no header.
constexpr std::size_t kShortestHeaderLine = 6;
constexpr std::string_view kShortestHunk = "@@ -0,0 +1 @@\n";

// Takes a number off rest; one that does not fit is the greatest.
bool take_number(std::string_view& rest, unsigned long& number) {
  if (rest.empty() || !is_digit(rest[0])) return false;
  constexpr auto kMax = std::numeric_limits<unsigned long>::max();
  for (number = 0; !rest.empty() && is_digit(rest[0]); rest.remove_prefix(1)) {
    const auto digit = static_cast<unsigned long>(rest[0] - '0');
    number = number > (kMax - digit) / 10 ? kMax : number * 10 + digit;
  }
  return true;
}

// "12,3" or "12", and what must follow.
bool take_range(std::string_view& rest, unsigned long& start, unsigned long& count, std::string_view then) {
  if (!take_number(rest, start)) return false;
  count = 1;
  if (rest.starts_with(',')) {
    rest.remove_prefix(1);
    if (!take_number(rest, count)) return false;
  }
  if (!rest.starts_with(then)) return false;
  rest.remove_prefix(then.size());
  return true;
}

// The ranges of an @@ line, which begins with "@@ -"; nothing if it is no such line.
std::optional<Hunk> parse_ranges(std::string_view line) {
  Hunk hunk;
  if (!line.ends_with('\n')) return std::nullopt;
  line.remove_prefix(4);
  if (!take_range(line, hunk.old_start, hunk.old_count, " +")) return std::nullopt;
  if (!take_range(line, hunk.new_start, hunk.new_count, " @@")) return std::nullopt;
  return hunk;
}

std::string shown(std::string_view line) { return fit_width(printable(trim_end(line)), 60); }

class DiffReader {
 public:
  explicit DiffReader(std::string_view text) : at_{text} {}

  // Nothing at the end of the text.
  Result<std::optional<FileChange>> next();

 private:
  // Passes prose, then a header; false at the end of the text.
  Result<bool> find_header(DiffHeader&);
  Result<void> read_hunks(const DiffHeader&, FileChange&);
  Result<Hunk> read_hunk(const std::string& file);
  Result<bool> read_binary(FileChange&);

  DiffCursor at_;
  Strip strip_ = Strip::kFirst;
  std::size_t binary_bytes_left_ = kMaxBinaryBytes;
  std::size_t header_line_ = 0;
};

Result<bool> DiffReader::find_header(DiffHeader& header) {
  while (!at_.rest.empty()) {
    const auto line = at_.here();
    if (line.size() >= kShortestHeaderLine) {
      header_line_ = at_.line;
      if (line.starts_with("@@ -") && parse_ranges(line))
        return bad_diff(at_.line, fmt::format("no file is named above '{}'", shown(line)));
      if (at_.rest.size() < line.size() + kShortestHeaderLine) break;
      if (line.starts_with("diff --git ")) {
        TRY(const bool is_header, header.read_git(at_, strip_));
        if (is_header) return true;
        continue;
      }
      auto after = at_.rest.substr(line.size());
      if (line.starts_with("--- ") && after.starts_with("+++ ")) {
        const auto second = next_whole_line(after);
        // git forgets to count the first line.
        if (at_.rest.size() >= second.size() + kShortestHunk.size() && after.starts_with("@@ -")) {
          TRY_VOID(header.read_traditional(at_, strip_));
          return true;
        }
      }
    }
    at_.pass(line);
  }
  return false;
}

Result<std::optional<FileChange>> DiffReader::next() {
  DiffHeader header;
  TRY(const bool found, find_header(header));
  if (!found) return std::nullopt;
  FileChange change;
  change.line_number = header_line_;
  change.old_path = header.old_name ? *header.old_name : *header.new_name;
  change.new_path = header.new_name && header.is_deleted != Known::kYes ? *header.new_name : change.old_path;
  if (header.is_new == Known::kYes) change.old_path = change.new_path;
  if (header.is_new == Known::kYes)
    change.kind = FileKind::kCreate;
  else if (header.is_deleted == Known::kYes)
    change.kind = FileKind::kDelete;
  else if (header.is_copied)
    change.kind = FileKind::kCopy;
  else if (header.is_renamed || change.old_path != change.new_path)
    change.kind = FileKind::kRename;
  change.old_mode = header.old_mode;
  change.new_mode = header.new_mode;
  change.old_id = header.old_id;
  change.new_id = header.new_id;
  for (const auto& path : {change.old_path, change.new_path})
    if (!is_safe_path(path, path == change.new_path && change.new_mode ? change.new_mode : change.old_mode))
      return err(Error::Kind::kRefused, "read the patch", printable(path),
                 fmt::format("line {} of the patch: no file in a repository may have this name", change.line_number));
  TRY_VOID(read_hunks(header, change));
  if (change.hunks.empty()) {
    TRY(const bool is_binary, read_binary(change));
    if (!is_binary && !header.changes_metadata())
      return bad_diff(at_.line, "nothing is said of what changes", change.new_path);
  }
  return change;
}

Result<void> DiffReader::read_hunks(const DiffHeader& header, FileChange& change) {
  unsigned long old_lines = 0, new_lines = 0;
  while (at_.rest.size() > 4 && at_.rest.starts_with("@@ -")) {
    TRY(auto hunk, read_hunk(change.new_path));
    old_lines |= hunk.old_count;
    new_lines |= hunk.new_count;
    change.hunks.push_back(hunk);
  }
  if (header.is_new == Known::kYes && old_lines)
    return bad_diff(header_line_, "the file is new, but a hunk has lines of an old one", change.new_path);
  if (header.is_deleted == Known::kYes && new_lines)
    return bad_diff(header_line_, "the file is deleted, but a hunk has lines of a new one", change.old_path);
  change.creates_if_missing = header.is_new == Known::kMaybe && old_lines == 0 && change.hunks.size() == 1;
  return {};
}

Result<Hunk> DiffReader::read_hunk(const std::string& file) {
  const auto head = at_.here();
  const auto ranges = parse_ranges(head);
  if (!ranges) return bad_diff(at_.line, fmt::format("'{}' has no line numbers", shown(head)), file);
  auto hunk = *ranges;
  hunk.line_number = at_.line;
  if (const auto end = head.find("@@", 2); end != head.npos) hunk.section = trim(head.substr(end + 2));
  at_.pass(head);
  const auto body = at_.rest;
  // May fall below zero, as git's do: then they never meet zero again, and the hunk ends where it is no hunk any more.
  auto old_left = hunk.old_count, new_left = hunk.new_count;
  bool changes = false;
  const auto corrupt = [&](std::string_view why) {
    return bad_diff(at_.line, fmt::format("the hunk of line {} {}", hunk.line_number, why), file);
  };
  while ((old_left || new_left) && !at_.rest.empty()) {
    const auto line = at_.here();
    if (!line.ends_with('\n')) return corrupt("ends within a line");
    switch (line[0]) {
      case '\n':  // a blank context line whose ' ' was lost
      case ' ':
        --old_left;
        --new_left;
        break;
      case '-':
        --old_left;
        changes = true;
        break;
      case '+':
        --new_left;
        changes = true;
        break;
      case '\\':
        if (line.size() < 12 || line[1] != ' ') return corrupt(fmt::format("ends early, at '{}'", shown(line)));
        break;
      default:
        return corrupt(fmt::format("ends early, at '{}'", shown(line)));
    }
    at_.pass(line);
  }
  if (old_left || new_left) return corrupt("ends early, with the patch");
  if (!changes) return corrupt("changes nothing");
  // "\ No newline at end of file", in any language, below the last line.
  if (at_.rest.size() > 12 && at_.rest.starts_with("\\ ")) at_.pass(at_.here());
  hunk.lines = body.substr(0, body.size() - at_.rest.size());
  return hunk;
}

// False if neither binary data nor the note that files differ is here.
Result<bool> DiffReader::read_binary(FileChange& change) {
  const auto head = at_.here();
  if (head.ends_with(" differ\n") && (head.starts_with("Binary files ") || head.starts_with("Files "))) {
    at_.pass(head);
    change.binary.emplace();
    return true;
  }
  if (head != "GIT binary patch\n") return false;
  at_.pass(head);
  auto& binary = change.binary.emplace();
  for (auto* hunk : {&binary.forward, &binary.reverse}) {
    auto rest = at_.rest;
    auto read = read_binary_hunk(rest, binary_bytes_left_);
    at_.line += static_cast<std::size_t>(std::count(at_.rest.begin(), at_.rest.end() - rest.size(), '\n'));
    at_.rest = rest;
    if (!read) {
      auto error = std::move(read).error();
      error.subject = printable(change.new_path);
      error.why = fmt::format("line {} of the patch: {}", at_.line, error.why);
      return tl::unexpected(std::move(error));
    }
    *hunk = *std::move(read);
    if (!binary.forward) return bad_diff(at_.line, "no binary data follows 'GIT binary patch'", change.new_path);
  }
  return true;
}

}  // namespace

Result<Diff> parse_diff(std::string_view text) {
  Diff diff;
  DiffReader reader(text);
  for (;;) {
    TRY(auto change, reader.next());
    if (!change) return diff;
    diff.files.push_back(*std::move(change));
  }
}

}  // namespace lorelei::patch
