// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/files.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>

#include "base/leftovers.hh"
#include "base/rename.hh"
#include "base/text.hh"

namespace lorelei {

Fd::~Fd() {
  if (fd_ >= 0) close(fd_);
}

static tl::unexpected<Error> too_large(const std::string& name, std::uint64_t limit_bytes) {
  return err(Error::Kind::kTooLarge, "read", name, fmt::format("it is longer than {} bytes", limit_bytes));
}

Result<std::string> read_all(int fd, const std::string& name, std::uint64_t limit_bytes) {
  constexpr std::size_t kStep = 64 << 10;
  std::size_t step = 4 << 10;  // what /proc has is shorter
  struct stat st {};
  std::string bytes;
  // Of a file one read brings all, and one of a byte more tells that this was the end.
  if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
    if (static_cast<std::uint64_t>(st.st_size) > limit_bytes) return too_large(name, limit_bytes);
    step = static_cast<std::size_t>(st.st_size);
    bytes.reserve(step + 1);
  }
  for (;;) {
    const auto have = bytes.size();
    bytes.resize(have + step);
    const auto got = read(fd, bytes.data() + have, step);
    // Only ^C and SIGTERM have handlers: whoever waits for a slow pipe wants out of it.
    if (got < 0 && errno == EINTR) return err(Error::Kind::kCancelled, "read", name, "interrupted");
    if (got < 0) return err_errno(errno, "read", name);
    bytes.resize(have + static_cast<std::size_t>(got));
    if (bytes.size() > limit_bytes) return too_large(name, limit_bytes);
    if (got == 0) return bytes;
    const auto room = bytes.capacity() - bytes.size();
    step = room == 0 ? kStep : std::min(room, kStep);
  }
}

Result<std::string> read_file(const fs::path& path, std::uint64_t limit_bytes) {
  const Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return err_errno(errno, "read", path);
  return read_all(fd.get(), path, limit_bytes);
}

Result<void> write_all(int fd, std::string_view bytes, const std::string& name) {
  while (!bytes.empty()) {
    const auto written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return err_errno(errno, "write", name);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

namespace {

// A file beside its target that is removed unless it took the target's place.
class Temporary {
 public:
  // By open() and not mkstemp(), so that the kernel applies the umask (reading it is not safe with threads).
  static Result<Temporary> beside(const fs::path& target) {
    for (int attempt = 0; attempt < 100; ++attempt) {
      std::uint32_t random = 0;
      if (getrandom(&random, sizeof random, 0) < 0) return err_errno(errno, "write", target);
      auto path =
          target.parent_path() / fmt::format(".{}.{}{:08x}.tmp", target.filename().string(), owner_tag(), random);
      Fd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
      if (fd) return Temporary(std::move(path), std::move(fd));
      if (errno != EEXIST) return err_errno(errno, "write", target);
    }
    return err(Error::Kind::kFailed, "write", target, "no free name for a temporary file beside it");
  }
  Temporary(Temporary&& other) noexcept : path(std::exchange(other.path, {})), fd(std::move(other.fd)) {}
  Temporary& operator=(Temporary&&) = delete;
  ~Temporary() {
    if (!path.empty()) unlink(path.c_str());
  }

  Result<void> fill(std::string_view contents, Sync sync, const fs::path& target) {
    TRY_VOID(write_all(fd.get(), contents, target));
    if (sync == Sync::kYes && fsync(fd.get()) < 0) return err_errno(errno, "write", target);
    return {};
  }

  fs::path path;
  Fd fd;

 private:
  Temporary(fs::path path_in, Fd fd_in) : path(std::move(path_in)), fd(std::move(fd_in)) {}
};

Result<void> sync_parent(const fs::path& path, Sync sync) {
  return sync == Sync::kYes ? sync_directory(path.parent_path()) : Result<void>{};
}

}  // namespace

// A symbolic link stays: people link their settings to a repository of dot files.
static Result<fs::path> behind_links(const fs::path& path) {
  std::error_code absent, error;
  if (!fs::is_symlink(path, absent)) return path;
  auto target = fs::weakly_canonical(path, error);
  if (error) return err_errno(error.value(), "write", path);
  return target;
}

Result<void> replace_file(const fs::path& path, std::string_view contents, Sync sync) {
  TRY(const fs::path target, behind_links(path));
  TRY(auto temporary, Temporary::beside(target));
  struct stat st {};
  if (stat(target.c_str(), &st) == 0 && fchmod(temporary.fd.get(), st.st_mode & 07777) < 0)
    return err_errno(errno, "write", path);
  TRY_VOID(temporary.fill(contents, sync, path));
  if (rename(temporary.path.c_str(), target.c_str()) < 0) return err_errno(errno, "write", path);
  temporary.path.clear();
  return sync_parent(target, sync);
}

Result<void> create_file(const fs::path& path, std::string_view contents, Sync sync) {
  TRY(auto temporary, Temporary::beside(path));
  TRY_VOID(temporary.fill(contents, sync, path));
  if (const int why = rename_new(temporary.path, path); why != 0) return err_errno(why, "create", path);
  temporary.path.clear();
  return sync_parent(path, sync);
}

Result<void> sync_directory(const fs::path& directory) {
  const fs::path path = directory.empty() ? fs::path(".") : directory;
  const Fd fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return err_errno(errno, "write to the directory", path);
  // Some network file systems cannot sync a directory and say EINVAL; there is nothing better to do there.
  if (fsync(fd.get()) < 0 && errno != EINVAL) return err_errno(errno, "write to the directory", path);
  return {};
}

Result<void> make_directories(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return err_errno(error.value(), "make the directory", path);
  return {};
}

Result<void> make_private_directory(const fs::path& path) {
  if (path.has_parent_path()) TRY_VOID(make_directories(path.parent_path()));
  if (::mkdir(path.c_str(), 0700) == 0) return {};
  if (errno != EEXIST) return err_errno(errno, "make the directory", path.string());
  std::error_code error;
  if (fs::is_directory(path, error)) return {};
  return err(Error::Kind::kConflict, "make the directory", path.string(), "it exists and is not a directory",
             "choose another name");
}

// Who holds a flock on the file, as the kernel lists it: "process 4711 (git)"; nothing if it does not say.
static std::optional<std::string> holder(int fd) {
  struct stat st {};
  const auto locks = read_file("/proc/locks");
  if (!locks || fstat(fd, &st) < 0) return std::nullopt;
  const auto file = fmt::format("{:02x}:{:02x}:{}", major(st.st_dev), minor(st.st_dev), st.st_ino);
  for (const auto line : split(*locks, '\n')) {
    const auto words = split_words(line);  // 1: FLOCK ADVISORY WRITE 4711 08:01:1234 0 EOF
    if (words.size() < 6 || words[1] != "FLOCK" || words[5] != file) continue;
    const auto name = read_file(fmt::format("/proc/{}/comm", words[4]));
    return fmt::format("process {}{}", words[4], name ? fmt::format(" ({})", trim(*name)) : "");
  }
  return std::nullopt;
}

Result<FileLock> FileLock::take(const fs::path& path, LockMode mode, LockWait wait) {
  Fd fd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  // Somebody else's file that we may read can be locked all the same.
  if (!fd && (errno == EACCES || errno == EROFS)) fd = Fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return err_errno(errno, "lock", path);
  const int operation = mode == LockMode::kShared ? LOCK_SH : LOCK_EX;
  if (flock(fd.get(), operation | (wait == LockWait::kFail ? LOCK_NB : 0)) == 0) return FileLock(std::move(fd));
  if (errno == EINTR) return err(Error::Kind::kCancelled, "lock", path, "interrupted while another process holds it");
  if (errno != EWOULDBLOCK) return err_errno(errno, "lock", path);
  return err(Error::Kind::kTemporary, "lock", path, holder(fd.get()).value_or("another process") + " holds it",
             "wait until that has ended and run the command again");
}

Result<TempDir> TempDir::create(const fs::path& parent, std::string_view prefix) {
  std::string path = parent / (std::string(prefix) + owner_tag() + "XXXXXX");
  if (!mkdtemp(path.data())) return err_errno(errno, "make a temporary directory in", parent);
  return TempDir(fs::path(path));
}

TempDir::~TempDir() {
  std::error_code ignored;  // a destructor has nobody to tell
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

}  // namespace lorelei
