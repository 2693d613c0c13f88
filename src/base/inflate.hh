// SPDX-License-Identifier: GPL-3.0-or-later
// Strings inflated one after the other, each within a limit: the other half of base/deflate.hh.
//
// Foreign bytes: the room for the result doubles until it suffices, so that the cost is linear in the result; the
// limit.
#pragma once
#include <memory>
#include <string_view>
#include <tl/expected.hpp>

namespace lorelei {

enum class InflateFailure { kDamaged, kTooLarge };

// By libdeflate, which needs half the time of zlib for strings this short. Keeps its tables and room between strings;
// not for two threads at once.
class Inflater {
 public:
  explicit Inflater(std::size_t limit_bytes);  // of a result
  ~Inflater();
  Inflater(Inflater&&) noexcept;
  Inflater& operator=(Inflater&&) noexcept;
  // A zlib stream (RFC 1950). The view lives until the next call.
  tl::expected<std::string_view, InflateFailure> inflate(std::string_view);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lorelei
