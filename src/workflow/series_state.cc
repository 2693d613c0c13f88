// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/series_state.hh"

#include <fmt/core.h>

#include <algorithm>

#include "archive/sqlite.hh"
#include "git/repository_here.hh"

namespace lorelei::workflow {

namespace {

using archive::Sqlite;
using archive::SqliteMode;
using archive::Statement;
using archive::Transaction;
using Kind = Error::Kind;

constexpr int kSchemaVersion = 1;
constexpr const char* kSchema = R"sql(
CREATE TABLE series (id INTEGER PRIMARY KEY, message_id TEXT NOT NULL UNIQUE, change_id TEXT NOT NULL,
  revision INTEGER NOT NULL, subject TEXT NOT NULL, title TEXT NOT NULL, author TEXT NOT NULL, address TEXT NOT NULL,
  date TEXT NOT NULL, quote TEXT NOT NULL, expected INTEGER NOT NULL, pull_tip TEXT NOT NULL, progress TEXT NOT NULL,
  branch TEXT NOT NULL, changed_at INTEGER NOT NULL, letter_id TEXT NOT NULL, letter_file TEXT NOT NULL,
  foreign_record TEXT NOT NULL);
CREATE TABLE recipient (series INTEGER NOT NULL, at INTEGER NOT NULL, kind INTEGER NOT NULL, name TEXT NOT NULL,
  address TEXT NOT NULL, PRIMARY KEY (series, kind, at)) WITHOUT ROWID;
CREATE TABLE reference (series INTEGER NOT NULL, at INTEGER NOT NULL, message_id TEXT NOT NULL,
  PRIMARY KEY (series, at)) WITHOUT ROWID;
CREATE TABLE patch (series INTEGER NOT NULL, number INTEGER NOT NULL, title TEXT NOT NULL, message_id TEXT NOT NULL,
  patch_id TEXT NOT NULL, hash TEXT NOT NULL, commit_id TEXT NOT NULL, thanks INTEGER NOT NULL,
  PRIMARY KEY (series, number)) WITHOUT ROWID;
CREATE TABLE given (series INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (series, number, name, value)) WITHOUT ROWID;
)sql";
// What `am` waits for somebody else; whoever is not in a hurry waits longer (archive/sqlite).
constexpr int kHastyMilliseconds = 2000;

enum RecipientKind : std::int64_t { kTo = 0, kCc = 1 };

// What cannot be made again: the advice for an index would be wrong.
Error of_damaged(Error error) {
  if (error.kind == Kind::kCorrupt) error.next = "move it away; what it knew is lost";
  return error;
}

Result<std::int64_t> version_of(const Sqlite& db) {
  Statement version(db, "SELECT user_version FROM pragma_user_version");
  const auto row = version.step();
  if (!row) return tl::unexpected(of_damaged(row.error()));
  return version.integer(0);
}

// A log beside the file, which a power cut cannot leave half played back. Without one (a file system that it does not
// work on, somebody who reads just now) every change has to wait for the disk.
Result<void> use_log(const Sqlite& db, bool is_hasty) {
  Statement mode(db, "PRAGMA journal_mode = WAL");
  const auto row = mode.step();
  if (!row && row.error().kind != Kind::kTemporary) return tl::unexpected(of_damaged(row.error()));
  const bool is_log = row && *row && mode.text(0) == "wal";
  mode.reset();
  return db.exec(is_log && is_hasty ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL");
}

tl::unexpected<Error> of_newer_version(const fs::path& file) {
  return err(Kind::kRefused, "read what is known of series", file, "a newer version of the program wrote it",
             "use that version");
}

tl::unexpected<Error> not_recorded(std::string_view message_id) {
  return err(Kind::kNotFound, "find the series", std::string(message_id), "nothing is recorded of it",
             "lorelei am MSGID");
}

}  // namespace

struct SeriesState::Impl {
  Sqlite db;

  explicit Impl(Sqlite open) : db(std::move(open)) {}

  Result<std::optional<std::int64_t>> id_of(std::string_view message_id) const;
  Result<std::int64_t> known_id_of(std::string_view message_id) const;
  Result<std::int64_t> add(const SeriesRecord&, SeriesProgress, std::int64_t now) const;
  Result<void> put_lists(std::int64_t id, const SeriesRecord&) const;
  Result<void> put_patches(std::int64_t id, const SeriesRecord&) const;
  Result<void> set_progress(std::int64_t id, SeriesProgress, std::int64_t now) const;
  Result<bool> has_unthanked(std::int64_t id) const;
  Result<void> prepare_again(std::int64_t id, const SeriesRecord&, std::int64_t now) const;
  Result<void> forget_letter(std::int64_t id) const;
  Result<void> set_thanked(std::int64_t id, std::int64_t now) const;
  Result<SeriesRecord> read(Statement& row) const;
  Result<void> read_lists(std::int64_t id, SeriesRecord&) const;
  Result<std::vector<SeriesRecord>> read_all(Statement& rows) const;
};

Result<std::optional<std::int64_t>> SeriesState::Impl::id_of(std::string_view message_id) const {
  Statement find(db, "SELECT id FROM series WHERE message_id = ?");
  TRY(const bool row, find.bind(message_id).step());
  return row ? std::optional(find.integer(0)) : std::nullopt;
}

Result<std::int64_t> SeriesState::Impl::known_id_of(std::string_view message_id) const {
  TRY(const auto id, id_of(message_id));
  if (!id) return not_recorded(message_id);
  return *id;
}

Result<std::int64_t> SeriesState::Impl::add(const SeriesRecord& record, SeriesProgress progress,
                                            std::int64_t now) const {
  Statement insert(db,
                   "INSERT INTO series (message_id, change_id, revision, subject, title, author, address, date, quote, "
                   "expected, pull_tip, progress, branch, changed_at, letter_id, letter_file, foreign_record) "
                   "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert.bind(record.message_id).bind(record.change_id).bind(record.revision).bind(record.subject).bind(record.title);
  insert.bind(record.author.name).bind(record.author.address).bind(record.date).bind(record.quote);
  insert.bind(record.expected).bind(record.pull_tip).bind(name_of(progress)).bind(record.branch).bind(now);
  insert.bind(record.letter.message_id).bind(record.letter.file).bind(record.foreign_record);
  TRY_VOID(insert.run());
  const auto id = db.last_insert_rowid();
  TRY_VOID(put_lists(id, record));
  TRY_VOID(put_patches(id, record));
  return id;
}

Result<void> SeriesState::Impl::put_lists(std::int64_t id, const SeriesRecord& record) const {
  Statement recipient(db, "INSERT INTO recipient VALUES (?, ?, ?, ?, ?)");
  for (const auto& [kind, people] : {std::pair(kTo, &record.to), std::pair(kCc, &record.cc)}) {
    std::int64_t at = 0;
    for (const auto& person : *people)
      TRY_VOID(recipient.bind(id).bind(at++).bind(kind).bind(person.name).bind(person.address).run());
  }
  Statement reference(db, "INSERT INTO reference VALUES (?, ?, ?)");
  std::int64_t at = 0;
  for (const auto& ancestor : record.references) TRY_VOID(reference.bind(id).bind(at++).bind(ancestor).run());
  return {};
}

// Of a patch that is there, its commit and its thanks stay.
Result<void> SeriesState::Impl::put_patches(std::int64_t id, const SeriesRecord& record) const {
  Statement put(db,
                "INSERT INTO patch VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET title = excluded.title, "
                "message_id = excluded.message_id, patch_id = excluded.patch_id, hash = excluded.hash");
  for (const auto& patch : record.patches) {
    put.bind(id).bind(patch.number).bind(patch.title).bind(patch.message_id).bind(patch.patch_id);
    TRY_VOID(put.bind(patch.patchwork_hash).bind(patch.commit).bind(static_cast<std::int64_t>(patch.thanks)).run());
  }
  return {};
}

Result<void> SeriesState::Impl::set_progress(std::int64_t id, SeriesProgress progress, std::int64_t now) const {
  Statement set(db, "UPDATE series SET progress = ?, changed_at = ? WHERE id = ?");
  return set.bind(name_of(progress)).bind(now).bind(id).run();
}

Result<bool> SeriesState::Impl::has_unthanked(std::int64_t id) const {
  Statement any(db, "SELECT EXISTS (SELECT 1 FROM patch WHERE series = ? AND thanks < 2)");
  TRY([[maybe_unused]] const bool row, any.bind(id).step());
  return any.integer(0) != 0;
}

// What has nothing new stays thanked; of a pull request, the same tip is nothing new.
Result<void> SeriesState::Impl::prepare_again(std::int64_t id, const SeriesRecord& record, std::int64_t now) const {
  Statement before(db, "SELECT progress, pull_tip FROM series WHERE id = ?");
  TRY([[maybe_unused]] const bool row, before.bind(id).step());
  const auto progress = progress_named(before.text(0));
  const bool has_moved = before.text(1) != record.pull_tip;
  before.reset();
  if (progress == SeriesProgress::kDue) return {};  // a letter that is being written is for its writer to settle
  const bool is_thanked = progress == SeriesProgress::kThanked;
  bool has_news = has_moved || !is_thanked;
  if (!record.is_pull()) {
    TRY(has_news, has_unthanked(id));
  }
  if (!has_news) return {};
  Statement tip(db, "UPDATE series SET pull_tip = ? WHERE id = ?");
  TRY_VOID(tip.bind(record.pull_tip).bind(id).run());
  if (is_thanked) TRY_VOID(forget_letter(id));
  return set_progress(id, SeriesProgress::kPrepared, now);
}

// It was sent, and the next one is another mail.
Result<void> SeriesState::Impl::forget_letter(std::int64_t id) const {
  Statement forget(db, "UPDATE series SET letter_id = '', letter_file = '' WHERE id = ?");
  return forget.bind(id).run();
}

Result<void> SeriesState::Impl::set_thanked(std::int64_t id, std::int64_t now) const {
  Statement done(db, "UPDATE patch SET thanks = 2 WHERE series = ? AND thanks = 1");
  TRY_VOID(done.bind(id).run());
  Statement count(db,
                  "SELECT pull_tip != '' OR (SELECT count(*) FROM patch WHERE series = series.id AND thanks = 2) >= "
                  "max(expected, (SELECT count(*) FROM patch WHERE series = series.id)) FROM series WHERE id = ?");
  TRY([[maybe_unused]] const bool row, count.bind(id).step());
  const bool is_whole = count.integer(0) != 0;
  count.reset();
  if (!is_whole) TRY_VOID(forget_letter(id));
  return set_progress(id, is_whole ? SeriesProgress::kThanked : SeriesProgress::kApplied, now);
}

constexpr const char* kColumns =
    "id, message_id, change_id, revision, subject, title, author, address, date, quote, expected, pull_tip, progress, "
    "branch, changed_at, letter_id, letter_file, foreign_record";

Result<SeriesRecord> SeriesState::Impl::read(Statement& row) const {
  const auto text = [&](int column) { return std::string(row.text(column)); };
  const auto progress = progress_named(row.text(12));
  if (!progress) return err(Kind::kCorrupt, "read what is known of series", db.path(), "no such progress: " + text(12));
  SeriesRecord record;
  record.message_id = text(1);
  record.change_id = text(2);
  record.revision = static_cast<int>(row.integer(3));
  record.subject = text(4);
  record.title = text(5);
  record.author = {text(6), text(7)};
  record.date = text(8);
  record.quote = text(9);
  record.expected = static_cast<int>(row.integer(10));
  record.pull_tip = text(11);
  record.progress = *progress;
  record.branch = text(13);
  record.changed_at = row.integer(14);
  record.letter = {text(15), text(16)};
  record.foreign_record = text(17);
  TRY_VOID(read_lists(row.integer(0), record));
  return record;
}

Result<void> SeriesState::Impl::read_lists(std::int64_t id, SeriesRecord& record) const {
  Statement recipients(db, "SELECT kind, name, address FROM recipient WHERE series = ? ORDER BY kind, at");
  recipients.bind(id);
  while (true) {
    TRY(const bool is_there, recipients.step());
    if (!is_there) break;
    auto& people = recipients.integer(0) == kTo ? record.to : record.cc;
    people.push_back({std::string(recipients.text(1)), std::string(recipients.text(2))});
  }
  Statement references(db, "SELECT message_id FROM reference WHERE series = ? ORDER BY at");
  references.bind(id);
  while (true) {
    TRY(const bool is_there, references.step());
    if (!is_there) break;
    record.references.emplace_back(references.text(0));
  }
  Statement patches(db,
                    "SELECT number, title, message_id, patch_id, hash, commit_id, thanks FROM patch WHERE series = ? "
                    "ORDER BY number");
  patches.bind(id);
  while (true) {
    TRY(const bool is_there, patches.step());
    if (!is_there) break;
    const auto text = [&](int column) { return std::string(patches.text(column)); };
    record.patches.push_back({static_cast<int>(patches.integer(0)), text(1), text(2), text(3), text(4), text(5),
                              static_cast<Thanks>(std::clamp<std::int64_t>(patches.integer(6), 0, 2))});
  }
  return {};
}

Result<std::vector<SeriesRecord>> SeriesState::Impl::read_all(Statement& rows) const {
  std::vector<SeriesRecord> records;
  while (true) {
    TRY(const bool row, rows.step());
    if (!row) break;
    TRY(auto record, read(rows));
    records.push_back(std::move(record));
  }
  return records;
}

SeriesState::SeriesState(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

fs::path SeriesState::file_in(const fs::path& common_directory) {
  return common_directory / "lorelei" / "series-state.sqlite3";
}

Result<SeriesState> SeriesState::open(const fs::path& common_directory, Access access, Haste haste) {
  const auto file = file_in(common_directory);
  if (access == Access::kRead) {
    std::error_code failed;
    if (!fs::exists(file, failed))
      return err(Kind::kNotFound, "read what is known of series", file, "nothing was recorded yet", "lorelei am MSGID");
    TRY(auto db, Sqlite::open(file, SqliteMode::kReadOnly));
    TRY(const auto version, version_of(db));
    if (version > kSchemaVersion) return of_newer_version(file);
    if (version == 0)
      return err(Kind::kNotFound, "read what is known of series", file, "nothing was recorded yet", "lorelei am MSGID");
    return SeriesState(std::make_shared<Impl>(std::move(db)));
  }
  TRY_VOID(make_directories(file.parent_path()));
  TRY(auto db, Sqlite::open(file, SqliteMode::kCreate));
  if (haste == Haste::kYes) TRY_VOID(db.exec(fmt::format("PRAGMA busy_timeout = {}", kHastyMilliseconds)));
  TRY(auto version, version_of(db));
  if (version > kSchemaVersion) return of_newer_version(file);  // before anything is written, even to its header
  TRY_VOID(use_log(db, haste == Haste::kYes));
  if (version == 0) {
    TRY(auto transaction, Transaction::begin(db));
    TRY(version, version_of(db));  // somebody else was perhaps quicker
    if (version == 0) TRY_VOID(db.exec(std::string(kSchema) + fmt::format("PRAGMA user_version = {}", kSchemaVersion)));
    TRY_VOID(transaction.commit());
  }
  if (version > kSchemaVersion) return of_newer_version(file);
  return SeriesState(std::make_shared<Impl>(std::move(db)));
}

Result<void> SeriesState::record_seen(const SeriesRecord& record, std::int64_t now) {
  TRY(auto transaction, Transaction::begin(impl_->db));
  TRY(const auto id, impl_->id_of(record.message_id));
  if (!id) {
    TRY([[maybe_unused]] const auto added, impl_->add(record, SeriesProgress::kSeen, now));
  }
  return transaction.commit();
}

Result<void> SeriesState::record_prepared(const SeriesRecord& record, std::int64_t now) {
  TRY(auto transaction, Transaction::begin(impl_->db));
  TRY(const auto id, impl_->id_of(record.message_id));
  if (!id) {
    TRY([[maybe_unused]] const auto added, impl_->add(record, SeriesProgress::kPrepared, now));
    return transaction.commit();
  }
  Statement drop_recipients(impl_->db, "DELETE FROM recipient WHERE series = ?");
  Statement drop_references(impl_->db, "DELETE FROM reference WHERE series = ?");
  TRY_VOID(drop_recipients.bind(*id).run());
  TRY_VOID(drop_references.bind(*id).run());
  TRY_VOID(impl_->put_lists(*id, record));
  TRY_VOID(impl_->put_patches(*id, record));
  Statement update(impl_->db,
                   "UPDATE series SET change_id = ?, revision = ?, subject = ?, title = ?, author = ?, address = ?, "
                   "date = ?, quote = ?, expected = ? WHERE id = ?");
  update.bind(record.change_id).bind(record.revision).bind(record.subject).bind(record.title);
  update.bind(record.author.name).bind(record.author.address).bind(record.date).bind(record.quote);
  TRY_VOID(update.bind(record.expected).bind(*id).run());
  TRY_VOID(impl_->prepare_again(*id, record, now));
  return transaction.commit();
}

Result<void> SeriesState::record_applied(std::string_view message_id, const std::string& branch,
                                         const std::vector<AppliedPatch>& patches, std::int64_t now) {
  TRY(auto transaction, Transaction::begin(impl_->db));
  TRY(const auto id, impl_->known_id_of(message_id));
  Statement set(impl_->db, "UPDATE patch SET commit_id = ? WHERE series = ? AND number = ?");
  for (const auto& patch : patches) {
    TRY_VOID(set.bind(patch.commit).bind(id).bind(patch.number).run());
    if (impl_->db.changes() == 0)
      return err(Kind::kNotFound, "record the commit of", fmt::format("{}/{}", message_id, patch.number),
                 "the series has no such patch");
  }
  Statement place(impl_->db, "UPDATE series SET branch = ? WHERE id = ?");
  TRY_VOID(place.bind(branch).bind(id).run());
  TRY(const bool has_unthanked, impl_->has_unthanked(id));
  if (has_unthanked) TRY_VOID(impl_->set_progress(id, SeriesProgress::kApplied, now));
  return transaction.commit();
}

Result<void> SeriesState::take_back(std::string_view message_id, const std::string& branch, std::int64_t noted_at,
                                    std::int64_t now) {
  TRY(auto transaction, Transaction::begin(impl_->db));
  TRY(const auto record, find(message_id));
  const bool is_open =
      record && (record->progress == SeriesProgress::kPrepared || record->progress == SeriesProgress::kApplied);
  const bool is_thanked = record && std::any_of(record->patches.begin(), record->patches.end(),
                                                [](const auto& patch) { return patch.thanks != Thanks::kNone; });
  if (!is_open || is_thanked) return {};
  TRY(const auto id, impl_->known_id_of(message_id));
  if (noted_at > 0 && record->changed_at <= noted_at) {
    for (const char* table : {"recipient", "reference", "patch", "given"}) {
      Statement drop(impl_->db, fmt::format("DELETE FROM {} WHERE series = ?", table));
      TRY_VOID(drop.bind(id).run());
    }
    Statement drop(impl_->db, "DELETE FROM series WHERE id = ?");
    TRY_VOID(drop.bind(id).run());
    return transaction.commit();
  }
  if (record->progress != SeriesProgress::kApplied || record->branch != branch) return {};
  Statement clear(impl_->db, "UPDATE patch SET commit_id = '' WHERE series = ?");
  TRY_VOID(clear.bind(id).run());
  TRY_VOID(impl_->set_progress(id, SeriesProgress::kPrepared, now));
  return transaction.commit();
}

Result<void> SeriesState::record_given(std::string_view message_id, const GivenTrailer& trailer) {
  TRY(auto transaction, Transaction::begin(impl_->db));
  TRY(const auto id, impl_->known_id_of(message_id));
  Statement add(impl_->db, "INSERT OR IGNORE INTO given VALUES (?, ?, ?, ?)");
  TRY_VOID(add.bind(id).bind(trailer.number).bind(trailer.name).bind(trailer.value).run());
  return transaction.commit();
}

Result<std::vector<GivenTrailer>> SeriesState::given(std::string_view message_id) {
  TRY(const auto id, impl_->known_id_of(message_id));
  Statement rows(impl_->db, "SELECT number, name, value FROM given WHERE series = ? ORDER BY number, name, value");
  rows.bind(id);
  std::vector<GivenTrailer> trailers;
  while (true) {
    TRY(const bool row, rows.step());
    if (!row) break;
    trailers.push_back({static_cast<int>(rows.integer(0)), std::string(rows.text(1)), std::string(rows.text(2))});
  }
  return trailers;
}

Result<std::vector<SeriesRecord>> SeriesState::list(const std::vector<SeriesProgress>& wanted) {
  std::string names;
  for (const auto progress : wanted) names += fmt::format("{}'{}'", names.empty() ? "" : ", ", name_of(progress));
  Statement rows(impl_->db, fmt::format("SELECT {} FROM series {} ORDER BY id", kColumns,
                                        names.empty() ? "" : "WHERE progress IN (" + names + ")"));
  return impl_->read_all(rows);
}

Result<std::optional<SeriesRecord>> SeriesState::find(std::string_view message_id) {
  Statement rows(impl_->db, fmt::format("SELECT {} FROM series WHERE message_id = ?", kColumns));
  rows.bind(message_id);
  TRY(auto records, impl_->read_all(rows));
  if (records.empty()) return std::nullopt;
  return std::move(records.front());
}

Result<std::set<std::string>> SeriesState::thanked_commits() {
  Statement rows(impl_->db, "SELECT commit_id FROM patch WHERE thanks = 2 AND commit_id != ''");
  std::set<std::string> commits;
  while (true) {
    TRY(const bool row, rows.step());
    if (!row) break;
    commits.emplace(rows.text(0));
  }
  return commits;
}

Result<void> SeriesState::mark_due(const std::vector<SeriesRecord>& records, std::int64_t now) {
  TRY(auto transaction, Transaction::begin(impl_->db));
  Statement put(impl_->db,
                "UPDATE series SET progress = ?, branch = ?, changed_at = ?, letter_id = ?, letter_file = ?, "
                "foreign_record = ? WHERE id = ?");
  Statement patch(impl_->db, "UPDATE patch SET commit_id = ?, thanks = ? WHERE series = ? AND number = ?");
  for (const auto& record : records) {
    TRY(auto id, impl_->id_of(record.message_id));
    if (!id) {
      TRY(id, impl_->add(record, SeriesProgress::kDue, now));
      continue;
    }
    put.bind(name_of(SeriesProgress::kDue)).bind(record.branch).bind(now).bind(record.letter.message_id);
    TRY_VOID(put.bind(record.letter.file).bind(record.foreign_record).bind(*id).run());
    for (const auto& one : record.patches)
      TRY_VOID(patch.bind(one.commit).bind(static_cast<std::int64_t>(one.thanks)).bind(*id).bind(one.number).run());
  }
  return transaction.commit();
}

Result<void> SeriesState::mark_thanked(const std::vector<std::string>& message_ids, std::int64_t now) {
  TRY(auto transaction, Transaction::begin(impl_->db));
  for (const auto& message_id : message_ids) {
    TRY(const auto id, impl_->known_id_of(message_id));
    TRY_VOID(impl_->set_thanked(id, now));
  }
  TRY(const auto others, list({SeriesProgress::kSeen, SeriesProgress::kPrepared, SeriesProgress::kApplied}));
  for (const auto& message_id : message_ids) {
    TRY(const auto thanked, find(message_id));
    for (const auto& other : others) {
      if (!other.is_older_revision_of(*thanked)) continue;
      TRY(const auto id, impl_->known_id_of(other.message_id));
      TRY_VOID(impl_->set_progress(id, SeriesProgress::kDiscarded, now));
    }
  }
  return transaction.commit();
}

Result<void> SeriesState::mark_not_written(const std::vector<std::string>& message_ids, std::int64_t now) {
  TRY(auto transaction, Transaction::begin(impl_->db));
  Statement thanks(impl_->db, "UPDATE patch SET thanks = 0 WHERE series = ? AND thanks = 1");
  for (const auto& message_id : message_ids) {
    TRY(const auto id, impl_->known_id_of(message_id));
    TRY_VOID(thanks.bind(id).run());
    TRY_VOID(impl_->set_progress(id, SeriesProgress::kApplied, now));
  }
  return transaction.commit();
}

Result<void> SeriesState::mark_discarded(const std::vector<std::string>& message_ids, std::int64_t now) {
  TRY(auto transaction, Transaction::begin(impl_->db));
  for (const auto& message_id : message_ids) {
    TRY(const auto id, impl_->known_id_of(message_id));
    TRY_VOID(impl_->set_progress(id, SeriesProgress::kDiscarded, now));
  }
  return transaction.commit();
}

Result<void> record_prepared_here(const Env& env, const SeriesRecord& record) {
  const auto here = git::repository_here(env);
  if (here.kind != git::RepositoryHere::Kind::kFound) return {};
  TRY(auto state, SeriesState::open(here.common, SeriesState::Access::kWrite, SeriesState::Haste::kYes));
  return state.record_prepared(record, env.now());
}

}  // namespace lorelei::workflow
