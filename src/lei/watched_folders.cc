// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/watched_folders.hh"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hh"
#include "lei/folder_refresh.hh"
#include "lei/keyword_export.hh"
#include "lei/mail_import.hh"
#include "mail/maildir.hh"

namespace lorelei::lei {

std::optional<WatchState> parse_watch_state(std::string_view word) {
  if (word == "pause") return WatchState{Following::kPause, Writing::kNo};
  const bool writes = word.ends_with("-rw");
  if (!writes && !word.ends_with("-ro")) return std::nullopt;
  const auto writing = writes ? Writing::kYes : Writing::kNo;
  word.remove_suffix(3);
  if (word == "import") return WatchState{Following::kImport, writing};
  if (word == "index") return WatchState{Following::kIndex, writing};
  if (word == "tag") return WatchState{Following::kTag, writing};
  return std::nullopt;
}

Result<WatchState> WatchedFolder::parsed_state() const {
  const auto parsed = parse_watch_state(state);
  if (!parsed) return err(Error::Kind::kUsage, "watch", folder, fmt::format("invalid state: {}", state), kWatchStates);
  return *parsed;
}

Result<MarkChange> WatchedFolder::parsed_marks() const {
  MarkChange change;
  for (const auto& word : marks) {
    if (!is_mark_word(word))
      return err(Error::Kind::kUsage, "watch", folder, "it is no mark: " + word, "+kw:KEYWORD or +L:LABEL");
    TRY_VOID(add_mark_word(change, word));
  }
  return change;
}

std::vector<WatchedFolder> watched_folders(const Settings& settings) {
  std::vector<WatchedFolder> all;
  for (const auto& entry : settings.config().entries()) {
    if (entry.section != "watch" || !entry.subsection || entry.name != "state") continue;
    const auto same = [&](const WatchedFolder& other) { return other.folder == *entry.subsection; };
    auto found = std::find_if(all.begin(), all.end(), same);
    if (found == all.end()) found = all.insert(all.end(), WatchedFolder{*entry.subsection, "", {}});
    found->state = entry.value.value_or("");
  }
  for (auto& each : all) each.marks = settings.config().all("watch." + each.folder + ".vmd");
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.folder < b.folder; });
  return all;
}

Result<Followed> follow_folder(Env& env, const Settings& settings, const WatchedFolder& watched,
                               const std::set<std::string>* names) {
  TRY(const auto state, watched.parsed_state());
  TRY(const auto marks, watched.parsed_marks());
  if (state.following == Following::kPause) return Followed{};
  if (!is_maildir_folder(watched.folder))
    return err(Error::Kind::kUsage, "watch", watched.folder, "only Maildirs can be watched", "lorelei rm-watch");
  const auto path = maildir_of(watched.folder);
  if (!mail::is_maildir(path))
    return err(Error::Kind::kNotFound, "watch", path.string(), "there is no such Maildir",
               "lorelei rm-watch, if it is gone for good");
  MailImportOptions options;
  options.marks = marks.add;
  options.names = names;
  if (state.following == Following::kIndex) options.into = Store::Kind::kIndexOnly;
  if (state.following == Following::kTag) options.unknown = Unknown::kPassOver;
  TRY(const auto place, source::parse_mail_place(path.string(), "maildir"));
  TRY(const auto imported, import_mail(env, settings, {place}, options, {}));
  TRY(auto sync, MailSync::open(settings.home(), MailSync::Access::kWrite));
  TRY(const auto gone, forget_missing(sync, watched.folder));
  Followed followed{
      .taken = imported.taken, .marked = imported.marked, .written = 0, .gone = gone, .unknown = imported.passed_over};
  if (state.writing == Writing::kNo) return followed;
  TRY(auto read, Marks::open(settings.home(), Marks::Access::kRead));
  MailServers servers(env, settings);
  TRY(const auto exported, export_keywords(servers, sync, read, watched.folder, ExportMode::kMerge));
  followed.written = exported.changed;
  return followed;
}

}  // namespace lorelei::lei
