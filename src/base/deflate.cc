// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/deflate.hh"

#include <zlib.h>

#include <new>
#include <vector>

namespace lorelei {

struct Deflater::Stream {
  z_stream z{};
  std::vector<Bytef> out;  // kept for its capacity
};

Deflater::Deflater(Form form) : stream_(std::make_unique<Stream>()) {
  constexpr int kWindow32KiB = 15, kUsualMemory = 8;
  const bool raw = form == Form::kRaw;
  const int level = raw ? Z_BEST_SPEED : Z_DEFAULT_COMPRESSION;
  if (deflateInit2(&stream_->z, level, Z_DEFLATED, raw ? -kWindow32KiB : kWindow32KiB, kUsualMemory,
                   Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();  // its only failure, these being legal parameters
}

Deflater::~Deflater() { deflateEnd(&stream_->z); }

std::string Deflater::deflate(std::string_view bytes) {
  return *deflate_within(bytes, deflateBound(&stream_->z, bytes.size()));
}

std::optional<std::string> Deflater::deflate_shorter(std::string_view bytes) {
  return bytes.empty() ? std::nullopt : deflate_within(bytes, bytes.size() - 1);
}

std::optional<std::string> Deflater::deflate_within(std::string_view bytes, std::size_t limit_bytes) {
  auto& [z, out] = *stream_;
  if (out.size() < limit_bytes) out.resize(limit_bytes);
  deflateReset(&z);
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = out.data();
  z.avail_out = static_cast<uInt>(limit_bytes);
  if (::deflate(&z, Z_FINISH) != Z_STREAM_END) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(out.data()), z.total_out);
}

}  // namespace lorelei
