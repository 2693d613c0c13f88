// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/tracked.hh"

#include "git/index_file.hh"

namespace lorelei::git {

// The index of a kernel tree has 80,000 entries: they are read only if the name is among its bytes. (Version 4 leaves
// out what a name shares with the one before, and is always read.)
static bool may_have(std::string_view index, std::string_view path) {
  constexpr std::size_t kVersion = 7;
  return (index.size() > kVersion && index[kVersion] == 4) || index.find(path) != index.npos;
}

Result<bool> is_tracked(const RepositoryHere& here, const std::string& path) {
  constexpr std::uint64_t kMaxIndex = 1 << 30;
  const auto file = here.directory / "index";
  const auto bytes = read_file(file, kMaxIndex);
  if (!bytes && bytes.error().kind == Error::Kind::kNotFound) return false;
  if (!bytes) return tl::unexpected(bytes.error());
  if (!may_have(*bytes, path)) return false;
  auto reader = IndexReader::of(*bytes);
  if (!reader) return err(Error::Kind::kCorrupt, "read git's index", file, "it is of another version");
  const bool is_directory = path.ends_with('/');
  while (const auto* entry = reader->next())
    if (entry->path == path || (is_directory && entry->path.starts_with(path))) return true;
  return false;
}

}  // namespace lorelei::git
