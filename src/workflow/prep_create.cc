// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/prep_create.hh"

#include <fmt/core.h>

#include "base/random.hh"
#include "base/text.hh"
#include "git/commit_text.hh"
#include "git/program.hh"
#include "workflow/apply_series.hh"
#include "workflow/branch_rewrite.hh"

namespace lorelei::workflow {

using Kind = Error::Kind;

namespace {

std::string new_text(const std::string& name, const std::string& me) {
  return fmt::format(
      "EDITME: title of the series {}\n"
      "\n"
      "# Lines that begin with # are for you and do not go out.\n"
      "\n"
      "EDITME: what these patches do together and why they are wanted: what is\n"
      "wrong today, how you found it, what you measured, where it was discussed.\n"
      "If there is only one patch, this goes below its --- line.\n"
      "\n"
      "# Who gets the series: lines \"To: NAME <ADDRESS>\" and \"Cc: ...\" below, by\n"
      "# hand or by lorelei prep --auto-to-cc.\n"
      "\n"
      "Signed-off-by: {}\n",
      name, me);
}

// "origin/master"; "" if there is none.
std::string upstream_of(const git::Config& config, const std::string& branch) {
  const auto value = [&](const char* name) {
    const auto* entry = config.find("branch." + branch + "." + name);
    return entry ? entry->value.value_or("") : std::string();
  };
  auto merge = value("merge");
  const auto remote = value("remote");
  if (!merge.starts_with("refs/heads/") || remote.empty()) return "";
  merge.erase(0, 11);
  return remote == "." ? merge : remote + "/" + merge;
}

// The branch that a revision names, for the tracking: "master", "origin/master"; "" if it names none.
Result<std::string> branch_named(const git::WorkTree& tree, const std::string& revision) {
  for (const char* prefix : {"refs/heads/", "refs/remotes/"}) {
    TRY(const auto found, tree.ref(prefix + revision));
    if (found) return revision;
  }
  return std::string();
}

// An empty commit with the cover letter.
Result<git::ObjectId> add_cover_commit(const Env& env, git::NewObjects& objects, const git::WorkTree& tree,
                                       const git::ObjectId& parent, const SeriesCover& cover) {
  git::CommitText commit;
  TRY(const auto below, git::read_commit(objects, parent));
  commit.tree = below.tree;
  commit.parents = {parent};
  TRY(commit.committer, committer_line(env, tree.config()));
  commit.author = commit.committer;
  commit.message = cover_message(cover);
  TRY(const auto sign, git::commit_signer(env, tree.config(), tree.directory(), commit.committer));
  TRY(auto bytes, git::signed_bytes(commit, sign));
  return objects.add(git::ObjectType::kCommit, std::move(bytes));
}

Result<SeriesCover> new_cover(const Env& env, const git::WorkTree& tree, const std::string& name) {
  TRY(const auto me, committer_line(env, tree.config()));
  TRY(const auto random, random_bytes(6));
  SeriesCover cover;
  cover.text = new_text(name, fmt::format("{} <{}>", git::name_in_ident(me), git::address_in_ident(me)));
  cover.tracking.change_id = new_change_id(slug_for(name), env.now(), random);
  return cover;
}

Result<void> set_config(const git::WorkTree& tree, const std::string& key, const std::string& value) {
  TRY_VOID(git::run_git(tree.common_directory(), {"config", key, value}, "write the configuration of", key));
  return {};
}

Result<void> keep_as_description(const git::WorkTree& tree, const std::string& branch, const SeriesCover& cover) {
  const auto key = "branch." + branch + ".";
  TRY_VOID(set_config(tree, key + "description", cover.text));
  return set_config(tree, key + "b4-tracking", tracking_json(cover.tracking, TrackingForm::kOneLine));
}

// What was written for a branch that is not there after all; what else its section has is the user's.
void forget_config(const git::WorkTree& tree, const std::string& branch) {
  for (const char* name : {"b4-prep-cover-strategy", "description", "b4-tracking"})
    static_cast<void>(git::run_git(tree.common_directory(), {"config", "--unset-all", "branch." + branch + "." + name},
                                   "forget the configuration of", branch));
}

// The same commits, signed where they are to be.
Result<git::ObjectId> signed_tip(const Env& env, git::NewObjects& objects, const git::WorkTree& tree,
                                 const AppliedSeries& applied) {
  TRY(auto wishes, rewrite_as_me(env, tree));
  if (!wishes.sign) return applied.tip;
  wishes.own_address.clear();
  std::vector<git::ObjectId> commits;
  for (const auto& one : applied.patches)
    if (!one.was_there) commits.push_back(one.commit);
  if (commits.empty()) return applied.tip;
  wishes.remade.insert(commits.begin(), commits.end());
  TRY(const auto rewritten, git::rewrite(objects, commits, wishes));
  return rewritten.tip;
}

// The patches as commits on `below`; what it has already is left out.
Result<git::ObjectId> apply_mails(const Env& env, git::NewObjects& objects, const git::WorkTree& tree,
                                  const git::ObjectId& below, const SeriesStart& start,
                                  const std::function<void(const std::string&)>& say) {
  TRY(const auto committer, committer_line(env, tree.config()));
  TRY(const auto applied, apply_series(start.mails, below, objects, committer, patch::ThreeWay::kIfNeeded));
  for (const auto& one : applied.patches) {
    const char* note = one.was_there ? " (is there already, left out)" : one.is_merged ? " (merged three-way)" : "";
    say("Applying: " + printable(one.title) + note);
  }
  if (!applied.failure) return signed_tip(env, objects, tree, applied);
  auto error = *applied.failure;
  error.kind = Kind::kConflict;
  error.doing = "apply the patches of";
  error.subject = start.branch;
  error.why = fmt::format("patch {} of {}: {}; on {}; nothing was changed", applied.patches.size() + 1,
                          start.mails.size(), error.why, start.fork.hex().substr(0, 12));
  error.next = "-f COMMIT, where they apply";
  return tl::unexpected(std::move(error));
}

// All of it, but no ref.
Result<git::ObjectId> make_commits(const Env& env, git::NewObjects& objects, const git::WorkTree& tree,
                                   CoverStrategy strategy, const SeriesStart& start,
                                   const std::function<void(const std::string&)>& say) {
  auto tip = start.fork;
  if (strategy == CoverStrategy::kCommit) {
    TRY(tip, add_cover_commit(env, objects, tree, tip, start.cover));
  }
  if (!start.mails.empty()) {
    TRY(tip, apply_mails(env, objects, tree, tip, start, say));
  }
  if (strategy == CoverStrategy::kTipCommit) {
    TRY(tip, add_cover_commit(env, objects, tree, tip, start.cover));
  }
  return tip;
}

}  // namespace

Result<PrepBranch> start_series(const Env& env, git::WorkTree tree, SeriesStart start,
                                const std::function<void(const std::string&)>& say) {
  const auto& name = start.branch;
  const auto again = read_cover_message(cover_message(start.cover));
  if (!again || again->text != trim(start.cover.text))
    return err(Kind::kTooLarge, "keep the cover letter of", name,
               "it could not be read again: it is too large, or its tracking makes no sense");
  TRY(const auto strategy, strategy_for(tree.config(), name));
  git::NewObjects objects(tree.objects());
  TRY(const auto tip, make_commits(env, objects, tree, strategy, start, say));
  if (start.mails.empty())
    TRY_VOID(objects.write_loose(tree.common_directory()));
  else
    TRY_VOID(objects.write_pack(tree.common_directory() / "objects"));
  TRY(const auto head, tree.head());
  if (head) {
    TRY(const auto paths, tree.differing_paths(*head, tip));
    TRY_VOID(tree.check_way(*head, tip, paths));
  }
  // Before the branch: a kill leaves a section that the next try writes anew, and never a branch without its series.
  TRY_VOID(set_config(tree, "branch." + name + ".b4-prep-cover-strategy", std::string(name_of(strategy))));
  if (strategy == CoverStrategy::kDescription) TRY_VOID(keep_as_description(tree, name, start.cover));
  const auto made =
      git::run_git("", {"-C", tree.directory(), "checkout", "--quiet", "--no-track", "-b", name, tip.hex()},
                   "make and check out the branch", name);
  if (!made) {
    forget_config(tree, name);
    return tl::unexpected(made.error());
  }
  TRY(auto reread, git::WorkTree::here(env));  // with the configuration as it is now
  return PrepBranch::open(env, std::move(reread), name);
}

Result<PrepBranch> begin_series(const Env& env, git::WorkTree tree, const NewSeries& wanted) {
  const auto slug = slug_for(wanted.name);
  if (slug.empty())
    return err(Kind::kUsage, "begin a series of the name", wanted.name, "it has no letter", "lorelei prep -n NAME");
  const auto name = "b4/" + slug;
  TRY(const auto taken, tree.ref("refs/heads/" + name));
  if (taken) return err(Kind::kConflict, "begin the series", name, "there is such a branch", "another NAME");
  const auto from = wanted.fork_point.empty() ? std::string("HEAD") : wanted.fork_point;
  TRY(const auto fork, tree.resolve(from));
  if (!fork) return err(Kind::kNotFound, "begin a series at", from, "there is no such commit", "-f COMMIT");

  TRY(auto cover, new_cover(env, tree, wanted.name));
  TRY(cover.tracking.base_branch, branch_named(tree, from));
  const auto current = tree.branch();
  const auto below = PrepBranch::open(env, tree, "");
  // On top of a series that is being prepared, this one needs that one; elsewhere it has the same base.
  if (below && wanted.fork_point.empty())
    cover.tracking.prerequisites.push_back(
        fmt::format("change-id: {}:v{}", below->cover.tracking.change_id, below->cover.tracking.revision));
  if (below && !wanted.fork_point.empty() && cover.tracking.base_branch.empty())
    cover.tracking.base_branch = below->cover.tracking.base_branch;
  if (cover.tracking.base_branch.empty() && current.starts_with("refs/heads/"))
    cover.tracking.base_branch = current.substr(11);
  return start_series(env, std::move(tree), {name, *fork, std::move(cover)}, [](const std::string&) {});
}

Result<PrepBranch> enroll_branch(const Env& env, git::WorkTree tree, const std::string& wanted,
                                 const std::function<void(const std::string&)>& say) {
  const auto ref = tree.branch();
  if (!ref.starts_with("refs/heads/"))
    return err(Kind::kNotFound, "make a series of what is in", tree.directory(), "no branch is checked out",
               "git checkout BRANCH");
  const auto name = ref.substr(11);
  if (PrepBranch::open(env, tree, name))
    return err(Kind::kConflict, "make a series of", name, "it is one already", "lorelei prep --show-info");
  TRY(const auto tip, tree.head());
  if (!tip) return err(Kind::kNotFound, "make a series of", name, "it has no commit");
  const auto from = wanted.empty() ? std::string("@{upstream}") : wanted;
  TRY(const auto below, tree.resolve(from));
  if (!below)
    return err(Kind::kNotFound, "make a series of what is above", from,
               wanted.empty() ? "the branch has no upstream" : "there is no such commit", "lorelei prep -e BASE");
  TRY(const auto base, tree.merge_base(*below, *tip));
  if (!base) return err(Kind::kNotFound, "make a series of", name, "it has nothing in common with " + from);
  TRY(const auto commits, git::line_of_commits(tree.objects(), *base, *tip));
  if (commits.empty()) return err(Kind::kUsage, "make a series of", name, "it has no commit above " + from);

  TRY(auto cover, new_cover(env, tree, name.starts_with("b4/") ? name.substr(3) : name));
  TRY(cover.tracking.base_branch, branch_named(tree, wanted.empty() ? upstream_of(tree.config(), name) : from));
  TRY(const auto strategy, strategy_for(tree.config(), name));
  if (strategy != CoverStrategy::kCommit && cover.tracking.base_branch.empty())
    return err(Kind::kUsage, "make a series of what is above", from,
               "with this place for the cover letter it has to be a branch", "lorelei prep -e BRANCH");
  const auto keep_strategy = [&] {
    return set_config(tree, "branch." + name + ".b4-prep-cover-strategy", std::string(name_of(strategy)));
  };
  if (strategy == CoverStrategy::kDescription) {
    TRY_VOID(keep_strategy());
    TRY_VOID(keep_as_description(tree, name, cover));
  } else {
    git::NewObjects objects(tree.objects());
    git::Rewritten rewritten{*tip, {}, false};
    if (strategy == CoverStrategy::kTipCommit) {
      TRY(rewritten.tip, add_cover_commit(env, objects, tree, *tip, cover));
    } else {
      TRY(auto wishes, rewrite_as_me(env, tree));
      TRY(wishes.parents[*base], add_cover_commit(env, objects, tree, *base, cover));
      TRY(rewritten, git::rewrite(objects, commits, wishes));
    }
    TRY_VOID(keep_strategy());
    TRY_VOID(replace_commits(env, tree, ref, *tip, objects, rewritten, "prep: enroll " + name, say));
  }
  TRY(auto again, git::WorkTree::here(env));
  return PrepBranch::open(env, std::move(again), name);
}

Result<std::size_t> claim_series(const Env& env, PrepBranch& branch,
                                 const std::function<void(const std::string&)>& say) {
  TRY(const auto commits, git::line_of_commits(branch.tree.objects(), branch.base, branch.tip));
  TRY(auto wishes, rewrite_as_me(env, branch.tree));
  const auto mine = std::exchange(wishes.own_address, "");
  std::size_t foreign = 0;
  for (const auto& id : commits) {
    TRY(const auto commit, git::read_commit(branch.tree.objects(), id));
    if (equal_ignore_case(git::address_in_ident(commit.committer), mine)) continue;
    ++foreign;
    wishes.remade.insert(id);
  }
  if (foreign == 0) return foreign;
  git::NewObjects objects(branch.tree.objects());
  TRY(const auto rewritten, git::rewrite(objects, commits, wishes));
  TRY_VOID(replace_commits(env, branch.tree, branch.ref(), branch.tip, objects, rewritten, "prep: claim", say));
  return foreign;
}

}  // namespace lorelei::workflow
