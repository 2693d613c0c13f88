// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/prep_import.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/random.hh"
#include "base/text.hh"
#include "workflow/base_commit.hh"
#include "workflow/manual_reroll.hh"
#include "workflow/posted_letter.hh"
#include "workflow/prep_create.hh"

namespace lorelei::workflow {

using Kind = Error::Kind;

namespace {

constexpr std::size_t kLongSlug = 30;  // what is longer is cut to three words

struct Imported {
  SeriesCover cover;
  std::string slug;
  bool is_tracked = false;  // the mail carries it
};

// Who got it; oneself apart. The letter had them as trailers, which the mail has as headers.
std::string with_posted_recipients(const std::string& text, const PatchMail& mail,
                                   const std::optional<patch::Person>& me) {
  std::vector<patch::Trailer> trailers;
  for (const auto& [name, people] : {std::pair("To", &mail.to), std::pair("Cc", &mail.cc)})
    for (const auto& person : *people) {
      if (me && equal_ignore_case(me->address, person.address)) continue;
      const auto value = person.name.empty() ? person.address : fmt::format("{} <{}>", person.name, person.address);
      if (printable(value) == value)
        trailers.push_back({patch::Trailer::Kind::kPerson, name, value, "", {person.name, person.address}});
    }
  return trailers.empty() ? text : with_recipients(text, trailers);
}

Result<Imported> import_cover(const Env& env, const Settings& settings, const AmSeries& series,
                              const ImportWishes& wishes) {
  const auto& revision = *series.revision;
  const auto& first = revision.first();
  Imported imported;
  auto& tracking = imported.cover.tracking;
  if (auto posted = posted_tracking(revision)) {
    tracking = *std::move(posted);
    imported.is_tracked = true;
    imported.slug = slug_for(slug_in_change_id(tracking.change_id));
  } else {
    const auto title = branch_slug(first.tags.title);
    const auto named = revision.label("change-id");
    imported.slug = named.empty() ? title : slug_for(slug_in_change_id(named));
    if (imported.slug.empty()) imported.slug = title;
    TRY(const auto random, random_bytes(6));
    const auto slug = wishes.name.empty() ? imported.slug : slug_for(wishes.name);
    tracking.change_id = new_change_id(slug, env.now(), random);
    tracking.from_thread = series.thread.id;
    for (const auto& id : series.prerequisites) tracking.prerequisites.push_back("patch-id: " + id);
  }
  if (!wishes.name.empty()) imported.slug = slug_for(wishes.name);
  tracking.revision = std::min(revision.number + 1, 9999);
  if (imported.is_tracked) tracking.history.try_emplace(revision.number, std::vector{first.message_id});

  auto text = posted_text(revision);
  const auto end = std::min(text.find('\n'), text.size());
  text = fmt::format("{}\n\nEDITME: Imported from {}\n        Please review before sending.\n{}", text.substr(0, end),
                     printable(settings.link_to(first.message_id)), text.substr(end));
  if (imported.is_tracked) text = with_posted_recipients(text, first, settings.me);
  imported.cover.text = std::string(trim(text));
  return imported;
}

Result<git::ObjectId> choose_fork(const git::WorkTree& tree, const AmSeries& series, const ImportWishes& wishes,
                                  const Say& say) {
  if (!wishes.fork_point.empty()) {
    TRY(const auto fork, tree.resolve(wishes.fork_point));
    if (!fork)
      return err(Kind::kNotFound, "begin a series at", wishes.fork_point, "there is no such commit", "-f COMMIT");
    return *fork;
  }
  if (!series.base_commit.empty()) {
    const auto base = tree.resolve(series.base_commit);
    if (base && *base) return **base;
    say(fmt::format("Base commit {} is not known here, ignoring", printable(series.base_commit)));
  }
  TRY(const auto head, tree.head());
  if (!head) return err(Kind::kNotFound, "begin a series in", tree.directory(), "there is no commit yet", "git commit");
  TRY(const auto fit, fit_of(series, tree.objects(), *head, patch::ThreeWay::kIfNeeded));
  if (fit.applies) return *head;
  TRY(const auto guess, guess_base(series, tree.objects(), {*head}, kGuessDays));
  if (!guess) return *head;
  say(fmt::format(" Base: {} \"{}\" ({} of {} files are as it names them; -f takes another)",
                  guess->commit.hex().substr(0, 12), printable(guess->title), guess->matched, guess->wanted));
  return guess->commit;
}

// A branch here whose history has the fork point, for the places of the cover that are measured against one.
Result<void> choose_base_branch(const Env& env, const git::WorkTree& tree, const git::ObjectId& fork,
                                const ImportWishes& wishes, const std::string& name, Tracking& tracking) {
  auto current = tree.branch();
  current = current.starts_with("refs/heads/") ? current.substr(11) : "";
  std::vector<std::string> candidates = {wishes.fork_point, tracking.base_branch};
  if (const auto below = PrepBranch::open(env, tree, ""))
    candidates.push_back(below->cover.tracking.base_branch);
  else
    candidates.push_back(current);
  tracking.base_branch.clear();
  for (const auto& candidate : candidates) {
    if (candidate.empty()) continue;
    for (const char* prefix : {"refs/heads/", "refs/remotes/"}) {
      TRY(const auto tip, tree.ref(prefix + candidate));
      if (!tip) continue;
      TRY(const bool is_there, tree.is_ancestor(fork, *tip));
      if (!is_there) continue;
      tracking.base_branch = candidate;
      return {};
    }
  }
  TRY(const auto strategy, strategy_for(tree.config(), name));
  if (strategy == CoverStrategy::kCommit) return {};
  return err(Kind::kNotFound, "begin a series at", fork.hex().substr(0, 12),
             "with this place for the cover letter a branch has to have it", "-f BRANCH");
}

}  // namespace

std::string branch_slug(std::string_view title) {
  auto slug = slug_for(title);
  if (slug.size() <= kLongSlug) return slug;
  std::size_t end = 0;
  for (int word = 0; word < 3 && end != slug.npos; ++word) end = slug.find('-', end + 1);
  slug.resize(std::min(end, slug.size()));
  return slug;
}

Result<PrepBranch> import_series(const Env& env, const Settings& settings, git::WorkTree tree, FetchedThread thread,
                                 const ImportWishes& wishes, const Say& say) {
  if (const auto what = tree.unfinished(); !what.empty())
    return err(Kind::kRefused, "make a branch in", tree.directory(), what + " is not finished", "git status");
  AmWishes patches;
  patches.adds_trailers = false;
  patches.is_offline = wishes.is_offline;
  TRY(const auto series, make_am_series(env, settings, patches, std::move(thread)));
  for (const auto& note : series.notes) say(printable(note));
  if (!series.is_complete())
    return err(Kind::kIncomplete, "make a branch of", series.thread.id,
               fmt::format("{} of its {} patches are missing", series.missing.size(), series.revision->expected),
               "lorelei thread MSGID");
  TRY(auto imported, import_cover(env, settings, series, wishes));
  if (imported.slug.empty())
    return err(Kind::kUsage, "make a branch of", series.thread.id, "nothing gives it a name", "-n NAME");
  SeriesStart start;
  start.branch = "b4/" + imported.slug;
  TRY(const auto taken, tree.ref("refs/heads/" + start.branch));
  if (taken) return err(Kind::kConflict, "begin the series", start.branch, "there is such a branch", "-n NAME");
  TRY(start.fork, choose_fork(tree, series, wishes, say));
  TRY_VOID(choose_base_branch(env, tree, start.fork, wishes, start.branch, imported.cover.tracking));
  start.cover = std::move(imported.cover);
  for (const auto& entry : series.entries) start.mails.push_back(entry.text);
  TRY(auto branch, start_series(env, std::move(tree), std::move(start), say));
  TRY(const auto tag, tag_posted(env, branch, *series.revision));
  if (!tag.empty()) say(fmt::format("Tagged {}, for --compare-to v{}", tag, series.revision->number));
  return branch;
}

}  // namespace lorelei::workflow
