// SPDX-License-Identifier: GPL-3.0-or-later
// What a server says while it runs: lines with their time, in a file or on standard error. Any thread may.
#pragma once
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "base/env.hh"
#include "base/files.hh"
#include "base/result.hh"

namespace lorelei::serve {

class Log {
 public:
  explicit Log(std::FILE* stream) : stream_(stream) {}
  // Appends; the file is made if it does not exist. Errors: it cannot be written.
  static Result<Log> open(const std::string& path);
  Log(Log&& other) noexcept : stream_(other.stream_), path_(std::move(other.path_)), file_(std::move(other.file_)) {}

  // The file is opened by its name again, which is another one once the old was moved away. Errors: it cannot be; the
  // old one goes on.
  Result<void> reopen();

  // One line, without its end. What is foreign in it is made visible, not obeyed.
  void line(std::string_view text);
  // The same, behind "[21/Nov/2026:12:34:56 +0000] ". now: seconds since 1970.
  void event(std::int64_t now, std::string_view text);

 private:
  std::FILE* stream_ = nullptr;
  std::string path_;  // empty: the stream is used
  Fd file_;
  std::mutex mutex_;
};

}  // namespace lorelei::serve
