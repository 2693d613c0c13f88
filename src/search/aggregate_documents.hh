// SPDX-License-Identifier: GPL-3.0-or-later
// The second pass over an aggregate: each distinct message becomes a document, with the keys and List-Ids of all
// archives that hold it (search/aggregate.hh tells the whole story).
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "search/aggregate_sequencer.hh"
#include "search/document_sink.hh"

namespace lorelei::search {

struct AggregateDocumentsOptions {
  std::vector<std::string> object_directories;  // of all archives
  Level level = Level::kFull;
  std::size_t shards = 1, jobs = 1;
  std::uint64_t total = 0;  // documents of all calls of write(), for the progress
  IndexProgress progress;
  std::function<bool()> is_stopped = {};  // asked before each run; then write() fails with kCancelled
};

class AggregateDocuments {
 public:
  // The sequencer and its databases are not to be used by others during write().
  AggregateDocuments(AggregateSequencer&, AggregateDocumentsOptions);
  ~AggregateDocuments();

  // Workers take runs of the documents number(0) ... number(count - 1), ascending. One of which git gives no copy is
  // left out: what the index has of it, if anything, stays.
  Result<void> write(DocumentSink&, std::size_t count, const std::function<std::int64_t(std::size_t i)>& number);
  std::uint64_t unreadable() const { return unreadable_; }  // copies

 private:
  struct Item;
  class Worker;
  Result<Item> item(std::int64_t document);
  Result<std::unique_ptr<Worker>> worker();
  void done(std::unique_ptr<Worker>, std::size_t documents);

  AggregateSequencer& sequencer_;  // guarded by databases_, but for its keys()
  AggregateDocumentsOptions options_;
  std::mutex databases_, mutex_;
  std::vector<std::unique_ptr<Worker>> idle_;  // guarded by mutex_
  std::atomic<std::uint64_t> unreadable_{0};
};

}  // namespace lorelei::search
