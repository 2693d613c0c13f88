// SPDX-License-Identifier: GPL-3.0-or-later
#include "interop/diff/compare.hh"

#include "interop/diff/shard.hh"

namespace lorelei::interop {
namespace {

namespace fs = std::filesystem;

// Shards are directories with numbers from 0.
std::size_t shard_count(const fs::path& index) {
  std::size_t count = 0;
  while (fs::is_directory(index / std::to_string(count))) ++count;
  return count;
}

Result<void> diff_shards(const Sides& indexes, const OverFacts& facts, const Options& options, Report& report) {
  const std::size_t left = shard_count(indexes.left), right = shard_count(indexes.right);
  report.compared("shards", left);
  if (left != right) {
    report.difference("shards", "number of Xapian shards; they are not compared", std::to_string(left),
                      std::to_string(right));
    return {};
  }
  PartitionDiff threads(report, "thread value");
  for (std::size_t shard = 0; shard < left; ++shard) {
    const auto name = std::to_string(shard);
    TRY_VOID(diff_shard({indexes.left / name, indexes.right / name}, facts, options, threads, report));
  }
  return {};
}

Result<void> diff_archives(const Sides& sides, const Options& options, Report& report) {
  const auto& [left, right] = sides;
  const Sides indexes{left / "xap15", right / "xap15"};
  TRY_VOID(diff_msgmap({left / "msgmap.sqlite3", right / "msgmap.sqlite3"}, report));
  TRY(const auto facts, diff_over({indexes.left / "over.sqlite3", indexes.right / "over.sqlite3"}, options, report));
  return diff_shards(indexes, facts, options, report);
}

Result<void> diff_aggregates(const Sides& sides, const Options& options, Report& report) {
  const Sides indexes{sides.left / "ei15", sides.right / "ei15"};
  const Sides overs{indexes.left / "over.sqlite3", indexes.right / "over.sqlite3"};
  TRY(const auto facts, diff_over(overs, options, report));
  TRY_VOID(diff_aggregate(overs, report));
  return diff_shards(indexes, facts, options, report);
}

}  // namespace

Result<void> diff_indexes(const Sides& sides, const Options& options, Report& report) {
  if (fs::is_directory(sides.left / "ei15")) return diff_aggregates(sides, options, report);
  return diff_archives(sides, options, report);
}

}  // namespace lorelei::interop
