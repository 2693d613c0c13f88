// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/log.hh"

#include <fcntl.h>

#include "base/text.hh"
#include "serve/dates.hh"

namespace lorelei::serve {

Result<Log> Log::open(const std::string& path) {
  Log log(nullptr);
  log.path_ = path;
  TRY_VOID(log.reopen());
  return log;
}

Result<void> Log::reopen() {
  if (path_.empty()) return {};
  Fd file(::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640));
  if (!file) return err_errno(errno, "open the log", path_);
  const std::lock_guard lock(mutex_);
  file_ = std::move(file);
  return {};
}

void Log::line(std::string_view text) {
  const auto whole = printable(text) + '\n';
  const std::lock_guard lock(mutex_);
  if (file_) {
    (void)write_all(file_.get(), whole, "the log");
    return;
  }
  std::fwrite(whole.data(), 1, whole.size(), stream_);
  std::fflush(stream_);
}

void Log::event(std::int64_t now, std::string_view text) {
  auto whole = "[" + log_date(now) + "] ";
  line(whole.append(text));
}

}  // namespace lorelei::serve
