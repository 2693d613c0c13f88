// SPDX-License-Identifier: GPL-3.0-or-later
// Where the documents of many workers go: to segments that are merged (bulk), or to the shards themselves (in place).
//
// A message with article number n lives in shard n % shards, under document id n.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/files.hh"
#include "base/result.hh"
#include "search/document.hh"
#include "search/shards.hh"

namespace lorelei::search {

// write() is called from any worker, for one shard of one run of messages at a time.
class DocumentSink {
 public:
  virtual ~DocumentSink() = default;
  // Whether the messages of a later run may have any number, or only ones above all of the runs before.
  enum class Order { kAny, kAscending };
  virtual Order order() const = 0;
  // numbers are ascending; collect(i) makes the builder hold the message numbers[i], under its number and thread, or
  // says that there is nothing to be written for it.
  using Collect = std::function<Result<std::optional<FinishedDocument>>(std::size_t i)>;
  virtual Result<void> write(std::size_t run, std::size_t shard, const std::vector<std::int64_t>& numbers,
                             const Collect& collect) = 0;
};

// Bulk: one segment for each run and shard, in directory; another one begins after segment_bytes. Writing a segment
// takes some kSegmentFactor times its size.
inline constexpr std::uint64_t kSegmentFactor = 8;
inline constexpr std::uint64_t kSegmentBytes = 16 << 20;
class SegmentSink : public DocumentSink {
 public:
  SegmentSink(fs::path directory, std::size_t shards, std::uint64_t segment_bytes = kSegmentBytes)
      : directory_(std::move(directory)), segment_bytes_(segment_bytes), segments_(shards) {}
  Order order() const override { return Order::kAscending; }
  Result<void> write(std::size_t run, std::size_t shard, const std::vector<std::int64_t>& numbers,
                     const Collect& collect) override;
  // After all writing: each shard of index is made of the old shard (old_shards may be empty) and its segments.
  Result<void> merge(const std::vector<fs::path>& old_shards, const fs::path& index, std::size_t workers) const;

 private:
  fs::path directory_;
  std::uint64_t segment_bytes_;
  std::mutex mutex_;
  std::vector<std::map<std::pair<std::size_t, std::size_t>, fs::path>> segments_;  // by run and part; guarded by mutex_
};

// In place: into the shards as they are. What is committed early because it would take too much memory is repeated by
// the next run if we are killed: numbers count only after the transaction over the databases.
inline constexpr std::uint64_t kFlushBytes = 24 << 20;
class ShardSink : public DocumentSink {
 public:
  // flush_bytes: what one shard may hold back.
  explicit ShardSink(std::vector<ShardWriter>& shards, std::uint64_t flush_bytes = kFlushBytes)
      : shards_(shards), flush_bytes_(flush_bytes), mutexes_(shards.size()), held_(shards.size()) {}
  Order order() const override { return Order::kAny; }
  Result<void> write(std::size_t run, std::size_t shard, const std::vector<std::int64_t>& numbers,
                     const Collect& collect) override;

 private:
  std::vector<ShardWriter>& shards_;
  std::uint64_t flush_bytes_;
  std::vector<std::mutex> mutexes_;
  std::vector<std::uint64_t> held_;  // [i] guarded by mutexes_[i]
};

// Opens every shard of an index directory; those that are missing are made.
Result<std::vector<ShardWriter>> open_shards(const fs::path& index, std::size_t count, ShardWriter::Durability);

// Runs job(0) ... job(count - 1) on up to `workers` threads; the first error wins and stops the rest.
Result<void> in_parallel(std::size_t count, std::size_t workers, const std::function<Result<void>(std::size_t)>& job);

}  // namespace lorelei::search
