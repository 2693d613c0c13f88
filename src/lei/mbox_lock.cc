// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/mbox_lock.hh"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <thread>

#include "base/leftovers.hh"
#include "base/text.hh"

namespace lorelei::lei {

namespace {

constexpr std::time_t kStaleSeconds = 300;

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

// Whether the program that made it is dead: it says so itself, or it is old.
bool is_stale(const fs::path& dotfile) {
  struct stat status {};
  if (stat(dotfile.c_str(), &status) != 0) return false;
  if (std::time(nullptr) - status.st_mtime > kStaleSeconds) return true;
  const auto content = read_file(dotfile, 4096);
  if (!content) return false;
  const auto line = content->find('\n');
  return line != std::string::npos && owner_of(std::string_view(*content).substr(line + 1)) == Owner::kGone;
}

int create_dotfile(const fs::path& path) {
  const int why = create_whole(path, std::to_string(getpid()) + "\n" + owner_tag() + "\n");
  if (why == EEXIST && is_stale(path)) unlink(path.c_str());
  return why;
}

}  // namespace

bool has_stale_dotlock(const fs::path& mbox) { return is_stale(mbox.string() + ".lock"); }

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
    TRY_VOID(try_for(mbox, "dotlock", methods, [&] { return create_dotfile(dotfile); }));
    lock.dotfile_ = dotfile;
  }
  if (methods.fcntl && fd >= 0) {
    struct flock whole {};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    TRY_VOID(try_for(mbox, "fcntl", methods, [&] { return fcntl(fd, F_SETLK, &whole) == 0 ? 0 : errno; }));
  }
  if (methods.flock && fd >= 0)
    TRY_VOID(try_for(mbox, "flock", methods, [&] { return flock(fd, LOCK_EX | LOCK_NB) == 0 ? 0 : errno; }));
  return lock;
}

MboxLock::~MboxLock() {
  if (!dotfile_.empty()) unlink(dotfile_.c_str());
}

}  // namespace lorelei::lei
