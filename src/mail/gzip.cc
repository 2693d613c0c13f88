// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/gzip.hh"

#include <unistd.h>
#include <zlib.h>

#include <cassert>
#include <cerrno>
#include <cstring>
#include <vector>

namespace lorelei::mail {

namespace {

constexpr std::size_t kBlockBytes = 256 << 10;
constexpr int kGzipWindow = 15 + 16;  // zlib: 32 KiB, with a gzip header

ByteSource::Read from_descriptor(Fd fd, std::string name) {
  const auto owner = std::make_shared<Fd>(std::move(fd));
  return [owner, name = std::move(name)](char* room, std::size_t size) -> Result<std::size_t> {
    for (;;) {
      const ssize_t got = ::read(owner->get(), room, size);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return err_errno(errno, "read", name);
    }
  };
}

}  // namespace

struct ByteSource::Impl {
  enum class Format { kUnknown, kPlain, kGzip };

  Read read;
  std::string name;
  Format format = Format::kUnknown;
  std::unique_ptr<char[]> block = std::make_unique_for_overwrite<char[]>(kBlockBytes);
  std::string_view packed;  // of block: read, not yet unpacked
  bool at_end = false;      // there is no more to read
  bool inside = false;      // a gzip member
  z_stream stream{};

  Impl(Read how, std::string its_name) : read(std::move(how)), name(std::move(its_name)) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    if (format == Format::kGzip) inflateEnd(&stream);
  }

  tl::unexpected<Error> damaged(const char* why) const {
    return err(Error::Kind::kCorrupt, "unpack", name, why, "gzip -t says more about the file");
  }

  // At least wanted bytes in packed, unless the end comes first.
  Result<void> fill(std::size_t wanted) {
    while (!at_end && packed.size() < wanted) {
      if (!packed.empty()) std::memmove(block.get(), packed.data(), packed.size());
      packed = {block.get(), packed.size()};
      TRY(const std::size_t got, read(block.get() + packed.size(), kBlockBytes - packed.size()));
      at_end = got == 0;
      packed = {block.get(), packed.size() + got};
    }
    return {};
  }

  Result<bool> unpack(std::string& to) {
    const std::size_t before = to.size();
    while (to.size() == before) {
      TRY_VOID(fill(2));
      if (packed.empty() && !inside) return false;
      if (packed.empty()) return damaged("the data ends in the middle");
      if (!inside && !begins_member()) return damaged("something else follows the gzip data");
      TRY_VOID(inflate_block(to));
    }
    return true;
  }

  // Zeros behind the last member are padding of a tape.
  bool begins_member() {
    const auto start = packed.find_first_not_of('\0');
    if (start == packed.npos) {
      packed = {};
      return true;
    }
    return packed.starts_with("\x1f\x8b");
  }

  Result<void> inflate_block(std::string& to) {
    if (packed.empty()) return {};
    if (!inside && inflateReset(&stream) != Z_OK) return damaged("zlib failed");
    inside = true;
    const std::size_t old = to.size();
    to.resize(old + kBlockBytes);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(to.data() + old);
    stream.avail_out = kBlockBytes;
    const int status = inflate(&stream, Z_NO_FLUSH);
    to.resize(old + kBlockBytes - stream.avail_out);
    packed.remove_prefix(packed.size() - stream.avail_in);
    if (status == Z_STREAM_END) inside = false;
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
      return damaged(stream.msg ? stream.msg : "zlib failed");
    return {};
  }
};

ByteSource::ByteSource(Read read, std::string name) : impl_(std::make_unique<Impl>(std::move(read), std::move(name))) {}
ByteSource::ByteSource(Fd fd, std::string name) : ByteSource(from_descriptor(std::move(fd), name), name) {}
ByteSource ByteSource::of(std::string_view text, std::string name) {
  return ByteSource(
      [text](char* room, std::size_t size) mutable -> Result<std::size_t> {
        const auto count = text.copy(room, size);
        text.remove_prefix(count);
        return count;
      },
      std::move(name));
}
ByteSource::ByteSource(ByteSource&&) noexcept = default;
ByteSource& ByteSource::operator=(ByteSource&&) noexcept = default;
ByteSource::~ByteSource() = default;

const std::string& ByteSource::name() const { return impl_->name; }

Result<bool> ByteSource::read_more(std::string& to) {
  Impl& in = *impl_;
  if (in.format == Impl::Format::kUnknown) {
    TRY_VOID(in.fill(2));
    const bool is_gzip = in.packed.starts_with("\x1f\x8b");
    if (is_gzip && inflateInit2(&in.stream, kGzipWindow) != Z_OK) return in.damaged("zlib failed");
    in.format = is_gzip ? Impl::Format::kGzip : Impl::Format::kPlain;
  }
  if (in.format == Impl::Format::kGzip) return in.unpack(to);
  TRY_VOID(in.fill(1));
  to.append(in.packed);
  const bool more = !in.packed.empty();
  in.packed = {};
  return more;
}

struct ByteSink::Impl {
  int fd;
  std::string name;
  Compression compression;
  std::string waiting;  // plain bytes
  z_stream stream{};
  bool finished = false;

  Impl(int descriptor, std::string its_name, Compression how)
      : fd(descriptor), name(std::move(its_name)), compression(how) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    if (compression == Compression::kGzip) deflateEnd(&stream);
  }

  Result<void> flush(int mode) {
    if (compression == Compression::kNone) {
      TRY_VOID(write_all(fd, waiting, name));
      waiting.clear();
      return {};
    }
    stream.next_in = reinterpret_cast<Bytef*>(waiting.data());
    stream.avail_in = static_cast<uInt>(waiting.size());
    std::vector<char> block(kBlockBytes);
    do {
      stream.next_out = reinterpret_cast<Bytef*>(block.data());
      stream.avail_out = kBlockBytes;
      deflate(&stream, mode);
      TRY_VOID(write_all(fd, {block.data(), kBlockBytes - stream.avail_out}, name));
    } while (stream.avail_out == 0);
    waiting.clear();
    return {};
  }
};

ByteSink::ByteSink(int fd, std::string name, Compression compression)
    : impl_(std::make_unique<Impl>(fd, std::move(name), compression)) {
  if (compression == Compression::kGzip)
    deflateInit2(&impl_->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY);
}
ByteSink::ByteSink(ByteSink&&) noexcept = default;
ByteSink& ByteSink::operator=(ByteSink&&) noexcept = default;
ByteSink::~ByteSink() = default;

Result<void> ByteSink::write(std::string_view bytes) {
  assert(!impl_->finished);
  while (!bytes.empty()) {
    const auto taken = bytes.substr(0, kBlockBytes);
    impl_->waiting.append(taken);
    bytes.remove_prefix(taken.size());
    if (impl_->waiting.size() >= kBlockBytes) TRY_VOID(impl_->flush(Z_NO_FLUSH));
  }
  return {};
}

Result<void> ByteSink::finish() {
  assert(!impl_->finished);
  impl_->finished = true;
  return impl_->flush(Z_FINISH);
}

}  // namespace lorelei::mail
