// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/series_in_branch.hh"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <unordered_map>

#include "base/text.hh"
#include "git/commit_walk.hh"
#include "patch/apply_to_tree.hh"
#include "patch/diff.hh"
#include "workflow/commit_facts.hh"

namespace lorelei::workflow {

namespace {

using Kind = Error::Kind;
constexpr std::size_t kOldInARow = 100;

struct Candidate {
  enum class By { kMail, kTitle, kDate } by = By::kDate;
  git::ObjectId commit;
};

// Nothing: it can't be read as one.
using ReadPatch = std::function<Result<std::optional<AmPatch>>(const PatchState&)>;

// A patch that is looked for.
struct Sought {
  PatchState* patch;
  std::size_t series;  // the number of its list
  std::vector<Candidate> found = {};
};

// Nothing: the mail is not there any more, or no patch that git would take.
Result<std::optional<AmPatch>> patch_of(MailFinder& finder, const PatchState& patch) {
  TRY(const auto mail, finder.by_id(MailFinder::Where::kHere, patch.message_id));
  if (!mail) return std::nullopt;
  auto read = read_am_patch(*mail, nullptr, mail->sent);
  return read ? std::optional(*std::move(read)) : std::nullopt;
}

Result<git::ObjectId> tree_of(const git::Objects& objects, const git::ObjectId& commit) {
  TRY(const auto object, objects.read(commit, git::ObjectType::kCommit));
  const auto fields = git::scan_commit(object.bytes());
  if (!fields) return err(Kind::kCorrupt, "read the commit", commit.hex(), "its header makes no sense");
  return fields->tree;
}

class Search {
 public:
  Search(const Env& env, const git::Objects& objects, const ReadPatch& patch_of)
      : env_(env), objects_(objects), patch_of_(patch_of) {}

  // active: when something was last heard of it; a mail may claim any date.
  void want(std::vector<PatchState>& series, std::int64_t active) {
    for (auto& patch : series) {
      const auto at = sought_.size();
      sought_.push_back({&patch, series_count_});
      by_title_.emplace(squeeze_spaces(patch.title), at);
      by_date_.emplace(patch.sent, at);
      by_id_.emplace(patch.message_id, at);
      since_ = std::min(since_, std::max(patch.sent, active - kOldest) - kLead);
    }
    ++series_count_;
  }

  Result<void> walk(const git::ObjectId& tip) {
    git::CommitWalk walk(objects_);
    TRY_VOID(walk.add(tip));
    // Some clocks were wrong: one old commit does not end it.
    for (std::size_t old_in_a_row = 0; old_in_a_row < kOldInARow && walk.seen() <= kMaxWalked;) {
      if (env_.stop_requested()) return stopped();
      TRY(const auto commit, walk.next());
      if (!commit) return {};
      old_in_a_row = commit->fields.committer_time < since_ ? old_in_a_row + 1 : 0;
      if (commit->fields.parents == 1) look_at(*commit);
    }
    return {};
  }

  Result<void> settle() {
    std::vector<std::set<git::ObjectId>> taken(series_count_);
    std::vector<std::optional<AmPatch>> patches(sought_.size());
    for (std::size_t i = 0; i < sought_.size(); ++i) {
      auto& one = sought_[i];
      if (one.found.empty()) continue;
      if (env_.stop_requested()) return stopped();
      TRY(patches[i], patch_of_(*one.patch));
      if (patches[i]) TRY_VOID(settle_same(one, *patches[i], taken[one.series]));
    }
    for (std::size_t i = 0; i < sought_.size(); ++i)
      if (patches[i] && sought_[i].patch->commit.empty())
        TRY_VOID(settle_changed(sought_[i], *patches[i], taken[sought_[i].series]));
    return {};
  }

 private:
  using Numbers = std::unordered_multimap<std::string, std::size_t>;

  void add(std::size_t at, Candidate::By by, const git::ObjectId& commit) {
    auto& found = sought_[at].found;
    if (found.size() < kMaxCandidates && (found.empty() || found.back().commit != commit))
      found.push_back({by, commit});
  }

  void look_at(const git::CommitWalk::Commit& commit) {
    const auto message = git::message_of_commit(commit.bytes());
    if (message.find('@') != message.npos && message.find("://") != message.npos)
      for (const auto& id : message_ids_in(message)) add_all(by_id_, id, Candidate::By::kMail, commit.id);
    add_all(by_title_, git::title_of_commit(commit.bytes()), Candidate::By::kTitle, commit.id);
    const auto [first, last] = by_date_.equal_range(commit.fields.author_time);
    for (auto it = first; it != last; ++it) add(it->second, Candidate::By::kDate, commit.id);
  }
  void add_all(const Numbers& numbers, const std::string& key, Candidate::By by, const git::ObjectId& commit) {
    const auto [first, last] = numbers.equal_range(key);
    for (auto it = first; it != last; ++it) add(it->second, by, commit);
  }

  Result<bool> makes(const patch::Diff& diff, const git::ObjectId& commit) {
    TRY(const auto object, objects_.read(commit, git::ObjectType::kCommit));
    const auto fields = git::scan_commit(object.bytes());
    if (!fields || !fields->first_parent || !objects_.has(*fields->first_parent)) return false;
    TRY(const auto before, tree_of(objects_, *fields->first_parent));
    git::NewObjects made(objects_);
    const auto change = patch::apply_to_tree(diff, made, before, patch::ThreeWay::kNo);
    return change && change->tree == fields->tree;
  }

  Result<void> settle_same(Sought& one, const AmPatch& patch, std::set<git::ObjectId>& taken) {
    const auto diff = patch::parse_diff(patch.notes);
    if (!diff || diff->files.empty()) return {};
    for (const auto& candidate : one.found) {
      if (taken.contains(candidate.commit)) continue;
      TRY(const bool is_same, makes(*diff, candidate.commit));
      if (!is_same) continue;
      taken.insert(candidate.commit);
      one.patch->commit = candidate.commit.hex();
      return {};
    }
    return {};
  }

  Result<void> settle_changed(Sought& one, const AmPatch& patch, std::set<git::ObjectId>& taken) {
    for (const auto& candidate : one.found) {
      if (taken.contains(candidate.commit) || candidate.by == Candidate::By::kDate) continue;
      if (candidate.by == Candidate::By::kTitle) {
        TRY(const auto object, objects_.read(candidate.commit, git::ObjectType::kCommit));
        if (!is_author(patch, object.bytes())) continue;
      }
      taken.insert(candidate.commit);
      one.patch->commit = candidate.commit.hex();
      one.patch->is_changed = true;
      return {};
    }
    return {};
  }

  static bool is_author(const AmPatch& patch, std::string_view commit) {
    const auto start = commit.find("\nauthor ");
    if (start == commit.npos) return false;
    const auto line = commit.substr(start + 8, commit.find('\n', start + 8) - start - 8);
    const auto open = line.find('<'), close = line.rfind('>');
    if (open == line.npos || close == line.npos || close < open) return false;
    return equal_ignore_case(line.substr(open + 1, close - open - 1), patch.email) ||
           (!patch.author.empty() && equal_ignore_case(trim(line.substr(0, open)), patch.author));
  }

  static tl::unexpected<Error> stopped() {
    return err(Kind::kCancelled, "look for the patches in", "the branch", "you stopped it");
  }

  const Env& env_;
  const git::Objects& objects_;
  const ReadPatch& patch_of_;
  std::vector<Sought> sought_;
  std::size_t series_count_ = 0;
  std::int64_t since_ = INT64_MAX;
  Numbers by_title_, by_id_;
  std::unordered_multimap<std::int64_t, std::size_t> by_date_;
};

}  // namespace

Result<void> find_in_branch(const SeriesBranch& branch, const std::vector<ListedSeries*>& all) {
  const ReadPatch read = [&](const PatchState& patch) { return patch_of(branch.finder, patch); };
  Search search(branch.env, branch.objects, read);
  for (auto* series : all) search.want(series->patches, series->active);
  TRY_VOID(search.walk(branch.tip));
  return search.settle();
}

Result<std::vector<bool>> are_in_branch(const Env& env, const git::Objects& objects, const git::ObjectId& tip,
                                        const std::vector<const AmEntry*>& entries) {
  std::vector<PatchState> patches;
  for (const auto* entry : entries) {
    PatchState patch;
    patch.number = static_cast<int>(patches.size());
    patch.message_id = entry->mail->message_id;
    patch.title = entry->patch.title;
    patch.sent = entry->mail->sent;
    patches.push_back(std::move(patch));
  }
  const ReadPatch read = [&](const PatchState& patch) -> Result<std::optional<AmPatch>> {
    return entries[static_cast<std::size_t>(patch.number)]->patch;
  };
  Search search(env, objects, read);
  search.want(patches, env.now());
  TRY_VOID(search.walk(tip));
  TRY_VOID(search.settle());
  std::vector<bool> are;
  for (const auto& patch : patches) are.push_back(!patch.commit.empty() && !patch.is_changed);
  return are;
}

Result<void> try_on_branch(const SeriesBranch& branch, const SeriesBranch* sought_in, ListedSeries& series) {
  if (series.is_in_branch()) return {};
  series.applies = false;
  if (!series.missing.empty()) {
    series.why_not = fmt::format("patch {} of {} is missing", series.missing.front(), series.total);
    return {};
  }
  TRY(auto tree, tree_of(branch.objects, branch.tip));
  git::NewObjects made(branch.objects);
  const bool is_sought_here = sought_in && sought_in->tip == branch.tip;
  for (const auto& patch : series.patches) {
    if (is_sought_here && !patch.commit.empty() && !patch.is_changed) continue;
    if (branch.env.stop_requested()) return err(Kind::kCancelled, "try the series", series.title, "you stopped it");
    const auto failed = [&](const std::string& why) {
      series.why_not = fmt::format("patch {} of {}, \"{}\": {}", patch.number, series.total, patch.title, why);
      return Result<void>();
    };
    TRY(const auto read, patch_of(branch.finder, patch));
    if (!read) return failed("its mail can't be read as a patch");
    const auto diff = patch::parse_diff(read->notes);
    if (!diff) return failed(diff.error().why);
    if (diff->files.empty()) return failed("there is no diff in it");
    const auto change = patch::apply_to_tree(*diff, made, tree, patch::ThreeWay::kNo);
    if (!change && change.error().kind == Kind::kFailed) return tl::unexpected(change.error());
    if (!change) return failed(change.error().subject + ": " + change.error().why);
    tree = change->tree;
  }
  series.applies = true;
  return {};
}

}  // namespace lorelei::workflow
