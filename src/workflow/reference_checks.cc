// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/reference_checks.hh"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "archive/config.hh"
#include "base/process.hh"
#include "base/text.hh"
#include "git/commit_walk.hh"
#include "git/program.hh"
#include "patch/trailers.hh"
#include "search/lookup.hh"
#include "search/sources.hh"
#include "workflow/mail_source.hh"
#include "workflow/trailer_checks.hh"

namespace lorelei::workflow {

namespace {

using Kind = CheckFinding::Kind;

constexpr std::size_t kEnoughDigits = 12, kFewDigits = 6;
constexpr std::size_t kMaxLinks = 20;
constexpr std::string_view kMailHosts[] = {"lore.kernel.org", "patch.msgid.link", "lkml.kernel.org"};

struct Fixed {
  std::size_t patch;
  FixesLine line;
  std::optional<git::ObjectId> commit;
  std::string title;  // of the commit
};

std::string without_case_and_space(std::string_view text) { return to_lower(squeeze_spaces(text)); }

std::string right_line(const Fixed& fixed) {
  return fmt::format("Fixes: {} (\"{}\")", fixed.commit->hex().substr(0, kEnoughDigits), fixed.title);
}

// Which of these commits have no way down to them from `base`.
Result<std::set<git::ObjectId>> not_below(const Env& env, const git::WorkTree& tree, const git::ObjectId& base,
                                          const std::vector<Fixed>& all) {
  std::string input;
  for (const auto& fixed : all)
    if (fixed.commit) input += fixed.commit->hex() + "\n";
  std::set<git::ObjectId> found;
  if (input.empty()) return found;
  input += "^" + base.hex() + "\n";
  RunOptions how;
  how.process = git::git_options();
  how.input = input;
  how.cancelled = env.cancelled;
  TRY(const auto text, output_of(git::git_argv(tree.common_directory(), {"rev-list", "--stdin"}), how));
  for (const auto line : split(text, '\n'))
    if (const auto id = git::ObjectId::parse(line)) found.insert(*id);
  return found;
}

Result<std::vector<Fixed>> fixed_commits(const git::WorkTree& tree, const std::vector<SeriesPatch>& patches) {
  std::vector<Fixed> all;
  for (std::size_t i = 0; i < patches.size(); ++i)
    for (const auto& trailer : patch::find_trailers(cut_message(patches[i].body).above, patch::TrailerSource::kPatch)) {
      if (!equal_ignore_case(trailer.name, "fixes")) continue;
      auto line = read_fixes(trailer.value);
      if (!line) continue;
      Fixed fixed{i, *std::move(line), std::nullopt, ""};
      TRY(const auto id, tree.objects().find(fixed.line.digits));
      if (id) {
        TRY(const auto object, tree.objects().read(*id));
        if (object.type() == git::ObjectType::kCommit) {
          fixed.commit = id;
          fixed.title = git::title_of_commit(object.bytes());
        }
      }
      all.push_back(std::move(fixed));
    }
  return all;
}

// What is wrong with a commit that is there.
std::vector<CheckFinding> check_found(const Fixed& fixed) {
  std::vector<CheckFinding> findings;
  const auto write = "; write " + right_line(fixed);
  const auto& title = fixed.line.title;
  if (!title)
    findings.push_back({Kind::kWarning, fmt::format("Fixes: {} quotes no title{}", fixed.line.digits, write)});
  else if (without_case_and_space(*title) != without_case_and_space(fixed.title))
    findings.push_back({Kind::kFailure, fmt::format("Fixes: {} has another title{}", fixed.line.digits, write)});
  else if (fixed.line.digits.size() < kEnoughDigits)
    findings.push_back({Kind::kWarning, fmt::format("Fixes: {} has fewer than {} digits, which will not always do{}",
                                                    fixed.line.digits, kEnoughDigits, write)});
  return findings;
}

std::string_view host_of(std::string_view url) {
  const auto start = url.find("://") + 3;
  return url.substr(start, std::min(url.find('/', start), url.size()) - start);
}

}  // namespace

std::optional<FixesLine> read_fixes(std::string_view value) {
  value = trim(value);
  if (starts_with_ignore_case(value, "commit ")) value = trim(value.substr(7));
  std::size_t size = 0;
  while (size < value.size() && is_hex(value[size])) ++size;
  if (size < kFewDigits || size > 40 || (size < value.size() && !is_space(value[size]))) return std::nullopt;
  FixesLine line{to_lower(value.substr(0, size)), std::nullopt};
  const auto open = value.find("(\""), close = value.rfind("\")");
  if (open != value.npos && close != value.npos && close > open + 1)
    line.title = squeeze_spaces(value.substr(open + 2, close - open - 2));
  return line;
}

std::vector<std::string> linked_mails(std::string_view message) {
  std::vector<std::string> ids;
  for (auto word : split_words(message)) {
    while (!word.empty() && std::string_view("<(").find(word.front()) != std::string_view::npos) word.remove_prefix(1);
    while (!word.empty() && std::string_view(">),.;").find(word.back()) != std::string_view::npos)
      word.remove_suffix(1);
    if (!word.starts_with("https://") && !word.starts_with("http://")) continue;
    if (std::find(std::begin(kMailHosts), std::end(kMailHosts), host_of(word)) == std::end(kMailHosts)) continue;
    auto id = asked_mail(word).id;
    const auto at = id.find('@');
    if (at == id.npos || at == 0 || id.find('/') != id.npos || ids.size() == kMaxLinks) continue;
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(std::move(id));
  }
  return ids;
}

Result<FindingLists> check_fixes(const Env& env, const PrepBranch& branch, const std::vector<SeriesPatch>& patches) {
  FindingLists findings(patches.size());
  TRY(const auto all, fixed_commits(branch.tree, patches));
  TRY(const auto apart, not_below(env, branch.tree, branch.base, all));
  std::error_code failed;
  const bool is_shallow = fs::exists(branch.tree.common_directory() / "shallow", failed);
  for (const auto& fixed : all) {
    auto& list = findings[fixed.patch];
    if (!fixed.commit) {
      list.push_back({is_shallow ? Kind::kWarning : Kind::kFailure,
                      fmt::format("Fixes: {} is no commit here, or several: mend the digits, or git fetch{}",
                                  fixed.line.digits, is_shallow ? " --unshallow" : "")});
      continue;
    }
    const bool is_of_series =
        std::any_of(patches.begin(), patches.end(), [&](const auto& one) { return one.commit == *fixed.commit; });
    if (is_of_series) {
      list.push_back({Kind::kWarning,
                      fmt::format("Fixes: {} is a patch of this series, and no commit of anybody else: take it out, or "
                                  "mend that patch",
                                  fixed.line.digits)});
      continue;
    }
    if (apart.contains(*fixed.commit)) {
      list.push_back(
          {Kind::kFailure,
           fmt::format("Fixes: {} is not in what the series is based on: name the commit that is", fixed.line.digits)});
      continue;
    }
    for (auto& finding : check_found(fixed)) list.push_back(std::move(finding));
  }
  return findings;
}

Result<FindingLists> check_links(const Env& env, const std::vector<SeriesPatch>& patches) {
  FindingLists findings(patches.size());
  std::optional<search::Lookup> lookup;
  for (std::size_t i = 0; i < patches.size(); ++i)
    for (const auto& id : linked_mails(patches[i].body)) {
      if (!lookup) {
        TRY(const auto registry, archive::Registry::load(env));
        const auto sources = search::choose_sources(registry, {}, search::Needs::kOverview);
        if (!sources && sources.error().kind == Error::Kind::kNotFound) return findings;  // there is no archive
        if (!sources) return tl::unexpected(sources.error());
        TRY(lookup, search::Lookup::open(sources->directories));
      }
      const auto known = lookup->messages(id);
      if (!known && known.error().kind != Error::Kind::kNotFound) return tl::unexpected(known.error());
      if (!known)
        findings[i].push_back({Kind::kWarning, fmt::format("no archive here has the mail {}: is the link right?", id)});
    }
  return findings;
}

Result<std::optional<CheckFinding>> check_base(const Env& env, const PrepBranch& branch) {
  const auto base = branch.base.hex();
  TRY(const auto text,
      git::run_git(branch.tree.common_directory(),
                   {"rev-list", "--max-count=1", base, "--not", "--remotes", "--exclude=sent/*", "--tags"},
                   "look for the base of", branch.name, env.cancelled));
  if (trim(text).empty()) return std::nullopt;
  return CheckFinding{Kind::kWarning,
                      fmt::format("the base {} is in no branch of a remote and in no tag: others may not have it; "
                                  "git rebase, or git fetch",
                                  base.substr(0, 12))};
}

}  // namespace lorelei::workflow
