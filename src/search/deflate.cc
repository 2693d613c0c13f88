// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/deflate.hh"

#include <zlib.h>

#include <new>
#include <vector>

namespace lorelei::search {

struct Deflater::Stream {
  z_stream z{};
  std::vector<Bytef> out;  // kept for its capacity
};

Deflater::Deflater() : stream_(std::make_unique<Stream>()) {
  constexpr int kLevel = 1, kRawWithin32KiB = -15, kUsualMemory = 8;
  if (deflateInit2(&stream_->z, kLevel, Z_DEFLATED, kRawWithin32KiB, kUsualMemory, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();  // its only failure, these being legal parameters
  }
}

Deflater::~Deflater() { deflateEnd(&stream_->z); }

std::optional<std::string> Deflater::deflate(std::string_view bytes) {
  if (bytes.empty()) return std::nullopt;
  auto& [z, out] = *stream_;
  if (out.size() < bytes.size()) out.resize(bytes.size());
  deflateReset(&z);
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = out.data();
  z.avail_out = z.avail_in - 1;
  if (::deflate(&z, Z_FINISH) != Z_STREAM_END) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(out.data()), z.total_out);
}

}  // namespace lorelei::search
