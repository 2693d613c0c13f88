// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/deflate.hh"

#include <libdeflate.h>

#include <new>
#include <vector>

namespace lorelei {

struct Deflater::Impl {
  explicit Impl(Form wanted) : form(wanted) {
    constexpr int kLeastEffort = 1, kUsualEffort = 6;
    compressor = libdeflate_alloc_compressor(form == Form::kRaw ? kLeastEffort : kUsualEffort);
    if (!compressor) throw std::bad_alloc();  // its only failure, these being legal levels
  }
  ~Impl() { libdeflate_free_compressor(compressor); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  const Form form;
  libdeflate_compressor* compressor;
  std::vector<char> out;  // kept for its capacity
};

Deflater::Deflater(Form form) : impl_(std::make_unique<Impl>(form)) {}

Deflater::~Deflater() = default;

std::string Deflater::deflate(std::string_view bytes) {
  return *deflate_within(bytes, libdeflate_gzip_compress_bound(impl_->compressor, bytes.size()));  // the most of all
}

std::optional<std::string> Deflater::deflate_shorter(std::string_view bytes) {
  return bytes.empty() ? std::nullopt : deflate_within(bytes, bytes.size() - 1);
}

std::optional<std::string> Deflater::deflate_within(std::string_view bytes, std::size_t limit_bytes) {
  auto& [form, compressor, out] = *impl_;
  if (out.size() < limit_bytes) out.resize(limit_bytes);
  const auto compress = form == Form::kRaw    ? libdeflate_deflate_compress
                        : form == Form::kGzip ? libdeflate_gzip_compress
                                              : libdeflate_zlib_compress;
  const auto size = compress(compressor, bytes.data(), bytes.size(), out.data(), limit_bytes);
  return size == 0 ? std::nullopt : std::optional<std::string>(std::in_place, out.data(), size);
}

}  // namespace lorelei
