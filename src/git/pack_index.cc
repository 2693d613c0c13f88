// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/pack_index.hh"

#include <cstring>
#include <limits>

#include "base/mapped_file.hh"

namespace lorelei::git {

namespace {

constexpr std::string_view kMagic{"\377tOc\0\0\0\2", 8};
constexpr std::size_t kFanout = 8, kIds = kFanout + 256 * 4;
constexpr std::size_t kIdBytes = 20;

std::uint64_t big_endian_32(std::string_view bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

}  // namespace

bool pack_index_lists(std::string_view index, const ObjectId& id) {
  if (index.size() < kIds || index.substr(0, kMagic.size()) != kMagic) return false;
  const std::size_t first_byte = id.bytes[0];
  std::uint64_t low = first_byte ? big_endian_32(index, kFanout + (first_byte - 1) * 4) : 0;
  std::uint64_t high = big_endian_32(index, kFanout + first_byte * 4);
  if (high > (index.size() - kIds) / kIdBytes) return false;
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    const int order = std::memcmp(index.data() + kIds + middle * kIdBytes, id.bytes.data(), kIdBytes);
    if (order == 0) return true;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return false;
}

namespace {

// An index has 28 bytes an object and a search looks at some 25 of them: mapped, the rest is not read.
bool index_file_lists(const fs::path& path, const ObjectId& id) {
  const auto file = MappedFile::open(path, std::numeric_limits<std::uint64_t>::max());
  return file && pack_index_lists(file->bytes(), id);
}

}  // namespace

std::optional<std::string> find_in_packs(const std::vector<std::string>& object_directories, const ObjectId& id) {
  for (const auto& directory : object_directories) {
    std::error_code ignored;  // an unreadable directory has no packs to name
    for (fs::directory_iterator at(fs::path(directory) / "pack", ignored), end; at != end; at.increment(ignored)) {
      if (ignored) break;
      if (at->path().extension() != ".idx") continue;
      if (index_file_lists(at->path(), id)) return fs::path(at->path()).replace_extension(".pack").string();
    }
  }
  return std::nullopt;
}

}  // namespace lorelei::git
