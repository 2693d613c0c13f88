// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/aggregate_documents.hh"

#include <algorithm>

namespace lorelei::search {

namespace {

constexpr std::size_t kRunDocuments = 768;  // as in search/index_round.hh

}  // namespace

// What the databases say of a document.
struct AggregateDocuments::Item {
  std::int64_t document = 0, thread = 0;
  archive::OverWriter::Times times;
  git::ObjectId blob;
  std::vector<archive::CrossPosts::Copy> copies;
};

class AggregateDocuments::Worker {
 public:
  Worker(AggregateDocuments& all, git::BlobReader blobs)
      : all_(all), blobs_(std::move(blobs)), builder_(all.options_.level, DocumentData::kNo) {}

  // As the reference makes it: the shown copy whole, then the key and the List-Ids of each further one.
  Result<std::optional<FinishedDocument>> collect(const Item& item) {
    TRY(const auto raw, read(item.blob));
    if (!raw) return std::nullopt;
    const mail::Entity entity(*raw);
    auto overview = mail::make_overview(entity, *raw, {item.times.sent, 0}, {item.times.received, 0});
    const auto ids = mail::message_ids(entity);
    mail::choose_own_id(overview, ids.empty() ? "" : ids[0]);
    builder_.collect(entity, overview);
    const auto& keys = all_.sequencer_.keys();
    bool shown = false;
    for (const auto& copy : item.copies) {
      if (const auto key = keys.find(copy.archive_id); key != keys.end()) builder_.add_archive(key->second);
      if (copy.blob == item.blob && !std::exchange(shown, true)) continue;
      TRY(const auto other, read(copy.blob));
      if (other) builder_.add_list_ids(mail::Entity(*other));
    }
    return builder_.finish(overview, item.blob.hex(), item.document, item.thread);
  }

 private:
  Result<std::optional<std::string>> read(const git::ObjectId& blob) {
    auto raw = blobs_.read(blob);
    if (raw) return *std::move(raw);
    if (!is_unreadable(raw.error())) return tl::unexpected(std::move(raw).error());
    ++all_.unreadable_;
    return std::nullopt;
  }

  AggregateDocuments& all_;
  git::BlobReader blobs_;
  DocumentBuilder builder_;
};

AggregateDocuments::AggregateDocuments(AggregateSequencer& sequencer, AggregateDocumentsOptions options)
    : sequencer_(sequencer), options_(std::move(options)) {}

AggregateDocuments::~AggregateDocuments() = default;

Result<AggregateDocuments::Item> AggregateDocuments::item(std::int64_t document) {
  auto& over = sequencer_.over();
  Item item{document, 0, {}, {}, {}};
  TRY(item.thread, over.thread_of(document));
  TRY(item.times, over.times_of(document));
  TRY(const auto blob, over.blob_of(document));
  item.blob = git::ObjectId::parse(blob).value_or(git::ObjectId());
  TRY(item.copies, sequencer_.cross_posts().copies(document));
  return item;
}

Result<std::unique_ptr<AggregateDocuments::Worker>> AggregateDocuments::worker() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto one = std::move(idle_.back());
      idle_.pop_back();
      return one;
    }
  }
  TRY(auto blobs, git::BlobReader::open(options_.object_directories));
  return std::make_unique<Worker>(*this, std::move(blobs));
}

void AggregateDocuments::done(std::unique_ptr<Worker> worker, std::size_t documents) {
  const std::lock_guard lock(mutex_);
  if (options_.progress) options_.progress(documents, options_.total);
  idle_.push_back(std::move(worker));
}

Result<void> AggregateDocuments::write(DocumentSink& sink, std::size_t count,
                                       const std::function<std::int64_t(std::size_t i)>& number) {
  const auto runs = (count + kRunDocuments - 1) / kRunDocuments;
  return in_parallel(runs, options_.jobs, [&](std::size_t run) -> Result<void> {
    if (options_.is_stopped && options_.is_stopped())
      return err(Error::Kind::kCancelled, "aggregate archives", "", "it was stopped", "the same command goes on");
    TRY(auto mine, worker());
    const auto begin = run * kRunDocuments, end = std::min(begin + kRunDocuments, count);
    std::vector<std::vector<Item>> items(options_.shards);
    {
      const std::lock_guard lock(databases_);
      for (auto i = begin; i < end; ++i) {
        TRY(auto one, item(number(i)));
        if (one.thread) items[static_cast<std::size_t>(one.document) % options_.shards].push_back(std::move(one));
      }
    }
    for (std::size_t shard = 0; shard < options_.shards; ++shard) {
      std::vector<std::int64_t> numbers;
      for (const auto& one : items[shard]) numbers.push_back(one.document);
      if (numbers.empty()) continue;
      TRY_VOID(sink.write(run, shard, numbers, [&](std::size_t i) { return mine->collect(items[shard][i]); }));
    }
    done(std::move(mine), end - begin);
    return {};
  });
}

}  // namespace lorelei::search
