// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/store.hh"

#include "archive/over_reader.hh"
#include "base/leftovers.hh"
#include "git/repository.hh"
#include "lei/bare_epochs.hh"
#include "mail/content_hash.hh"
#include "mail/normalise.hh"
#include "search/index.hh"
#include "search/mark_terms.hh"
#include "search/places.hh"

namespace lorelei::lei {

namespace {
constexpr std::size_t kPage = 4096;   // rows of the overview in memory
constexpr std::int64_t kUndated = 0;  // so that what has neither date nor id gets the same id each time
}  // namespace

struct Store::Impl {
  Env& env;
  Home home;
  archive::Inbox inbox;
  Marks marks;
  std::optional<archive::Importer> importer;
  std::vector<Likeness> touched;  // whose marks are to be terms of the index
  bool has_marks_open = false;
  Kind kind = Kind::kMail;

  Result<void> open_importer() {
    if (importer) return {};
    archive::ImporterOptions options;
    options.committer_name = "lorelei";
    options.committer_address = "lorelei@localhost";
    options.time_of_undated = kUndated;
    options.copies = archive::Copies::kOneOfEachList;  // so that l: finds it by either
    TRY(auto opened, archive::Importer::open(env, inbox, options));
    importer.emplace(std::move(opened));
    return {};
  }

  // Of both archives: what is only indexed here may be stored there.
  std::vector<std::string> all_objects() const {
    auto all = inbox.object_directories();
    const auto mail = archive::Inbox::open(home.store);
    if (kind == Kind::kIndexOnly && mail) {
      const auto more = mail->object_directories();
      all.insert(all.end(), more.begin(), more.end());
    }
    return all;
  }

  Result<void> begin_marks() {
    if (std::exchange(has_marks_open, true)) return {};
    return marks.begin();
  }
};

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::Store(Store&&) noexcept = default;
Store::~Store() = default;
Marks& Store::marks() { return impl_->marks; }

Result<Store> Store::open(Env& env, const Home& home, Kind kind) {
  std::error_code error;
  const auto directory = kind == Kind::kMail ? home.store : home.indexed();
  if (!fs::exists(directory / "inbox.lock", error)) {
    TRY_VOID(make_private_directory(home.own));
    auto made = archive::Inbox::create(
        directory, {.description = kind == Kind::kMail ? "mail of one user" : "mail that is only indexed"});
    // Another process may have been faster.
    if (!made && made.error().kind != Error::Kind::kConflict) return tl::unexpected(std::move(made).error());
  }
  remove_leftovers(directory.parent_path(),
                   "." + directory.filename().string() + ".");  // of a run killed while it was made
  TRY(auto inbox, archive::Inbox::open(directory));
  TRY(auto marks, Marks::open(home, Marks::Access::kWrite));
  return Store(std::unique_ptr<Impl>(new Impl{env, home, std::move(inbox), std::move(marks), {}, {}, false, kind}));
}

Result<archive::Stored> Store::add(std::string_view raw, const Mark& mark) {
  TRY_VOID(impl_->open_importer());
  TRY(auto stored, impl_->importer->add(raw));
  auto likeness = likeness_of(stored, raw);
  // Another copy may have marks already.
  TRY_VOID(impl_->begin_marks());
  TRY(const auto before, impl_->marks.of(likeness.digest));
  const auto after = MarkChange{.add = mark, .remove = {}}.applied_to(before);
  if (after != Mark{}) {
    TRY_VOID(impl_->marks.set(likeness.oid, likeness.digest, after));
    impl_->touched.push_back(std::move(likeness));
  }
  return stored;
}

Likeness Store::likeness_of(const archive::Stored& stored, std::string_view raw) {
  Likeness likeness{stored.kept, mail::content_hash(mail::Entity(raw)), stored.ids};
  if (stored.id_used) likeness.mids.push_back(*stored.id_used);
  return likeness;
}

Result<void> Store::note(const Likeness& likeness) {
  TRY_VOID(impl_->begin_marks());
  TRY(const auto mark, impl_->marks.of(likeness.digest));
  return impl_->marks.set(likeness.oid, likeness.digest, mark);
}

Result<void> Store::change(const Likeness& likeness, const MarkChange& change) {
  if (change.is_empty()) return {};
  TRY_VOID(impl_->begin_marks());
  TRY(const auto before, impl_->marks.of(likeness.digest));
  impl_->touched.push_back(likeness);
  return impl_->marks.set(likeness.oid, likeness.digest, change.applied_to(before));
}

Result<std::uint64_t> Store::remove(const Likeness& likeness) {
  std::error_code error;
  if (!fs::exists(impl_->inbox.over_path(), error)) return 0;
  TRY(auto over, archive::OverReader::open(impl_->inbox.over_path()));
  TRY(auto blobs, git::BlobReader::open(impl_->all_objects()));
  std::set<std::string> copies;
  archive::OverRow row;
  for (const auto& mid : likeness.mids) {
    TRY(const auto numbers, over.numbers_of_message_id(mid));
    for (const auto number : numbers) {
      TRY(const bool found, over.read(number, row));
      const auto blob = found ? git::ObjectId::parse(row.blob) : std::nullopt;
      if (!blob || copies.contains(row.blob)) continue;
      const auto bytes = blobs.read(*blob);
      if (!bytes && bytes.error().kind == Error::Kind::kNotFound) continue;  // only indexed, and not known to be equal
      if (!bytes) return tl::unexpected(bytes.error());
      if (*blob != likeness.oid && mail::content_hash(mail::Entity(*bytes)) != likeness.digest) continue;
      copies.insert(row.blob);
      TRY_VOID(impl_->open_importer());
      TRY_VOID(impl_->importer->remove(*bytes));
    }
  }
  return copies.size();
}

// The marks of what an index has are its terms.
static Result<void> mark_index(const archive::Inbox& inbox, Marks& marks, const std::vector<Likeness>& touched) {
  std::error_code error;
  if (touched.empty() || !fs::exists(inbox.over_path(), error)) return {};
  TRY(auto over, archive::OverReader::open(inbox.over_path()));
  std::vector<search::MarkTerms> terms;
  archive::OverRow row;
  for (const auto& likeness : touched) {
    const auto blob = likeness.oid.hex();
    TRY(const auto mark, marks.of(likeness.digest));
    for (const auto& mid : likeness.mids) {
      TRY(const auto numbers, over.numbers_of_message_id(mid));
      for (const auto number : numbers) {
        TRY(const bool found, over.read(number, row));
        if (found && row.blob == blob) terms.push_back({number, mark.keywords, mark.labels});
      }
    }
  }
  return terms.empty() ? Result<void>() : search::set_mark_terms(inbox, terms);
}

Result<void> Store::finish() {
  if (impl_->importer) {
    TRY_VOID(impl_->importer->finish());
    impl_->importer.reset();  // the lock goes with it
    TRY_VOID(impl_->inbox.rescan());
    search::IndexOptions options;
    options.shards = 1;
    options.level = search::Level::kFull;
    TRY(const auto report,
        search::index_archive(impl_->env, impl_->inbox, options, [](std::uint64_t, std::uint64_t) {}));
    if (report.interrupted)
      return err(Error::Kind::kCancelled, "index", impl_->inbox.dir().string(), "it was stopped",
                 "the same command again: it goes on");
    if (impl_->kind == Kind::kIndexOnly) TRY_VOID(take_blobs_away(impl_->inbox));
  }
  if (std::exchange(impl_->has_marks_open, false)) TRY_VOID(impl_->marks.commit());
  TRY_VOID(mark_index(impl_->inbox, impl_->marks, impl_->touched));
  // A message of the other archive may have been marked.
  const auto other = impl_->kind == Kind::kMail ? impl_->home.indexed() : impl_->home.store;
  std::error_code error;
  if (!impl_->touched.empty() && fs::exists(other / "inbox.lock", error)) {
    TRY(const auto inbox, archive::Inbox::open(other));
    TRY_VOID(mark_index(inbox, impl_->marks, impl_->touched));
  }
  impl_->touched.clear();
  return {};
}

// The marks are terms of the new index, too, whatever copies of a message it has.
Result<void> Store::reindex(const std::function<void(std::uint64_t count)>& begins) {
  std::error_code error;
  if (!fs::exists(impl_->inbox.over_path(), error)) return {};
  {
    TRY(auto over, archive::OverReader::open(impl_->inbox.over_path()));
    TRY(const auto highest, over.highest_number());
    begins(static_cast<std::uint64_t>(highest));
  }
  search::IndexOptions options;
  options.scope = search::IndexOptions::Scope::kRebuild;
  options.level = search::Level::kFull;
  TRY([[maybe_unused]] const auto report,
      search::index_archive(impl_->env, impl_->inbox, options, [](std::uint64_t, std::uint64_t) {}));
  TRY(auto over, archive::OverReader::open(impl_->inbox.over_path()));
  for (std::int64_t last = 0;;) {
    TRY(const auto rows, over.rows_after(last, kPage));
    if (rows.empty()) return {};
    std::vector<search::MarkTerms> terms;
    for (const auto& row : rows) {
      last = row.number;
      const auto blob = git::ObjectId::parse(row.blob);
      if (!blob) continue;
      TRY(auto mark, impl_->marks.of(*blob));
      if (mark != Mark{}) terms.push_back({row.number, std::move(mark.keywords), std::move(mark.labels)});
    }
    if (!terms.empty()) TRY_VOID(search::set_mark_terms(impl_->inbox, terms));
  }
}

Likeness known_likeness(const Letter& letter) {
  auto likeness = letter.likeness;
  if (likeness.mids.empty()) likeness.mids.push_back(mail::MessageIdMaker(mail::Entity(letter.raw), kUndated).next(0));
  return likeness;
}

static std::optional<std::string> searchable(const std::string& directory) {
  const auto place = search::find_place(directory);
  if (!place || place->shards.empty()) return std::nullopt;
  return directory;
}
std::optional<std::string> searchable_store(const Home& home) { return searchable(home.store.string()); }
std::optional<std::string> searchable_lei_store(const Home& home) { return searchable((home.data / "store").string()); }
std::optional<std::string> searchable_indexed(const Home& home) { return searchable(home.indexed().string()); }

}  // namespace lorelei::lei
