// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/glass_reader.hh"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace lorelei::search::glass {
namespace {

constexpr std::size_t kHeader = 11;
constexpr std::size_t kItemHeader = 3;
constexpr std::size_t kPieceNumber = 2;
constexpr unsigned kCompressedFlag = 0x8000, kLastFlag = 0x4000, kFirstFlag = 0x2000, kSizeMask = 0x1fff;
constexpr const char* kRead = "read a table of the index";

unsigned get16(const unsigned char* at) { return static_cast<unsigned>(at[0] << 8 | at[1]); }
std::uint32_t get32(const unsigned char* at) { return get16(at) << 16 | get16(at + 2); }
const char* chars(const unsigned char* at) { return reinterpret_cast<const char*>(at); }

}  // namespace

Result<TableReader> TableReader::open(const fs::path& path, const Root& root) {
  if (root.level >= kMaxLevels) return err(Error::Kind::kCorrupt, kRead, path, "it is too deep");
  if (root.blocks == 0) return TableReader(Fd(), path, root);
  Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return err_errno(errno, kRead, path);
  return TableReader(std::move(file), path, root);
}

bool TableReader::fail(const char* why) {
  failure_ = why;
  ended_ = true;
  return false;
}

Result<void> TableReader::status() const {
  if (!failure_) return {};
  if (errno_ != 0) return err_errno(errno_, kRead, path_);
  return err(Error::Kind::kCorrupt, kRead, path_, failure_, "lorelei archive index --reindex builds the index again");
}

bool TableReader::load(unsigned level, std::uint32_t number) {
  if (number >= root_.blocks) return fail("a block beyond the end is referred to");
  Level& at = levels_[level];
  if (level == 0) {
    last_key_.assign(key_);
    key_ = last_key_;
  }
  at.block.resize(root_.block_size);
  for (std::size_t done = 0; done < root_.block_size;) {
    const auto offset = static_cast<off_t>(number) * static_cast<off_t>(root_.block_size) + static_cast<off_t>(done);
    const auto got = pread(file_.get(), at.block.data() + done, root_.block_size - done, offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      errno_ = errno;
      return fail("");
    }
    if (got == 0) return fail("it is cut short");
    done += static_cast<std::size_t>(got);
  }
  at.next = kHeader;
  at.end = get16(at.block.data() + 9);
  if (at.block[4] != level) return fail("a block is of the wrong level");
  if (at.end <= kHeader || at.end > root_.block_size || at.end % 2 == 0) return fail("a directory makes no sense");
  return true;
}

// To the leaf behind the current one: up to the first branch that is not used up, and down again.
bool TableReader::next_leaf() {
  unsigned level = 0;
  if (levels_.empty()) {
    levels_.resize(root_.level + 1);
    level = root_.level;
    if (!load(level, root_.block)) return false;
  } else {
    while (level <= root_.level && levels_[level].next == levels_[level].end) ++level;
    if (level > root_.level) {
      ended_ = true;
      return false;
    }
  }
  for (; level > 0; --level) {
    Level& branch = levels_[level];
    const std::size_t offset = get16(branch.block.data() + branch.next);
    branch.next += 2;
    if (offset + 4 > root_.block_size) return fail("an item lies outside its block");
    if (!load(level - 1, get32(branch.block.data() + offset))) return false;
  }
  return true;
}

bool TableReader::next_item(Item& item) {
  if ((levels_.empty() || levels_[0].next == levels_[0].end) && !next_leaf()) return false;
  Level& leaf = levels_[0];
  const std::size_t offset = get16(leaf.block.data() + leaf.next);
  leaf.next += 2;
  if (offset + kItemHeader > root_.block_size) return fail("an item lies outside its block");
  const unsigned char* at = leaf.block.data() + offset;
  const unsigned head = get16(at);
  const std::size_t size = (head & kSizeMask) + kItemHeader;
  item.flags = head & ~kSizeMask;
  const std::size_t key_size = at[2];
  const std::size_t before_tag = kItemHeader + key_size + ((item.flags & kFirstFlag) != 0 ? 0 : kPieceNumber);
  if (offset + size > root_.block_size || before_tag > size) return fail("an item lies outside its block");
  item.key = {chars(at + kItemHeader), key_size};
  item.tag = {chars(at + before_tag), size - before_tag};
  return true;
}

bool TableReader::next() {
  if (ended_ || root_.blocks == 0) return false;
  const bool at_start = levels_.empty();
  Item item;
  if (!next_item(item)) return false;
  if (at_start) {  // the item that every table begins with
    if (!item.key.empty()) return fail("it does not begin with an empty key");
    if (!next_item(item)) return false;
  }
  if ((item.flags & kFirstFlag) == 0) return fail("a tag begins in its middle");
  if (item.key <= key_) return fail("its keys do not ascend");
  key_ = item.key;
  kind_ = (item.flags & kCompressedFlag) != 0 ? Tag::kCompressed : Tag::kPlain;
  tag_ = item.tag;
  if ((item.flags & kLastFlag) != 0) return true;
  pieces_.assign(item.tag);
  while ((item.flags & kLastFlag) == 0) {
    if (!next_item(item)) return failure_ ? false : fail("it ends within a tag");
    if ((item.flags & kFirstFlag) != 0 || item.key != key_) return fail("a piece of a tag is missing");
    if (pieces_.size() + item.tag.size() > kMaxTag) return fail("a tag is too long");
    pieces_ += item.tag;
  }
  tag_ = pieces_;
  return true;
}

}  // namespace lorelei::search::glass
