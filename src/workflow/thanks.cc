// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/thanks.hh"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>

#include "base/random.hh"
#include "base/text.hh"
#include "mail/message.hh"
#include "mail/overview.hh"
#include "workflow/am.hh"

namespace lorelei::workflow {

namespace {

using Kind = Error::Kind;
using Progress = SeriesProgress;
constexpr std::string_view kEnd = ".thanks";

// The tag is b4's: filters know it.
Result<std::string> new_message_id(std::int64_t now, const std::string& address) {
  TRY(const auto random, random_bytes(8));
  const auto domain = address.substr(address.find('@') + 1);
  return fmt::format("{}.{}.b4-ty@{}", now, hex(random), domain);
}

bool is_letter_there(const RecordedLetter& letter) {
  const auto text = read_file(letter.file);
  if (!text) return false;
  const auto ids = mail::message_ids(mail::Entity(*text));
  return !ids.empty() && ids.front() == letter.message_id;
}

Result<void> refuse_old_letters(const fs::path& directory) {
  std::error_code failed;
  for (fs::directory_iterator at(directory, failed), end; !failed && at != end; at.increment(failed))
    if (at->path().extension() == kEnd)
      return err(Kind::kConflict, "write letters to", directory,
                 "there are some already, as " + at->path().filename().string(),
                 "send them and remove them, or -o DIR");
  return {};
}

// The letter is about the patches that were found and not thanked for before; about all, if none was found.
ThanksDue with_commits(SeriesRecord record, const FoundSeries& found) {
  if (record.is_pull()) return {std::move(record), found.patches[0].commit};
  for (std::size_t i = 0; i < record.patches.size(); ++i) {
    auto& patch = record.patches[i];
    if (patch.thanks == Thanks::kDone) continue;
    patch.commit = found.patches[i].commit;
    patch.thanks = found.count() == 0 || !patch.commit.empty() ? Thanks::kDue : Thanks::kNone;
  }
  return {std::move(record)};
}

std::vector<std::string> commits_in(const ThanksDue& due) {
  std::vector<std::string> commits;
  for (const auto& patch : due.record.patches)
    if (patch.thanks == Thanks::kDue && !patch.commit.empty()) commits.push_back(patch.commit);
  return commits;
}

bool share_commit(const ThanksDue& one, const ThanksDue& other) {
  const auto some = commits_in(one), others = commits_in(other);
  return std::find_first_of(some.begin(), some.end(), others.begin(), others.end()) != some.end();
}

std::size_t unthanked(const SeriesRecord& record) {
  if (record.is_pull()) return 1;
  return static_cast<std::size_t>(
      std::count_if(record.patches.begin(), record.patches.end(),
                    [](const RecordedPatch& patch) { return patch.thanks != Thanks::kDone; }));
}

// The record as it is looked for: without what was thanked for before.
SeriesRecord to_look_for(const SeriesRecord& record) {
  auto wanted = record;
  for (auto& patch : wanted.patches)
    if (patch.thanks == Thanks::kDone) patch = {patch.number, "", "", "", ""};
  return wanted;
}

}  // namespace

Result<ThanksDesk> ThanksDesk::open(const Env& env, const git::RepositoryHere& here, Purpose purpose) {
  ThanksDesk desk(env, here.common);
  if (purpose == Purpose::kWrite) {
    TRY_VOID(make_directories(SeriesState::file_in(here.common).parent_path()));
    TRY(desk.lock_, FileLock::take(here.common / "lorelei" / "ty.lock", LockMode::kExclusive, LockWait::kFail));
    TRY(desk.state_, SeriesState::open(here.common, SeriesState::Access::kWrite));
    TRY_VOID(desk.settle());
  } else if (auto state = SeriesState::open(here.common, SeriesState::Access::kRead)) {
    desk.state_ = *std::move(state);
  } else if (state.error().kind != Kind::kNotFound) {
    return tl::unexpected(state.error());
  }
  TRY_VOID(desk.collect());
  return desk;
}

Result<void> ThanksDesk::settle() {
  TRY(const auto due, state_->list({Progress::kDue}));
  std::vector<std::string> written, not_written;
  for (const auto& record : due) {
    const bool is_there = is_letter_there(record.letter);
    (is_there ? written : not_written).push_back(record.message_id);
    if (is_there) notes_.push_back("Written by an earlier run: " + record.letter.file);
  }
  if (!written.empty()) TRY_VOID(state_->mark_thanked(written, env_->now()));
  if (!not_written.empty()) TRY_VOID(state_->mark_not_written(not_written, env_->now()));
  return end_foreign_records();
}

// A file that b4 has written since then is about something new.
static bool is_from_before(const fs::path& file, std::int64_t when) {
  struct stat status {};
  return stat(file.c_str(), &status) == 0 && status.st_mtime <= when;
}

Result<void> ThanksDesk::end_foreign_records() {
  TRY(const auto ended, state_->list({Progress::kThanked, Progress::kDiscarded}));
  for (const auto& record : ended)
    if (!record.foreign_record.empty() && is_from_before(record.foreign_record, record.changed_at))
      TRY_VOID(end_b4_record(record.foreign_record,
                             record.progress == Progress::kThanked ? B4End::kSent : B4End::kDiscarded));
  return {};
}

Result<void> ThanksDesk::collect() {
  std::map<std::string, std::size_t> places;
  std::map<std::string, std::int64_t> ended;
  if (state_) {
    TRY(auto records, state_->list());
    for (auto& record : records) {
      if (record.progress == Progress::kThanked || record.progress == Progress::kDiscarded)
        ended.emplace(record.foreign_record, record.changed_at);
      else if (record.progress != Progress::kSeen && places.emplace(record.message_id, outstanding_.size()).second)
        outstanding_.push_back(std::move(record));
    }
  }
  auto foreign = b4_records(*env_);
  for (auto& complaint : foreign.complaints) notes_.push_back(std::move(complaint));
  for (auto& record : foreign.records) {
    const auto end = ended.find(record.foreign_record);
    if (end != ended.end() && is_from_before(record.foreign_record, end->second)) continue;
    if (const auto own = places.find(record.message_id); own != places.end())
      outstanding_[own->second].foreign_record = record.foreign_record;
    else {
      elsewhere_.insert(record.message_id);
      outstanding_.push_back(std::move(record));
    }
  }
  return {};
}

// A title alone is no proof.
void ThanksDesk::look_for_foreign(const CommitIndex& commits) {
  for (const auto& record : outstanding_) {
    if (!elsewhere_.contains(record.message_id)) continue;
    const auto found = commits.find(record);
    if (std::any_of(found.patches.begin(), found.patches.end(), [](const FoundPatch& one) {
          return one.by != FoundPatch::By::kNothing && one.by != FoundPatch::By::kTitle;
        }))
      elsewhere_.erase(record.message_id);
  }
}

bool ThanksDesk::is_superseded(const SeriesRecord& record, const SeriesRecord& by) const {
  return record.is_older_revision_of(by) && !elsewhere_.contains(record.message_id);
}

int ThanksDesk::place_of(const SeriesRecord& record) const {
  const auto found = std::find_if(outstanding_.begin(), outstanding_.end(),
                                  [&](const auto& one) { return one.message_id == record.message_id; });
  return static_cast<int>(found - outstanding_.begin()) + 1;
}

Result<std::set<std::string>> ThanksDesk::thanked_commits() {
  return state_ ? state_->thanked_commits() : Result<std::set<std::string>>();
}

std::vector<ThanksDue> ThanksDesk::applied(const CommitIndex& commits) {
  struct Candidate {
    ThanksDue due;
    std::size_t exact = 0;
    auto rank() const { return std::pair(exact, due.record.revision); }
  };
  look_for_foreign(commits);
  std::vector<Candidate> best;
  for (std::size_t place = 0; place < outstanding_.size(); ++place) {
    const auto& record = outstanding_[place];
    const auto found = commits.find(to_look_for(record));
    const auto wanted = unthanked(record);
    if (found.count() > 0 && found.count() < wanted)
      notes_.push_back(fmt::format("{} of {} patches found, no letter yet; with one: -t {}: {}", found.count(), wanted,
                                   place + 1, record.subject));
    if (found.count() == 0 || found.count() < wanted) continue;
    Candidate candidate{with_commits(record, found), found.exact()};
    const auto other = std::find_if(best.begin(), best.end(), [&](const Candidate& one) {
      return one.due.record.is_revision_of(record) &&
             (one.due.record.revision != record.revision || share_commit(one.due, candidate.due));
    });
    if (other == best.end())
      best.push_back(std::move(candidate));
    else if (candidate.rank() > other->rank())
      *other = std::move(candidate);
  }
  std::stable_sort(best.begin(), best.end(),
                   [](const auto& one, const auto& other) { return one.exact > other.exact; });
  std::vector<ThanksDue> due;
  std::set<std::string> named;
  for (auto& candidate : best) {
    const auto commits_named = commits_in(candidate.due);
    if (std::any_of(commits_named.begin(), commits_named.end(), [&](const auto& id) { return named.contains(id); })) {
      notes_.push_back("its commits are those of another series: " + candidate.due.record.subject);
      continue;
    }
    named.insert(commits_named.begin(), commits_named.end());
    due.push_back(std::move(candidate.due));
  }
  return due;
}

std::vector<ThanksDue> ThanksDesk::chosen(const std::vector<int>& places, const CommitIndex& commits) {
  look_for_foreign(commits);
  std::vector<ThanksDue> due;
  for (const int place : places) {
    const auto& record = outstanding_[static_cast<std::size_t>(place - 1)];
    if (unthanked(record) == 0) {
      notes_.push_back("the patches that were made ready are thanked for, no letter: " + record.subject);
      continue;
    }
    const auto found = commits.find(to_look_for(record));
    if (found.count() < unthanked(record))
      notes_.push_back(fmt::format("{} of {} patches found, look at the letter: {}", found.count(), unthanked(record),
                                   record.subject));
    due.push_back(with_commits(record, found));
  }
  return due;
}

Result<ThanksDesk::Composed> ThanksDesk::compose(const ThanksSettings& settings, const LetterWishes& wishes,
                                                 std::vector<ThanksDue> due) {
  std::error_code failed;
  const auto directory = fs::absolute(wishes.directory, failed);
  if (failed) return err_errno(failed.value(), "find the directory", wishes.directory);
  TRY_VOID(refuse_old_letters(directory));
  Composed composed;
  std::set<std::string> names, ids;
  for (const auto& [record, merge] : due) ids.insert(record.message_id);
  for (auto& [record, merge] : due) {
    if (record.letter.message_id.empty()) {
      TRY(record.letter.message_id, new_message_id(env_->now(), settings.from.address));
    }
    const auto slug = slug_of(record.author.address + "_" + record.subject);
    auto name = slug;
    for (int i = 2; !names.insert(name).second; ++i) name = fmt::format("{}_{}", slug, i);
    const auto file = (directory / (name + std::string(kEnd))).lexically_normal();
    record.letter.file = file;
    record.branch = settings.branch;
    auto text = thanks_letter(settings, record, merge, mail::local_time(env_->now()), wishes.writer, wishes.eight_bit);
    if (!text && text.error().kind == Kind::kRefused) {
      text.error().next = fmt::format("lorelei ty -d {}", place_of(record));
      composed.failures.push_back(std::move(text).error());
      continue;
    }
    if (!text) return tl::unexpected(std::move(text).error());
    Letter letter{std::move(record), *std::move(text), file};
    for (const auto& other : outstanding_)
      if (is_superseded(other, letter.record) && !ids.contains(other.message_id))
        letter.superseded.push_back(other.subject);
    composed.letters.push_back(std::move(letter));
  }
  return composed;
}

// What only b4 knew of, and has its end now.
Result<void> ThanksDesk::adopt(const SeriesRecord& foreign) {
  TRY(const auto known, state_->find(foreign.message_id));
  return known ? Result<void>() : state_->record_prepared(foreign, env_->now());
}

Result<ThanksDesk::Written> ThanksDesk::write(std::vector<Letter> letters) {
  std::vector<SeriesRecord> records;
  for (const auto& letter : letters) {
    records.push_back(letter.record);
    for (const auto& other : outstanding_)
      if (is_superseded(other, letter.record)) TRY_VOID(adopt(other));
  }
  TRY_VOID(state_->mark_due(records, env_->now()));
  Written written;
  std::vector<std::string> thanked, not_written;
  for (auto& letter : letters) {
    if (!written.failure && env_->stop_requested())
      written.failure = Error{Kind::kCancelled, "write letters", "", "you stopped it", "", "", 0};
    if (!written.failure) {
      auto done = make_directories(letter.file.parent_path());
      if (done) done = create_file(letter.file, letter.text);
      if (!done) written.failure = done.error();
    }
    (written.failure ? not_written : thanked).push_back(letter.record.message_id);
    if (!written.failure) written.letters.push_back(std::move(letter));
  }
  // First those that are not there: they are no older revisions then that somebody was thanked for.
  if (!not_written.empty()) TRY_VOID(state_->mark_not_written(not_written, env_->now()));
  TRY_VOID(state_->mark_thanked(thanked, env_->now()));
  TRY_VOID(end_foreign_records());
  return written;
}

Result<void> ThanksDesk::discard(const std::vector<int>& places) {
  std::vector<std::string> ids;
  for (const int place : places) {
    const auto& record = outstanding_[static_cast<std::size_t>(place - 1)];
    TRY_VOID(adopt(record));
    ids.push_back(record.message_id);
  }
  TRY_VOID(state_->mark_discarded(ids, env_->now()));
  for (const int place : places) {
    const auto& file = outstanding_[static_cast<std::size_t>(place - 1)].foreign_record;
    if (!file.empty()) TRY_VOID(end_b4_record(file, B4End::kDiscarded));
  }
  return {};
}

}  // namespace lorelei::workflow
