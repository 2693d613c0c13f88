// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/importer.hh"

#include <algorithm>
#include <chrono>
#include <random>

#include "archive/known_messages.hh"
#include "base/text.hh"
#include "git/objects.hh"
#include "git/repository.hh"
#include "mail/address.hh"
#include "mail/content_hash.hh"
#include "mail/normalise.hh"
#include "mail/overview.hh"

namespace lorelei::archive {

namespace {

using Kind = Error::Kind;
using Clock = std::chrono::steady_clock;

// A kill costs at most this much of repeated work. Each checkpoint ends a pack, so not too often.
constexpr std::uint64_t kBytesBetweenCheckpoints = 256 << 20;
constexpr auto kTimeBetweenCheckpoints = std::chrono::seconds(60);

// The first header of that name in UTF-8, on one line; empty if there is none.
std::string first_header(const mail::Entity& message, std::string_view name) {
  auto values = message.header_text(name);
  if (values.empty()) return "";
  mail::decode_utf8(values.front());
  auto text = mail::to_utf8(values.front());
  std::erase(text, '\r');
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\0' || c == '\t' || c == '\n'; }, ' ');
  return text;
}

Signature author_of(const mail::Entity& message, mail::Time now) {
  Signature author;
  for (const char* header : {"From", "Sender"}) {
    const auto value = first_header(message, header);
    const auto addresses = mail::addresses(value);
    const auto names = mail::names_in(value);
    if (author.email.empty() && !addresses.empty()) author.email = addresses.front();
    if (author.name.empty() && !names.empty()) author.name = names.front();
    if (!author.email.empty() && !author.name.empty()) break;
  }
  author.time = mail::date_sent(message, now);
  return author;
}

std::string subject_of(const mail::Entity& message) {
  auto subject = first_header(message, "Subject");
  return subject.empty() ? "(no subject)" : subject;
}

}  // namespace

bool Stored::has_made_id() const { return id_used && std::find(ids.begin(), ids.end(), *id_used) == ids.end(); }

struct Importer::Impl {
  const Env& env;
  ImporterOptions options;
  InboxLock lock;
  KnownMessages known;
  std::optional<git::BlobReader> stored;  // nothing for an archive without epochs
  EpochWriter writer;
  std::uint64_t durable = 0;
  Clock::time_point last_checkpoint = Clock::now();
  std::mt19937_64 random{std::random_device()()};

  // What this run added is asked for first: a miss in the stored packs is dear, it makes libgit2 look for new ones.
  Result<std::string> read(const git::ObjectId& blob) {
    auto bytes = writer.read(blob);
    if (bytes || bytes.error().kind != Kind::kNotFound || !stored) return bytes;
    return stored->read(blob);
  }

  // A message that carries the id and has this content.
  Result<std::optional<git::ObjectId>> with_content(std::string_view id, const mail::Entity& message,
                                                    std::optional<Sha256Digest>& hash) {
    TRY(const auto blobs, known.blobs_of(id));
    for (const auto& blob : blobs) {
      const auto bytes = read(blob);
      // A message that can't be read can't be compared: the new one is kept, under an id of its own.
      if (!bytes && (bytes.error().kind == Kind::kNotFound || bytes.error().kind == Kind::kCorrupt)) continue;
      if (!bytes) return tl::unexpected(bytes.error());
      if (!hash) hash = mail::content_hash(message);
      const mail::Entity other(*bytes);
      if (mail::content_hash(other) != *hash) continue;
      if (options.copies == Copies::kOne || other.header_text("List-Id") == message.header_text("List-Id")) return blob;
    }
    return std::nullopt;
  }

  // What the message is to be known by; nothing if it is there already, as `kept`.
  Result<std::optional<std::string>> choose_id(const mail::Entity& message, const std::vector<std::string>& ids,
                                               git::ObjectId& kept) {
    if (!ids.empty()) {
      TRY(const bool taken, known.is_taken(ids.front()));
      if (!taken) return ids.front();
    }
    std::optional<Sha256Digest> hash;
    for (const auto& id : ids) {
      TRY(const auto there, with_content(id, message, hash));
      if (there) return kept = *there, std::nullopt;
    }
    TRY(auto free, known.free_one_of(ids));
    if (free) return free;
    mail::MessageIdMaker maker(message, options.time_of_undated.value_or(env.now()));
    while (true) {
      auto made = maker.next(random());
      TRY(const bool taken, known.is_taken(made));
      if (!taken) return made;
      TRY(const auto there, with_content(made, message, hash));
      if (there) return kept = *there, std::nullopt;
    }
  }

  Result<void> checkpoint_if_due() {
    const bool is_due = writer.bytes_since_checkpoint() >= kBytesBetweenCheckpoints ||
                        Clock::now() - last_checkpoint >= kTimeBetweenCheckpoints;
    return is_due ? checkpoint() : Result<void>();
  }
  Result<void> checkpoint() {
    TRY_VOID(writer.checkpoint());
    durable = writer.commits();
    last_checkpoint = Clock::now();
    return {};
  }
};

Importer::Importer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Importer::Importer(Importer&&) noexcept = default;
Importer& Importer::operator=(Importer&&) noexcept = default;
Importer::~Importer() = default;

Result<Importer> Importer::open(const Env& env, Inbox& inbox, const ImporterOptions& options) {
  TRY(auto lock, inbox.lock());
  TRY_VOID(inbox.rescan());
  TRY(auto known, KnownMessages::load(inbox, [&]() -> Result<void> {
        if (!env.stop_requested()) return {};
        return err(Kind::kCancelled, "import to", inbox.dir().string(), "it was stopped");
      }));
  std::optional<git::BlobReader> stored;
  if (!inbox.epochs().empty()) {
    TRY(stored, git::BlobReader::open(inbox.object_directories()));
  }
  auto epochs = options.epochs;
  epochs.lock_fd = lock.fd();
  TRY(auto writer, EpochWriter::open(inbox, std::move(epochs)));
  return Importer(std::unique_ptr<Impl>(
      new Impl{env, options, std::move(lock), std::move(known), std::move(stored), std::move(writer)}));
}

Result<Stored> Importer::add(std::string_view message) {
  auto raw = mail::normalised(message);
  Stored stored;
  Signature author, committer;
  std::string subject;
  {
    const mail::Entity entity(raw);
    stored.ids = mail::message_ids(entity);
    TRY(auto chosen, impl_->choose_id(entity, stored.ids, stored.kept));
    if (!chosen) {
      stored.outcome = Stored::Outcome::kDuplicate;
      stored.blob = git::name_of(git::ObjectType::kBlob, raw);
      return stored;
    }
    if (stored.ids.empty() || *chosen != stored.ids.front()) stored.id_used = std::move(chosen);
    const mail::Time now{impl_->env.now(), 0};
    author = author_of(entity, now);
    subject = subject_of(entity);
    committer = {impl_->options.committer_name, impl_->options.committer_address, mail::date_received(entity, now)};
  }
  auto ids = stored.ids;
  if (stored.has_made_id()) {
    raw = mail::with_message_id(raw, *stored.id_used);
    ids.push_back(*stored.id_used);
  }
  TRY_VOID(impl_->writer.add(raw, author, committer, subject));
  stored.blob = stored.kept = git::name_of(git::ObjectType::kBlob, raw);
  TRY_VOID(impl_->known.add(stored.blob, ids, stored.id_used ? *stored.id_used : ids.front()));
  TRY_VOID(impl_->checkpoint_if_due());
  return stored;
}

Result<void> Importer::remove(std::string_view stored) {
  const Signature by{impl_->options.committer_name, impl_->options.committer_address, {impl_->env.now(), 0}};
  return impl_->writer.remove(stored, by, "rm");
}

Result<void> Importer::checkpoint() { return impl_->checkpoint(); }
Result<void> Importer::finish() {
  TRY_VOID(impl_->writer.finish());
  impl_->durable = impl_->writer.commits();
  return {};
}

std::uint64_t Importer::added() const { return impl_->writer.commits(); }
std::uint64_t Importer::durable() const { return impl_->durable; }

}  // namespace lorelei::archive
