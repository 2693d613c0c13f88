// SPDX-License-Identifier: GPL-3.0-or-later
// The first pass over an aggregate: from the overviews of its archives, which copies are the same message, and what
// changed since the last time (search/aggregate.hh tells the whole story).
#pragma once
#include <cstdint>
#include <set>
#include <unordered_map>
#include <vector>

#include "archive/cross_posts.hh"
#include "archive/over_writer.hh"
#include "base/deflate.hh"
#include "base/sha256.hh"
#include "git/repository.hh"
#include "search/aggregate.hh"

namespace lorelei::search {

class AggregateSequencer {
 public:
  AggregateSequencer(const Env&, archive::OverWriter, archive::CrossPosts, git::BlobReader);
  AggregateSequencer(AggregateSequencer&&) = delete;

  // Brings in what is new in one archive and drops what is gone from it. Archives come with the highest boost first.
  Result<void> take(const Member&, std::size_t rank);

  // Documents of before this run that must be written again, because a copy came or went.
  const std::set<std::int64_t>& changed() const { return changed_; }
  const std::set<std::int64_t>& removed() const { return removed_; }
  // Documents whose thread is another now.
  const std::set<std::int64_t>& moved() const { return moved_; }
  const AggregateReport& report() const { return report_; }

  archive::OverWriter& over() { return over_; }
  archive::CrossPosts& cross_posts() { return cross_posts_; }
  const std::unordered_map<std::int64_t, std::string>& keys() const { return keys_; }  // by archive id

 private:
  struct Source;
  struct Row;
  enum class Depth { kNothing, kNumbers, kBlobs };
  Result<Depth> depth_of(const Member&, Source&);
  Result<void> add(Source&, const Row&);
  Result<void> drop(std::int64_t document, const archive::CrossPosts::Copy&);
  Result<std::int64_t> same_message(const Row&, const std::vector<std::string>& ids);
  Result<const Sha256Digest*> content_of(const git::ObjectId&);
  Result<void> show(std::int64_t document, const git::ObjectId& blob, std::int64_t sent, std::int64_t received);
  Result<void> show_best_copy(std::int64_t document);

  const Env& env_;
  archive::OverWriter over_;
  archive::CrossPosts cross_posts_;
  git::BlobReader blobs_;
  Deflater deflater_{Deflater::Form::kZlib};
  archive::Inflater inflater_;
  std::int64_t last_before_ = 0;  // the last document of before this run
  std::unordered_map<std::int64_t, std::string> keys_;
  std::unordered_map<std::int64_t, std::size_t> ranks_;  // of archive ids; the lowest is shown
  std::unordered_map<git::ObjectId, Sha256Digest, git::ObjectIdHash> contents_;
  std::set<std::int64_t> changed_, removed_, moved_;
  AggregateReport report_;
};

}  // namespace lorelei::search
