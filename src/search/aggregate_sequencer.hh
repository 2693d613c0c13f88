// SPDX-License-Identifier: GPL-3.0-or-later
// The first pass over an aggregate: from the overviews of its archives, which copies are the same message, and what
// changed since the last time (search/aggregate.hh tells the whole story).
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
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

// Whether git lacks a message or cannot unpack it: one copy is lost then, not the aggregate.
inline bool is_unreadable(const Error& e) {
  return e.kind == Error::Kind::kNotFound || e.kind == Error::Kind::kCorrupt;
}

class AggregateSequencer {
 public:
  // blobs must reach the archives of all keys in it, named in this run or not.
  static Result<std::unique_ptr<AggregateSequencer>> open(const Env&, archive::OverWriter, archive::CrossPosts,
                                                          git::BlobReader);
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
  // Whether an archive changed since the last time, and whether a number may stand for another blob now.
  enum class Depth { kNothing, kNumbers, kBlobs };
  struct News {
    Depth depth = Depth::kNothing;
    std::vector<std::pair<std::string, std::string>> markers;  // keys and commits to remember at the end
  };
  using Copies = std::vector<std::pair<std::int64_t, archive::CrossPosts::Copy>>;  // with their documents
  AggregateSequencer(const Env&, archive::OverWriter, archive::CrossPosts, git::BlobReader);
  Result<News> news_of(const Member&);
  Result<void> merge(Source&, const Copies& ours, Depth);
  Result<void> merge_row(const Source&, const Copies& ours, const Row&);
  Result<void> add(const Source&, const Row&);
  Result<void> add_document(const Source&, const Row&);
  Result<void> drop(std::int64_t document, const archive::CrossPosts::Copy&);
  Result<std::optional<std::int64_t>> same_message(const Row&);
  Result<const Sha256Digest*> content_of(const git::ObjectId&);
  Result<void> show(std::int64_t document, const git::ObjectId& blob, const std::string& raw,
                    const archive::OverWriter::Times&);
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
