// SPDX-License-Identifier: GPL-3.0-or-later
// One table of a Xapian glass database, written from sorted entries in a single pass.
//
// The one idea: a B-tree whose keys arrive in order needs no search, no split and no second visit. Leaves are filled to
// the brim and written; a full leaf puts one key into the branch block above it; that is all.
//
// FILE    blocks of kBlockSize bytes, numbered from 0; numbers big-endian
// BLOCK    0  4  revision, here 1
//          4  1  level: 0 leaf, above it branches up to the root
//          5  2  free bytes between directory and items
//          7  2  free bytes in all, here the same
//          9  2  end of the directory
//         11 ..  directory: the offset of each item, two bytes, in the order of the keys
//            ..  items, the first one at the end of the block
// LEAF ITEM    0  2  flags (0x8000 tag is compressed, 0x4000 last piece, 0x2000 first piece) and size - 3
//              2  1  size of the key, then the key
//             ..  2  number of the piece, from 2; absent in the first
//             .. ..  the tag, or a piece of it: long ones are cut so that four items fit in any block
// BRANCH ITEM  0  4  block
//              4  1  size of the key, then the key: enough of it to tell the block's first key from the one before
//             ..  2  number of the piece
// RULES   the first item of the first leaf has an empty key and tag; the first key of a branch block is empty, piece 0;
//         a tag may be compressed by raw deflate; where the root is and how far the file is used is in the
//         database's version file (search/glass_version.hh)
//
// Source: the format of Xapian 1.4 (2016-03-14); what a compacted database of the library looks like.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.hh"
#include "base/result.hh"

namespace lorelei::search::glass {

inline constexpr std::size_t kBlockSize = 8192;  // Xapian's default
inline constexpr std::size_t kMaxKey = 255;      // its size is one byte

// What the version file says of a table. The default is the table without entries, which needs no file.
struct Root {
  std::uint32_t block = 0;
  unsigned level = 0;
  std::uint32_t entries = 0;
  std::uint32_t blocks = 0;  // in use; 0: no root block was written
  std::size_t block_size = kBlockSize;
};

enum class Tag { kPlain, kCompressed };

class TableWriter {
 public:
  // Creates or empties the file.
  static Result<TableWriter> create(const fs::path&);
  // The key is greater than every key before and at most kMaxKey bytes. Whether it was, and whether writing failed,
  // shows in finish().
  void add(std::string_view key, std::string_view tag, Tag = Tag::kPlain);
  // Nothing can be added after it. Errors: kCorrupt, a key was out of order (the entries come from damaged data).
  Result<Root> finish(Sync);

 private:
  struct Block {
    std::array<unsigned char, kBlockSize> bytes{};
    std::uint32_t number = 0;
    std::size_t directory_end = 0, items_start = 0;
    void start(std::uint32_t block_number, unsigned level);
    std::size_t room() const { return items_start - directory_end; }
    unsigned char* place(std::size_t size);  // before: size + 2 <= room()
  };

  TableWriter(Fd file, fs::path path);
  void add_piece(std::string_view key, std::string_view piece, unsigned number, unsigned flags);
  void start_leaf(std::string_view key, unsigned piece);
  void add_branch(std::size_t level, std::string_view key, unsigned piece, std::uint32_t child);
  void write(Block&);

  Fd file_;
  fs::path path_;
  int failure_ = 0;  // errno of the first failed write
  bool keys_ascend_ = true;
  std::uint32_t next_block_ = 0;
  std::uint32_t entries_ = 0;
  std::string_view last_key_;  // in leaf_
  std::unique_ptr<Block> leaf_;
  std::vector<std::unique_ptr<Block>> branches_;  // by level, from 1
};

}  // namespace lorelei::search::glass
