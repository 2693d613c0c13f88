// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/series_cover.hh"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hh"
#include "base/utc_day.hh"
#include "workflow/people.hh"
#include "workflow/trailer_block.hh"

namespace lorelei::workflow {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kComment = "# Kept for b4 prep and lorelei prep; please do not edit below this line.";
constexpr std::size_t kMaxSlug = 60;
constexpr int kMaxDepth = 64;  // of JSON

// It becomes part of Message-IDs, names of tags and of directories.
bool is_change_id(std::string_view id) {
  if (id.empty() || id.size() > 200 || id.front() == '.' || id.front() == '-' || id.ends_with(".lock")) return false;
  if (id.find("..") != id.npos || id.find("@{") != id.npos || !is_utf8(id) || printable(id) != id) return false;
  return id.find_first_of(" /~^:?*[\\<>\"") == id.npos;
}

// The text without empty lines around it; what the first line is indented by stays.
std::string_view without_empty_lines(std::string_view text) {
  for (auto end = text.find('\n'); end != text.npos && trim(text.substr(0, end)).empty(); end = text.find('\n'))
    text.remove_prefix(end + 1);
  return trim_end(text);
}

std::string text_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::vector<std::string> texts_of(const Json& list) {
  std::vector<std::string> texts;
  if (!list.is_array()) return texts;
  for (const auto& one : list)
    if (one.is_string()) texts.push_back(one.get<std::string>());
  return texts;
}

std::vector<std::string> texts_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? std::vector<std::string>() : texts_of(*found);
}

// A member that is empty is there only if it was before.
template <typename T>
void set(Json& object, const char* name, const T& value) {
  if (!value.empty() || object.contains(name)) object[name] = value;
}

bool is_to_or_cc(const patch::Trailer& trailer) {
  return equal_ignore_case(trailer.name, "to") || equal_ignore_case(trailer.name, "cc");
}

// The sections of a text, at lines "---".
std::vector<std::string> sections_of(std::string_view text) {
  std::vector<std::string> sections(1);
  for (const auto line : split(text, '\n')) {
    if (trim_end(line) == "---")
      sections.emplace_back();
    else
      sections.back() += std::string(line) + "\n";
  }
  for (auto& section : sections) section = std::string(without_empty_lines(section));
  return sections;
}

std::string joined(const std::vector<std::string>& sections) { return join(sections, "\n---\n"); }

// Where the last paragraph begins, if it is one of trailers; else the end.
std::size_t start_of_trailers(std::string_view section) {
  const auto gap = section.rfind("\n\n");
  const auto start = gap == section.npos ? section.size() : gap + 2;
  const auto paragraph = section.substr(start);
  const auto trailers = patch::find_trailers(paragraph, patch::TrailerSource::kPatch);
  std::size_t lines = 0;
  for (const auto& trailer : trailers) lines += trailer.lines;
  const auto all = split(paragraph, '\n');
  const auto notes = std::count_if(all.begin(), all.end(), [](std::string_view line) { return line.starts_with('#'); });
  const bool are_most = lines > 0 && lines * 2 >= all.size() - static_cast<std::size_t>(notes);
  // Who is named so is meant, whatever stands around it.
  const bool names_people = std::any_of(trailers.begin(), trailers.end(), [](const patch::Trailer& trailer) {
    return is_to_or_cc(trailer) && trailer.kind == patch::Trailer::Kind::kPerson;
  });
  return are_most || names_people ? start : section.size();
}

}  // namespace

std::optional<Tracking> read_tracking(std::string_view text) {
  const auto brace = text.find('{');
  if (brace == text.npos || text.size() > kMaxCover) return std::nullopt;
  bool is_deep = false;
  const auto json = Json::parse(
      text.substr(brace),
      [&](int depth, Json::parse_event_t, Json&) {
        is_deep |= depth > kMaxDepth;
        return depth <= kMaxDepth;
      },
      false);
  if (is_deep) return std::nullopt;
  if (!json.is_object() || !json.contains("series") || !json["series"].is_object()) return std::nullopt;
  const auto& series = json["series"];
  Tracking tracking;
  const auto revision = series.find("revision");
  if (revision == series.end() || !revision->is_number_integer()) return std::nullopt;
  const auto number = revision->get<std::int64_t>();
  if (number < 1 || number > 9999) return std::nullopt;
  tracking.revision = static_cast<int>(number);
  tracking.change_id = text_of(series, "change-id");
  if (!is_change_id(tracking.change_id)) return std::nullopt;
  tracking.prefixes = texts_of(series, "prefixes");
  tracking.presubject = text_of(series, "presubject");
  tracking.base_branch = text_of(series, "base-branch");
  tracking.from_thread = text_of(series, "from-thread");
  tracking.prerequisites = texts_of(series, "prerequisites");
  if (const auto history = series.find("history"); history != series.end() && history->is_object())
    for (const auto& [name, ids] : history->items())
      if (const auto past = parse_uint(std::string_view(name).substr(std::min<std::size_t>(name.size(), 1)));
          name.starts_with('v') && past && *past > 0 && *past <= 9999)
        tracking.history[static_cast<int>(*past)] = texts_of(ids);
  tracking.others = json.dump();
  return tracking;
}

std::string tracking_json(const Tracking& tracking, TrackingForm form) {
  auto json = Json::parse(tracking.others, nullptr, false);
  if (!json.is_object() || !json.contains("series")) json = Json{{"series", Json::object()}};
  auto& series = json["series"];
  series["revision"] = tracking.revision;
  series["change-id"] = tracking.change_id;
  set(series, "base-branch", tracking.base_branch);
  series["prefixes"] = tracking.prefixes;
  set(series, "presubject", tracking.presubject);
  set(series, "from-thread", tracking.from_thread);
  set(series, "prerequisites", tracking.prerequisites);
  if (!tracking.history.empty() || series.contains("history")) {
    auto history = Json::object();
    for (const auto& [revision, ids] : tracking.history) history[fmt::format("v{}", revision)] = ids;
    series["history"] = history;
  }
  return json.dump(form == TrackingForm::kLines ? 2 : -1, ' ', false, Json::error_handler_t::replace);
}

std::size_t find_tracking_mark(std::string_view text) {
  auto at = text.find(kTrackingMark);
  while (at != text.npos && at > 0 && text[at - 1] != '\n') at = text.find(kTrackingMark, at + 1);
  return at;
}

std::optional<SeriesCover> read_cover_message(std::string_view message) {
  if (message.size() > kMaxCover) return std::nullopt;
  message = trim(message);  // as what is above the mark will be: no blanks may hide one
  const auto mark = find_tracking_mark(message);
  if (mark == message.npos) return std::nullopt;
  auto tracking = read_tracking(message.substr(mark));
  if (!tracking) return std::nullopt;
  return SeriesCover{std::string(trim(message.substr(0, mark))), *std::move(tracking)};
}

std::string cover_message(const SeriesCover& cover) {
  return fmt::format("{}\n\n{}\n{}\n{}\n", trim(cover.text), kTrackingMark, kComment,
                     tracking_json(cover.tracking, TrackingForm::kLines));
}

CoverLetter letter_of(std::string_view text) {
  std::string kept;
  bool was_empty = true;
  for (auto line : split(text, '\n')) {
    if (line.starts_with('#')) continue;
    if (line.starts_with(">#")) line.remove_prefix(1);
    line = trim_end(line);
    if (line.empty() && was_empty) continue;
    was_empty = line.empty();
    kept += std::string(line) + "\n";
  }
  CoverLetter letter;
  const auto end = std::min(kept.find('\n'), kept.size());
  letter.title = squeeze_spaces(std::string_view(kept).substr(0, end));
  auto sections = sections_of(std::string_view(kept).substr(end));
  auto& first = sections.front();
  const auto start = start_of_trailers(first);
  const auto block = first.substr(start);
  std::vector<bool> leaves(split(block, '\n').size());
  for (auto& trailer : patch::find_trailers(block, patch::TrailerSource::kPatch)) {
    if (is_to_or_cc(trailer))
      for (std::size_t i = 0; i < trailer.lines; ++i) leaves[trailer.line + i] = true;
    if (is_to_or_cc(trailer)) {
      const auto people = people_in(trailer.value);
      for (const auto& person : people) {
        auto one = trailer;
        one.person = person;
        letter.to_cc.push_back(std::move(one));
      }
      if (people.empty()) letter.to_cc.push_back(std::move(trailer));
    } else if (trailer.kind == patch::Trailer::Kind::kPerson)
      letter.others.push_back(std::move(trailer));
  }
  first.resize(start);
  std::size_t number = 0;
  for (const auto line : split(block, '\n'))
    if (!leaves[number++]) first += std::string(line) + "\n";
  first = std::string(without_empty_lines(first));
  letter.body = joined(sections);
  return letter;
}

std::string with_recipients(std::string_view text, const std::vector<patch::Trailer>& add) {
  auto sections = sections_of(text);
  auto& first = sections.front();
  const auto start = start_of_trailers(first);
  const auto block = first.substr(start);
  std::string to, cc, others;
  std::vector<std::string> seen;
  bool has_prose = false;
  const auto take = [&](const std::string& name, const std::string& lines, const std::string& address) {
    if (!address.empty() && std::find(seen.begin(), seen.end(), to_lower(address)) != seen.end()) return;
    if (!address.empty()) seen.push_back(to_lower(address));
    (equal_ignore_case(name, "to") ? to : equal_ignore_case(name, "cc") ? cc : others) += lines + "\n";
  };
  const auto lines = split(block, '\n');
  auto trailers = patch::find_trailers(block, patch::TrailerSource::kPatch);
  auto next = trailers.begin();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (next == trailers.end() || next->line != i) {
      if (!lines[i].empty()) others += std::string(lines[i]) + "\n";
      has_prose |= !lines[i].empty() && !lines[i].starts_with('#');
      continue;
    }
    std::string whole(lines[i]);
    for (std::size_t more = 1; more < next->lines; ++more) whole += "\n" + std::string(lines[++i]);
    take(next->name, whole, is_to_or_cc(*next) ? next->person.address : "");
    ++next;
  }
  if (has_prose) {  // which stays where it is
    to = block + "\n";
    cc.clear();
    others.clear();
  }
  for (const auto& trailer : add) take(trailer.name, line_of(trailer), trailer.person.address);
  first.resize(start);
  first = fmt::format("{}\n\n{}{}{}", without_empty_lines(first), to, cc, others);
  first = std::string(without_empty_lines(first));
  return joined(sections);
}

std::string with_changelog(std::string_view text, int next, std::string_view link_to_last) {
  auto sections = sections_of(text);
  const auto entry = fmt::format(
      "Changes in v{}:\n- EDITME: what has changed since v{}, one line each.\n- EDITME: more of it, or nothing.\n"
      "- Link to v{}: {}\n",
      next, next - 1, next - 1, link_to_last);
  const auto log = std::find_if(sections.begin() + 1, sections.end(), [](const std::string& section) {
    return section.starts_with("Changes in v") || section.find("\nChanges in v") != std::string::npos;
  });
  if (log == sections.end())
    sections.push_back(entry);
  else
    *log = entry + "\n" + *log;
  return joined(sections);
}

std::string new_change_id(std::string_view slug, std::int64_t now, std::string_view random) {
  return fmt::format("{}-{}-{}", replace_all(utc_day(now), "-", ""), slug, hex(random.substr(0, 6)));
}

std::string slug_in_change_id(std::string_view id) {
  const auto start = id.find('-'), end = id.rfind('-');
  return std::string(start == end || start == id.npos ? id : id.substr(start + 1, end - start - 1));
}

std::string slug_for(std::string_view name) {
  std::string slug;
  for (const char c : name) {
    if (slug.size() == kMaxSlug) break;
    if (is_alnum(c) || c == '_')
      slug += to_lower(c);
    else if (!slug.empty() && slug.back() != '-')
      slug += '-';
  }
  while (slug.ends_with('-')) slug.pop_back();
  return slug;
}

}  // namespace lorelei::workflow
