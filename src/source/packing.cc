// SPDX-License-Identifier: GPL-3.0-or-later
#include "source/packing.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "base/process.hh"
#include "mail/gzip.hh"

namespace lorelei::source {

namespace {

constexpr auto kDoing = "unpack the mbox";

const char* program_of(Packing packing) { return packing == Packing::kXz ? "xz" : "bzip2"; }

}  // namespace

Packing packing_of(std::string_view path) {
  if (path.ends_with(".gz")) return Packing::kGzip;
  if (path.ends_with(".bz2")) return Packing::kBzip2;
  return path.ends_with(".xz") ? Packing::kXz : Packing::kNone;
}

Result<Fd> nameless_file() {
  std::error_code error;
  const auto directory = fs::temp_directory_path(error);
  const std::string parent = error ? "/tmp" : directory.string();
  if (Fd fd(::open(parent.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)); fd) return fd;
  std::string name = parent + "/lorelei.XXXXXX";
  Fd fd(::mkostemp(name.data(), O_CLOEXEC));
  if (!fd) return err_errno(errno, "create a temporary file in", parent);
  ::unlink(name.c_str());
  return fd;
}

Result<std::string> packed(std::string_view bytes, Packing packing) {
  if (packing == Packing::kNone) return std::string(bytes);
  if (packing != Packing::kGzip)
    return output_of({program_of(packing), "-c"}, {.input = bytes, .process = {}, .limit_bytes = UINT64_MAX});
  TRY(const auto fd, nameless_file());
  mail::ByteSink sink(fd.get(), "a packed piece", mail::Compression::kGzip);
  TRY_VOID(sink.write(bytes));
  TRY_VOID(sink.finish());
  if (::lseek(fd.get(), 0, SEEK_SET) < 0) return err_errno(errno, "pack", "the mbox");
  return read_all(fd.get(), "a packed piece", UINT64_MAX);
}

Result<Fd> open_unpacked(const fs::path& path, Packing packing, std::uint64_t offset) {
  Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return err_errno(errno, "read the mbox", path.string());
  if (offset && ::lseek(file.get(), static_cast<off_t>(offset), SEEK_SET) < 0)
    return err_errno(errno, "read the mbox", path.string());
  if (packing == Packing::kNone || packing == Packing::kGzip) return file;
  TRY(auto plain, nameless_file());
  TRY(auto unpacker, Process::start({program_of(packing), "-dc"}, {Stream::kInherit, Stream::kInherit, Stream::kKeep},
                                    {.input = file.get(), .output = plain.get()}));
  TRY_VOID(unpacker.finish());
  if (::lseek(plain.get(), 0, SEEK_SET) < 0) return err_errno(errno, kDoing, path.string());
  return plain;
}

}  // namespace lorelei::source
