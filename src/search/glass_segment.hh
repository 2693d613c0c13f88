// SPDX-License-Identifier: GPL-3.0-or-later
// A batch of documents as a Xapian database on disk, written in one pass without Xapian.
//
// The one idea: Xapian turns documents into posting lists through maps of maps, and then inserts the lists into B-trees
// entry by entry. Here the distinct terms of the batch are numbered, sorted once, and the postings distributed to them
// by counting; the tables are then written from left to right (search/glass_table.hh). What comes out is a compact
// database that the library reads, merges (Database::compact) and writes on.
//
// DIRECTORY
//   iamglass         version file: search/glass_version.hh
//   postlist.glass   in the order of the keys:
//       00 c0 NAME                     metadata
//       00 d0 SLOT                     frequency, lower and upper bound of a value slot
//       00 d8 SLOT DOCID               values of a slot from DOCID on
//       00 e0 [DOCID]                  lengths of the documents; DOCID but for the first chunk
//       TERM [00 DOCID]                a term's documents and wdfs; DOCID but for the first chunk
//   position.glass   TERM 00 DOCID     positions
//   termlist.glass   DOCID             a document's terms; compressed
//                    DOCID 00          which value slots it has
//   docdata.glass    DOCID             its data; absent if no document has any
// A chunk ends once it has kChunk bytes.
//
// Memory: the packed documents, and while writing 12 bytes a posting and the distinct terms.
// Source: the format of Xapian 1.4 (2016-03-14); the tests compare with the library's own writer.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/files.hh"
#include "base/result.hh"
#include "search/packed_terms.hh"

namespace lorelei::search {

struct SegmentDocument {
  std::uint32_t id = 0;  // from 1; Xapian's document id
  PackedTerms terms;
  std::map<unsigned, std::string> values;  // by slot; an empty value is none
  std::string data;
};

class GlassSegment {
 public:
  // Before: the id is greater than every id before.
  void add(SegmentDocument&&);
  void set_metadata(const std::string& key, std::string value) { metadata_[key] = std::move(value); }
  bool empty() const { return documents_.empty(); }
  std::size_t size_bytes() const { return size_bytes_; }  // of the packed documents

  // Creates the database in directory, and that if need be. kYes: durable when this returns. A directory in which it
  // failed is of no use. Errors: kConflict, there is a database.
  Result<void> write(const fs::path& directory, Sync) const;

 private:
  std::vector<SegmentDocument> documents_;
  std::map<std::string, std::string> metadata_;
  std::size_t size_bytes_ = 0;
};

}  // namespace lorelei::search
