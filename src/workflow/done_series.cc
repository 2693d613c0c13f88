// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/done_series.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hh"
#include "git/branch_use.hh"
#include "git/commit_text.hh"
#include "git/program.hh"
#include "git/rewrite.hh"

namespace lorelei::workflow {

using Kind = Error::Kind;

namespace {

constexpr std::string_view kHeads = "refs/heads/", kTags = "refs/tags/";

struct Ref {
  git::ObjectId object;
  std::int64_t date = 0;  // of an annotated tag
};
using Refs = std::map<std::string, Ref, std::less<>>;

// Branches and tags of what was sent.
Result<Refs> read_refs(const git::WorkTree& tree) {
  TRY(const auto text, git::run_git(tree.common_directory(),
                                    {"for-each-ref", "--format=%(refname)%00%(objectname)%00%(taggerdate:unix)",
                                     "refs/heads", "refs/tags/sent"},
                                    "list the branches of", tree.directory()));
  Refs refs;
  for (const auto line : split(text, '\n')) {
    const auto fields = split(line, '\0');
    const auto object = fields.size() == 3 ? git::ObjectId::parse(fields[1]) : std::nullopt;
    if (object) refs[std::string(fields[0])] = {*object, parse_int(fields[2]).value_or(0)};
  }
  return refs;
}

// "3" of "refs/tags/sent/NAME-v3"; nothing for another tag.
std::optional<int> revision_in(std::string_view ref, const std::string& name) {
  const auto prefix = fmt::format("{}sent/{}-v", kTags, name);
  const auto number = ref.starts_with(prefix) ? parse_uint(ref.substr(prefix.size())) : std::nullopt;
  return number && *number > 0 && *number <= 9999 ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

Result<DoneSeries> read_series(const Env& env, const git::WorkTree& tree, const Refs& refs, const std::string& name) {
  TRY(auto branch, PrepBranch::open(env, tree, name));
  DoneSeries series{.branch = std::move(branch), .sent = {}, .use = {}};
  series.use = git::use_of_branch(tree.common_directory(), name);
  const bool is_ours = name.starts_with("b4/");
  const auto short_name = is_ours ? name.substr(3) : name;
  // Two branches that differ in "b4/" alone: nobody knows whose the tags of that name are.
  const bool is_alone = !refs.contains(std::string(kHeads) + (is_ours ? short_name : "b4/" + name));
  for (const auto& [ref, facts] : refs) {
    auto revision = revision_in(ref, series.branch.cover.tracking.change_id);
    if (!revision && is_alone) revision = revision_in(ref, short_name);
    if (!revision || series.sent.contains(*revision)) continue;
    TRY(auto tag, sent_tag_named(tree, ref.substr(kTags.size())));
    if (tag) series.sent[*revision] = {*std::move(tag), facts.object, facts.date};
  }
  return series;
}

// The change-id of the first cover letter below a commit, on the line of first parents. seen: of commits that were
// looked at for other branches.
Result<std::string> change_id_below(const git::Objects& objects, git::ObjectId at,
                                    std::map<git::ObjectId, std::string>& seen) {
  std::vector<git::ObjectId> line;
  std::string id;
  for (std::size_t depth = 0; depth <= git::kMaxRewritten; ++depth) {
    if (const auto known = seen.find(at); known != seen.end()) {
      id = known->second;
      break;
    }
    line.push_back(at);
    const auto commit = git::read_commit(objects, at);
    if (!commit && commit.error().kind == Kind::kNotFound && line.size() > 1) break;  // a shallow clone ends here
    if (!commit) return tl::unexpected(commit.error());
    if (const auto cover = read_cover_message(commit->message)) {
      id = cover->tracking.change_id;
      break;
    }
    if (commit->parents.empty()) break;
    at = commit->parents.front();
  }
  for (const auto& one : line) seen[one] = id;
  return id;
}

bool is_prepared(const git::Config& config, std::string_view branch) {
  return branch.starts_with("b4/") || std::any_of(config.entries().begin(), config.entries().end(), [&](const auto& e) {
           return e.section == "branch" && e.subsection == branch &&
                  (e.name == "b4-prep-cover-strategy" || e.name == "b4-tracking");
         });
}

}  // namespace

int DoneSeries::last_revision() const {
  const auto& history = branch.cover.tracking.history;
  return std::max(sent.empty() ? 0 : sent.rbegin()->first, history.empty() ? 0 : history.rbegin()->first);
}

std::int64_t DoneSeries::last_sent() const { return sent.empty() ? 0 : sent.rbegin()->second.sent; }

Result<std::vector<DoneSeries>> sent_series(const Env& env, const Told& told) {
  TRY(const auto tree, git::WorkTree::here(env));
  TRY(const auto refs, read_refs(tree));
  std::vector<DoneSeries> all;
  for (const auto& [ref, facts] : refs) {
    if (!ref.starts_with(kHeads)) continue;
    const auto name = ref.substr(kHeads.size());
    if (!is_prepared(tree.config(), name)) continue;
    auto series = read_series(env, tree, refs, name);
    if (!series && series.error().kind != Kind::kNotFound) told("WARNING: " + to_text(series.error()));
    if (series && series->last_revision() > 0) all.push_back(*std::move(series));
  }
  return all;
}

Result<DoneSeries> series_of_branch(const Env& env, const std::string& name) {
  TRY(const auto tree, git::WorkTree::here(env));
  TRY(const auto refs, read_refs(tree));
  const bool is_short =
      !refs.contains(std::string(kHeads) + name) && refs.contains(fmt::format("{}b4/{}", kHeads, name));
  return read_series(env, tree, refs, is_short ? "b4/" + name : name);
}

Result<std::vector<std::string>> branches_beside(const DoneSeries& series) {
  const auto& tree = series.branch.tree;
  const auto& wanted = series.branch.cover.tracking.change_id;
  TRY(const auto refs, read_refs(tree));
  std::map<git::ObjectId, std::string> seen;
  std::vector<std::string> names;
  for (const auto& [ref, facts] : refs) {
    if (!ref.starts_with(kHeads) || ref == series.branch.ref()) continue;
    const auto name = ref.substr(kHeads.size());
    const auto* described = tree.config().find("branch." + name + ".b4-tracking");
    const auto tracking = described ? read_tracking(described->value.value_or("")) : std::nullopt;
    if (tracking) {
      if (tracking->change_id == wanted) names.push_back(name);
      continue;
    }
    TRY(const auto id, change_id_below(tree.objects(), facts.object, seen));
    if (id == wanted) names.push_back(name);
  }
  return names;
}

}  // namespace lorelei::workflow
