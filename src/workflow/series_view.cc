// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/series_view.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/json.hh"
#include "base/text.hh"

namespace lorelei::workflow {

namespace {

constexpr std::size_t kAgeColumns = 4, kAuthorColumns = 18, kMinTitle = 12;

std::string age(std::int64_t then, std::int64_t now) {
  const auto seconds = std::max<std::int64_t>(now - then, 0);
  if (seconds < 3600) return fmt::format("{}m", seconds / 60);
  if (seconds < 2 * 86'400) return fmt::format("{}h", seconds / 3600);
  if (seconds < 100 * 86'400) return fmt::format("{}d", seconds / 86'400);
  if (seconds < 730 * 86'400) return fmt::format("{}mo", seconds / (30 * 86'400));
  return fmt::format("{}y", seconds / (365 * 86'400));
}

char mark_of(const ListedSeries& state) {
  if (!state.superseded_by.empty()) return 's';
  if (state.is_in_branch())
    return std::any_of(state.patches.begin(), state.patches.end(), [](const auto& one) { return one.is_changed; })
               ? 'c'
               : '=';
  if (!state.missing.empty()) return '!';
  constexpr char kMarks[] = {'.', '~', '+'};
  return kMarks[static_cast<std::size_t>(state.review())];
}

const char* colour_of(char mark) {
  return mark == '!' ? "\x1b[31m" : mark == '+' || mark == '=' ? "\x1b[32m" : mark == '.' ? "\x1b[1m" : "";
}

const char* signature_of(Attested attested) {
  constexpr const char* kWords[] = {"-", "no", "part", "BAD", "yes"};
  return kWords[static_cast<std::size_t>(attested)];
}

std::string filled(std::string text, std::size_t width) {
  text = fit_width(text, width);
  text.append(width - std::min(width, display_width(text)), ' ');
  return text;
}

std::string tinted(const char* sgr, std::string text, const search::ListLook& look) {
  return look.colour == search::ListLook::kPlain || *sgr == '\0' ? text : sgr + std::move(text) + "\x1b[m";
}

struct Cells {
  std::string age, author, revision, patches, in_branch, fits, people, signature;
};

// What stands before the title.
std::string line_of(const Cells& cells, std::string mark, const SeriesList& list, const search::ListLook& look) {
  auto line = tinted("\x1b[36m", fmt::format("{:>{}}", cells.age, kAgeColumns), look) + " " + std::move(mark) + " ";
  if (look.columns >= kNarrow) line += tinted("\x1b[33m", filled(cells.author, kAuthorColumns), look) + " ";
  line += fmt::format("{:>3} {:>7} ", cells.revision, cells.patches);
  if (list.was_sought) line += fmt::format("{:>3} ", cells.in_branch);
  if (list.was_tried) line += tinted(cells.fits == "yes" ? "\x1b[32m" : "", filled(cells.fits, 4), look) + " ";
  if (look.columns < kWide) return line;
  line += cells.people + " ";
  if (list.has_verdicts)
    line += tinted(cells.signature == "BAD" ? "\x1b[31m" : "", filled(cells.signature, 4), look) + " ";
  return line;
}

std::string count_text(std::size_t count) { return count == 0 ? "-" : std::to_string(count); }

std::string people_of(const ListedSeries& state) {
  return fmt::format("{:>2} {:>2} {:>2}", count_text(state.reviewers), count_text(state.ackers),
                     count_text(state.testers));
}

}  // namespace

std::string heading_of(const SeriesList& list, const search::ListLook& look) {
  search::ListLook plain = look;
  plain.colour = search::ListLook::kPlain;
  const Cells cells{"AGE", "AUTHOR", "REV", "PATCHES", "IN", "FITS", " R  A  T", "SIG"};
  return tinted("\x1b[1m", line_of(cells, "S", list, plain) + "TITLE", look) + "\n";
}

std::string text_of(const ListedSeries& state, const SeriesList& list, const search::ListLook& look) {
  const char mark = mark_of(state);
  const Cells cells{age(state.active, look.now),
                    printable(state.sender.name.empty() ? state.sender.address : state.sender.name),
                    fmt::format("v{}", state.revision),
                    fmt::format("{}/{}", state.patches.size(), state.total),
                    count_text(state.count_in_branch()),
                    !state.applies   ? "-"
                    : *state.applies ? "yes"
                                     : "no",
                    people_of(state),
                    signature_of(state.attested)};
  const auto before = display_width(line_of(cells, " ", list, {.now = 0, .columns = look.columns}));
  std::string title = state.tags.empty() ? "" : "[" + join(state.tags, " ") + "] ";
  title = fit_width(printable(title + state.title), std::max<std::size_t>(look.columns, before + kMinTitle) - before);
  if (mark == 's') title = tinted("\x1b[2m", title, look);
  if (mark == '.') title = tinted("\x1b[1m", title, look);
  return line_of(cells, tinted(colour_of(mark), std::string(1, mark), look), list, look) + title + "\n";
}

std::string json_of(const ListedSeries& state, const SeriesList& list) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.member("m", state.message_id);
  json.member("s", state.title);
  json.key("tags");
  json.begin_array();
  for (const auto& tag : state.tags) json.value(tag);
  json.end_array();
  json.key("f");
  json.begin_array();
  json.value(state.sender.name);
  json.value(state.sender.address);
  json.end_array();
  json.member("revision", state.revision);
  json.member("total", state.total);
  json.member("present", state.patches.size());
  json.key("missing");
  json.begin_array();
  for (const auto number : state.missing) json.value(number);
  json.end_array();
  json.member("cover", state.has_cover);
  constexpr const char* kStates[] = {"new", "partly-reviewed", "reviewed"};
  json.member("state", kStates[static_cast<std::size_t>(state.review())]);
  if (!state.superseded_by.empty()) json.member("superseded", state.superseded_by);
  if (list.was_sought) json.member("upstream", state.count_in_branch());
  if (state.applies) json.member("applies", *state.applies);
  if (!state.why_not.empty()) json.member("why_not", state.why_not);
  json.member("reviewed", state.reviewers);
  json.member("acked", state.ackers);
  json.member("tested", state.testers);
  constexpr const char* kAttested[] = {"", "no", "partly", "bad", "yes"};
  if (state.attested != Attested::kUnknown)
    json.member("attested", kAttested[static_cast<std::size_t>(state.attested)]);
  json.member("dt", search::iso8601(state.sent));
  json.member("active", search::iso8601(state.active));
  if (!state.change_id.empty()) json.member("change_id", state.change_id);
  json.key("patches");
  json.begin_array();
  for (const auto& patch : state.patches) {
    json.begin_object();
    json.member("n", patch.number);
    json.member("revision", patch.revision);
    json.member("m", patch.message_id);
    json.member("s", patch.title);
    json.member("reviewed", patch.is_reviewed);
    if (!patch.commit.empty()) {
      json.member("commit", patch.commit);
      json.member("same", !patch.is_changed);
    }
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return text + "\n";
}

}  // namespace lorelei::workflow
