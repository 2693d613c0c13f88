// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/write_behind.hh"

#include <fcntl.h>

#include <cerrno>

namespace lorelei {

Result<Fd> write_new_file(const fs::path& path, std::string_view bytes) {
  Fd fd(::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600));
  if (!fd) return err_errno(errno, "write", path.string());
  TRY_VOID(write_all(fd.get(), bytes, path.string()));
  return fd;
}

WriteBehind::~WriteBehind() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Result<void> WriteBehind::add(fs::path path, std::string bytes) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return bytes_ < kMostBytes || !verdict_; });
  if (!verdict_) return verdict_;
  bytes_ += bytes.size();
  files_.push_back({std::move(path), std::move(bytes)});
  const bool is_awaited = files_.size() == 1;
  lock.unlock();
  if (is_awaited) changed_.notify_all();
  if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
  return {};
}

Result<void> WriteBehind::drain() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return files_.empty() || !verdict_; });
  return verdict_;
}

void WriteBehind::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return is_over_ || (!files_.empty() && verdict_); });
    if (is_over_) return;
    const auto& file = files_.front();  // it stays where it is: others are added behind it
    lock.unlock();
    auto written = write_new_file(file.path, file.bytes);
    lock.lock();
    if (!written) {
      verdict_ = tl::unexpected(std::move(written).error());
      changed_.notify_all();
      return;
    }
    const bool was_full = bytes_ >= kMostBytes;
    bytes_ -= file.bytes.size();
    files_.pop_front();
    if (was_full || files_.empty()) changed_.notify_all();
  }
}

}  // namespace lorelei
