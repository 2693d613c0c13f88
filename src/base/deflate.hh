// SPDX-License-Identifier: GPL-3.0-or-later
// Short strings deflated one after the other with one state: setting a state up costs more than deflating a record.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace lorelei {

// By libdeflate. Keeps its tables between strings; not for two threads at once.
class Deflater {
 public:
  enum class Form {
    kZlib,  // RFC 1950, the usual effort
    kRaw,   // RFC 1951, the least effort
    kGzip,  // RFC 1952, the usual effort
  };
  explicit Deflater(Form);
  ~Deflater();
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  std::string deflate(std::string_view);
  // Nothing if it would not become shorter.
  std::optional<std::string> deflate_shorter(std::string_view);

 private:
  struct Impl;
  std::optional<std::string> deflate_within(std::string_view, std::size_t limit_bytes);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lorelei
