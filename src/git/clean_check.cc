// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/clean_check.hh"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/mapped_file.hh"
#include "git/index_file.hh"
#include "git/tree_edit.hh"
#include "git/tree_scan.hh"

namespace lorelei::git {

namespace {

constexpr std::uint64_t kMaxIndex = 1 << 30;

// Each of these makes git compare otherwise.
bool compares_as_usual(const Config& config) {
  for (const char* key : {"core.filemode", "core.symlinks", "core.trustctime"})
    if (const auto* entry = config.find(key); entry && !as_bool(*entry).value_or(false)) return false;
  const auto* entry = config.find("core.ignorestat");
  return !config.find("core.checkstat") && !(entry && as_bool(*entry).value_or(true));
}

IndexEntry::Time time_of(const timespec& time) {
  return {static_cast<std::uint32_t>(time.tv_sec), static_cast<std::uint32_t>(time.tv_nsec)};
}

bool is_as_staged(const IndexEntry& entry, const struct stat& file) {
  const bool has_type = entry.mode == kModeLink ? S_ISLNK(file.st_mode) : S_ISREG(file.st_mode);
  const bool is_program = file.st_mode & S_IXUSR;
  return has_type && (entry.mode == kModeLink || is_program == (entry.mode == kModeProgram)) &&
         entry.modified == time_of(file.st_mtim) && entry.changed == time_of(file.st_ctim) &&
         entry.inode == static_cast<std::uint32_t>(file.st_ino) && entry.uid == file.st_uid &&
         entry.gid == file.st_gid && entry.size == static_cast<std::uint32_t>(file.st_size);
}

// The files are as they were staged, and were staged at a later time than they were written: a file that changes
// after that has a time that no entry has.
bool are_files_as_staged(const fs::path& directory, IndexReader& index, const IndexEntry::Time& written) {
  const Fd top(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!top) return false;
  while (const auto* entry = index.next()) {
    if (entry->stage != 0 || entry->is_assumed_unchanged || entry->is_skipped || entry->is_intended) return false;
    if (entry->mode == kModeModule) continue;
    struct stat file {};
    if (fstatat(top.get(), entry->path.c_str(), &file, AT_SYMLINK_NOFOLLOW) != 0) return false;
    if (!is_as_staged(*entry, file) || entry->modified >= written) return false;
  }
  return index.is_at_end();
}

// Index and tree side by side, both in git's order; a directory whose tree the index knows is passed over.
class Comparison {
 public:
  Comparison(IndexReader index, const Objects& objects) : index_(std::move(index)), objects_(objects) {
    entry_ = index_.next();
  }

  bool is_same(const ObjectId& tree, const CachedTree* known) {
    return is_directory_same("", tree, known, 0) && !entry_ && index_.is_at_end();
  }

 private:
  bool is_directory_same(const std::string& prefix, const ObjectId& tree, const CachedTree* known, int depth) {
    if (depth > kMaxDirectoryDepth) return false;
    if (known && known->id == tree) {
      while (entry_ && entry_->path.starts_with(prefix)) entry_ = index_.next();
      return true;
    }
    const auto object = objects_.read(tree, ObjectType::kTree);
    if (!object) return false;
    for (auto rest = object->bytes(); !rest.empty();) {
      const auto item = next_tree_item(rest);
      if (!item) return false;
      ObjectId id;
      std::memcpy(id.bytes.data(), item->id.data(), id.bytes.size());
      const auto path = prefix + std::string(item->name);
      if (item->mode == kModeDirectory) {
        if (!is_directory_same(path + "/", id, below(known, item->name), depth + 1)) return false;
      } else {
        if (!entry_ || entry_->path != path || entry_->mode != item->mode || entry_->id != id) return false;
        entry_ = index_.next();
      }
    }
    return !entry_ || !entry_->path.starts_with(prefix) || prefix.empty();
  }

  static const CachedTree* below(const CachedTree* known, std::string_view name) {
    if (!known) return nullptr;
    const auto found = std::find_if(known->below.begin(), known->below.end(),
                                    [&](const CachedTree& tree) { return tree.name == name; });
    return found == known->below.end() ? nullptr : &*found;
  }

  IndexReader index_;
  const Objects& objects_;
  const IndexEntry* entry_ = nullptr;
};

}  // namespace

bool is_surely_clean(const fs::path& directory, const fs::path& index, const ObjectId& tree, const Objects& objects,
                     const Config& config) {
  struct stat written {};
  if (!compares_as_usual(config) || stat(index.c_str(), &written) != 0) return false;
  const auto file = MappedFile::open(index, kMaxIndex);
  auto files = file ? IndexReader::of(file->bytes()) : std::nullopt;
  if (!files) return false;
  const auto staged = *files;
  if (!are_files_as_staged(directory, *files, time_of(written.st_mtim))) return false;
  const auto more = files->extensions();
  if (!more || !more->is_understood) return false;
  return Comparison(staged, objects).is_same(tree, more->tree ? &*more->tree : nullptr);
}

}  // namespace lorelei::git
