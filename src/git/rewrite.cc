// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/rewrite.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hh"
#include "git/commit_text.hh"
#include "git/commit_walk.hh"

namespace lorelei::git {

using Kind = Error::Kind;

namespace {

constexpr const char* kDoing = "rewrite the commit";

std::string called(const ObjectId& id, const CommitText& commit) {
  return fmt::format("{} \"{}\"", id.hex().substr(0, 12), title_of_commit(commit.bytes()));
}

}  // namespace

Result<std::vector<ObjectId>> line_of_commits(const Objects& objects, const ObjectId& base, const ObjectId& tip) {
  std::vector<ObjectId> commits;
  for (auto at = tip; at != base;) {
    TRY(const auto commit, read_commit(objects, at));
    if (commit.parents.size() > 1)
      return err(Kind::kRefused, "take the series from", called(at, commit), "it is a merge",
                 "git rebase, so that the series is a line of commits");
    if (commit.parents.empty() || commits.size() == kMaxRewritten)
      return err(Kind::kNotFound, "take the series from", base.hex(),
                 commit.parents.empty() ? "it is not below the branch"
                                        : fmt::format("it is more than {} commits below the branch", kMaxRewritten));
    commits.push_back(at);
    at = commit.parents.front();
  }
  std::reverse(commits.begin(), commits.end());
  return commits;
}

Result<Rewritten> rewrite(NewObjects& objects, const std::vector<ObjectId>& commits, const Rewrite& wishes) {
  Rewritten done;
  auto moved = wishes.parents;
  for (const auto& id : commits) {
    TRY(auto commit, read_commit(objects, id));
    const auto message = wishes.messages.find(id);
    const bool has_message = message != wishes.messages.end() && message->second != commit.message;
    const bool has_parent = std::any_of(commit.parents.begin(), commit.parents.end(),
                                        [&](const ObjectId& parent) { return moved.contains(parent); });
    done.tip = id;
    if (!has_message && !has_parent && !wishes.remade.contains(id)) continue;
    if (commit.parents.size() > 1) return err(Kind::kRefused, kDoing, called(id, commit), "it is a merge");
    const auto by = address_in_ident(commit.committer);
    if (!wishes.own_address.empty() && !equal_ignore_case(by, wishes.own_address))
      return err(Kind::kRefused, kDoing, called(id, commit),
                 fmt::format("it was committed by {}, not by {}", printable(commit.committer.substr(0, 200)),
                             wishes.own_address),
                 "lorelei prep --claim, if that is you");
    for (auto& parent : commit.parents)
      if (const auto now = moved.find(parent); now != moved.end()) parent = now->second;
    if (has_message) commit.message = message->second;
    commit.committer = wishes.committer;
    TRY(auto bytes, signed_bytes(commit, wishes.sign));
    done.lost_signatures |= commit.is_signed && !wishes.sign;
    done.tip = moved[id] = objects.add(ObjectType::kCommit, std::move(bytes));
    done.commits.emplace_back(id, done.tip);
  }
  return done;
}

}  // namespace lorelei::git
