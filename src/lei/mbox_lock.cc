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

int create_dotfile(const fs::path& path) {
  const Fd made(open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600));
  if (made) return 0;
  const int why = errno;
  struct stat status {};
  if (why == EEXIST && stat(path.c_str(), &status) == 0 && std::time(nullptr) - status.st_mtime > kStaleSeconds)
    unlink(path.c_str());
  return why;
}

}  // namespace

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
