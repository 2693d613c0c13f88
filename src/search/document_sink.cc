// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/document_sink.hh"

#include <fmt/format.h>
#include <xapian.h>

#include <algorithm>
#include <optional>
#include <thread>

#include "search/glass_segment.hh"

namespace lorelei::search {

namespace {

constexpr std::uint64_t kTermBytes = 64;  // a posting with its positions that a shard holds back, about

}  // namespace

Result<void> SegmentSink::write(std::size_t run, std::size_t shard, const std::vector<std::int64_t>& numbers,
                                const Collect& collect) {
  std::size_t i = 0;
  for (std::size_t part = 0; i < numbers.size(); ++part) {
    GlassSegment segment;
    while (i < numbers.size() && segment.size_bytes() < segment_bytes_) {
      TRY(auto document, collect(i++));
      if (!document) continue;
      TRY(auto packed, document->packed());
      segment.add(std::move(packed));
    }
    if (segment.empty()) continue;
    const auto path = directory_ / fmt::format("{}-{}-{}", shard, run, part);
    TRY_VOID(segment.write(path, Sync::kNo));
    const std::lock_guard lock(mutex_);
    segments_[shard][{run, part}] = path;
  }
  return {};
}

Result<void> SegmentSink::merge(const std::vector<fs::path>& old_shards, const fs::path& index,
                                std::size_t workers) const {
  return in_parallel(segments_.size(), workers, [&](std::size_t shard) -> Result<void> {
    std::vector<fs::path> inputs;
    if (!old_shards.empty()) inputs.push_back(old_shards[shard]);
    const auto keep = inputs.size();
    for (const auto& [place, path] : segments_[shard]) inputs.push_back(path);
    if (inputs.empty()) return {};
    return merge_segments(std::move(inputs), index / std::to_string(shard), keep);
  });
}

Result<void> ShardSink::write(std::size_t, std::size_t shard, const std::vector<std::int64_t>& numbers,
                              const Collect& collect) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    TRY(auto finished, collect(i));
    if (!finished) continue;
    const auto document = finished->document();
    const std::lock_guard lock(mutexes_[shard]);
    TRY_VOID(shards_[shard].put(numbers[i], document));
    held_[shard] += document.get_data().size() + kTermBytes * document.termlist_count();
    if (held_[shard] < flush_bytes_) continue;
    TRY_VOID(shards_[shard].commit());
    held_[shard] = 0;
  }
  return {};
}

Result<std::vector<ShardWriter>> open_shards(const fs::path& index, std::size_t count,
                                             ShardWriter::Durability durability) {
  std::vector<ShardWriter> shards;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(auto shard, ShardWriter::open(index / std::to_string(i), durability));
    shards.push_back(std::move(shard));
  }
  return shards;
}

// Runs job(0) ... job(count - 1) on up to workers threads; the first error wins.
Result<void> in_parallel(std::size_t count, std::size_t workers, const std::function<Result<void>(std::size_t)>& job) {
  std::mutex mutex;
  std::size_t next = 0;
  std::optional<Error> failure;
  const auto work = [&] {
    for (;;) {
      std::size_t mine = 0;
      {
        const std::lock_guard lock(mutex);
        if (failure || next == count) return;
        mine = next++;
      }
      auto done = job(mine);
      if (done) continue;
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::move(done.error());
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < std::min(workers, count); ++i) threads.emplace_back(work);
  work();
  for (auto& thread : threads) thread.join();
  if (failure) return tl::unexpected(*failure);
  return {};
}

}  // namespace lorelei::search
