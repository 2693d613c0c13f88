// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/subject_checks.hh"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/process.hh"
#include "base/text.hh"
#include "git/commit_text.hh"
#include "git/history.hh"
#include "git/program.hh"

namespace lorelei::workflow {

namespace {

using Kind = CheckFinding::Kind;

constexpr std::size_t kMaxLogged = 1000, kMaxPathspecs = 200;
constexpr std::int64_t kTwoYears = std::int64_t{2} * 365 * 86400;  // habits change
constexpr std::chrono::seconds kPatience{10};  // a path that hardly anybody touches costs all of the history
constexpr std::size_t kMaxPart = 40;           // of what stands before a colon

// "drivers/one.c" is in "drivers"; a file at the top is in "".
std::string directory_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return std::string(slash == path.npos ? "" : path.substr(0, slash));
}

bool is_revert(std::string_view title) { return title.starts_with("Revert \""); }

// "drivers: ", "drivers: one: " of "drivers: one: add two".
std::vector<std::string_view> prefixes_of(std::string_view title) {
  std::vector<std::string_view> found;
  for (std::size_t at = 0;;) {
    const auto end = title.find(": ", at);
    if (end == title.npos || end - at > kMaxPart || title.substr(at, end - at).find('"') != title.npos) return found;
    at = end + 2;
    found.push_back(title.substr(0, at));
  }
}

// The longest that enough of them have.
std::optional<SubjectHabit> common_prefix(const std::vector<const LoggedCommit*>& commits) {
  std::map<std::string_view, std::size_t> counts;
  for (const auto* commit : commits)
    for (const auto prefix : prefixes_of(commit->title)) ++counts[prefix];
  std::optional<SubjectHabit> habit;
  for (const auto& [prefix, count] : counts) {
    const bool is_clear = static_cast<double>(count) >= kHabitShare * static_cast<double>(commits.size());
    if (is_clear && (!habit || prefix.size() > habit->prefix.size()))
      habit = SubjectHabit{std::string(prefix), "", count, commits.size()};
  }
  return habit;
}

template <typename Touches>
std::vector<const LoggedCommit*> commits_that(const std::vector<LoggedCommit>& log, const Touches& touches) {
  std::vector<const LoggedCommit*> found;
  for (const auto& commit : log)
    if (found.size() < kMaxHabit && !is_revert(commit.title) &&
        std::any_of(commit.paths.begin(), commit.paths.end(), touches))
      found.push_back(&commit);
  return found;
}

std::string described(const std::set<std::string>& places, const char* several) {
  return places.size() == 1 ? *places.begin() : fmt::format("{} {}", places.size(), several);
}

}  // namespace

std::vector<LoggedCommit> read_subject_log(std::string_view text) {
  std::vector<LoggedCommit> log;
  for (const auto part : split(text, '\0')) {
    const auto lines = split(part, '\n');
    if (part.empty()) continue;
    LoggedCommit commit{squeeze_spaces(lines.front()), {}};
    for (std::size_t i = 1; i < lines.size(); ++i)
      if (!lines[i].empty()) commit.paths.emplace_back(lines[i]);
    log.push_back(std::move(commit));
  }
  return log;
}

Result<std::vector<LoggedCommit>> subject_log(const Env& env, const git::WorkTree& tree, const git::ObjectId& base,
                                              const std::vector<std::string>& paths) {
  std::set<std::string> places;
  for (const auto& path : paths) {
    const auto directory = directory_of(path);
    if (places.size() < kMaxPathspecs) places.insert(directory.empty() ? path : directory);
  }
  std::vector<LoggedCommit> none;
  if (places.empty()) return none;
  TRY(const auto commit, git::read_commit(tree.objects(), base));
  const auto fields = git::scan_commit(commit.bytes());
  const auto since = std::max<std::int64_t>(0, (fields ? fields->committer_time : 0) - kTwoYears);
  Argv words = {"--literal-pathspecs",
                "-c",
                "core.quotePath=false",
                "-c",
                "log.showSignature=false",
                "-c",
                "log.follow=false",
                "log",
                "--no-merges",
                "--format=%x00%s",
                "--name-only",
                "--no-renames",
                "--no-color",
                "--no-ext-diff"};
  words.push_back(fmt::format("--max-count={}", std::min(kMaxLogged, 2 * kMaxHabit * places.size())));
  words.push_back(fmt::format("--max-age={}", since));
  words.push_back(base.hex());
  words.emplace_back("--");
  words.insert(words.end(), places.begin(), places.end());
  RunOptions how;
  how.process = git::git_options();
  how.process.directory = tree.directory();
  how.cancelled = env.cancelled;
  how.limit = kPatience;
  auto text = output_of(git::git_argv(tree.common_directory(), words), how);
  if (!text && (text.error().kind == Error::Kind::kTemporary || text.error().kind == Error::Kind::kTooLarge))
    return none;
  if (!text) return tl::unexpected(std::move(text).error());
  return read_subject_log(*text);
}

std::optional<SubjectHabit> subject_habit(const std::vector<LoggedCommit>& log, const std::vector<std::string>& paths) {
  const std::set<std::string> files(paths.begin(), paths.end());
  auto commits = commits_that(log, [&](const std::string& path) { return files.contains(path); });
  auto where = described(files, "files");
  if (commits.size() < kMinHabit) {
    std::set<std::string> directories;
    for (const auto& path : paths)
      if (auto directory = directory_of(path); !directory.empty()) directories.insert(std::move(directory));
    commits = commits_that(log, [&](const std::string& path) { return directories.contains(directory_of(path)); });
    if (commits.size() < kMinHabit) return std::nullopt;
    where = described(directories, "directories");
  }
  auto habit = common_prefix(commits);
  if (habit) habit->where = std::move(where);
  return habit;
}

namespace {

// What `git rebase --autosquash` looks for.
std::string_view autosquash_word(std::string_view title) {
  for (const std::string_view word : {"fixup! ", "squash! ", "amend! "})
    if (title.starts_with(word)) return word.substr(0, word.size() - 1);
  return {};
}

bool is_wip(std::string_view title) {
  for (const std::string_view mark : {"WIP:", "WIP ", "[WIP]", "(WIP)"})
    if (starts_with_ignore_case(title, mark)) return true;
  return equal_ignore_case(title, "wip");
}

// "[PATCH v2 1/3]", "[RFC]", "[v2]" in front; empty: none. Others are names of subsystems.
std::string_view tag_of_mail(std::string_view title) {
  const auto end = title.find(']');
  if (!title.starts_with('[') || end == title.npos) return {};
  for (const auto word : split_words(title.substr(1, end - 1))) {
    const bool is_revision = word.size() > 1 && to_lower(word[0]) == 'v' && parse_uint(word.substr(1));
    const bool is_kind =
        equal_ignore_case(word, "patch") || equal_ignore_case(word, "rfc") || equal_ignore_case(word, "resend");
    if (is_revision || is_kind) return title.substr(0, end + 1);
  }
  return {};
}

}  // namespace

std::vector<CheckFinding> check_subject(std::string_view title, const std::optional<SubjectHabit>& habit) {
  std::vector<CheckFinding> findings;
  const auto warn = [&](std::string text) { findings.push_back({Kind::kWarning, std::move(text)}); };
  if (const auto width = display_width(title); width > kMaxTitle)
    warn(fmt::format("the subject has {} columns: {} are the most that a log shows well", width, kMaxTitle));
  if (const auto word = autosquash_word(title); !word.empty())
    findings.push_back(
        {Kind::kFailure, fmt::format("the subject begins with \"{}\": git rebase -i --autosquash", word)});
  if (is_wip(title))
    warn("the subject calls it work in progress: reword it, or say so of all: prep --set-prefixes RFC");
  if (const auto tag = tag_of_mail(title); !tag.empty())
    findings.push_back(
        {Kind::kFailure, fmt::format("the subject begins with \"{}\", which send writes by itself: take it out",
                                     fit_width(tag, kMaxPart))});
  if (title.ends_with('.') && !title.ends_with("...")) warn("the subject ends with a full stop: leave it out");
  if (habit && !is_revert(title) && !title.starts_with(habit->prefix))
    warn(fmt::format("the subject does not begin with \"{}\", as {} of the last {} commits to {} do", habit->prefix,
                     habit->commits, habit->of, habit->where));
  return findings;
}

}  // namespace lorelei::workflow
