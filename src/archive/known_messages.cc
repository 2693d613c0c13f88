// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/known_messages.hh"

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "archive/over_reader.hh"
#include "archive/sqlite.hh"
#include "base/is_there.hh"
#include "base/sha1.hh"
#include "git/repository.hh"
#include "mail/overview.hh"

namespace lorelei::archive {

namespace {

// Never committed: the table goes with its connection.
constexpr const char* kSchema = R"(
CREATE TABLE known (hash INTEGER NOT NULL, blob BLOB NOT NULL, taken INTEGER NOT NULL);
CREATE INDEX known_hash ON known (hash);
BEGIN;
)";

std::int64_t hash_of(std::string_view message_id) {
  const auto digest = sha1(message_id);
  std::int64_t hash;
  std::memcpy(&hash, digest.data(), sizeof hash);
  return hash;
}

std::string_view bytes_of(const git::ObjectId& id) {
  return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

}  // namespace

struct KnownMessages::Impl {
  Sqlite table;
  Statement taken, blobs, insert;
  std::optional<Sqlite> msgmap;
  std::optional<OverReader> over;
  Statement number_of, last_indexed;

  Result<std::optional<git::ObjectId>> indexed_up_to(unsigned epoch) {
    if (!msgmap) return std::nullopt;
    const auto key = "last_xap15-" + std::to_string(epoch);
    TRY(const bool found, last_indexed.bind(key).step());
    if (!found) return std::nullopt;
    const auto commit = git::ObjectId::parse(last_indexed.text(0));
    last_indexed.reset();
    return commit;
  }

  // The messages of an epoch that came after what is indexed, without those that were deleted again.
  Result<std::vector<git::ObjectId>> not_indexed(const Epoch& epoch) {
    std::vector<git::ObjectId> live;
    TRY(const auto repository, git::Repository::open(epoch.path));
    TRY(const auto tip, repository.resolve());
    if (!tip) return live;
    TRY(const auto base, indexed_up_to(epoch.number));
    if (base == tip) return live;
    std::unordered_map<git::ObjectId, std::size_t, git::ObjectIdHash> places;  // in live
    std::vector<bool> gone;
    TRY_VOID(repository.history(base, *tip, [&](const git::Change& change) -> Result<void> {
      const auto [place, is_new] = places.emplace(change.blob, live.size());
      if (change.kind == git::Change::Kind::kAdd && is_new) {
        live.push_back(change.blob);
        gone.push_back(false);
      } else if (is_new) {
        places.erase(place);  // deletes what is indexed; the index knows no better than that it is there
      } else {
        gone[place->second] = change.kind == git::Change::Kind::kDelete;
      }
      return {};
    }));
    std::size_t kept = 0;
    for (std::size_t i = 0; i < live.size(); ++i)
      if (!gone[i]) live[kept++] = live[i];
    live.resize(kept);
    return live;
  }
};

KnownMessages::KnownMessages(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
KnownMessages::KnownMessages(KnownMessages&&) noexcept = default;
KnownMessages& KnownMessages::operator=(KnownMessages&&) noexcept = default;
KnownMessages::~KnownMessages() = default;

Result<KnownMessages> KnownMessages::load(const Inbox& inbox, const std::function<Result<void>()>& read) {
  auto impl = std::make_unique<Impl>();
  TRY(impl->table, Sqlite::open("", SqliteMode::kCreate));  // a private file that goes with us
  TRY_VOID(impl->table.exec("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; PRAGMA cache_size = -16384"));
  TRY_VOID(impl->table.exec(kSchema));
  impl->taken = Statement(impl->table, "SELECT 1 FROM known WHERE hash = ? AND taken = 1 LIMIT 1");
  impl->blobs = Statement(impl->table, "SELECT DISTINCT blob FROM known WHERE hash = ?");
  impl->insert = Statement(impl->table, "INSERT INTO known VALUES (?, ?, ?)");
  if (is_there(inbox.msgmap_path()) && is_there(inbox.over_path())) {
    TRY(impl->msgmap, Sqlite::open(inbox.msgmap_path(), SqliteMode::kReadOnly));
    TRY(impl->over, OverReader::open(inbox.over_path()));
    impl->number_of = Statement(*impl->msgmap, "SELECT num FROM msgmap WHERE mid = ?");
    impl->last_indexed = Statement(*impl->msgmap, "SELECT val FROM meta WHERE key = ?");
  }
  KnownMessages known(std::move(impl));
  if (inbox.epochs().empty()) return known;
  TRY(auto reader, git::BlobReader::open(inbox.object_directories()));
  for (const auto& epoch : inbox.epochs()) {
    TRY(const auto blobs, known.impl_->not_indexed(epoch));
    for (const auto& blob : blobs) {
      TRY_VOID(read());
      TRY(const std::string bytes, reader.read(blob));
      const auto ids = mail::message_ids(mail::Entity(bytes));
      if (ids.empty()) continue;
      TRY(const auto chosen, known.free_one_of(ids));
      TRY_VOID(known.add(blob, ids, chosen ? *chosen : ""));
    }
  }
  return known;
}

Result<bool> KnownMessages::is_taken(std::string_view message_id) {
  if (impl_->msgmap) {
    TRY(const bool found, impl_->number_of.bind(message_id).step());
    impl_->number_of.reset();
    if (found) return true;
  }
  TRY(const bool found, impl_->taken.bind(hash_of(message_id)).step());
  impl_->taken.reset();
  return found;
}

Result<std::optional<std::string>> KnownMessages::free_one_of(const std::vector<std::string>& ids) {
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto& id = i == 0 ? ids.front() : ids[ids.size() - i];
    TRY(const bool taken, is_taken(id));
    if (!taken) return id;
  }
  return std::nullopt;
}

Result<std::vector<git::ObjectId>> KnownMessages::blobs_of(std::string_view message_id) {
  std::vector<git::ObjectId> found;
  if (impl_->over) {
    TRY(const auto numbers, impl_->over->numbers_of_message_id(message_id));
    OverRow row;
    for (const auto number : numbers) {
      TRY(const bool there, impl_->over->read(number, row));
      const auto blob = there ? git::ObjectId::parse(row.blob) : std::nullopt;
      if (blob) found.push_back(*blob);
    }
  }
  impl_->blobs.bind(hash_of(message_id));
  while (true) {
    TRY(const bool there, impl_->blobs.step());
    if (!there) break;
    const auto bytes = impl_->blobs.text(0);
    git::ObjectId blob;
    if (bytes.size() == blob.bytes.size()) std::memcpy(blob.bytes.data(), bytes.data(), bytes.size());
    if (std::find(found.begin(), found.end(), blob) == found.end()) found.push_back(blob);
  }
  return found;
}

Result<void> KnownMessages::add(const git::ObjectId& blob, const std::vector<std::string>& ids,
                                std::string_view taken) {
  for (const auto& id : ids)
    TRY_VOID(impl_->insert.bind(hash_of(id)).bind_blob(bytes_of(blob)).bind(std::int64_t{id == taken}).run());
  return {};
}

}  // namespace lorelei::archive
