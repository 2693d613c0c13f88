// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/inotify.hh"

#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace lorelei {

Result<Inotify> Inotify::create() {
  Fd fd(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!fd) return err_errno(errno, "watch directories", "");
  return Inotify(std::move(fd));
}

Result<void> Inotify::watch(const std::string& directory, std::uint32_t what) {
  std::uint32_t mask = IN_ONLYDIR | IN_DELETE_SELF | IN_MOVE_SELF;
  if (what & kWritten) mask |= IN_MODIFY;
  if (what & kPlaced) mask |= IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE;
  if (what & kGone) mask |= IN_DELETE | IN_MOVED_FROM;
  const int number = inotify_add_watch(fd_.get(), directory.c_str(), mask);
  if (number < 0 && errno == ENOSPC)
    return err(Error::Kind::kFailed, "watch", directory, "too many directories are watched",
               "sysctl fs.inotify.max_user_watches=65536");
  if (number < 0) return err_errno(errno, "watch", directory);
  const auto before = numbers_.find(directory);
  if (before != numbers_.end() && before->second != number) directories_[before->second].erase(directory);
  numbers_[directory] = number;
  directories_[number].insert(directory);
  return {};
}

void Inotify::keep_only(const std::set<std::string>& wanted) {
  for (auto it = numbers_.begin(); it != numbers_.end();) {
    if (wanted.contains(it->first)) {
      ++it;
      continue;
    }
    auto& names = directories_[it->second];
    names.erase(it->first);
    if (names.empty()) {
      (void)inotify_rm_watch(fd_.get(), it->second);
      directories_.erase(it->second);
    }
    it = numbers_.erase(it);
  }
}

Result<std::vector<Inotify::Change>> Inotify::read() {
  std::vector<Change> changes;
  std::set<std::pair<std::string, std::string>> seen;
  const auto add = [&](const std::string& directory, const std::string& name) {
    if (seen.emplace(directory, name).second) changes.push_back({directory, name});
  };
  alignas(inotify_event) char buffer[16 << 10];
  for (;;) {
    const auto got = ::read(fd_.get(), buffer, sizeof buffer);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return changes;
    if (got <= 0) return err_errno(errno, "watch directories", "");
    for (ssize_t at = 0; at < got;) {
      inotify_event event{};
      std::memcpy(&event, buffer + at, sizeof event);
      const std::string name(buffer + at + sizeof event, strnlen(buffer + at + sizeof event, event.len));
      at += static_cast<ssize_t>(sizeof event + event.len);
      if (event.mask & IN_Q_OVERFLOW)
        for (const auto& [directory, number] : numbers_) add(directory, "");
      const auto found = directories_.find(event.wd);
      if (found == directories_.end()) continue;
      for (const auto& directory : found->second) add(directory, name);
      if (!(event.mask & IN_IGNORED)) continue;
      for (const auto& directory : found->second) numbers_.erase(directory);
      directories_.erase(found);
    }
  }
}

}  // namespace lorelei
