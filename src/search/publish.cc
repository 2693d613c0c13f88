// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/publish.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/files.hh"
#include "base/text.hh"

namespace lorelei::search {

namespace {

fs::path build_of(const fs::path& directory) { return directory / "lorelei" / "build"; }

Result<void> remove_tree(const fs::path& path) {
  std::error_code code;
  fs::remove_all(path, code);
  if (code) return err_errno(code.value(), "remove an old build", path.string());
  return {};
}

Result<void> sync_file(const fs::path& path) {
  const Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd || fsync(fd.get()) != 0) return err_errno(errno, "write to disk", path.string());
  return {};
}

Result<void> sync_tree(const fs::path& path) {
  if (!fs::is_directory(path)) return sync_file(path);
  std::error_code code;
  for (const auto& entry : fs::recursive_directory_iterator(path, code)) TRY_VOID(sync_file(entry.path()));
  if (code) return err_errno(code.value(), "write to disk", path.string());
  return sync_file(path);
}

Result<ino_t> inode_of(const fs::path& path) {
  struct stat st {};
  if (stat(path.c_str(), &st) != 0) return err_errno(errno, "look at", path.string());
  return st.st_ino;
}

// Where a directory that was replaced waits for its end.
fs::path old_of(const fs::path& made) { return fs::path(made).concat(".old"); }

// What others keep in an index directory stays there.
void carry_over(const fs::path& old, const fs::path& now) {
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(old, code)) {
    const auto name = entry.path().filename();
    if (parse_uint(name.native()) || name.native().starts_with("over.sqlite3") || fs::exists(now / name)) continue;
    fs::rename(entry.path(), now / name, code);
  }
}

Result<void> move_into_place(const fs::path& made, const fs::path& target) {
  TRY_VOID(make_directories(target.parent_path()));
  if (!fs::is_directory(target)) {
    if (rename(made.c_str(), target.c_str()) != 0) return err_errno(errno, "put in place", target.string());
    return sync_directory(target.parent_path());
  }
  if (renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) {
    return sync_directory(target.parent_path());
  }
  // A file system that cannot exchange: for an instant there is no index, and readers try again.
  if (rename(target.c_str(), old_of(made).c_str()) != 0 || rename(made.c_str(), target.c_str()) != 0)
    return err_errno(errno, "put in place", target.string());
  return sync_directory(target.parent_path());
}

}  // namespace

Build::Build(fs::path archive_directory) : directory_(std::move(archive_directory)), build_(build_of(directory_)) {}

Build::Build(Build&& other) noexcept
    : directory_(std::move(other.directory_)), build_(std::move(other.build_)), names_(std::move(other.names_)) {
  other.build_.clear();
}

Build::~Build() {
  if (!build_.empty() && !fs::exists(build_ / "ready")) (void)remove_tree(build_);
}

Result<void> Build::recover(const fs::path& directory) {
  const auto build = build_of(directory);
  if (!fs::exists(build)) return {};
  if (!fs::exists(build / "ready")) return remove_tree(build);
  TRY(const auto ready, read_file(build / "ready"));
  for (const auto line : split(ready, '\n')) {
    const auto space = line.find(' ');
    if (space == std::string_view::npos) continue;
    const auto inode = parse_uint(line.substr(0, space));
    const std::string name(line.substr(space + 1));
    const auto target = directory / name;
    const auto made = build / name;
    ino_t now = 0;
    if (fs::exists(target)) {
      TRY(now, inode_of(target));
    }
    if (inode != now) TRY_VOID(move_into_place(made, target));
    for (const auto& old : {made, old_of(made)})
      if (fs::is_directory(old)) carry_over(old, target);
  }
  return remove_tree(build);
}

Result<Build> Build::start(const fs::path& directory) {
  TRY_VOID(recover(directory));
  TRY_VOID(make_directories(build_of(directory)));
  return Build(directory);
}

Result<fs::path> Build::prepare(const std::string& name) {
  names_.push_back(name);
  const auto path = build_ / name;
  TRY_VOID(make_directories(path.parent_path()));
  return path;
}

fs::path Build::scratch() const { return build_ / "scratch"; }

Result<void> Build::publish() {
  TRY_VOID(remove_tree(scratch()));
  std::string ready;
  for (const auto& name : names_) {
    const auto made = build_ / name;
    TRY_VOID(sync_tree(made));
    TRY(const auto inode, inode_of(made));
    ready += fmt::format("{} {}\n", inode, name);
  }
  TRY_VOID(sync_directory(build_));
  TRY_VOID(replace_file(build_ / "ready", ready));
  return recover(directory_);
}

}  // namespace lorelei::search
