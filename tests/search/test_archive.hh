// SPDX-License-Identifier: GPL-3.0-or-later
// Indexes for tests of searching: messages made up from a small vocabulary, written as the indexer would, by its
// document builder but without git.
#pragma once
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "archive/layout.hh"
#include "base/files.hh"
#include "search/document.hh"

namespace lorelei::search {

struct TestMessage {
  std::int64_t number = 0;
  std::string raw;
};

// Mail about a few things by a few people, with quotes, patches, threads and attachments. The same seed gives the same.
std::vector<TestMessage> made_up_messages(std::mt19937&, int count);
// Words that occur in them.
const std::vector<std::string>& made_up_words();

struct TestIndexOptions {
  unsigned shards = 3;
  Level level = Level::kFull;
  archive::Layout::Kind kind = archive::Layout::Kind::kVersion2;  // of version 1 has one shard
};
// Writes the index of such an archive. Aborts the test program if that fails.
void write_test_index(const fs::path& dir, const std::vector<TestMessage>&, const TestIndexOptions& = {});

// The name of the blob that git would give a message.
std::string blob_of(const std::string& raw);

}  // namespace lorelei::search
