// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/posted_letter.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hh"
#include "git/ref_name.hh"
#include "mail/gzip.hh"
#include "mail/message.hh"
#include "patch/body.hh"
#include "workflow/dependencies.hh"

namespace lorelei::workflow {

namespace {

constexpr std::size_t kMaxWord = 200;          // of a prefix, a presubject
constexpr std::size_t kMaxForeign = 64 << 10;  // of all that is tracked; what is more nobody wrote by hand

bool is_harmless(const std::string& text) { return text.size() <= kMaxWord && printable(text) == text; }

std::optional<std::string> unpacked(const std::string& bytes) {
  if (!bytes.starts_with("\x1f\x8b")) return std::nullopt;
  auto source = mail::ByteSource::of(bytes, "X-B4-Tracking");
  std::string text;
  for (;;) {
    const auto more = source.read_more(text);
    if (!more || text.size() > kMaxCover) return std::nullopt;
    if (!*more) return text;
  }
}

// Not what means something else here than there, as names of branches do.
bool is_object_name(std::string_view word) {
  return (word.size() == 40 || word.size() == 64) && word.find_first_not_of("0123456789abcdefABCDEF") == word.npos;
}

// What others wrote goes into subjects, file names, commits and the configuration.
void leave_out_harmful(Tracking& tracking) {
  const auto is_bad_prefix = [](const std::string& prefix) {
    return prefix.empty() || !is_harmless(prefix) || prefix.find_first_of("[] ") != std::string::npos;
  };
  std::erase_if(tracking.prefixes, is_bad_prefix);
  const auto& presubject = tracking.presubject;
  if (!is_harmless(presubject) || !presubject.starts_with('[') || !presubject.ends_with(']'))
    tracking.presubject.clear();
  if (!git::is_ref_name(tracking.base_branch)) tracking.base_branch.clear();
  if (!is_harmless(tracking.from_thread)) tracking.from_thread.clear();
  std::erase_if(tracking.prerequisites, [](const std::string& line) {
    const auto one = dependency_in(line);
    return !one || (one->kind == Dependency::Kind::kBaseCommit && !is_object_name(one->value));
  });
  for (auto& [revision, ids] : tracking.history)
    std::erase_if(ids, [](const std::string& id) {
      return id.empty() || !is_harmless(id) || id.find_first_of("<> ") != std::string::npos;
    });
  tracking.others.clear();
  if (tracking_json(tracking, TrackingForm::kOneLine).size() <= kMaxForeign) return;
  tracking.prefixes.clear();
  tracking.prerequisites.clear();
  tracking.history.clear();
}

bool is_for_programs(std::string_view line) {
  return line == "-- " || line.starts_with("base-commit: ") || line.starts_with("change-id: ") ||
         line.starts_with("prerequisite-") || line.starts_with("diff --git ");
}

// By two for git format-patch, by six for git shortlog.
bool is_indented(std::string_view line) { return line.starts_with("  ") && !trim(line).empty(); }

// "Ann Author (2):"
bool is_shortlog_name(std::string_view line) {
  const auto open = line.rfind(" (");
  if (open == line.npos || open == 0 || !line.ends_with("):")) return false;
  return parse_uint(line.substr(open + 2, line.size() - open - 4)).has_value();
}

std::size_t without_empty(const std::vector<std::string_view>& lines, std::size_t end) {
  while (end > 0 && trim(lines[end - 1]).empty()) --end;
  return end;
}

// Up from the sum of a diffstat to its first line, then over the groups of a shortlog.
std::size_t start_of_overview(const std::vector<std::string_view>& lines, std::size_t sum) {
  auto start = sum;
  while (start > 0 && lines[start - 1].starts_with(' ') && !trim(lines[start - 1]).empty()) --start;
  for (auto end = without_empty(lines, start); end > 0; end = without_empty(lines, start)) {
    auto name = end;
    while (name > 0 && is_indented(lines[name - 1])) --name;
    if (name == end || name == 0 || !is_shortlog_name(lines[name - 1])) break;
    start = name - 1;
  }
  return start;
}

// Lines that would be taken for something else in the message of a commit.
std::string as_cover_text(std::string_view text) {
  std::string out;
  for (const auto raw : split(text, '\n')) {
    std::string line(raw);
    std::erase(line, '\0');
    if (line.starts_with('#') || line.starts_with(kTrackingMark)) out += '>';
    out += line + "\n";
  }
  return std::string(trim(out));
}

}  // namespace

std::optional<Tracking> read_tracking_field(std::string_view value) {
  if (value.size() > kMaxTrackingField) return std::nullopt;
  bool is_first_version = false;
  std::string digits;
  for (const auto part : split(value, ';')) {
    const auto word = trim(part);
    if (word == "v=1") is_first_version = true;
    if (!word.starts_with("b=")) continue;
    for (const char c : word.substr(2))
      if (!is_space(c)) digits += c;
  }
  const auto bytes = is_first_version ? unbase64(digits) : std::nullopt;
  const auto json = bytes ? unpacked(*bytes) : std::nullopt;
  auto tracking = json ? read_tracking(*json) : std::nullopt;
  if (tracking) leave_out_harmful(*tracking);
  return tracking;
}

std::optional<Tracking> posted_tracking(const Revision& revision) {
  const auto field = mail::Entity(revision.first().raw).first_header_raw("X-B4-Tracking");
  return field ? read_tracking_field(*field) : std::nullopt;
}

std::string text_above_diffstat(std::string_view body) {
  const auto lines = split(body, '\n');
  std::size_t end = 0;
  while (end < lines.size() && !is_for_programs(lines[end]) && !patch::has_diffstat(lines[end])) ++end;
  if (end < lines.size() && !is_for_programs(lines[end])) end = start_of_overview(lines, end);
  end = without_empty(lines, end);
  while (end > 0 && trim_end(lines[end - 1]) == "---") end = without_empty(lines, end - 1);
  std::string text;
  for (std::size_t i = 0; i < end; ++i) text += std::string(lines[i]) + "\n";
  return std::string(trim(text));
}

std::string posted_text(const Revision& revision) {
  const auto& first = revision.first();
  if (const auto* cover = revision.cover())
    return as_cover_text(fmt::format("{}\n\n{}", cover->tags.title, text_above_diffstat(cover->body)));
  if (revision.expected > 1) return as_cover_text("EDITME: title of the series of " + first.tags.title);
  auto beside = std::string_view(first.body).substr(patch::message_of(first.body).size());
  if (beside.starts_with("---")) beside.remove_prefix(std::min(beside.find('\n'), beside.size()));
  return as_cover_text(fmt::format("{}\n\n{}", first.tags.title, text_above_diffstat(beside)));
}

}  // namespace lorelei::workflow
