// SPDX-License-Identifier: GPL-3.0-or-later
// The bytes of a file without a copy of them: pages come when they are looked at. Only for files that are replaced and
// never made shorter in place, as git's are: what is behind a new end is a SIGBUS.
#pragma once
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/files.hh"
#include "base/result.hh"

namespace lorelei {

class MappedFile {
 public:
  // Errors: kNotFound; kTooLarge, over limit bytes; kFailed, it is no regular file.
  static Result<MappedFile> open(const fs::path&, std::uint64_t limit_bytes);
  MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  MappedFile& operator=(MappedFile&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~MappedFile();

  std::string_view bytes() const { return bytes_; }

 private:
  explicit MappedFile(std::string_view bytes) : bytes_(bytes) {}
  std::string_view bytes_;
};

}  // namespace lorelei
