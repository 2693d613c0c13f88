// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/mapped_file.hh"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>

namespace lorelei {

Result<MappedFile> MappedFile::open(const fs::path& path, std::uint64_t limit_bytes) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat st {};
  if (!fd || fstat(fd.get(), &st) != 0) return err_errno(errno, "read", path);
  if (!S_ISREG(st.st_mode)) return err(Error::Kind::kFailed, "read", path, "it is no regular file");
  const auto size = static_cast<std::uint64_t>(st.st_size);
  if (size > limit_bytes)
    return err(Error::Kind::kTooLarge, "read", path, fmt::format("it has more than {} bytes", limit_bytes));
  if (size == 0) return MappedFile({});
  const void* place = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (place == MAP_FAILED) return err_errno(errno, "read", path);
  return MappedFile({static_cast<const char*>(place), size});
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

}  // namespace lorelei
