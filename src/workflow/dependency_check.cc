// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/dependency_check.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hh"
#include "workflow/apply_series.hh"
#include "workflow/dependency_finder.hh"
#include "workflow/series_in_branch.hh"

namespace lorelei::workflow {

using Kind = Error::Kind;
using Mark = DependencyLine::Mark;

namespace {

constexpr const char* kNobody = "lorelei <lorelei@localhost> 0 +0000";  // the commits are thrown away

std::string count_of(std::size_t number, const char* what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "es");
}

DependencyLine line_for(const FoundDependency& found) {
  const auto line = [&](Mark mark, const std::string& text) {
    return DependencyLine{mark, fmt::format("{}: {}", found.wanted.line(), text)};
  };
  if (!found.is_there()) {
    auto why = found.doubt.empty() ? std::string("it is nowhere to be found") : found.doubt;
    if (found.newest > 0 && found.doubt.empty()) why = fmt::format("only up to v{} is it to be found", found.newest);
    return line(Mark::kBad, why);
  }
  auto text = fmt::format("\"{}\", {}", found.title, count_of(found.mails.size(), "patch"));
  int revision = found.wanted.revision;
  if (found.tag) text += fmt::format(", sent from here ({})", found.tag->name);
  if (found.series) {
    const auto& first = found.series->revision->first();
    text += fmt::format(", by {}, <{}>", first.from_text(), first.message_id);
    const bool is_one_patch = found.wanted.kind == Dependency::Kind::kPatchId;
    if (!is_one_patch) revision = found.series->revision->number;
    if (!is_one_patch && !found.series->is_complete())
      return line(Mark::kBad, fmt::format("{}; {} missing", text, count_of(found.series->missing.size(), "patch")));
  }
  if (revision > 0 && found.newest > revision)
    return line(Mark::kDoubtful, fmt::format("{}; there is v{}", text, found.newest));
  return line(Mark::kGood, text);
}

class Check {
 public:
  Check(const Env& env, const Settings& settings, const PrepBranch& branch, const MailSource& source, const Say& say)
      : env_(env), branch_(branch), finder_(env, settings, branch.tree, source, say) {}

  Result<DependencyReport> run() && {
    const auto all = dependencies_in(branch_.cover.tracking.prerequisites);
    if (all.empty())
      return err(Kind::kUsage, "check what is needed first by", branch_.name, "its tracking names nothing",
                 "lorelei prep --edit-deps");
    TRY_VOID(check_base(all));
    for (const auto& one : all)
      if (one.kind != Dependency::Kind::kBaseCommit) TRY_VOID(check_one(one));
    if (report_.passes()) TRY_VOID(check_all_apply());
    return std::move(report_);
  }

 private:
  Result<void> check_base(const std::vector<Dependency>& all) {
    const auto named =
        std::find_if(all.begin(), all.end(), [](const auto& one) { return one.kind == Dependency::Kind::kBaseCommit; });
    if (named == all.end()) {
      report_.lines.push_back({Mark::kBad, "base-commit: none is named, and what is needed first has to be on one"});
      return {};
    }
    const auto commit = named_base(branch_.tree, all);
    if (!commit && commit.error().kind != Kind::kNotFound) return tl::unexpected(commit.error());
    if (!commit || !*commit) {
      report_.lines.push_back({Mark::kBad, named->line() + ": there is no such commit here"});
      return {};
    }
    base_ = **commit;
    report_.lines.push_back({Mark::kGood, named->line()});
    return {};
  }

  Result<void> check_one(const Dependency& wanted) {
    auto found = finder_.find(wanted);
    if (!found && (found.error().kind == Kind::kAttestation || found.error().kind == Kind::kRefused ||
                   found.error().kind == Kind::kCorrupt)) {
      report_.lines.push_back({Mark::kBad, wanted.line() + ": " + found.error().why});
      return {};
    }
    if (!found) return tl::unexpected(std::move(found).error());
    auto line = line_for(*found);
    if (base_ && found->is_there() && line.mark != Mark::kBad) {
      const auto all = found->mails.size();
      TRY_VOID(leave_out_known(*found));
      if (found->mails.empty())
        line.text += "; the base has it";
      else if (found->mails.size() < all)
        line.text += fmt::format("; the base has {} of them", all - found->mails.size());
      mails_.insert(mails_.end(), found->mails.begin(), found->mails.end());
    }
    report_.lines.push_back(std::move(line));
    return {};
  }

  // What the base has need not apply to it.
  Result<void> leave_out_known(FoundDependency& found) const {
    if (found.tag) {
      TRY(const bool is_there, branch_.tree.is_ancestor(found.tag->commit, *base_));
      if (is_there) found.mails.clear();
      return {};
    }
    std::vector<const AmEntry*> entries;
    for (const auto& entry : found.series->entries) entries.push_back(&entry);
    TRY(const auto are_there, are_in_branch(env_, branch_.tree.objects(), *base_, entries));
    std::vector<std::string> mails;
    for (std::size_t i = 0; i < entries.size(); ++i)
      if (!are_there[i]) mails.push_back(found.mails[i]);
    found.mails = std::move(mails);
    return {};
  }

  Result<void> check_all_apply() {
    TRY(const auto settings, SendSettings::load(env_));
    PostingSource source;
    source.cover = branch_.cover;
    source.base = branch_.base;
    TRY(source.patches, read_series_patches(branch_.tree, branch_.start(), branch_.patches));
    const auto needed = mails_.size();
    auto mails = mails_;
    if (!source.patches.patches.empty()) {
      TRY(const auto posting, make_posting(env_, settings, source, {}, "123456"));
      for (const auto& mail : posting.mails)
        if (!mail.is_cover()) mails.push_back(mail.text);
    }
    git::NewObjects objects(branch_.tree.objects());
    TRY(const auto applied, apply_series(mails, *base_, objects, kNobody, patch::ThreeWay::kIfNeeded));
    const auto on = base_->hex().substr(0, 12);
    const auto done = applied.patches.size();
    if (!applied.failure)
      report_.lines.push_back({Mark::kGood, fmt::format("{} needed first and {} of the series apply to {}",
                                                        count_of(needed, "patch"), mails.size() - needed, on)});
    else
      report_.lines.push_back({Mark::kBad, done < needed
                                               ? fmt::format("patch {} of {} needed first does not apply to {}: {}",
                                                             done + 1, needed, on, applied.failure->why)
                                               : fmt::format("patch {} of the series does not apply on top of them: {}",
                                                             done - needed + 1, applied.failure->why)});
    return {};
  }

  const Env& env_;
  const PrepBranch& branch_;
  DependencyFinder finder_;
  std::optional<git::ObjectId> base_;
  std::vector<std::string> mails_;  // that are needed and not in the base
  DependencyReport report_;
};

}  // namespace

bool DependencyReport::passes() const {
  return std::none_of(lines.begin(), lines.end(), [](const auto& line) { return line.mark == Mark::kBad; });
}

Result<DependencyReport> check_dependencies(const Env& env, const Settings& settings, const PrepBranch& branch,
                                            const MailSource& source, const Say& say) {
  return Check(env, settings, branch, source, say).run();
}

std::string report_text(const DependencyReport& report, bool has_fancy_marks) {
  std::string text;
  for (const auto& line : report.lines) {
    const char* mark = line.mark == Mark::kGood  ? (has_fancy_marks ? "✓" : "v")
                       : line.mark == Mark::kBad ? (has_fancy_marks ? "✗" : "x")
                                                 : (has_fancy_marks ? "●" : "!");
    text += fmt::format("{} {}\n", mark, printable(line.text));
  }
  return text;
}

}  // namespace lorelei::workflow
