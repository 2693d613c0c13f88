// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/commit_signers.hh"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/text.hh"
#include "git/program.hh"

namespace lorelei::workflow {

namespace {

constexpr std::string_view kResponsible[] = {"Signed-off-by:", "Reviewed-by:", "Acked-by:"};
constexpr std::string_view kPenguinName = "linus torvalds";
constexpr std::string_view kAuthor = "GitAuthor: ";
constexpr auto kFormat = "GitCommit: %H%nGitAuthor: %an <%ae>%nGitSubject: %s%n%b%n";
constexpr std::uint64_t kMaxLog = 256 << 20;

// Without what they are indented by, and without empty ones.
std::vector<std::string_view> lines_of(std::string_view log) {
  std::vector<std::string_view> lines;
  for (auto line : split(log, '\n')) {
    while (!line.empty() && is_space(line.front())) line.remove_prefix(1);
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

bool is_commit(std::string_view line) {
  constexpr std::string_view kCommit = "GitCommit: ";
  if (!line.starts_with(kCommit)) return false;
  line.remove_prefix(kCommit.size());
  return line.size() >= 40 && std::all_of(line.begin(), line.begin() + 40, is_hex);
}

bool is_signature(std::string_view line, const SignatureChoice& choice) {
  if (choice.of_any_kind) {
    const auto lower = to_lower(line);
    const auto tag = lower.find("by:", 1);
    return tag != lower.npos && line.find('@', tag) != line.npos;
  }
  return std::any_of(std::begin(kResponsible), std::end(kResponsible), [&](std::string_view tag) {
    return line.starts_with(tag) && line.find('@', tag.size()) != line.npos;
  });
}

// Behind the last colon that has anything behind it.
std::string value_of(std::string_view line) {
  const auto colon = line.size() > 1 ? line.rfind(':', line.size() - 2) : line.npos;
  if (colon == line.npos) return std::string(line);
  const auto value = line.substr(colon + 1);
  return std::string(value.substr(std::min(value.find_first_not_of(" \t\v\f\r"), value.size() - 1)));
}

// All of them, and those that count.
struct Signatures {
  bool any = false;
  std::vector<std::string> counted;
};
Signatures signatures_in(const std::vector<std::string_view>& lines, const SignatureChoice& choice) {
  Signatures found;
  for (const auto line : lines) {
    if (!is_signature(line, choice)) continue;
    found.any = true;
    if (choice.with_penguins || to_lower(line).find(kPenguinName) == std::string::npos)
      found.counted.push_back(value_of(line));
  }
  return found;
}

struct LineCounts {
  std::uint64_t added = 0, removed = 0;
};
// "ADDED<TAB>REMOVED<TAB>PATH"
std::optional<LineCounts> counts_in(std::string_view line, std::string_view path) {
  if (!is_digit(line.front()) || !line.ends_with(path)) return std::nullopt;
  const auto fields = split(line.substr(0, line.size() - path.size()), '\t');
  if (fields.size() != 3 || !fields[2].empty()) return std::nullopt;
  const auto added = parse_uint(fields[0]);
  const auto removed = parse_uint(fields[1]);
  if (!added || !removed) return std::nullopt;
  return LineCounts{*added, *removed};
}

Result<std::string> log_of(const Env& env, const fs::path& tree, std::vector<std::string> arguments,
                           const std::string& subject) {
  RunOptions how;
  how.process = git::git_options();
  how.process.directory = tree;
  how.limit_bytes = kMaxLog;
  how.cancelled = env.cancelled;
  std::vector<std::string> words = {"--literal-pathspecs", "log",           "--no-color",    "--no-decorate",
                                    "--no-show-signature", "--no-ext-diff", "--no-textconv", "--no-notes"};
  words.insert(words.end(), std::make_move_iterator(arguments.begin()), std::make_move_iterator(arguments.end()));
  TRY(const auto done, run_process(git::git_argv("", words), how));
  if (done.status == 0) return done.out;
  return err(Error::Kind::kFailed, "read the history of", subject, git::git_complaint(done.err));
}

}  // namespace

FileHistory read_file_history(std::string_view log, std::string_view path, const SignatureChoice& choice) {
  const auto lines = lines_of(log);
  auto signatures = signatures_in(lines, choice);
  FileHistory history;
  history.has_signatures = signatures.any;
  history.signatures = std::move(signatures.counted);
  std::vector<LineCounts> counts;
  for (const auto line : lines) {
    if (is_commit(line)) ++history.commits;
    if (line.starts_with(kAuthor)) history.authors.push_back({value_of(line)});
    if (const auto count = counts_in(line, path)) counts.push_back(*count);
  }
  history.has_lines = counts.size() == history.authors.size();
  if (history.has_lines) {
    for (std::size_t i = 0; i < counts.size(); ++i) {
      history.authors[i].added = counts[i].added;
      history.authors[i].removed = counts[i].removed;
    }
  }
  // Nobody has signed anything: there its authors keep the tag that they are read by, and no commit is counted.
  if (!history.has_signatures) {
    history.commits = 0;
    for (auto& author : history.authors) author.text.insert(0, kAuthor);
  }
  return history;
}

Result<FileHistory> history_of_file(const Env& env, const fs::path& tree, const std::string& path, std::int64_t since,
                                    const SignatureChoice& choice) {
  TRY(const auto log, log_of(env, tree,
                             {"--follow", fmt::format("--max-age={}", std::max<std::int64_t>(since, 0)), "--numstat",
                              "--no-merges", fmt::format("--format={}", kFormat), "--", path},
                             path));
  return read_file_history(log, path, choice);
}

Result<std::vector<FileHistory>> histories_of_commits(const Env& env, const fs::path& tree,
                                                      const std::vector<std::string>& commits,
                                                      const SignatureChoice& choice) {
  std::vector<FileHistory> all;
  if (commits.empty()) return all;
  std::vector<std::string> arguments = {"--no-walk=unsorted", "--ignore-missing", "--no-patch",
                                        fmt::format("--format=%x00{}", kFormat)};
  arguments.insert(arguments.end(), commits.begin(), commits.end());
  arguments.emplace_back("--");
  TRY(const auto log, log_of(env, tree, std::move(arguments), "the commits that are fixed"));
  for (const auto commit : split(log, '\0'))
    if (!trim(commit).empty()) all.push_back(read_file_history(commit, "", choice));
  return all;
}

}  // namespace lorelei::workflow
