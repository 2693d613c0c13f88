// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/store.hh"

#include <algorithm>
#include <map>
#include <mutex>

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
constexpr std::size_t kMostChanges = 8192;  // of marks in memory
constexpr std::int64_t kUndated = 0;        // so that what has neither date nor id gets the same id each time
}  // namespace

struct Store::Impl {
  Env& env;
  Home home;
  archive::Inbox inbox;
  Marks marks;
  std::optional<archive::Importer> importer;
  Kind kind = Kind::kMail;
  bool is_index_behind = false;  // and that is noted
  // Changes of marks that are not written yet, and what comes of them.
  struct Change {
    Likeness likeness;
    MarkChange change;
  };
  std::vector<Change> changes;
  std::map<Sha256Digest, Mark> changed;
  std::map<git::ObjectId, Sha256Digest> seen;

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

  std::string name() const { return kind == Kind::kMail ? "store" : "indexed"; }
  // Rows that say of the other archive that its index is behind.
  bool is_of_other(const Marks::Touched& row) const {
    return row.oid == git::ObjectId() && row.mids != std::vector{name()};
  }
  Result<void> index_new();
  // What the marks are while it is indexed; for any thread, one after the other.
  auto own_terms() {
    return [this, one = std::make_shared<std::mutex>()](const git::ObjectId& blob) -> Result<std::vector<std::string>> {
      const std::lock_guard lock(*one);
      TRY(const auto mark, marks.of(blob));
      return search::mark_terms(mark.keywords, mark.labels);
    };
  }
  Result<Mark> mark_of(const Sha256Digest& digest) {
    const auto found = changed.find(digest);
    return found != changed.end() ? Result<Mark>(found->second) : marks.of(digest);
  }
  // Only remembered: one who waits for the lock of an archive must not keep others from the marks.
  Result<void> change(Likeness likeness, MarkChange change) {
    TRY(const auto before, mark_of(likeness.digest));
    changed[likeness.digest] = change.applied_to(before);
    seen[likeness.oid] = likeness.digest;
    changes.push_back({std::move(likeness), std::move(change)});
    return changes.size() < kMostChanges ? Result<void>() : write_marks();
  }
  Result<void> write_marks() {
    if (changes.empty()) return {};
    TRY_VOID(marks.begin());
    for (const auto& [likeness, change] : changes) {
      TRY(const auto before, marks.of(likeness.digest));
      const auto after = change.applied_to(before);
      TRY_VOID(marks.set(likeness.oid, likeness.digest, after));
      if (!change.is_empty() || after != Mark{}) TRY_VOID(marks.touch(likeness.oid, likeness.mids));
    }
    TRY_VOID(marks.commit());
    changes.clear();
    changed.clear();
    seen.clear();
    return {};
  }
};

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::Store(Store&&) noexcept = default;
Store::~Store() = default;
Result<Mark> Store::mark_of(const Sha256Digest& digest) { return impl_->mark_of(digest); }
Result<Mark> Store::mark_of(const git::ObjectId& oid) {
  const auto seen = impl_->seen.find(oid);
  return seen != impl_->seen.end() ? impl_->mark_of(seen->second) : impl_->marks.of(oid);
}

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
  return Store(
      std::unique_ptr<Impl>(new Impl{env, home, std::move(inbox), std::move(marks), {}, kind, false, {}, {}, {}}));
}

Result<archive::Stored> Store::add(std::string_view raw, const Mark& mark) {
  TRY_VOID(impl_->open_importer());
  TRY(auto stored, impl_->importer->add(raw));
  auto likeness = likeness_of(stored, raw);
  // Another copy may have marks already.
  TRY(const auto before, impl_->mark_of(likeness.digest));
  if (before != Mark{} || mark != Mark{}) TRY_VOID(impl_->change(std::move(likeness), {.add = mark, .remove = {}}));
  return stored;
}

Likeness Store::likeness_of(const archive::Stored& stored, std::string_view raw) {
  Likeness likeness{stored.kept, mail::content_hash(mail::Entity(raw)), stored.ids};
  if (stored.id_used) likeness.mids.push_back(*stored.id_used);
  return likeness;
}

Result<void> Store::note(const Likeness& likeness) { return impl_->change(likeness, {}); }

Result<void> Store::change(const Likeness& likeness, const MarkChange& change) {
  return change.is_empty() ? Result<void>() : impl_->change(likeness, change);
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
static Result<void> mark_index(const archive::Inbox& inbox, Marks& marks, const std::vector<Marks::Touched>& touched) {
  std::error_code error;
  if (!fs::exists(inbox.over_path(), error)) return {};
  return search::set_mark_terms(inbox, [&]() -> Result<std::vector<search::MarkTerms>> {
    TRY(auto over, archive::OverReader::open(inbox.over_path()));
    std::vector<search::MarkTerms> terms;
    archive::OverRow row;
    for (const auto& message : touched) {
      const auto blob = message.oid.hex();
      TRY(const auto mark, marks.of(message.oid));
      for (const auto& mid : message.mids) {
        TRY(const auto numbers, over.numbers_of_message_id(mid));
        for (const auto number : numbers) {
          TRY(const bool found, over.read(number, row));
          if (found && row.blob == blob) terms.push_back({number, mark.keywords, mark.labels});
        }
      }
    }
    return terms;
  });
}

Result<void> Store::Impl::index_new() {
  TRY_VOID(inbox.rescan());
  search::IndexOptions options;
  options.shards = 1;
  options.level = search::Level::kFull;
  options.own_terms = own_terms();
  TRY(const auto report, search::index_archive(env, inbox, options, [](std::uint64_t, std::uint64_t) {}));
  if (report.interrupted)
    return err(Error::Kind::kCancelled, "index", inbox.dir().string(), "it was stopped",
               "the same command again: it goes on");
  return kind == Kind::kIndexOnly ? take_blobs_away(inbox) : Result<void>();
}

Result<void> Store::checkpoint() {
  if (impl_->importer) {
    TRY_VOID(impl_->importer->checkpoint());
    if (!std::exchange(impl_->is_index_behind, true)) {
      TRY_VOID(impl_->marks.begin());
      TRY_VOID(impl_->marks.touch({}, {impl_->name()}));  // no message: that there is something to be indexed here
      TRY_VOID(impl_->marks.commit());
    }
  }
  return impl_->write_marks();
}

// Mail, then marks, then the index. A run that is killed in between is made good: mail by its own repetition, the index
// by the next run that comes here.
Result<void> Store::finish() {
  const bool has_new = impl_->importer.has_value();
  if (has_new) {
    TRY_VOID(impl_->importer->finish());
    impl_->importer.reset();  // the lock goes with it
  }
  TRY_VOID(impl_->write_marks());
  TRY(auto touched, impl_->marks.touched());
  std::erase_if(touched, [&](const auto& row) { return impl_->is_of_other(row); });
  // A row without a message says that a run was killed before it came to its index.
  const bool is_behind =
      std::any_of(touched.begin(), touched.end(), [](const auto& row) { return row.oid == git::ObjectId(); });
  if (has_new || is_behind) TRY_VOID(impl_->index_new());
  if (touched.empty()) return {};
  TRY_VOID(mark_index(impl_->inbox, impl_->marks, touched));
  // A message of the other archive may have been marked.
  const auto other = impl_->kind == Kind::kMail ? impl_->home.indexed() : impl_->home.store;
  std::error_code error;
  if (fs::exists(other / "inbox.lock", error)) {
    TRY(const auto inbox, archive::Inbox::open(other));
    TRY_VOID(mark_index(inbox, impl_->marks, touched));
  }
  impl_->is_index_behind = false;
  return impl_->marks.forget_touched(touched);
}

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
  options.own_terms = impl_->own_terms();
  return search::index_archive(impl_->env, impl_->inbox, options, [](std::uint64_t, std::uint64_t) {}).map([](auto&&) {
  });
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
