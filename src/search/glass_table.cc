// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/glass_table.hh"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>

namespace lorelei::search::glass {
namespace {

constexpr std::size_t kHeader = 11;
constexpr std::size_t kOffset = 2;      // an entry of the directory
constexpr std::size_t kItemHeader = 3;  // size and flags, size of the key
constexpr std::size_t kPieceNumber = 2;
constexpr std::size_t kItemsPerBlock = 4;
constexpr std::size_t kMaxItem = (kBlockSize - kHeader - kItemsPerBlock * kOffset) / kItemsPerBlock;
// A first piece smaller than this beside its key is not worth an item of its own; the library uses the same number.
constexpr std::size_t kWorthAPiece = 34;
constexpr unsigned kCompressedFlag = 0x8000, kLastFlag = 0x4000, kFirstFlag = 0x2000;

void put16(unsigned char* at, std::size_t value) {
  at[0] = static_cast<unsigned char>(value >> 8);
  at[1] = static_cast<unsigned char>(value);
}
void put32(unsigned char* at, std::uint32_t value) {
  put16(at, value >> 16);
  put16(at + 2, value & 0xffff);
}

unsigned char* put(unsigned char* at, std::string_view bytes) {
  if (!bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
  return at + bytes.size();
}

// The part of key that tells it from the smaller one before it: all of it for two pieces of one tag.
std::string_view distinguishing(std::string_view before, std::string_view key) {
  const auto differ = std::mismatch(key.begin(), key.end(), before.begin(), before.end());
  const auto common = static_cast<std::size_t>(differ.first - key.begin());
  return key.substr(0, std::min(common + 1, key.size()));
}

}  // namespace

void TableWriter::Block::start(std::uint32_t block_number, unsigned level) {
  number = block_number;
  bytes[4] = static_cast<unsigned char>(level);
  put32(bytes.data(), 1);
  directory_end = kHeader;
  items_start = kBlockSize;
}

unsigned char* TableWriter::Block::place(std::size_t size) {
  assert(size + kOffset <= room());
  items_start -= size;
  put16(bytes.data() + directory_end, items_start);
  directory_end += kOffset;
  return bytes.data() + items_start;
}

TableWriter::TableWriter(Fd file, fs::path path)
    : file_(std::move(file)), path_(std::move(path)), leaf_(std::make_unique<Block>()) {
  leaf_->start(next_block_++, 0);
  add_piece({}, {}, 1, kFirstFlag | kLastFlag);
}

Result<TableWriter> TableWriter::create(const fs::path& path) {
  Fd file(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!file) return err_errno(errno, "create a table of the index", path);
  return TableWriter(std::move(file), path);
}

void TableWriter::write(Block& block) {
  std::memset(block.bytes.data() + block.directory_end, 0, block.room());
  put16(block.bytes.data() + 5, block.room());
  put16(block.bytes.data() + 7, block.room());
  put16(block.bytes.data() + 9, block.directory_end);
  for (std::size_t done = 0; done < kBlockSize && failure_ == 0;) {
    const auto offset = static_cast<off_t>(block.number) * static_cast<off_t>(kBlockSize) + static_cast<off_t>(done);
    const auto written = pwrite(file_.get(), block.bytes.data() + done, kBlockSize - done, offset);
    if (written > 0) {
      done += static_cast<std::size_t>(written);
    } else if (written == 0 || errno != EINTR) {
      failure_ = written == 0 ? EIO : errno;
    }
  }
}

void TableWriter::add(std::string_view key, std::string_view tag, Tag kind) {
  keys_ascend_ = keys_ascend_ && key > last_key_ && key.size() <= kMaxKey;
  if (!keys_ascend_) return;
  const unsigned compressed = kind == Tag::kCompressed ? kCompressedFlag : 0;
  const std::size_t first_header = kItemHeader + key.size();
  const std::size_t most = kMaxItem - first_header - kPieceNumber;  // in any piece but the first
  std::size_t first = std::min(tag.size(), most + kPieceNumber);
  if (first < tag.size()) {
    // Items of full size leave this much of the block: the first piece takes it.
    const std::size_t left = leaf_->room() % (kMaxItem + kOffset);
    const std::size_t header = first_header + kOffset;
    if (left >= header + key.size() + kWorthAPiece) first = std::min(first, left - header);
  }
  for (unsigned piece = 1;; ++piece) {
    const bool last = first == tag.size();
    add_piece(key, tag.substr(0, first), piece, compressed | (piece == 1 ? kFirstFlag : 0) | (last ? kLastFlag : 0));
    if (last) break;
    tag.remove_prefix(first);
    first = std::min(tag.size(), most);
  }
  ++entries_;
}

void TableWriter::add_piece(std::string_view key, std::string_view piece, unsigned number, unsigned flags) {
  const std::size_t size = kItemHeader + key.size() + (number > 1 ? kPieceNumber : 0) + piece.size();
  if (leaf_->room() < size + kOffset) start_leaf(key, number);
  unsigned char* at = leaf_->place(size);
  put16(at, flags | (size - kItemHeader));
  at[2] = static_cast<unsigned char>(key.size());
  at = put(at + kItemHeader, key);
  last_key_ = {reinterpret_cast<const char*>(at) - key.size(), key.size()};
  if (number > 1) {
    put16(at, number);
    at += kPieceNumber;
  }
  put(at, piece);
}

// The key is that of the item which did not fit.
void TableWriter::start_leaf(std::string_view key, unsigned piece) {
  write(*leaf_);
  const std::uint32_t full = leaf_->number;
  const std::string_view separator = distinguishing(last_key_, key);
  leaf_->start(next_block_++, 0);
  if (branches_.empty()) add_branch(1, {}, 0, full);
  add_branch(1, separator, piece, leaf_->number);
}

void TableWriter::add_branch(std::size_t level, std::string_view key, unsigned piece, std::uint32_t child) {
  if (branches_.size() < level) {
    branches_.push_back(std::make_unique<Block>());
    branches_.back()->start(next_block_++, static_cast<unsigned>(level));
  }
  constexpr std::size_t kAround = 4 + 1 + kPieceNumber;
  Block& block = *branches_[level - 1];
  if (block.room() < kAround + key.size() + kOffset) {
    write(block);
    const std::uint32_t full = block.number;
    block.start(next_block_++, static_cast<unsigned>(level));
    if (branches_.size() == level) add_branch(level + 1, {}, 0, full);
    add_branch(level + 1, key, piece, block.number);
    key = {};
    piece = 0;
  }
  unsigned char* at = block.place(kAround + key.size());
  put32(at, child);
  at[4] = static_cast<unsigned char>(key.size());
  put16(put(at + 5, key), piece);
}

Result<Root> TableWriter::finish(Sync sync) {
  if (!keys_ascend_) return err(Error::Kind::kCorrupt, "write a table of the index", path_, "its keys do not ascend");
  if (entries_ == 0) return Root{};
  write(*leaf_);
  for (const auto& branch : branches_) write(*branch);
  if (failure_ == 0 && sync == Sync::kYes && fsync(file_.get()) != 0) failure_ = errno;
  if (failure_ != 0) return err_errno(failure_, "write a table of the index", path_);
  const Block& root = branches_.empty() ? *leaf_ : *branches_.back();
  return Root{root.number, static_cast<unsigned>(branches_.size()), entries_, next_block_};
}

}  // namespace lorelei::search::glass
