// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/index_file.hh"

#include <algorithm>

#include "git/tree_edit.hh"

namespace lorelei::git {

namespace {

constexpr std::size_t kHeader = 12, kFixed = 62, kIdBytes = 20, kChecksum = 20;
constexpr unsigned kAssumed = 0x8000, kExtended = 0x4000, kLength = 0x0fff;
constexpr unsigned kSkipped = 0x4000, kIntended = 0x2000;

std::uint32_t big_endian(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

ObjectId id_at(std::string_view bytes, std::size_t at) {
  ObjectId id;
  std::memcpy(id.bytes.data(), bytes.data() + at, kIdBytes);
  return id;
}

// Of version 4: how much of the last path goes; the varint of ofs-delta packs.
std::optional<std::uint64_t> take_varint(std::string_view& rest) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < rest.size() && i < 9; ++i) {
    const auto byte = static_cast<unsigned char>(rest[i]);
    value = (i ? value + 1 : 0) << 7 | (byte & 0x7f);
    if (byte < 0x80) {
      rest.remove_prefix(i + 1);
      return value;
    }
  }
  return std::nullopt;
}

// NAME NUL, entries or -1, " ", directories below, LF, the id unless -1, and the directories.
std::optional<CachedTree> take_tree(std::string_view& rest, int depth) {
  CachedTree tree;
  const auto end = rest.find('\0'), space = rest.find(' ', end), line = rest.find('\n', space);
  if (line == rest.npos || depth > kMaxDirectoryDepth) return std::nullopt;
  tree.name = rest.substr(0, end);
  const bool is_known = rest[end + 1] != '-';
  auto directories = parse_uint(rest.substr(space + 1, line - space - 1));
  rest.remove_prefix(line + 1);
  if (!directories || (is_known && rest.size() < kIdBytes)) return std::nullopt;
  if (is_known) {
    tree.id = id_at(rest, 0);
    rest.remove_prefix(kIdBytes);
  }
  for (; *directories > 0; --*directories) {
    auto below = take_tree(rest, depth + 1);
    if (!below) return std::nullopt;
    tree.below.push_back(std::move(*below));
  }
  return tree;
}

}  // namespace

std::optional<IndexReader> IndexReader::of(std::string_view bytes) {
  if (bytes.size() < kHeader + kChecksum || !bytes.starts_with("DIRC")) return std::nullopt;
  IndexReader reader;
  reader.version_ = big_endian(bytes, 4, 4);
  reader.left_ = big_endian(bytes, 8, 4);
  reader.rest_ = bytes.substr(kHeader, bytes.size() - kHeader - kChecksum);
  if (reader.version_ < 2 || reader.version_ > 4) return std::nullopt;
  return reader;
}

const IndexEntry* IndexReader::next() {
  if (left_ == 0 || rest_.size() < kFixed) return nullptr;
  const auto field = [&](std::size_t at) { return big_endian(rest_, at, 4); };
  entry_.changed = {field(0), field(4)};
  entry_.modified = {field(8), field(12)};
  entry_.inode = field(20);
  entry_.mode = field(24);
  entry_.uid = field(28);
  entry_.gid = field(32);
  entry_.size = field(36);
  entry_.id = id_at(rest_, 40);
  const auto flags = big_endian(rest_, 60, 2);
  entry_.is_assumed_unchanged = flags & kAssumed;
  entry_.stage = static_cast<int>(flags >> 12 & 3);
  const bool is_extended = version_ >= 3 && (flags & kExtended);
  const std::size_t fixed = kFixed + (is_extended ? 2 : 0);
  if (rest_.size() < fixed) return nullptr;
  const auto more = is_extended ? big_endian(rest_, kFixed, 2) : 0;
  entry_.is_skipped = more & kSkipped;
  entry_.is_intended = more & kIntended;
  auto name = rest_.substr(fixed);
  if (version_ == 4) {
    const auto cut = take_varint(name);
    if (!cut || *cut > entry_.path.size()) return nullptr;
    entry_.path.resize(entry_.path.size() - *cut);
  } else {
    entry_.path.clear();
  }
  const auto end = name.find('\0');
  if (end == name.npos) return nullptr;
  entry_.path += name.substr(0, end);
  if (entry_.path.empty() || (flags & kLength) != std::min<std::size_t>(entry_.path.size(), kLength)) return nullptr;
  // Up to a multiple of 8, with one NUL at least; in version 4 with just one.
  const auto size = fixed + end;
  const auto padded = (size + 8) / 8 * 8;
  if (version_ == 4)
    rest_ = name.substr(end + 1);
  else if (padded > rest_.size())
    return nullptr;
  else
    rest_.remove_prefix(padded);
  --left_;
  return &entry_;
}

std::optional<IndexReader::Extensions> IndexReader::extensions() const {
  Extensions found;
  for (auto rest = rest_; !rest.empty();) {
    if (rest.size() < 8) return std::nullopt;
    const auto name = rest.substr(0, 4);
    const auto size = big_endian(rest, 4, 4);
    rest.remove_prefix(8);
    if (size > rest.size()) return std::nullopt;
    auto bytes = rest.substr(0, size);
    if (name == "TREE") {
      found.tree = take_tree(bytes, 0);
      if (!found.tree) return std::nullopt;
    } else if (name[0] < 'A' || name[0] > 'Z') {
      found.is_understood = false;
    }
    rest.remove_prefix(size);
  }
  return found;
}

}  // namespace lorelei::git
