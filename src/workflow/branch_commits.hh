// SPDX-License-Identifier: GPL-3.0-or-later
// The commits of a branch that somebody has made lately, and which of them are the patches of a series.
//
// The one idea: one `git log -p` says all of it; nothing else is asked. A patch is found
//
//   by what was recorded    the commit that it became, if it is still on the branch
//   by its change           the hash of Patchwork, patch/patchwork_hash.hh
//   by its mail             a Link or Message-ID in the commit's message
//   by its title            where the change is another one by now
//
// in this order for all patches, so that no title takes the commit that is another patch; a commit is one patch only.
// A pull request is found by a merge of its tip.
//
// Foreign bytes: what git says is cut at lines that begin with NUL, which no line of a message or of a diff does.
// Linear; a commit of more than kMaxCommitText has no hash.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hh"
#include "base/files.hh"
#include "workflow/series_record.hh"

namespace lorelei::workflow {

inline constexpr std::size_t kMaxCommitText = 64 << 20;  // the largest patch that a list takes has a tenth of that

struct BranchCommit {
  std::string id;
  std::vector<std::string> parents;
  std::string committer;                 // the address
  std::string title;                     // on one line
  std::vector<std::string> message_ids;  // of mails that its message names
  std::string patchwork_hash;            // empty: there is no diff
};

// Takes the output of git apart as it comes.
class CommitLog {
 public:
  using Visit = std::function<void(BranchCommit)>;
  static const char* format();  // for --format
  explicit CommitLog(Visit visit) : visit_(std::move(visit)) {}
  void take(std::string_view bytes);
  void finish();

 private:
  void end_commit(std::string_view text);
  Visit visit_;
  std::string pending_;
  std::size_t searched_ = 0;  // bytes of pending_ in which no commit begins
  bool is_cut_ = false;
};

struct CommitQuery {
  fs::path git_directory;
  std::string branch;
  std::int64_t since = 0;               // seconds since 1970
  std::vector<std::string> committers;  // addresses
};
// The newest first. Errors: kNotFound, there is no such branch; those of git.
Result<std::vector<BranchCommit>> commits_by(const Env&, const CommitQuery&);

struct FoundPatch {
  enum class By { kNothing, kRecord, kHash, kMail, kTitle } by = By::kNothing;
  std::string commit;
};
struct FoundSeries {
  std::vector<FoundPatch> patches;  // as in the record; of a pull request one: the merge
  std::size_t count() const;        // of those that were found
  std::size_t exact() const;        // of those whose change it is
};

class CommitIndex {
 public:
  // left_out: commits that are known to be something else.
  explicit CommitIndex(std::vector<BranchCommit> newest_first, const std::set<std::string>& left_out = {});
  FoundSeries find(const SeriesRecord&) const;

 private:
  using Numbers = std::multimap<std::string, std::size_t, std::less<>>;
  std::vector<BranchCommit> commits_;
  Numbers by_id_, by_hash_, by_message_id_, by_title_, by_merged_;
};

}  // namespace lorelei::workflow
