// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/branch_commits.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/process.hh"
#include "base/text.hh"
#include "git/program.hh"
#include "patch/patchwork_hash.hh"
#include "workflow/commit_facts.hh"

namespace lorelei::workflow {

namespace {

using Kind = Error::Kind;
constexpr std::string_view kBegin("\n\0", 2);

// git's own settings could give other diffs than those that are mailed.
std::vector<std::string> log_arguments(const CommitQuery& query) {
  std::vector<std::string> arguments = {"-c",
                                        "core.quotePath=true",
                                        "-c",
                                        "diff.noprefix=false",
                                        "-c",
                                        "diff.mnemonicPrefix=false",
                                        "-c",
                                        "diff.suppressBlankEmpty=false",
                                        "log",
                                        "--patch",
                                        "--diff-merges=off",
                                        "--no-color",
                                        "--no-ext-diff",
                                        "--no-textconv",
                                        "--no-notes",
                                        "--no-show-signature",
                                        "--no-mailmap",
                                        "--no-decorate",
                                        "--encoding=UTF-8",
                                        "--src-prefix=a/",
                                        "--dst-prefix=b/",
                                        "--unified=3",
                                        "--inter-hunk-context=0",
                                        "--find-renames",
                                        "--diff-algorithm=default",
                                        "--submodule=short",
                                        "--no-relative",
                                        "-O/dev/null",
                                        "--fixed-strings",
                                        "--regexp-ignore-case"};
  arguments.push_back(fmt::format("--format={}", CommitLog::format()));
  arguments.push_back(fmt::format("--max-age={}", std::max<std::int64_t>(query.since, 0)));
  for (const auto& address : query.committers) arguments.push_back("--committer=" + address);
  arguments.insert(arguments.end(), {"--end-of-options", query.branch, "--"});
  return arguments;
}

}  // namespace

// The blank keeps the end of a message from looking like the begin of a commit.
const char* CommitLog::format() { return "%x00%H%x00%P%x00%ce%x00%s%x00%B%x20%x00"; }

void CommitLog::take(std::string_view bytes) {
  pending_ += bytes;
  std::size_t start = 0;
  while (true) {
    const auto next = pending_.find(kBegin, std::max(start, searched_));
    if (next == pending_.npos) break;
    end_commit(std::string_view(pending_).substr(start, next + 1 - start));
    start = searched_ = next + 1;
  }
  pending_.erase(0, start);
  if (pending_.size() > kMaxCommitText) {  // its head is kept, and the byte behind which a commit could begin
    is_cut_ = true;
    pending_.erase(kMaxCommitText / 2, pending_.size() - 1 - kMaxCommitText / 2);
  }
  searched_ = pending_.empty() ? 0 : pending_.size() - 1;
}

void CommitLog::finish() {
  end_commit(pending_);
  pending_.clear();
  searched_ = 0;
}

void CommitLog::end_commit(std::string_view text) {
  const bool is_cut = std::exchange(is_cut_, false);
  if (!text.starts_with('\0')) return;
  std::vector<std::string_view> fields;
  while (fields.size() < 5) {
    text.remove_prefix(1);
    const auto end = text.find('\0');
    if (end == text.npos) return;
    fields.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  BranchCommit commit;
  commit.id = fields[0];
  for (const auto parent : split_words(fields[1])) commit.parents.emplace_back(parent);
  commit.committer = fields[2];
  commit.title = squeeze_spaces(to_utf8_lossy(fields[3]));
  commit.message_ids = message_ids_in(fields[4]);
  if (!is_cut)
    if (const auto hash = patch::patchwork_hash(text)) commit.patchwork_hash = hash->hex();
  visit_(std::move(commit));
}

Result<std::vector<BranchCommit>> commits_by(const Env& env, const CommitQuery& query) {
  TRY(auto git, Process::start(git::git_argv(query.git_directory, log_arguments(query)),
                               {Stream::kNull, Stream::kPipe, Stream::kKeep}, git::git_options()));
  std::vector<BranchCommit> commits;
  CommitLog log([&](BranchCommit commit) {
    const bool is_wanted = std::any_of(query.committers.begin(), query.committers.end(), [&](const auto& address) {
      return equal_ignore_case(address, commit.committer);
    });
    if (is_wanted) commits.push_back(std::move(commit));
  });
  while (true) {
    if (env.stop_requested()) return err(Kind::kCancelled, "read the branch", query.branch, "you stopped it");
    TRY(const auto bytes, git.read_some());
    if (bytes.empty()) break;
    log.take(bytes);
  }
  TRY(const int status, git.wait());
  if (status != 0)
    return err(Kind::kNotFound, "read the branch", query.branch, git::git_complaint(git.complaint()), "-b BRANCH");
  log.finish();
  return commits;
}

std::size_t FoundSeries::count() const {
  return static_cast<std::size_t>(
      std::count_if(patches.begin(), patches.end(), [](const FoundPatch& one) { return !one.commit.empty(); }));
}

std::size_t FoundSeries::exact() const {
  return static_cast<std::size_t>(std::count_if(patches.begin(), patches.end(), [](const FoundPatch& one) {
    return one.by == FoundPatch::By::kRecord || one.by == FoundPatch::By::kHash;
  }));
}

CommitIndex::CommitIndex(std::vector<BranchCommit> newest_first, const std::set<std::string>& left_out)
    : commits_(std::move(newest_first)) {
  for (std::size_t at = 0; at < commits_.size(); ++at) {
    const auto& commit = commits_[at];
    if (left_out.contains(commit.id)) continue;
    by_id_.emplace(commit.id, at);
    for (std::size_t parent = 1; parent < commit.parents.size(); ++parent)
      by_merged_.emplace(commit.parents[parent], at);
    if (commit.parents.size() > 1) continue;
    if (!commit.patchwork_hash.empty()) by_hash_.emplace(commit.patchwork_hash, at);
    for (const auto& id : commit.message_ids) by_message_id_.emplace(id, at);
    if (!commit.title.empty()) by_title_.emplace(commit.title, at);
  }
}

FoundSeries CommitIndex::find(const SeriesRecord& record) const {
  FoundSeries found;
  if (record.is_pull()) {
    found.patches.resize(1);
    if (const auto merge = by_merged_.find(record.pull_tip); merge != by_merged_.end())
      found.patches[0] = {FoundPatch::By::kRecord, commits_[merge->second].id};
    return found;
  }
  found.patches.resize(record.patches.size());
  std::vector<bool> is_taken(commits_.size());
  const auto look = [&](FoundPatch::By by, const Numbers& numbers, const auto& key_of) {
    for (std::size_t i = 0; i < record.patches.size(); ++i) {
      const auto key = key_of(record.patches[i]);
      if (!found.patches[i].commit.empty() || key.empty()) continue;
      const auto [first, last] = numbers.equal_range(key);
      const auto free = std::find_if(first, last, [&](const auto& one) { return !is_taken[one.second]; });
      if (free == last) continue;
      is_taken[free->second] = true;
      found.patches[i] = {by, commits_[free->second].id};
    }
  };
  look(FoundPatch::By::kRecord, by_id_, [](const RecordedPatch& one) { return one.commit; });
  look(FoundPatch::By::kHash, by_hash_, [](const RecordedPatch& one) { return one.patchwork_hash; });
  look(FoundPatch::By::kMail, by_message_id_, [](const RecordedPatch& one) { return one.message_id; });
  look(FoundPatch::By::kTitle, by_title_, [](const RecordedPatch& one) { return squeeze_spaces(one.title); });
  return found;
}

}  // namespace lorelei::workflow
