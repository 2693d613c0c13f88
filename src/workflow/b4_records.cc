// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/b4_records.hh"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hh"
#include "mail/bracketed_ids.hh"
#include "patch/subject.hh"
#include "workflow/people.hh"

namespace lorelei::workflow {

namespace {

using nlohmann::json;

std::string text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get_ref<const std::string&>() : std::string();
}

bool is_hash(std::string_view text) { return text.size() == 40 && std::all_of(text.begin(), text.end(), is_hex); }

// "01/10"; nothing if it is something else.
std::optional<patch::Counter> counter_of(const json& value) {
  if (!value.is_string()) return std::nullopt;
  const auto parts = split(value.get_ref<const std::string&>(), '/');
  if (parts.size() != 2) return std::nullopt;
  const auto number = parse_uint(parts[0]), total = parse_uint(parts[1]);
  if (!number || !total || *number < 1 || *number > 9999 || *total < 1 || *total > 9999) return std::nullopt;
  return patch::Counter{static_cast<int>(*number), static_cast<int>(*total)};
}

void add_patches(const json& list, SeriesRecord& record) {
  for (const auto& one : list) {
    if (!one.is_array() || one.empty() || !one[0].is_string()) continue;
    RecordedPatch patch;
    patch.title = squeeze_spaces(one[0].get_ref<const std::string&>());
    if (one.size() > 1 && one[1].is_string() && is_hash(one[1].get_ref<const std::string&>()))
      patch.patchwork_hash = one[1].get<std::string>();
    if (one.size() > 2 && one[2].is_string()) patch.message_id = one[2].get<std::string>();
    patch.number = record.patches.empty() ? 1 : record.patches.back().number + 1;
    const auto counter = one.size() > 3 ? counter_of(one[3]) : std::nullopt;
    if (counter && counter->number >= patch.number) patch.number = counter->number;
    record.expected = std::max({record.expected, patch.number, counter ? counter->total : 1});
    record.patches.push_back(std::move(patch));
  }
}

}  // namespace

Result<SeriesRecord> parse_b4_record(std::string_view text, const std::string& name) {
  const auto senseless = [&](const char* why) {
    return err(Error::Kind::kCorrupt, "read what b4 has noted", name, why, "lorelei ty -d, or remove it");
  };
  const auto is_shallow = [](int depth, json::parse_event_t, json&) { return depth <= kMaxB4Depth; };
  const auto object = json::parse(text, is_shallow, /*allow_exceptions=*/false);
  if (!object.is_object()) return senseless("it is no JSON object");
  SeriesRecord record;
  record.message_id = text_of(object, "msgid");
  record.subject = squeeze_spaces(text_of(object, "subject"));
  const auto subject = patch::parse_subject(record.subject);
  record.title = subject.title;
  record.revision = subject.revision_or_first();
  record.author = {squeeze_spaces(text_of(object, "fromname")), text_of(object, "fromemail")};
  record.to = people_in(text_of(object, "to"));
  record.cc = people_in(text_of(object, "cc"));
  record.references = mail::bracketed_ids(text_of(object, "references"));
  record.date = squeeze_spaces(text_of(object, "sentdate"));
  record.quote = text_of(object, "quote");
  if (!record.quote.ends_with('\n')) record.quote += '\n';
  if (record.message_id.empty() || record.author.address.empty()) return senseless("it names no mail or no author");
  if (fs::path(name).extension() == ".pr") {
    record.pull_tip = to_lower(fs::path(name).stem().string());
    const bool is_commit = (record.pull_tip.size() == 40 || record.pull_tip.size() == 64) &&
                           std::all_of(record.pull_tip.begin(), record.pull_tip.end(), is_hex);
    if (!is_commit) return senseless("its name is no commit");
  } else if (const auto list = object.find("patches"); list != object.end() && list->is_array()) {
    add_patches(*list, record);
  }
  if (!record.is_pull() && record.patches.empty()) return senseless("it names no patch");
  return record;
}

B4Records b4_records(const Env& env) {
  B4Records found;
  std::vector<fs::path> files;
  std::error_code failed;
  for (fs::directory_iterator at(env.data_home() + "/b4", failed), end; !failed && at != end; at.increment(failed))
    if (at->path().extension() == ".am" || at->path().extension() == ".pr") files.push_back(at->path());
  std::sort(files.begin(), files.end());
  if (files.size() > kMaxB4Files) {
    found.complaints.push_back(fmt::format("only {} of {} files of b4 were read", kMaxB4Files, files.size()));
    files.resize(kMaxB4Files);
  }
  for (const auto& file : files) {
    struct stat status {};
    const auto text = read_file(file, kMaxB4Record);
    auto record = text ? parse_b4_record(*text, file.filename().string()) : tl::unexpected(text.error());
    if (!record || stat(file.c_str(), &status) != 0) {
      if (!record) found.complaints.push_back(to_text(record.error()));
      continue;
    }
    record->foreign_record = file.string();
    record->changed_at = status.st_mtime;
    found.records.push_back(*std::move(record));
  }
  std::stable_sort(found.records.begin(), found.records.end(),
                   [](const auto& one, const auto& other) { return one.changed_at < other.changed_at; });
  return found;
}

Result<void> end_b4_record(const fs::path& file, B4End how) {
  auto target = file;
  target += how == B4End::kSent ? ".sent" : ".discarded";
  std::error_code failed;
  if (!fs::exists(fs::symlink_status(file, failed))) return {};
  fs::rename(file, target, failed);
  if (failed) return err_errno(failed.value(), "rename", file);
  return sync_directory(file.parent_path());
}

}  // namespace lorelei::workflow
