// SPDX-License-Identifier: GPL-3.0-or-later
// New files, made and written by a thread of its own while the caller goes on. Nothing is made durable here.
#pragma once
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "base/files.hh"

namespace lorelei {

class WriteBehind {
 public:
  WriteBehind() = default;
  // Waits for the file that is being written; others are not begun any more.
  ~WriteBehind();
  WriteBehind(const WriteBehind&) = delete;
  WriteBehind& operator=(const WriteBehind&) = delete;

  // A file of mode 0600 that does not exist yet. Waits while much is outstanding. Errors: of an earlier file.
  Result<void> add(fs::path path, std::string bytes);
  // All that was added is written. Errors: of the first that is not; then those behind it are not, either.
  Result<void> drain();

 private:
  static constexpr std::uint64_t kMostBytes = 8 << 20;  // outstanding; one file may be larger

  struct File {
    fs::path path;
    std::string bytes;
  };
  void work();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<File> files_;   // the first one is being written
  std::uint64_t bytes_ = 0;  // of files_
  bool is_over_ = false;
  Result<void> verdict_;
  std::thread thread_;  // started with the first file
};

// Makes one such file, open for writing.
Result<Fd> write_new_file(const fs::path&, std::string_view bytes);

}  // namespace lorelei
