// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei series: the series that a maintainer has to deal with.
#include <fmt/core.h>

#include "base/command.hh"
#include "base/git_date.hh"
#include "base/pager.hh"
#include "base/text.hh"
#include "git/work_tree.hh"
#include "workflow/mail_finder.hh"
#include "workflow/series_in_branch.hh"
#include "workflow/series_list.hh"
#include "workflow/series_view.hh"

namespace lorelei::cmd {

namespace {

Result<std::optional<std::int64_t>> date_of(const std::string& text, std::int64_t now) {
  if (text.empty()) return std::optional<std::int64_t>();
  const auto date = parse_date(text, now);
  if (!date) return err(Error::Kind::kUsage, "read the date", text, date.error().why, date.error().suggestion);
  return std::optional(*date);
}

void print_list(Env& env, const workflow::SeriesList& list, bool as_json) {
  if (as_json) {
    for (const auto& one : list.series) print(env, workflow::json_of(one, list));
    return;
  }
  if (list.series.empty()) return;
  const search::ListLook look = {.now = env.now(),
                                 .columns = env.out_is_terminal ? env.columns : search::kUnlimitedColumns,
                                 .colour = env.colour ? search::ListLook::kColour : search::ListLook::kPlain};
  Pager pager(env);
  print(env, workflow::heading_of(list, look));
  for (const auto& one : list.series) print(env, workflow::text_of(one, list, look));
}

// The repository here, if the series are to be looked at beside it.
class Beside {
 public:
  Beside(const Env& env, const search::SourceChoice& from) : env_(env) {
    source_.archives = from;
    source_.is_offline = true;
  }

  // Errors: kNotFound, there is no such commit, or no repository.
  Result<void> open(const std::string& applies, const std::string& upstream) {
    if (applies.empty() && upstream.empty()) return {};
    TRY(settings_, workflow::Settings::load(env_));
    TRY(finder_, workflow::MailFinder::open(env_, settings_, source_, [](const std::string&) {}));
    TRY(tree_, git::WorkTree::here(env_));
    if (!applies.empty()) TRY_VOID(resolve(applies, applies_));
    return resolve(upstream.empty() ? applies : upstream, upstream_);
  }

  const workflow::SeriesBranch* upstream() const { return upstream_ ? &*upstream_ : nullptr; }

  Result<void> try_all(workflow::SeriesList& list) const {
    if (!applies_) return {};
    list.was_tried = true;
    for (auto& one : list.series) {
      TRY_VOID(workflow::try_on_branch(*applies_, upstream(), one));
    }
    return {};
  }

 private:
  Result<void> resolve(const std::string& revision, std::optional<workflow::SeriesBranch>& branch) {
    TRY(const auto commit, tree_->resolve(revision));
    if (!commit)
      return err(Error::Kind::kNotFound, "look at the branch", revision, "there is no such commit here",
                 "git branch -a");
    branch.emplace(env_, *finder_, tree_->objects(), *commit);
    return {};
  }

  const Env& env_;
  workflow::Settings settings_;
  workflow::MailSource source_;
  std::optional<workflow::MailFinder> finder_;
  std::optional<git::WorkTree> tree_;
  std::optional<workflow::SeriesBranch> applies_, upstream_;
};

}  // namespace

static int series(Env& env, Args& args) {
  search::SourceChoice from;
  workflow::SeriesWish wish;
  std::string older_than, newer_than;
  std::optional<std::uint64_t> limit;
  bool json = false;
  std::string applies, upstream;
  if (const auto done = args.parse({
          heading("Where to look"),
          {"-I --include", "NAME|DIR", "look in this archive too", &from.include},
          {"-O --only", "NAME|DIR", "look in this archive and no other", &from.only},
          {"--exclude", "NAME|DIR", "not in this one of the registered archives", &from.exclude},
          heading("What to list"),
          {"--unreviewed", "", "a patch has neither Reviewed-by nor Acked-by of anybody but the author",
           &wish.only_unreviewed},
          {"--incomplete", "", "patches are missing", &wish.only_incomplete},
          {"--older-than", "DATE", "nothing has happened since: 2.weeks, 2026-01-31", &older_than},
          {"--newer-than", "DATE", "something has happened since (1.month, without TERMs and --older-than)",
           &newer_than},
          {"--author", "TEXT", "this is in the name or address of who sent it", &wish.author},
          {"-a --all", "", "older revisions, too", &wish.with_superseded},
          heading("Beside the repository that you are in"),
          {"--applies", "REV", "try whether it applies to this commit, in memory", &applies},
          {"--upstream", "REV", "which patches are commits of this branch (that of --applies)", &upstream},
          {"--pending", "", "not what is all there", &wish.only_pending},
          heading("How it looks"),
          {"-s --sort", "activity|date|author|title|reviews",
           "what comes first: the newest (activity, the default; date: when it was sent), the least reviewed (reviews)",
           pick(&wish.sort)},
          {"-n --limit -NUMBER", "N", "at most N series", &limit},
          {"--json", "", "an object a line", &json},
      }))
    return *done;
  wish.terms = args.operands();
  if (limit) wish.limit = static_cast<std::size_t>(*limit);
  if (wish.only_pending && applies.empty() && upstream.empty())
    return args.fail({Error::Kind::kUsage, "list what is pending", "", "no branch is named", "--upstream=REV", "", 0});
  const auto older = date_of(older_than, env.now());
  if (!older) return args.fail(older.error());
  const bool is_open = wish.terms.empty() && older_than.empty() && newer_than.empty();
  const auto newer = date_of(is_open ? "1.month.ago" : newer_than, env.now());
  if (!newer) return args.fail(newer.error());
  wish.older_than = *older;
  wish.newer_than = *newer;
  const auto registry = archive::Registry::load(env);
  if (!registry) return args.fail(registry.error());
  const auto needs = wish.terms.empty() ? search::Needs::kOverview : search::Needs::kWords;
  const auto sources = search::choose_sources(*registry, from, needs);
  if (!sources) return args.fail(sources.error());
  Beside beside(env, from);
  if (const auto found = beside.open(applies, upstream); !found) return args.fail(found.error());
  wish.upstream = beside.upstream();
  auto list = workflow::list_series(env, *registry, *sources, wish);
  if (!list) return args.fail(list.error());
  if (const auto tried = beside.try_all(*list); !tried) return args.fail(tried.error());
  print_list(env, *list, json);
  for (const auto* notes : {&sources->notes, &std::as_const(list->notes)})
    for (const auto& note : *notes) args.remark("# " + printable(note));
  if (is_open && list->too_old > 0)
    args.remark(
        fmt::format("# {} more without news for a month; --newer-than=1.year, or TERMs, list them", list->too_old));
  if (list->beyond > 0) args.remark(fmt::format("# {} more than --limit", list->beyond));
  if (list->series.empty()) args.remark("# no series");
  return 0;
}

extern const Command kSeries = {
    .verb = "series",
    .operands = "[TERM...]",
    .help = "list patch series: what is complete, reviewed, tested, signed, and when something last happened",
    .description =
        "One line a series, its newest revision. TERMs are a query (`lorelei help query`); a series is listed if a "
        "patch of it or the cover matches. Without any, and without a date, it is what something happened to within "
        "the last month; a reply is something, also one without a Reviewed-by.\n\n"
        "The columns: how long ago something happened; S, the state; the author; the revision; patches that are there "
        "of those that were announced; how many people reviewed (R), acked (A) and tested (T); SIG, whether each patch "
        "has a good signature (yes, BAD, no; part: some, or by keys that are not known), if `lorelei archive index "
        "--attest` has recorded that; the title. "
        "States are: . nobody has reviewed it; ~ some patches are reviewed; + all are; ! patches are missing; "
        "s a newer revision supersedes it; = all are commits of the branch of --upstream, c as well, but not all as "
        "they were sent.\n\n"
        "Beside a branch of the repository that the current directory is in, two columns more: IN, how many of the "
        "patches are commits of it, found by title, date or Message-ID, and judged by what they change; FITS, whether "
        "the series applies, tried in memory: neither index nor files are touched.\n\n"
        "Revisions belong together by their change-id, else by author and title, or because the newer one was sent in "
        "answer to the older. Patches that were sent anew alone, in answer to those they replace, are taken together "
        "with the rest of the older revision. Reviews of the author do not count, nor what somebody gives in a reply "
        "in the name of somebody else.\n\n"
        "--json has, for each series: m (Message-ID), s (title), tags, f (name and address), revision, total, present, "
        "missing, cover, state (new, partly-reviewed, reviewed), superseded (Message-ID of the newest, if it is "
        "another), upstream (patches that are commits), applies, why_not, reviewed, acked, tested (people), attested "
        "(yes, partly, bad, no; if it is recorded), dt (sent), "
        "active (last activity), change_id, and patches: n, revision, m, s, reviewed, "
        "commit and same (it makes the same change).",
    .examples = {{"lorelei series --unreviewed --older-than=2.weeks", "what has been waiting for a review"},
                 {"lorelei series dfn:drivers/block/", "series that touch these files"},
                 {"lorelei series --applies=HEAD --pending", "what is not in your branch, and whether it fits"}},
    .run = series,
};

}  // namespace lorelei::cmd
