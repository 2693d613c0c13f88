// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/mail_import.hh"

#include <algorithm>
#include <map>

#include "lei/blob_finder.hh"
#include "lei/mail_sync.hh"
#include "mail/normalise.hh"

namespace lorelei::lei {

namespace {

using source::FoundMail;

constexpr std::size_t kBatch = 8192;  // messages between two checkpoints
constexpr std::uint64_t kBatchBytes = 256 << 20;

class MailImport final : public Follower {
 public:
  MailImport(Env& env, const Settings& settings, const MailImportOptions& options, Store store,
             std::optional<MailSync> sync)
      : env_(env), settings_(settings), options_(options), store_(std::move(store)), sync_(std::move(sync)) {
    has_indexed_ = options.into == Store::Kind::kMail && searchable_indexed(settings.home()).has_value();
  }

  Result<void> take(FoundMail&&);
  Result<void> finish();
  const Imported& report() const { return report_; }

  Result<std::uint64_t> read_up_to(const std::string& folder) override;
  bool looks_back() const override { return !options_.new_only; }
  Result<bool> wants(const FoundMail&) override;
  Result<void> reached(const std::string& folder, std::uint64_t number) override;
  Result<void> renumbered(const std::string& folder, std::uint64_t last) override;

 private:
  struct Row {
    std::string folder;
    Seat seat;
    std::string old_name = {};  // that it replaces
  };
  Result<void> checkpoint();
  Result<void> note_places();
  Result<std::optional<Seat>> seat_of(const FoundMail&);
  Result<std::optional<Likeness>> keep(const std::string& raw);
  Result<bool> is_elsewhere(const git::ObjectId&);
  Result<void> change(const git::ObjectId&, const Mark& before, const Mark& after);
  Mark marked(const std::optional<Seat>&, const FoundMail&, Mark before) const;

  Env& env_;
  const Settings& settings_;
  const MailImportOptions& options_;
  Store store_;
  std::optional<MailSync> sync_;
  std::optional<BlobFinder> blobs_;
  std::unique_ptr<KnownMail> known_;
  bool has_indexed_;              // something is only indexed, and may be stored now
  std::vector<Likeness> stored_;  // if so
  std::optional<git::BlobReader> mail_objects_;
  std::vector<Row> rows_;  // of mail that the store has taken
  std::map<std::string, std::uint64_t> reached_;
  std::uint64_t bytes_ = 0;
  Imported report_;
};

Result<std::optional<Seat>> MailImport::seat_of(const FoundMail& mail) {
  if (!sync_ || mail.folder.empty()) return std::nullopt;
  return mail.name.empty() ? sync_->seat(mail.folder, mail.number) : sync_->seat(mail.folder, mail.name);
}

// What the marks are, once the folder's changes are among them.
Mark MailImport::marked(const std::optional<Seat>& seat, const FoundMail& mail, Mark mark) const {
  if (options_.keywords) {
    const auto ours = to_keywords(mark.keywords);
    const auto now = merged(seat ? seat->agreed : std::nullopt, mail.keywords, ours);
    for (const auto& word : from_keywords(ours)) mark.keywords.erase(word);
    for (const auto& word : from_keywords(now)) mark.keywords.insert(word);
  }
  return MarkChange{.add = options_.marks, .remove = {}}.applied_to(std::move(mark));
}

Result<void> MailImport::take(FoundMail&& mail) {
  TRY(const auto seat, seat_of(mail));
  TRY(const auto known, keep(mail.raw));
  if (!known) return {};
  const auto& likeness = *known;
  TRY(const auto before, store_.mark_of(likeness.digest));
  const auto after = marked(seat, mail, before);
  if (after != before) {
    ++report_.marked;
    TRY_VOID(store_.change(likeness, difference(before, after)));
  }
  if (!seat) ++report_.taken;
  if (sync_ && !mail.folder.empty()) {
    Row row{mail.folder, {likeness.oid, mail.number, mail.name, {}}, seat && seat->name != mail.name ? seat->name : ""};
    if (options_.keywords) row.seat.agreed = mail.keywords;
    rows_.push_back(std::move(row));
  }
  bytes_ += mail.raw.size();
  return rows_.size() < kBatch && bytes_ < kBatchBytes ? Result<void>() : checkpoint();
}

// What the message is known by from now on; nothing: it is passed over.
Result<std::optional<Likeness>> MailImport::keep(const std::string& raw) {
  const bool passes_over = options_.unknown == Unknown::kPassOver;
  if (passes_over || options_.into == Store::Kind::kIndexOnly) {
    if (!known_) {
      const auto scope = passes_over ? KnownMail::Scope::kEverywhere : KnownMail::Scope::kOwn;
      TRY(auto known, KnownMail::open(env_, settings_, options_.manner, scope));
      known_ = std::make_unique<KnownMail>(std::move(known));
    }
    auto likeness = known_likeness(make_letter(mail::normalised(raw), std::nullopt, env_.now()));
    TRY(const auto copies, known_->copies_of(likeness));
    if (!copies.empty()) {
      if (std::find(copies.begin(), copies.end(), likeness.oid) == copies.end()) likeness.oid = copies.front();
      return likeness;
    }
    if (passes_over) return ++report_.passed_over, std::nullopt;
  }
  TRY(const auto stored, store_.add(raw, {}));
  auto likeness = Store::likeness_of(stored, raw);
  if (options_.into == Store::Kind::kIndexOnly) TRY_VOID(store_.note(likeness));
  if (has_indexed_) stored_.push_back(likeness);
  return likeness;
}

Result<void> MailImport::finish() {
  TRY_VOID(store_.finish());
  if (!stored_.empty()) {
    TRY(auto indexed, Store::open(env_, settings_.home(), Store::Kind::kIndexOnly));
    for (const auto& likeness : stored_) TRY_VOID(indexed.remove(likeness));
    TRY_VOID(indexed.finish());
    stored_.clear();
  }
  return note_places();
}

// Of what is only indexed, the next copy must be recognised by the index.
Result<void> MailImport::checkpoint() {
  if (options_.into == Store::Kind::kIndexOnly) {
    TRY_VOID(store_.finish());
    known_.reset();  // it does not see what is new
  } else {
    TRY_VOID(store_.checkpoint());
  }
  return note_places();
}

// After the store: what is noted was taken.
Result<void> MailImport::note_places() {
  bytes_ = 0;
  if (!sync_) return {};
  TRY_VOID(sync_->begin());
  for (const auto& row : rows_) {
    if (!row.old_name.empty()) TRY_VOID(sync_->remove(row.folder, {.blob = {}, .name = row.old_name}));
    TRY_VOID(sync_->put(row.folder, row.seat));
  }
  for (const auto& [folder, number] : reached_) TRY_VOID(sync_->set_read_up_to(folder, number));
  TRY_VOID(sync_->commit());
  rows_.clear();
  reached_.clear();
  return {};
}

Result<std::uint64_t> MailImport::read_up_to(const std::string& folder) {
  return options_.incremental ? sync_->read_up_to(folder) : Result<std::uint64_t>(0);
}

Result<bool> MailImport::wants(const FoundMail& mail) {
  if (options_.names && !options_.names->contains(mail.name.substr(0, mail.name.find(':')))) return false;
  if (!options_.incremental) return true;
  TRY(const auto seat, seat_of(mail));
  if (!seat) return true;
  // It may have been learnt that it lies there while only another archive had it.
  if (options_.into == Store::Kind::kMail && options_.unknown == Unknown::kTake) {
    TRY(const bool is_missing, is_elsewhere(seat->blob));
    if (is_missing) return true;
  }
  TRY(const auto before, store_.mark_of(seat->blob));
  const auto after = marked(seat, mail, before);
  if (after != before) {
    ++report_.marked;
    TRY_VOID(change(seat->blob, before, after));
  }
  const bool is_moved = seat->name != mail.name;
  if (is_moved || (options_.keywords && seat->agreed != mail.keywords)) {
    Row row{mail.folder, *seat, is_moved ? seat->name : ""};
    row.seat.name = mail.name;
    if (options_.keywords) row.seat.agreed = mail.keywords;
    rows_.push_back(std::move(row));
  }
  return false;
}

Result<bool> MailImport::is_elsewhere(const git::ObjectId& blob) {
  if (!mail_objects_) {
    TRY(const auto inbox, archive::Inbox::open(settings_.home().store));
    if (inbox.epochs().empty()) return true;  // asked again for each, until something is stored
    TRY(mail_objects_, git::BlobReader::open(inbox.object_directories()));
  }
  const auto size = mail_objects_->size(blob);
  if (!size && size.error().kind != Error::Kind::kNotFound) return tl::unexpected(size.error());
  return !size;
}

// Of a message that is not at hand as bytes.
Result<void> MailImport::change(const git::ObjectId& blob, const Mark& before, const Mark& after) {
  if (!blobs_) {
    TRY(blobs_, BlobFinder::open(env_, settings_, options_.manner));
  }
  TRY(auto raw, blobs_->read(blob));
  if (!raw) return {};  // removed from the store by the user
  const auto letter = make_letter(*std::move(raw), blob, env_.now());
  return store_.change(letter.likeness, difference(before, after));
}

Result<void> MailImport::reached(const std::string& folder, std::uint64_t number) {
  reached_[folder] = number;
  return {};
}

Result<void> MailImport::renumbered(const std::string& folder, std::uint64_t last) {
  TRY_VOID(checkpoint());
  TRY_VOID(sync_->begin());
  TRY_VOID(sync_->forget_above(folder, last));
  return sync_->commit();
}

}  // namespace

Result<Imported> import_mail(Env& env, const Settings& settings, const std::vector<source::MailPlace>& places,
                             const MailImportOptions& options, const Say& say) {
  TRY(auto store, Store::open(env, settings.home(), options.into));
  const auto has_folder = [](const source::MailPlace& place) {
    using Kind = source::MailPlace::Kind;
    return place.kind == Kind::kMaildir || place.kind == Kind::kImap || place.kind == Kind::kNntp;
  };
  std::optional<MailSync> sync;
  if (options.remembers && std::any_of(places.begin(), places.end(), has_folder)) {
    TRY(sync, MailSync::open(settings.home(), MailSync::Access::kWrite));
  }
  const bool follows = sync.has_value();
  MailImport import(env, settings, options, std::move(store), std::move(sync));
  const auto taken = take_in(env, settings, places, [&](FoundMail&& mail) { return import.take(std::move(mail)); },
                             {.follower = follows ? &import : nullptr, .say = say});
  // Also what came before a failure.
  const auto finished = import.finish();
  if (!taken) return tl::unexpected(taken.error());
  if (!finished) return tl::unexpected(finished.error());
  return import.report();
}

}  // namespace lorelei::lei
