// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/apply_to_tree.hh"

#include <algorithm>
#include <map>
#include <optional>

#include "base/text.hh"
#include "git/merge_file.hh"
#include "patch/apply.hh"

namespace lorelei::patch {

namespace {

using Kind = Error::Kind;

constexpr auto kDoing = "apply the change of";
constexpr unsigned kTypeBits = 0170000;
constexpr std::size_t kBinarySample = 8000;  // as git looks for a NUL

// Of what is only moved or copied the bytes are never read.
struct File {
  unsigned mode = git::kModeFile;
  std::string bytes;                     // if there is no id
  std::optional<git::ObjectId> id = {};  // of a blob
};

// Those that git has in trees; others would damage the repository.
unsigned canonical_mode(unsigned mode) {
  switch (mode & kTypeBits) {
    case git::kModeLink:
      return git::kModeLink;
    case git::kModeModule:
    case git::kModeDirectory:
      return git::kModeModule;
    default:
      return mode & 0100 ? git::kModeProgram : git::kModeFile;
  }
}

bool is_binary(std::string_view bytes) { return bytes.substr(0, kBinarySample).find('\0') != bytes.npos; }

class TreeApplier {
 public:
  TreeApplier(const Diff& diff, git::NewObjects& objects, const git::ObjectId& tree)
      : diff_(diff), objects_(objects), tree_(objects, tree) {
    for (const auto& change : diff.files)
      if (change.kind == FileKind::kDelete || change.kind == FileKind::kRename) leaving_.insert(change.old_path);
  }

  Result<void> straight() {
    for (const auto& change : diff_.files) TRY_VOID(straight(change));
    return {};
  }
  Result<void> three_way() {
    result_ = {};
    files_.clear();
    arrived_.clear();
    result_.is_merged = true;
    for (const auto& change : diff_.files) TRY_VOID(three_way(change));
    return {};
  }
  // What is taken away goes first: its name may be a directory's now.
  Result<TreeChange> write() && {
    for (const auto& [path, file] : files_)
      if (!file) TRY_VOID(tree_.remove(path));
    for (const auto& [path, file] : files_) {
      result_.paths.insert(path);
      if (!file) continue;
      TRY(const auto id, written(path, *file));
      TRY_VOID(tree_.put(path, {file->mode, id}));
    }
    TRY(result_.tree, tree_.write());
    return std::move(result_);
  }

 private:
  Result<void> straight(const FileChange&);
  Result<void> three_way(const FileChange&);
  Result<std::optional<File>> in_tree(const std::string& path);
  Result<std::string> bytes_of(const File&);
  Result<std::optional<File>> now(const std::string& path);
  Result<File> changed(const FileChange&, const File& before);
  Result<File> ancestor(const FileChange&);
  Result<void> check_free(const FileChange&);
  Result<git::ObjectId> written(const std::string& path, const File&);
  // What another change has brought to a name stays when the file that had it leaves.
  void put(const FileChange& change, std::optional<File> file) {
    const bool leaves = change.kind == FileKind::kRename || change.kind == FileKind::kDelete;
    const bool stays = change.kind == FileKind::kRename && arrived_.count(change.old_path) > 0;
    if (leaves && !stays) files_[change.old_path] = std::nullopt;
    if (!file) return;
    files_[change.new_path] = std::move(file);
    arrived_.insert(change.new_path);
  }

  const Diff& diff_;
  git::NewObjects& objects_;
  git::TreeEdit tree_;
  std::set<std::string> leaving_, arrived_;
  std::map<std::string, std::optional<File>> files_;  // nothing: it is gone
  TreeChange result_;
  std::size_t written_ = 0;
};

Result<std::optional<File>> TreeApplier::in_tree(const std::string& path) {
  TRY(const auto entry, tree_.find(path));
  if (!entry) return std::nullopt;
  File file;
  file.mode = entry->mode;
  if (entry->mode == git::kModeDirectory) return err(Kind::kConflict, kDoing, path, "it is a directory");
  if (entry->mode == git::kModeModule) {
    file.bytes = "Subproject commit " + entry->id.hex() + "\n";
  } else {
    file.id = entry->id;
  }
  return file;
}

Result<std::string> TreeApplier::bytes_of(const File& file) {
  if (!file.id) return file.bytes;
  TRY(const auto blob, objects_.read(*file.id, git::ObjectType::kBlob));
  return std::string(blob.bytes());
}

Result<std::optional<File>> TreeApplier::now(const std::string& path) {
  if (const auto found = files_.find(path); found != files_.end()) return found->second;
  return in_tree(path);
}

Result<File> TreeApplier::changed(const FileChange& change, const File& before) {
  const auto mode = canonical_mode(change.new_mode.value_or(before.mode));
  const bool is_whole = change.kind == FileKind::kRename || change.kind == FileKind::kCopy;
  if (is_whole && change.hunks.empty() && !change.binary) return File{mode, before.bytes, before.id};
  TRY(const auto bytes, bytes_of(before));
  auto applied = apply_change(change, bytes);
  if (!applied) return tl::unexpected(std::move(applied).error());
  written_ += applied->bytes.size();
  if (written_ > kMaxTreeChangeBytes)
    return err(Kind::kTooLarge, kDoing, change.new_path,
               "what the patch writes is over " + std::to_string(kMaxTreeChangeBytes >> 20) + " MiB in all");
  result_.moved_hunks += static_cast<std::size_t>(
      std::count_if(applied->offsets.begin(), applied->offsets.end(), [](long offset) { return offset != 0; }));
  return File{mode, std::move(applied->bytes)};
}

Result<void> TreeApplier::check_free(const FileChange& change) {
  if (change.kind == FileKind::kModify || change.kind == FileKind::kDelete) return {};
  if (change.old_path == change.new_path && change.kind != FileKind::kCreate) return {};
  if (const auto found = files_.find(change.new_path); found != files_.end()) {
    if (!found->second) return {};
  } else {
    if (leaving_.count(change.new_path)) return {};
    TRY(const auto entry, tree_.find(change.new_path));
    if (!entry || entry->mode == git::kModeDirectory) return {};  // one that is not empty by then is found out later
  }
  return err(Kind::kConflict, kDoing, change.new_path, "it exists already");
}

Result<void> TreeApplier::straight(const FileChange& change) {
  TRY_VOID(check_free(change));
  if (change.kind == FileKind::kCreate) {
    TRY(auto file, changed(change, File{}));
    put(change, std::move(file));
    return {};
  }
  const bool is_moved = change.kind == FileKind::kRename || change.kind == FileKind::kCopy;
  TRY(const auto before, is_moved ? in_tree(change.old_path) : now(change.old_path));
  if (!before && change.creates_if_missing) {
    TRY(auto file, changed(change, File{}));
    put(change, std::move(file));
    return {};
  }
  if (!before) return err(Kind::kConflict, kDoing, change.old_path, "it does not exist");
  if (change.old_mode && ((*change.old_mode ^ before->mode) & kTypeBits) != 0)
    return err(Kind::kConflict, kDoing, change.old_path, "it is of another type: a file, a link or a submodule");
  TRY(auto after, changed(change, *before));
  if (change.kind != FileKind::kDelete) {
    put(change, std::move(after));
    return {};
  }
  TRY(const auto left, bytes_of(after));
  if (!left.empty())
    return err(Kind::kConflict, kDoing, change.old_path, "the patch removes it, but not all of its lines");
  put(change, std::nullopt);
  return {};
}

Result<File> TreeApplier::ancestor(const FileChange& change) {
  TRY(const auto id, objects_.find(change.old_id));
  if (!id)
    return err(Kind::kConflict, "merge the change of", change.old_path,
               "what it was made from (" + (change.old_id.empty() ? "not named" : change.old_id) +
                   ") is not in the repository");
  TRY(const auto blob, objects_.read(*id, git::ObjectType::kBlob));
  return File{change.old_mode.value_or(git::kModeFile), std::string(blob.bytes())};
}

Result<void> TreeApplier::three_way(const FileChange& change) {
  const auto conflict = [&](const std::string& path, const char* why) {
    return err(Kind::kConflict, "merge the change of", path, why);
  };
  if (change.kind == FileKind::kCreate) {
    TRY(auto theirs, changed(change, File{}));
    TRY(const auto there, now(change.new_path));
    if (there) {
      TRY(const auto bytes, bytes_of(*there));
      if (bytes != theirs.bytes) return conflict(change.new_path, "it exists already, with other contents");
    }
    put(change, std::move(theirs));
    return {};
  }
  TRY(const auto there, now(change.old_path));
  if (there && there->mode == git::kModeModule) return straight(change);
  TRY(const auto base, ancestor(change));
  TRY(auto theirs, changed(change, base));
  TRY(const auto their_bytes, bytes_of(theirs));
  if (!there) {
    if (change.kind == FileKind::kDelete) return {};
    TRY(const auto moved, now(change.new_path));
    if (moved) {
      TRY(const auto bytes, bytes_of(*moved));
      if (bytes == their_bytes) return {};
    }
    return conflict(change.old_path, "it does not exist");
  }
  if (((there->mode ^ base.mode) & kTypeBits) != 0)
    return conflict(change.old_path, "it is of another type here: a file, a link or a submodule");
  TRY(const auto ours, bytes_of(*there));
  if (change.kind == FileKind::kDelete) {
    if (ours != base.bytes) return conflict(change.old_path, "the patch removes it, here it was changed");
    put(change, std::nullopt);
    return {};
  }
  TRY_VOID(check_free(change));
  std::optional<std::string> merged;
  if (change.kind == FileKind::kCopy) {  // of what the author had
    merged = their_bytes;
  } else if (there->mode == git::kModeLink || is_binary(ours) || is_binary(their_bytes)) {
    if (ours == base.bytes) merged = their_bytes;
    if (ours == their_bytes) merged = ours;
  } else {
    TRY(merged, git::merge_file(base.bytes, ours, their_bytes));
  }
  if (!merged) return conflict(change.old_path, "the same lines were changed here");
  put(change, File{canonical_mode(change.new_mode.value_or(there->mode)), *std::move(merged)});
  return {};
}

Result<git::ObjectId> TreeApplier::written(const std::string& path, const File& file) {
  if (file.id) return *file.id;
  if (file.mode != git::kModeModule) return objects_.add(git::ObjectType::kBlob, file.bytes);
  constexpr std::string_view kLine = "Subproject commit ";
  std::optional<git::ObjectId> id;
  if (file.bytes.starts_with(kLine)) id = git::ObjectId::parse(trim(std::string_view(file.bytes).substr(kLine.size())));
  if (!id) return err(Kind::kConflict, kDoing, path, "it names no commit of the submodule");
  return *id;
}

}  // namespace

Result<TreeChange> apply_to_tree(const Diff& diff, git::NewObjects& objects, const git::ObjectId& tree,
                                 ThreeWay three_way) {
  TreeApplier applier(diff, objects, tree);
  auto straight = applier.straight();
  if (!straight && (straight.error().kind != Kind::kConflict || three_way == ThreeWay::kNo))
    return tl::unexpected(std::move(straight).error());
  if (!straight)
    if (const auto merged = applier.three_way(); !merged) {
      auto error = std::move(straight).error();
      error.why += "; no three-way merge either, of '" + merged.error().subject + "': " + merged.error().why;
      return tl::unexpected(std::move(error));
    }
  return std::move(applier).write();
}

}  // namespace lorelei::patch
