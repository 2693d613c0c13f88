// SPDX-License-Identifier: GPL-3.0-or-later
// Files that are whole or absent. Whatever is reported as written has been through here: write a temporary beside the
// target, fsync, rename, fsync the directory; only then say "done".
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hh"

namespace lorelei {

namespace fs = std::filesystem;

// A file descriptor that closes itself.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd();
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

inline constexpr std::uint64_t kMaxSmallFile = 64 << 20;  // settings, templates, lists: nothing of ours is near it

// The whole file. Errors: kNotFound, kTooLarge (over limit bytes).
Result<std::string> read_file(const fs::path&, std::uint64_t limit_bytes = kMaxSmallFile);
// Everything up to the end of a descriptor (a pipe, standard input).
Result<std::string> read_all(int fd, const std::string& name, std::uint64_t limit_bytes);
Result<void> write_all(int fd, std::string_view bytes, const std::string& name);

enum class Sync { kYes, kNo };
// Atomically replaces or creates path; keeps the mode of a file that is replaced, else 0666 & ~umask.
Result<void> replace_file(const fs::path&, std::string_view contents, Sync = Sync::kYes);
// Creates path; kConflict if anything is there already.
Result<void> create_file(const fs::path&, std::string_view contents, Sync = Sync::kYes);
// After a rename or unlink in it: makes the directory's entries durable.
Result<void> sync_directory(const fs::path&);
Result<void> make_directories(const fs::path&);
// With the levels above it; itself for the user's eyes only (mode 0700), unless it is there already. Errors: kConflict,
// it is no directory.
Result<void> make_private_directory(const fs::path&);

// flock(2) on a file that is created if it does not exist; released when the object goes or the process dies.
enum class LockMode { kShared, kExclusive };
enum class LockWait { kWait, kFail };
class FileLock {
 public:
  // Errors: kTemporary if somebody else holds it and wait is kFail; the error names what to wait for.
  static Result<FileLock> take(const fs::path&, LockMode = LockMode::kExclusive, LockWait = LockWait::kWait);
  int fd() const { return fd_.get(); }

 private:
  explicit FileLock(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

// A fresh directory, removed with all it holds when the object goes (unless kept).
class TempDir {
 public:
  // Within parent, which must exist; the name starts with prefix and owner_tag() (base/leftovers.hh).
  static Result<TempDir> create(const fs::path& parent, std::string_view prefix);
  TempDir(TempDir&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TempDir& operator=(TempDir&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~TempDir();
  const fs::path& path() const { return path_; }
  fs::path keep() { return std::exchange(path_, {}); }

 private:
  explicit TempDir(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

}  // namespace lorelei
