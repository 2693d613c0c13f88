// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/preflight.hh"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/files.hh"
#include "base/sha1.hh"
#include "base/text.hh"
#include "git/commit_text.hh"
#include "patch/patch_id.hh"
#include "workflow/setting_values.hh"
#include "workflow/trailer_checks.hh"

namespace lorelei::workflow {

namespace {

using Json = nlohmann::ordered_json;
struct Done {
  std::int64_t at = 0;  // seconds since 1970
  std::string of;
};
using AllDone = std::map<std::string, Done>;  // by step

constexpr std::uint64_t kMaxState = 4096;
constexpr std::int64_t kValid = std::int64_t{30} * 86400;
constexpr std::string_view kSteps[] = {"check", "auto-to-cc", "check-deps"};

std::string name_of(PreflightStep step) { return std::string(kSteps[static_cast<std::size_t>(step)]); }

fs::path directory_of(const PrepBranch& branch) { return branch.tree.common_directory() / "lorelei" / "preflight"; }

// The steps that still count. A file that makes no sense is one in which nothing was done.
AllDone read_state(const fs::path& file, std::int64_t now) {
  AllDone done;
  const auto text = read_file(file, kMaxState);
  const auto json = text ? Json::parse(*text, nullptr, false) : Json();
  if (!json.is_object()) return done;
  for (const auto step : kSteps) {
    const auto found = json.find(std::string(step));
    if (found == json.end() || !found->is_object()) continue;
    const auto at = found->find("at"), of = found->find("of");
    if (at == found->end() || !at->is_number_integer()) continue;
    const auto date = at->get<std::int64_t>();
    const bool has_more = of != found->end() && of->is_string();
    if (date > 0 && date <= now && now - date <= kValid)
      done[std::string(step)] = {date, has_more ? of->get<std::string>() : ""};
  }
  return done;
}

std::string text_of(const AllDone& all) {
  auto json = Json::object();
  for (const auto& [step, done] : all) {
    json[step] = {{"at", done.at}};
    if (!done.of.empty()) json[step]["of"] = done.of;
  }
  return json.dump() + "\n";
}

std::string digest_of(std::string_view text) {
  const auto digest = sha1(text);
  return hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

Result<fs::path> file_of(const PrepBranch& branch) {
  std::string ids;
  for (const auto& id : branch.patches) {
    TRY(const auto commit, git::read_commit(branch.tree.objects(), id));
    if (commit.parents.empty()) continue;
    TRY(const auto diff, branch.tree.difference(commit.parents.front(), id));
    const auto patch = patch::patch_id(diff);
    ids += (patch ? patch->hex() : digest_of(diff)) + "\n";
  }
  return directory_of(branch) / (digest_of(ids) + ".json");
}

// What a step looks at beside the code, as a digest; empty: nothing.
Result<std::string> looked_at(const PrepBranch& branch, PreflightStep step) {
  if (step == PreflightStep::kAutoToCc) return std::string();
  if (step == PreflightStep::kCheckDeps) return digest_of(join(branch.cover.tracking.prerequisites, "\n"));
  std::string all;
  for (const auto& id : branch.patches) {
    TRY(const auto commit, git::read_commit(branch.tree.objects(), id));
    for (const auto& ident : {commit.author, commit.committer})
      all += fmt::format("{} <{}>\n", git::name_in_ident(ident), git::address_in_ident(ident));
    all += fmt::format("{}\n{}\n", commit.message.size(), commit.message);
  }
  return digest_of(all);
}

void remove_expired(const fs::path& directory, std::int64_t now) {
  std::error_code failed, ignored;
  for (fs::directory_iterator at(directory, failed), end; !failed && at != end; at.increment(failed))
    if (at->path().extension() == ".json" && read_state(at->path(), now).empty()) fs::remove(at->path(), ignored);
}

Result<AllDone> done_for(const PrepBranch& branch, std::int64_t now) {
  std::error_code failed;
  if (!fs::is_directory(directory_of(branch), failed)) return AllDone();  // the key costs more than all the rest
  TRY(const auto file, file_of(branch));
  auto all = read_state(file, now);
  for (const auto step : {PreflightStep::kCheck, PreflightStep::kAutoToCc, PreflightStep::kCheckDeps}) {
    const auto found = all.find(name_of(step));
    if (found == all.end()) continue;
    TRY(const auto of, looked_at(branch, step));
    if (found->second.of != of) all.erase(found);
  }
  return all;
}

// Whether the mail of a patch would say something only below its "---".
Result<bool> is_some_body_misplaced(const PrepBranch& branch) {
  bool has_bare_message = false;
  for (const auto& id : branch.patches) {
    TRY(const auto commit, git::read_commit(branch.tree.objects(), id));
    const auto message = trim(commit.message);
    const auto gap = message.find("\n\n");
    const auto body = gap == message.npos ? std::string_view() : message.substr(gap + 2);
    if (is_body_misplaced(body)) return true;
    has_bare_message |= !has_prose(cut_message(body).above);
  }
  if (branch.patches.size() != 1 || !has_bare_message || branch.cover.needs_editing()) return false;
  const auto letter = letter_of(branch.cover.text);
  return has_prose(cut_message(letter.body).above);
}

std::vector<std::string> disabled(const PrepBranch& branch) {
  const auto values =
      SettingValues::of(branch.tree.config(), branch.tree.directory(),
                        [](const git::ConfigEntry& entry) { return entry.name == "prep-pre-flight-checks"; });
  return list_of(to_lower(values.b4("prep-pre-flight-checks").value_or("")));
}

}  // namespace

Result<void> note_preflight(const Env& env, const PrepBranch& branch, PreflightStep step, PreflightOutcome outcome) {
  TRY(const auto file, file_of(branch));
  TRY(const auto of, looked_at(branch, step));
  const auto directory = file.parent_path();
  TRY_VOID(make_directories(directory));
  TRY(const auto lock, FileLock::take(directory / "lock"));
  const auto now = env.now();
  remove_expired(directory, now);
  auto all = read_state(file, now);
  if (outcome == PreflightOutcome::kPassed)
    all[name_of(step)] = {now, of};
  else if (all.erase(name_of(step)) == 0)
    return {};
  return replace_file(file, text_of(all), Sync::kNo);  // what a crash loses is done once more
}

Result<std::vector<PreflightFlag>> preflight_of(const Env& env, const PrepBranch& branch) {
  TRY(const auto done, done_for(branch, env.now()));
  TRY(const bool is_misplaced, is_some_body_misplaced(branch));
  const auto is_due = [&](PreflightStep step) { return !done.contains(name_of(step)); };
  std::vector<PreflightFlag> flags = {
      {"needs-editing", "EDITME is still in the cover letter", "lorelei prep --edit-cover",
       branch.cover.needs_editing()},
      {"needs-auto-to-cc", "nobody has looked up who gets the patches as they are now", "lorelei prep --auto-to-cc",
       is_due(PreflightStep::kAutoToCc)},
      {"needs-checking", "the patches as they are now have not passed the checks", "lorelei prep --check",
       is_due(PreflightStep::kCheck)},
      {"needs-checking-deps", "what the series needs first has not been checked", "lorelei prep --check-deps",
       !branch.cover.tracking.prerequisites.empty() && is_due(PreflightStep::kCheckDeps)},
      {"misplaced-body", "a patch says what it is for only below its ---, where git am drops it",
       "git rebase -i, to put it into the commit's message", is_misplaced},
  };
  const auto names = disabled(branch);
  const auto is_disabled = [&](std::string_view name) {
    return std::find(names.begin(), names.end(), "disable-" + std::string(name)) != names.end();
  };
  for (auto& flag : flags) flag.is_asked_for = !is_disabled("all") && !is_disabled(flag.name);
  return flags;
}

}  // namespace lorelei::workflow
