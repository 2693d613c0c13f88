// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/inflate.hh"

#include <libdeflate.h>

#include <algorithm>
#include <new>
#include <string>

namespace lorelei {

struct Inflater::Impl {
  explicit Impl(std::size_t limit) : limit_bytes(limit) {
    if (!decompressor) throw std::bad_alloc();
  }
  ~Impl() { libdeflate_free_decompressor(decompressor); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  const std::size_t limit_bytes;
  libdeflate_decompressor* const decompressor = libdeflate_alloc_decompressor();
  std::string out = std::string(4096, '\0');  // grows
};

Inflater::Inflater(std::size_t limit_bytes) : impl_(std::make_unique<Impl>(limit_bytes)) {}
Inflater::~Inflater() = default;
Inflater::Inflater(Inflater&&) noexcept = default;
Inflater& Inflater::operator=(Inflater&&) noexcept = default;

tl::expected<std::string_view, InflateFailure> Inflater::inflate(std::string_view stream) {
  auto& out = impl_->out;
  for (;;) {
    std::size_t size = 0;
    const auto result =
        libdeflate_zlib_decompress(impl_->decompressor, stream.data(), stream.size(), out.data(), out.size(), &size);
    if (result == LIBDEFLATE_SUCCESS) return std::string_view(out.data(), size);
    if (result != LIBDEFLATE_INSUFFICIENT_SPACE) return tl::unexpected(InflateFailure::kDamaged);
    if (out.size() >= impl_->limit_bytes) return tl::unexpected(InflateFailure::kTooLarge);
    out.resize(std::min(out.size() * 2, impl_->limit_bytes));
  }
}

}  // namespace lorelei
