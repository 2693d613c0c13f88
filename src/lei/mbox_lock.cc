// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/mbox_lock.hh"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <thread>

#include "base/leftovers.hh"
#include "base/rename.hh"
#include "base/text.hh"

namespace lorelei::lei {

namespace {

constexpr std::time_t kStaleSeconds = 300;              // of other programs
constexpr std::time_t kStaleOfOursSeconds = 36 * 3600;  // a number of a process may have been given anew by then

Result<double> seconds_of(const std::string& word) {
  const auto text = word.substr(word.find('=') + 1);
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end || !(value >= 0) || value > 1e6)
    return err(Error::Kind::kUsage, "lock the mbox", word, "not a number of seconds", "timeout=5 or delay=0.1");
  return value;
}

// Tries until it works (0), fails for good, or the time is over.
Result<void> try_for(const fs::path& mbox, const char* method, const MboxLock::Methods& methods,
                     const std::function<int()>& attempt) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(methods.timeout);
  for (;;) {
    const int why = attempt();
    if (why == 0) return {};
    if (why != EEXIST && why != EAGAIN && why != EACCES && why != EWOULDBLOCK && why != EINTR)
      return err_errno(why, "lock the mbox", mbox.string());
    if (std::chrono::steady_clock::now() >= end)
      return err(Error::Kind::kTemporary, "lock the mbox", mbox.string(),
                 fmt::format("{} timeout: another program holds it", method),
                 "wait for that program, or --lock=timeout=60");
    std::this_thread::sleep_for(std::chrono::duration<double>(methods.delay));
  }
}

// With its content or not at all, where the file system can do that.
int create_whole(const fs::path& path, const std::string& content) {
  const auto parent = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const Fd nameless(open(parent.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
  if (nameless && write_all(nameless.get(), content, path.string())) {
    const auto source = "/proc/self/fd/" + std::to_string(nameless.get());
    if (linkat(AT_FDCWD, source.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0) return 0;
    if (errno == EEXIST) return EEXIST;
  }
  const Fd made(open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600));
  if (!made) return errno;
  (void)write_all(made.get(), content, path.string());  // empty, it is a lock as well
  return 0;
}

// What tells one dotlock from another that lies there later; an inode does not, its number is given anew.
struct Dotlock {
  std::string content;
  timespec changed = {};

  static std::optional<Dotlock> at(const fs::path& path) {
    struct stat status {};
    if (lstat(path.c_str(), &status) != 0) return std::nullopt;
    return Dotlock{read_file(path, 4096).value_or(""), status.st_mtim};
  }
  bool operator==(const Dotlock& other) const {
    return content == other.content && changed.tv_sec == other.changed.tv_sec &&
           changed.tv_nsec == other.changed.tv_nsec;
  }
  // Its owner is dead: its tag says so, or nobody knows and it is old.
  bool is_stale() const {
    const auto line = content.find('\n');
    const auto owner = line == std::string::npos ? std::nullopt : owner_of(std::string_view(content).substr(line + 1));
    const auto age = std::time(nullptr) - changed.tv_sec;
    return owner == Owner::kGone || age > (owner == Owner::kAlive ? kStaleOfOursSeconds : kStaleSeconds);
  }
};

// Of several who find it stale, one moves it away; who has moved a new one by mistake puts it back.
void break_stale(const fs::path& path, const Dotlock& stale) {
  const fs::path aside = path.string() + "." + owner_tag();
  if (::rename(path.c_str(), aside.c_str()) != 0) return;
  const auto moved = Dotlock::at(aside);
  if (moved && *moved == stale)
    unlink(aside.c_str());
  else
    (void)rename_new(aside, path);
}

int create_dotfile(const fs::path& path, const std::string& content) {
  const int why = create_whole(path, content);
  if (why != EEXIST) return why;
  const auto there = Dotlock::at(path);
  if (there && there->is_stale()) break_stale(path, *there);
  return why;
}

}  // namespace

bool has_stale_dotlock(const fs::path& mbox) {
  const auto there = Dotlock::at(mbox.string() + ".lock");
  return there && there->is_stale();
}

Result<MboxLock::Methods> MboxLock::parse(const std::vector<std::string>& words) {
  Methods methods;
  bool has_method = false;
  for (const auto& word : words)
    for (const auto part : split(word, ',')) {
      const std::string each(part);
      if (each.starts_with("timeout=")) {
        TRY(methods.timeout, seconds_of(each));
      } else if (each.starts_with("delay=")) {
        TRY(methods.delay, seconds_of(each));
      } else {
        if (!std::exchange(has_method, true)) methods.dotlock = methods.fcntl = methods.flock = false;
        if (each == "dotlock")
          methods.dotlock = true;
        else if (each == "fcntl")
          methods.fcntl = true;
        else if (each == "flock")
          methods.flock = true;
        else if (each != "none")
          return err(Error::Kind::kUsage, "lock the mbox", each, "there is no such method",
                     "dotlock, fcntl, flock or none");
      }
    }
  return methods;
}

Result<MboxLock> MboxLock::take(const fs::path& mbox, int fd, const Methods& methods) {
  MboxLock lock{fs::path()};
  if (methods.dotlock) {
    const fs::path dotfile = mbox.string() + ".lock";
    static std::atomic<unsigned> count = 0;
    lock.content_ = fmt::format("{}\n{}{}\n", getpid(), owner_tag(), ++count);
    TRY_VOID(try_for(mbox, "dotlock", methods, [&] { return create_dotfile(dotfile, lock.content_); }));
    lock.dotfile_ = dotfile;
  }
  TRY_VOID(lock_file(mbox, fd, methods));
  return lock;
}

Result<void> MboxLock::lock_file(const fs::path& mbox, int fd, const Methods& methods) {
  // Of an open file, not of the process, whose locks go when it closes any descriptor of the file; both exclude each
  // other.
  if (methods.fcntl && fd >= 0) {
    struct flock whole {};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    TRY_VOID(try_for(mbox, "fcntl", methods, [&] { return fcntl(fd, F_OFD_SETLK, &whole) == 0 ? 0 : errno; }));
  }
  if (methods.flock && fd >= 0)
    TRY_VOID(try_for(mbox, "flock", methods, [&] { return flock(fd, LOCK_EX | LOCK_NB) == 0 ? 0 : errno; }));
  return {};
}

bool MboxLock::has_dotfile() const {
  if (dotfile_.empty()) return false;
  const auto there = read_file(dotfile_, 4096);
  return there && (*there == content_ || there->empty());  // empty: there was no room for more
}

void MboxLock::touch() const {
  if (has_dotfile()) ::utimensat(AT_FDCWD, dotfile_.c_str(), nullptr, 0);
}

MboxLock::~MboxLock() {
  if (has_dotfile()) unlink(dotfile_.c_str());
}

}  // namespace lorelei::lei
