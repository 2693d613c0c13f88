// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/maildir_box.hh"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <unordered_map>
#include <unordered_set>

#include "base/rename.hh"
#include "mail/maildir.hh"
#include "mail/mbox.hh"

namespace lorelei::lei {

namespace {

using mail::MaildirWriter;

constexpr std::size_t kBatch = 512;  // letters between two commits of the ledger
constexpr std::uint64_t kBatchBytes = 64 << 20;
constexpr int kMostRenames = 20;  // of one file by others, while we want it

std::string base_of(std::string_view name) { return std::string(name.substr(0, name.find(':'))); }

class MaildirBox final : public Box {
 public:
  MaildirBox(fs::path path, Ledger& ledger, const BoxOptions& options, MaildirWriter writer)
      : Box(options.arrival),
        path_(std::move(path)),
        ledger_(ledger),
        options_(options),
        writer_(std::move(writer)),
        batch_(ledger) {}

  Result<void> settle_pending();
  Result<Standing> look() override;
  Result<void> each_foreign(const std::function<Result<void>(Stranger)>&) override;
  Result<std::string> set_aside() override;
  Result<void> put(Letter) override;
  Result<void> flush() override;
  Result<void> remove(const std::vector<Ledger::Row>&) override;
  Result<void> finish() override;

 private:
  // By what is before the colon. Read once: of what comes in later, only our own names matter.
  Result<void> read_names();
  Result<void> read_more_names();
  Result<Standing> standing();
  Result<std::optional<fs::path>> find(const std::string& base) const;
  Result<std::unordered_map<std::string, std::int64_t>> rows_by_place();
  Result<void> wherever_it_is(const std::string& base, const mail::MaildirEntry&, const char* doing,
                              const std::function<int(const fs::path&)>& act);
  Result<std::string> read(const std::string& base, const mail::MaildirEntry&);

  fs::path path_;
  Ledger& ledger_;
  BoxOptions options_;
  MaildirWriter writer_;
  Batch batch_;
  std::optional<std::unordered_map<std::string, mail::MaildirEntry>> names_;
  std::vector<Letter> letters_;
  std::vector<std::string> places_;
  std::uint64_t bytes_ = 0;
};

Result<void> MaildirBox::read_names() {
  if (names_) return {};
  names_.emplace();
  return read_more_names();
}

// A directory does not always show a file that is renamed in it while it is read. So who misses one looks twice before
// it counts as gone.
Result<void> MaildirBox::read_more_names() {
  TRY(auto entries, mail::list_maildir(path_, mail::Trashed::kList));
  for (auto& entry : entries) {
    auto base = base_of(entry.path.filename().string());
    names_->insert_or_assign(std::move(base), std::move(entry));
  }
  return {};
}

// Empty if its owner has taken it away, or made it unreadable.
Result<std::string> MaildirBox::read(const std::string& base, const mail::MaildirEntry& entry) {
  std::string raw;
  TRY_VOID(wherever_it_is(base, entry, "read", [&](const fs::path& file) {
    auto bytes = read_file(file, mail::kMaxMboxMessage);
    if (!bytes) return bytes.error().kind == Error::Kind::kNotFound ? ENOENT : 0;
    raw = *std::move(bytes);
    return 0;
  }));
  return raw;
}

Result<void> MaildirBox::settle_pending() {
  TRY(const auto pending, ledger_.all(Ledger::State::kPending));
  if (pending.empty()) return {};
  TRY_VOID(read_names());
  const auto is_seen = [&](const Ledger::Row& row) { return names_->contains(row.place); };
  if (!std::all_of(pending.begin(), pending.end(), is_seen)) TRY_VOID(read_more_names());
  TRY_VOID(ledger_.join());
  for (const auto& row : pending) {
    const auto found = names_->find(row.place);
    if (found == names_->end()) {
      TRY_VOID(ledger_.forget(row.id));
      continue;
    }
    TRY(auto raw, read(found->first, found->second));
    TRY_VOID(confirm(ledger_, row, row.place, std::move(raw), options_.now));
  }
  for (const char* folder : {"cur", "new"}) TRY_VOID(sync_directory(path_ / folder));
  return ledger_.commit();
}

Result<std::unordered_map<std::string, std::int64_t>> MaildirBox::rows_by_place() {
  std::unordered_map<std::string, std::int64_t> rows;
  for (const auto state : {Ledger::State::kDone, Ledger::State::kForeign}) {
    TRY(const auto some, ledger_.all(state));
    for (const auto& row : some)
      if (!row.place.empty()) rows.emplace(row.place, row.id);
  }
  // What lei wrote is named by its blob, perhaps behind a prefix of its own.
  TRY(const auto known, ledger_.all(Ledger::State::kKnown));
  if (known.empty()) return rows;
  std::unordered_map<std::string, std::int64_t> by_oid;
  for (const auto& row : known) by_oid.emplace(row.oid.hex(), row.id);
  for (const auto& [base, entry] : *names_) {
    auto oid = base.substr(base.rfind(',') + 1);
    oid = oid.substr(0, oid.find('='));
    if (const auto found = by_oid.find(oid); found != by_oid.end()) rows.emplace(base, found->second);
  }
  return rows;
}

Result<Standing> MaildirBox::look() {
  TRY_VOID(read_names());
  TRY(auto all, standing());
  std::size_t delivered = 0;
  for (const auto state : {Ledger::State::kDone, Ledger::State::kForeign, Ledger::State::kKnown}) {
    TRY(const auto rows, ledger_.all(state));
    delivered += rows.size();
  }
  if (all.present.size() == delivered) return all;
  TRY_VOID(read_more_names());
  return standing();
}

Result<Standing> MaildirBox::standing() {
  TRY(const auto rows, rows_by_place());
  Standing standing;
  for (const auto& [base, entry] : *names_) {
    if (const auto row = rows.find(base); row != rows.end())
      standing.present.emplace(row->second, entry.keywords);
    else if (!entry.is_trashed)
      ++standing.foreign;
  }
  return standing;
}

Result<void> MaildirBox::each_foreign(const std::function<Result<void>(Stranger)>& visit) {
  TRY_VOID(read_names());
  TRY(const auto rows, rows_by_place());
  for (const auto& [base, entry] : *names_) {
    if (rows.contains(base) || entry.is_trashed) continue;
    auto raw = read_file(entry.path, mail::kMaxMboxMessage);
    if (!raw && raw.error().kind == Error::Kind::kNotFound) continue;  // its owner moved it meanwhile
    if (!raw) return tl::unexpected(std::move(raw).error());
    TRY_VOID(visit({*std::move(raw), entry.keywords, base}));
  }
  return {};
}

Result<std::optional<fs::path>> MaildirBox::find(const std::string& base) const {
  TRY(const auto entries, mail::list_maildir(path_, mail::Trashed::kList));
  for (const auto& entry : entries)
    if (base_of(entry.path.filename().string()) == base) return entry.path;
  return std::nullopt;
}

// Does something to a file, also if its reader renames it while we are at it. act: the errno, 0 if it is done.
Result<void> MaildirBox::wherever_it_is(const std::string& base, const mail::MaildirEntry& entry, const char* doing,
                                        const std::function<int(const fs::path&)>& act) {
  auto file = entry.path;
  for (int attempt = 0; attempt < kMostRenames; ++attempt) {
    const int why = act(file);
    if (why == 0) return {};
    if (why != ENOENT) return err_errno(why, doing, file.string());
    TRY(auto now, find(base));
    if (!now) {
      TRY(now, find(base));
    }
    if (!now) return {};
    file = *std::move(now);
  }
  return err(Error::Kind::kTemporary, doing, file.string(), "another program keeps renaming it", "try again");
}

Result<std::string> MaildirBox::set_aside() {
  TRY_VOID(read_names());
  TRY(const auto rows, rows_by_place());
  const fs::path backup = path_.string() + ".before-" + time_suffix(options_.now);
  TRY([[maybe_unused]] const auto made, MaildirWriter::create(backup));
  for (auto it = names_->begin(); it != names_->end();) {
    if (rows.contains(it->first)) {
      ++it;
      continue;
    }
    TRY_VOID(wherever_it_is(it->first, it->second, "set aside the mail of", [&](const fs::path& from) {
      return rename_new(from, backup / from.parent_path().filename() / from.filename());
    }));
    it = names_->erase(it);
  }
  for (const auto& directory : {backup / "cur", backup / "new", path_ / "cur", path_ / "new"})
    TRY_VOID(sync_directory(directory));
  return backup.string();
}

Result<void> MaildirBox::put(Letter letter) {
  if (arrival_ == Arrival::kLater || !ledger_.is_empty()) TRY_VOID(read_names());
  const auto folder = arrival_ == Arrival::kLater ? MaildirWriter::Folder::kNew : MaildirWriter::Folder::kCur;
  const auto blob = letter.likeness.oid.hex();
  TRY(auto name,
      writer_.prepare(letter.raw,
                      {.blob_id = blob, .percent = letter.percent, .keywords = letter.keywords, .folder = folder},
                      [&](const std::string& base) { return names_ && names_->contains(base); }));
  TRY_VOID(batch_.add(letter, base_of(name)));
  bytes_ += letter.raw.size();
  letter.raw.clear();
  letter.raw.shrink_to_fit();
  letters_.push_back(std::move(letter));
  places_.push_back(base_of(name));
  return letters_.size() < kBatch && bytes_ < kBatchBytes ? Result<void>() : flush();
}

Result<void> MaildirBox::flush() {
  if (letters_.empty()) return {};
  TRY_VOID(batch_.intend());
  TRY(const auto names, writer_.publish());
  for (std::size_t i = 0; i < names.size(); ++i) places_[i] = base_of(names[i]);
  TRY_VOID(batch_.done(letters_, places_));
  letters_.clear();
  places_.clear();
  bytes_ = 0;
  return {};
}

Result<void> MaildirBox::remove(const std::vector<Ledger::Row>& rows) {
  if (rows.empty()) return {};
  TRY_VOID(read_names());
  TRY(const auto places, rows_by_place());
  std::unordered_set<std::int64_t> unwanted;
  for (const auto& row : rows) unwanted.insert(row.id);
  for (const auto& [place, id] : places) {
    const auto found = names_->find(place);
    if (!unwanted.contains(id) || found == names_->end()) continue;
    TRY_VOID(wherever_it_is(found->first, found->second, "remove from the Maildir",
                            [](const fs::path& file) { return ::unlink(file.c_str()) == 0 ? 0 : errno; }));
    names_->erase(found);
  }
  for (const char* folder : {"cur", "new"}) TRY_VOID(sync_directory(path_ / folder));
  TRY_VOID(ledger_.join());
  for (const auto& row : rows) TRY_VOID(ledger_.forget(row.id));
  return ledger_.commit();
}

Result<void> MaildirBox::finish() {
  TRY_VOID(flush());
  return writer_.finish();
}

}  // namespace

// A Maildir, an empty directory, or as much of a Maildir as was made before a kill.
static Result<bool> may_become_maildir(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error) || mail::is_maildir(path)) return true;
  for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    const auto name = at->path().filename();
    if (name != "cur" && name != "new" && name != "tmp") return false;
  }
  return error ? Result<bool>(err_errno(error.value(), "deliver to", path.string())) : true;
}

Result<std::unique_ptr<Box>> open_maildir_box(const fs::path& path, Ledger& ledger, const BoxOptions& options) {
  TRY(const bool may_become, may_become_maildir(path));
  if (!may_become)
    return err(Error::Kind::kConflict, "deliver to", path.string(), "it is a directory with other things in it",
               "a Maildir, or a name that is free");
  TRY(auto writer, MaildirWriter::create(path));
  auto box = std::make_unique<MaildirBox>(path, ledger, options, std::move(writer));
  TRY_VOID(box->settle_pending());
  return std::unique_ptr<Box>(std::move(box));
}

}  // namespace lorelei::lei
