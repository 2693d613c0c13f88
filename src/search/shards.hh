// SPDX-License-Identifier: GPL-3.0-or-later
// The Xapian databases of an index ("shards"): merged from segments, or changed in place.
//
// A bulk build writes many small databases (search/glass_segment.hh), each by whichever worker is free, and merges
// them: reading sorted tables is cheap, and the result is compact. Inputs of a merge must cover disjoint ranges of
// article numbers. Nothing is durable before search/publish.hh makes it so.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hh"

namespace Xapian {
class Document;
}

namespace lorelei::search {

// Merges inputs (ascending, disjoint number ranges) into a new database at output, keeping every number. The inputs
// but the first keep_first are removed as soon as they are merged.
// Levels: at most kMaxMergeInputs databases are open at a time; each needs up to eight file descriptors.
inline constexpr std::size_t kMaxMergeInputs = 48;
Result<void> merge_segments(std::vector<std::filesystem::path> inputs, const std::filesystem::path& output,
                            std::size_t keep_first = 0);

// A shard that is changed in place. Readers go on with what they have opened; changes are visible and durable after
// commit().
class ShardWriter {
 public:
  enum class Durability { kSync, kNoSync };
  // Creates the database if there is none. Errors: kTemporary if another process writes it.
  static Result<ShardWriter> open(const std::filesystem::path& directory, Durability);
  Result<void> put(std::int64_t number, const Xapian::Document&);  // adds or replaces
  Result<void> remove(std::int64_t number);                        // no error if it is not there
  Result<void> set_thread(std::int64_t number, std::int64_t thread);
  Result<void> set_metadata(const std::string& key, const std::string& value);
  Result<void> commit();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

// Empty if the key is not set.
Result<std::string> shard_metadata(const std::filesystem::path& directory, const std::string& key);

// Directories 0, 1, ... up to the highest that is there, whether or not the others are: what an index that is built
// anew goes by.
std::vector<std::filesystem::path> named_shards(const std::filesystem::path& index_directory);
// Directories 0, 1, ... of an index directory, in order; kCorrupt if one in between is missing.
Result<std::vector<std::filesystem::path>> shard_directories(const std::filesystem::path& index_directory);

}  // namespace lorelei::search
