// SPDX-License-Identifier: GPL-3.0-or-later
// The process's time zone, for the length of a test.
#pragma once
#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>

namespace lorelei {

class InZone {
 public:
  explicit InZone(const char* zone) {
    if (const char* before = std::getenv("TZ")) before_ = before;
    setenv("TZ", zone, 1);
    tzset();
  }
  InZone(const InZone&) = delete;
  InZone& operator=(const InZone&) = delete;
  ~InZone() {
    before_ ? setenv("TZ", before_->c_str(), 1) : unsetenv("TZ");
    tzset();
  }

 private:
  std::optional<std::string> before_;
};

}  // namespace lorelei
