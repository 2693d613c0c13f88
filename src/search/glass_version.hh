// SPDX-License-Identifier: GPL-3.0-or-later
// The version file of a glass database: which blocks of its tables count, and what is known of the whole.
//
// FILE    DIR/iamglass; numbers and strings as in search/glass_codec.hh
//    0 16  "\x0f\x0dXapian Glass", 0x04 0x6e: the format of 2016-03-14
//   16 16  UUID
//   32 ..  revision
//      ..  six roots: postlist, docdata, termlist, position, spelling, synonym
//      ..  documents, last id - documents, shortest length that is not 0, greatest wdf, longest length - greatest wdf,
//          oldest change set, sum of the lengths, greatest frequency of a spelling
// ROOT    block, 4 * level + 2 if the leaves are in the order of the keys + 1 if there is no root block, entries,
//         block size / 2048, shorter tags are never compressed, string: the free list
// FREE LIST  revision, first block that was never used, four numbers of which all are 0 if no block was freed
//
// A writer of a new database makes this file last: without it there is no database.
#pragma once
#include <cstdint>
#include <string>

#include "base/files.hh"
#include "base/result.hh"
#include "search/glass_table.hh"

namespace lorelei::search::glass {

struct Version {
  Root postlist, docdata, termlist, position;
  bool has_spelling_or_synonyms = false;  // read only; we never write them
  std::uint32_t documents = 0;
  std::uint32_t last_id = 0;
  std::uint32_t shortest = 0, longest = 0;  // lengths of documents
  std::uint32_t max_wdf = 0;
  std::uint64_t total_length = 0;
};

// Errors: kNotFound; kRefused, another format; kCorrupt.
Result<Version> read_version(const fs::path& directory);
// With a new UUID and revision 1. Errors: kConflict, there is one.
Result<void> write_version(const fs::path& directory, const Version&, Sync);

}  // namespace lorelei::search::glass
