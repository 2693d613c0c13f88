// SPDX-License-Identifier: GPL-3.0-or-later
// Raw deflate (RFC 1951) of short strings, one after the other.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace lorelei::search {

// Keeps zlib's tables between strings; not for two threads at once.
class Deflater {
 public:
  Deflater();
  ~Deflater();
  // Nothing if it would not become shorter.
  std::optional<std::string> deflate(std::string_view);

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

}  // namespace lorelei::search
