// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/series_list.hh"

#include <algorithm>
#include <set>

#include "archive/over_reader.hh"
#include "attest/verdict_store.hh"
#include "base/text.hh"
#include "patch/subject.hh"
#include "search/arguments.hh"
#include "search/engine.hh"
#include "search/query_dates.hh"
#include "search/selection.hh"
#include "workflow/followups.hh"
#include "workflow/postings.hh"
#include "workflow/series_in_branch.hh"

namespace lorelei::workflow {

namespace {

using search::SeriesRow;
using search::SeriesSnapshot;
using search::Vouch;

// An archive whose series are read; its index here is the snapshot's place.
struct Shelf {
  fs::path dir, over;
  std::string key;  // in aggregates
  std::optional<archive::OverReader::Threads> threads = {};
};

// A series that may be listed, while it is found out whether it will.
struct Candidate {
  ListedSeries state;
  std::vector<std::size_t> patch_rows;  // as state.patches
  std::vector<std::size_t> other_rows;  // covers, and what was posted twice
};

bool has(unsigned kinds, search::Vouching kind) { return (kinds & static_cast<unsigned>(kind)) != 0; }

bool may_be_one_person(const patch::Person& a, const patch::Person& b) {
  return (!a.address.empty() && a.address == b.address) || (!a.name.empty() && equal_ignore_case(a.name, b.name));
}

class Lister {
 public:
  Lister(const Env& env, const archive::Registry& registry, const search::Sources& sources, const SeriesWish& wish)
      : env_(env), registry_(registry), sources_(sources), wish_(wish) {}
  Result<SeriesList> list();

 private:
  Result<void> find_shelves();
  void add_shelf(const fs::path& dir, const std::string& key);
  Result<void> read_shelves();
  Result<void> match();
  Result<void> match_hit(search::Engine&, const search::Hit&);
  void mark(const std::string& dir, std::int64_t article);

  Candidate candidate_of(const Posting&) const;
  void take_over(const Posting&, Candidate&) const;
  void add_patches(const search::Series&, Candidate&) const;
  void count_people(Candidate&) const;
  void find_activity(Candidate&) const;
  bool is_wished(const Candidate&) const;
  std::pair<std::size_t, std::size_t> replies_to(std::size_t row) const;
  Result<void> look_upstream(std::vector<Candidate>&);
  void sort(std::vector<Candidate>&) const;
  Result<void> judge(std::vector<Candidate>&);

  const Env& env_;
  const archive::Registry& registry_;
  const search::Sources& sources_;
  const SeriesWish& wish_;
  std::vector<Shelf> shelves_;
  SeriesSnapshot all_;
  std::vector<Posting> postings_;
  std::vector<bool> matched_;                                 // rows, if there is a query
  std::vector<std::pair<std::size_t, std::size_t>> replies_;  // row, reply; ascending
  SeriesList list_;
};

void Lister::add_shelf(const fs::path& dir, const std::string& key) {
  const auto is_known = [&](const Shelf& shelf) { return shelf.dir == dir; };
  const auto layout = archive::find_layout(dir);
  if (layout && std::none_of(shelves_.begin(), shelves_.end(), is_known))
    shelves_.push_back({dir, layout->over(), key});
}

Result<void> Lister::find_shelves() {
  for (const auto& directory : sources_.directories) {
    TRY(const auto place, search::find_place(directory));
    if (!place.is_aggregate()) {
      const auto* inbox = registry_.by_dir(directory);
      add_shelf(directory, inbox ? inbox->aggregate_key() : directory);
      continue;
    }
    TRY(auto over, archive::OverReader::open(place.over()));
    TRY(const auto keys, over.archives());
    for (const auto& key : keys) {
      const auto& inboxes = registry_.inboxes();
      const auto inbox =
          std::find_if(inboxes.begin(), inboxes.end(), [&](const auto& one) { return one.aggregate_key() == key; });
      add_shelf(inbox == inboxes.end() ? fs::path(key) : inbox->dir, key);
    }
  }
  return {};
}

Result<void> Lister::read_shelves() {
  std::vector<Shelf> read;
  std::optional<Error> problem;
  for (auto& shelf : shelves_) {
    auto added = all_.add(shelf.dir);
    if (!added && added.error().kind != Error::Kind::kNotFound) return added;
    if (added) {
      TRY(auto over, archive::OverReader::open(shelf.over));
      TRY(shelf.threads, over.threads());
      read.push_back(std::move(shelf));
      continue;
    }
    list_.notes.push_back(shelf.dir.string() + ": no series are recorded; lorelei archive index records them");
    problem = Error{Error::Kind::kNotFound,
                    "list the series of",
                    shelf.dir.string(),
                    "none are recorded",
                    "lorelei archive index",
                    "",
                    0};
  }
  if (read.empty() && problem) return tl::unexpected(*std::move(problem));
  shelves_ = std::move(read);
  all_.connect_replies();
  for (std::size_t i = 0; i < all_.replies().size(); ++i)
    if (const auto row = all_.replies()[i].row) replies_.emplace_back(*row, i);
  std::sort(replies_.begin(), replies_.end());
  return {};
}

void Lister::mark(const std::string& dir_or_key, std::int64_t article) {
  for (unsigned place = 0; place < shelves_.size(); ++place)
    if (shelves_[place].dir == dir_or_key || shelves_[place].key == dir_or_key)
      if (const auto row = all_.row_of(place, article)) matched_[*row] = true;
}

Result<void> Lister::match_hit(search::Engine& engine, const search::Hit& hit) {
  const auto& place = engine.places()[hit.place];
  if (!place.is_aggregate()) {
    mark(place.directory, hit.number);
    return {};
  }
  TRY(const auto copies, engine.over(hit.place).copies_of(hit.number));
  for (const auto& copy : copies) mark(copy.archive, copy.number);
  return {};
}

Result<void> Lister::match() {
  if (wish_.terms.empty()) return {};
  matched_.resize(all_.rows().size());
  auto words = search::query_of_arguments(wish_.terms, sources_.prefixes);
  TRY(auto parsed, search::read_query(words.text, {.now = env_.now()}, sources_.prefixes));
  for (auto* notes : {&words.notes, &parsed.notes}) list_.notes.insert(list_.notes.end(), notes->begin(), notes->end());
  TRY(auto engine, search::Engine::open(sources_.directories, sources_.prefixes));
  search::SearchOptions options;
  options.sort = search::Sort::kDocid;
  options.limit = search::kNoLimit;
  options.stop.cancelled = env_.cancelled;
  TRY(const auto found, engine.search(parsed.query, options));
  list_.notes.insert(list_.notes.end(), found.notes.begin(), found.notes.end());
  for (const auto& hit : found.hits) TRY_VOID(match_hit(engine, hit));
  return {};
}

void Lister::add_patches(const search::Series& series, Candidate& one) const {
  for (const auto& mail : series.patches) {
    const auto is_there = [&](const PatchState& patch) { return patch.number == mail.number; };
    if (std::any_of(one.state.patches.begin(), one.state.patches.end(), is_there)) continue;
    const auto row = all_.row_of(mail.place, mail.article);
    if (!row) continue;
    one.state.patches.push_back({mail.number, series.revision, mail.message_id, mail.title, false, mail.sent});
    one.patch_rows.push_back(*row);
  }
}

// Only some patches were sent anew: the others are those of the revisions before.
void Lister::take_over(const Posting& posting, Candidate& one) const {
  if (!posting.answers_older || posting.series.cover || posting.series.missing.empty()) return;
  auto& state = one.state;
  for (const auto at : posting.older) {
    const auto& older = postings_[at].series;
    if (older.total != state.total || older.revision >= posting.series.revision) continue;
    add_patches(older, one);
    if (older.cover && !state.has_cover) {
      state.has_cover = true;
      state.title = older.title;
      one.other_rows.insert(one.other_rows.end(), postings_[at].rows.begin(), postings_[at].rows.end());
    }
  }
  std::erase_if(state.missing, [&](int number) {
    return std::any_of(state.patches.begin(), state.patches.end(),
                       [&](const PatchState& patch) { return patch.number == number; });
  });
  if (state.has_cover) return;
  const auto first = std::min_element(state.patches.begin(), state.patches.end(),
                                      [](const auto& a, const auto& b) { return a.number < b.number; });
  state.title = first->title;
}

Candidate Lister::candidate_of(const Posting& posting) const {
  const auto& series = posting.series;
  Candidate one;
  auto& state = one.state;
  state.title = series.title;
  state.sender = series.sender;
  state.revision = series.revision;
  state.total = series.total;
  state.has_cover = series.cover.has_value();
  state.missing = series.missing;
  state.sent = series.sent;
  state.change_id = series.change_id;
  const auto& lead = series.cover ? *series.cover : series.patches.front();
  state.message_id = lead.message_id;
  if (const auto row = all_.row_of(lead.place, lead.article)) {
    patch::Subject subject;
    for (const auto tag : split_words(all_.rows()[*row].tags)) subject.tags.emplace_back(tag);
    state.tags = subject.extra_tags();
  }
  if (state.title.empty() && !series.patches.empty()) state.title = series.patches.front().title;
  one.other_rows = posting.rows;
  add_patches(series, one);
  if (posting.newest < postings_.size() && &postings_[posting.newest] != &posting) {
    const auto& newest = postings_[posting.newest].series;
    state.superseded_by = newest.cover ? newest.cover->message_id : newest.patches.front().message_id;
  } else {
    take_over(posting, one);
  }
  const std::set<std::size_t> patches(one.patch_rows.begin(), one.patch_rows.end());
  std::erase_if(one.other_rows, [&](std::size_t row) { return patches.contains(row); });
  return one;
}

std::pair<std::size_t, std::size_t> Lister::replies_to(std::size_t row) const {
  const auto first = std::lower_bound(replies_.begin(), replies_.end(), std::pair(row, std::size_t{0}));
  auto last = first;
  while (last != replies_.end() && last->first == row) ++last;
  return {static_cast<std::size_t>(first - replies_.begin()), static_cast<std::size_t>(last - replies_.begin())};
}

void Lister::count_people(Candidate& one) const {
  auto& state = one.state;
  std::set<std::string> reviewers, ackers, testers;
  // True if it is a review by somebody else.
  const auto count = [&](const Vouch& vouch) {
    if (may_be_one_person(vouch.person, state.sender)) return false;
    const auto& who = vouch.person.address.empty() ? vouch.person.name : vouch.person.address;
    if (has(vouch.kinds, search::Vouching::kReviewed)) reviewers.insert(who);
    if (has(vouch.kinds, search::Vouching::kAcked)) ackers.insert(who);
    if (has(vouch.kinds, search::Vouching::kTested)) testers.insert(who);
    return has(vouch.kinds, search::Vouching::kReviewed) || has(vouch.kinds, search::Vouching::kAcked);
  };
  const auto is_reviewed = [&](std::size_t row) {
    bool reviewed = false;
    for (const auto& vouch : all_.vouches()[row]) reviewed |= count(vouch);
    const auto [first, last] = replies_to(row);
    for (auto at = first; at < last; ++at) {
      const auto& reply = all_.replies()[replies_[at].second];
      for (const auto& vouch : reply.vouches)
        if (is_same_person(vouch.person.address, reply.sender.address)) reviewed |= count(vouch);
    }
    return reviewed;
  };
  bool is_cover_reviewed = false;
  for (const auto row : one.other_rows)
    if (all_.rows()[row].is_cover) is_cover_reviewed |= is_reviewed(row);
  for (std::size_t i = 0; i < state.patches.size(); ++i)
    state.patches[i].is_reviewed = is_reviewed(one.patch_rows[i]) || is_cover_reviewed;
  state.reviewers = static_cast<unsigned>(reviewers.size());
  state.ackers = static_cast<unsigned>(ackers.size());
  state.testers = static_cast<unsigned>(testers.size());
}

void Lister::find_activity(Candidate& one) const {
  one.state.active = INT64_MIN;
  for (const auto* rows : {&one.patch_rows, &one.other_rows})
    for (const auto row : *rows) {
      const auto& mail = all_.rows()[row].mail;
      auto copies = all_.rows()[row].also;
      copies.emplace_back(mail.place, mail.article);
      for (const auto& [place, article] : copies)
        if (const auto last = shelves_[place].threads->last_received_with(article))
          one.state.active = std::max(one.state.active, *last);
    }
  // The overview is behind, or ahead.
  if (one.state.active == INT64_MIN) one.state.active = std::min(one.state.sent, env_.now());
}

bool Lister::is_wished(const Candidate& one) const {
  const auto& state = one.state;
  if (!wish_.with_superseded && !state.superseded_by.empty()) return false;
  if (wish_.only_incomplete && state.missing.empty()) return false;
  if (wish_.only_unreviewed && state.review() == Review::kAll) return false;
  if (wish_.older_than && state.active >= *wish_.older_than) return false;
  if (const auto wanted = to_lower(wish_.author); to_lower(state.sender.name).find(wanted) == std::string::npos &&
                                                  state.sender.address.find(wanted) == std::string::npos)
    return false;
  if (wish_.terms.empty()) return true;
  const auto is_matched = [&](std::size_t row) { return matched_[row]; };
  return std::any_of(one.patch_rows.begin(), one.patch_rows.end(), is_matched) ||
         std::any_of(one.other_rows.begin(), one.other_rows.end(), is_matched);
}

void Lister::sort(std::vector<Candidate>& found) const {
  const auto name_of = [](const ListedSeries& state) {
    return to_lower(state.sender.name.empty() ? state.sender.address : state.sender.name);
  };
  const auto people = [](const ListedSeries& state) { return state.reviewers + state.ackers; };
  std::stable_sort(found.begin(), found.end(), [](const Candidate& a, const Candidate& b) {
    return std::pair(a.state.active, a.state.sent) > std::pair(b.state.active, b.state.sent);
  });
  std::stable_sort(found.begin(), found.end(), [&](const Candidate& x, const Candidate& y) {
    const auto& a = x.state;
    const auto& b = y.state;
    switch (wish_.sort) {
      case SeriesSort::kActivity:
        return false;
      case SeriesSort::kDate:
        return a.sent > b.sent;
      case SeriesSort::kAuthor:
        return name_of(a) < name_of(b);
      case SeriesSort::kTitle:
        return to_lower(a.title) < to_lower(b.title);
      case SeriesSort::kReviews:
        return std::pair(a.review(), people(a)) < std::pair(b.review(), people(b));
    }
    return false;
  });
}

// What is recorded of one message.
Attested attested(const std::vector<attest::RecordedVerdict>& recorded) {
  Attested best = Attested::kUnknown;
  for (const auto& one : recorded) {
    if (one.kind != attest::RecordedVerdict::Kind::kDeveloper) continue;
    if (one.state == name_of(attest::Outcome::kGood) || one.state == name_of(attest::Outcome::kGoodRelayed))
      return Attested::kYes;
    const bool is_bad = one.state.starts_with("bad-");
    const auto worth = one.state == name_of(attest::Outcome::kUnsigned) ? Attested::kNo
                       : is_bad                                         ? Attested::kBad
                                                                        : Attested::kPartly;
    best = std::max(best, worth);
  }
  return best;
}

Attested of_all(const std::vector<Attested>& patches) {
  const auto all_are = [&](Attested one) {
    return std::all_of(patches.begin(), patches.end(), [&](Attested other) { return one == other; });
  };
  const auto any_is = [&](Attested one) { return std::find(patches.begin(), patches.end(), one) != patches.end(); };
  if (patches.empty() || all_are(Attested::kUnknown)) return Attested::kUnknown;
  if (any_is(Attested::kBad)) return Attested::kBad;
  if (all_are(Attested::kYes)) return Attested::kYes;
  return any_is(Attested::kYes) || any_is(Attested::kPartly) ? Attested::kPartly : Attested::kNo;
}

// Only of what is listed: each patch costs a row of the overview.
Result<void> Lister::judge(std::vector<Candidate>& found) {
  std::vector<std::optional<attest::VerdictStore>> verdicts;
  std::vector<std::optional<archive::OverReader>> overs;
  for (const auto& shelf : shelves_) {
    auto store = attest::VerdictStore::open(shelf.dir, attest::VerdictStore::Access::kRead);
    if (!store && store.error().kind != Error::Kind::kNotFound) return tl::unexpected(store.error());
    verdicts.emplace_back();
    overs.emplace_back();
    if (!store) continue;
    list_.has_verdicts = true;
    verdicts.back().emplace(*std::move(store));
    TRY(auto over, archive::OverReader::open(shelf.over));
    overs.back().emplace(std::move(over));
  }
  if (!list_.has_verdicts) return {};
  archive::OverRow message;
  for (auto& one : found) {
    std::vector<Attested> patches;
    for (const auto at : one.patch_rows) {
      const auto& row = all_.rows()[at];
      auto copies = row.also;
      copies.emplace_back(row.mail.place, row.mail.article);
      auto best = Attested::kUnknown;
      for (const auto& [place, article] : copies) {
        if (!verdicts[place]) continue;
        TRY(const bool is_there, overs[place]->read(article, message));
        const auto blob = is_there ? git::ObjectId::parse(message.blob) : std::nullopt;
        if (!blob) continue;
        TRY(const auto recorded, verdicts[place]->of(*blob));
        best = std::max(best, attested(recorded));
      }
      patches.push_back(best);
    }
    one.state.attested = of_all(patches);
  }
  return {};
}

Result<void> Lister::look_upstream(std::vector<Candidate>& found) {
  if (!wish_.upstream) return {};
  list_.was_sought = true;
  std::vector<ListedSeries*> all;
  for (auto& one : found) all.push_back(&one.state);
  TRY_VOID(find_in_branch(*wish_.upstream, all));
  if (wish_.only_pending) std::erase_if(found, [](const Candidate& one) { return one.state.is_in_branch(); });
  return {};
}

Result<SeriesList> Lister::list() {
  TRY_VOID(find_shelves());
  TRY_VOID(read_shelves());
  TRY_VOID(match());
  postings_ = find_postings(all_);
  std::vector<Candidate> found;
  for (const auto& posting : postings_) {
    if (!wish_.with_superseded && &postings_[posting.newest] != &posting) continue;
    auto one = candidate_of(posting);
    find_activity(one);
    count_people(one);
    if (!is_wished(one)) continue;
    if (wish_.newer_than && one.state.active < *wish_.newer_than)
      ++list_.too_old;
    else
      found.push_back(std::move(one));
  }
  TRY_VOID(look_upstream(found));
  sort(found);
  if (found.size() > wish_.limit) {
    list_.beyond = found.size() - wish_.limit;
    found.resize(wish_.limit);
  }
  TRY_VOID(judge(found));
  for (auto& one : found) {
    std::sort(one.state.patches.begin(), one.state.patches.end(),
              [](const auto& a, const auto& b) { return a.number < b.number; });
    list_.series.push_back(std::move(one.state));
  }
  return std::move(list_);
}

}  // namespace

Review ListedSeries::review() const {
  const auto reviewed = std::count_if(patches.begin(), patches.end(), [](const auto& one) { return one.is_reviewed; });
  return reviewed == 0                                         ? Review::kNone
         : static_cast<std::size_t>(reviewed) < patches.size() ? Review::kSome
                                                               : Review::kAll;
}

std::size_t ListedSeries::count_in_branch() const {
  return static_cast<std::size_t>(
      std::count_if(patches.begin(), patches.end(), [](const auto& one) { return !one.commit.empty(); }));
}

bool ListedSeries::is_in_branch() const {
  return missing.empty() && !patches.empty() && count_in_branch() == patches.size();
}

Result<SeriesList> list_series(const Env& env, const archive::Registry& registry, const search::Sources& sources,
                               const SeriesWish& wish) {
  return Lister(env, registry, sources, wish).list();
}

}  // namespace lorelei::workflow
