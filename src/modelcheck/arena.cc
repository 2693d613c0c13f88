// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/arena.hh"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>

#include "modelcheck/value.hh"

namespace lorelei::modelcheck {

static constexpr std::size_t kHugePage = 2 << 20;
static constexpr std::size_t kFirstChunk = 1 << 20, kLargestChunk = 32 << 20;

[[noreturn]] static void fail_at(const std::filesystem::path& directory, const char* what) {
  throw EvaluationError{EvaluationError::Reason::kTooLarge,
                        fmt::format("{} in '{}': {}", what, directory.string(), std::strerror(errno))};
}

Arena::Arena(std::uint64_t limit, std::filesystem::path directory) : limit_(limit), directory_(std::move(directory)) {
  if (limit_ == 0) return;
  file_ = open(directory_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file_ < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
    auto name = (directory_ / "states-XXXXXX").string();
    file_ = mkostemp(name.data(), O_CLOEXEC);
    if (file_ >= 0) unlink(name.c_str());
  }
  if (file_ < 0) fail_at(directory_, "states that do not fit into memory need a file, which cannot be made");
}

Arena::~Arena() {
  for (const auto* all : {&chunks_, &maps_})
    for (const auto& one : *all) munmap(one.begin, one.size);
  if (file_ >= 0) close(file_);
}

// Before: locked.
Arena::Piece Arena::make(std::size_t bytes) {
  const auto size = (bytes + 4095) / 4096 * 4096;
  const auto offset = file_bytes_;
  int flags = MAP_PRIVATE | MAP_ANONYMOUS;
  if (file_ >= 0) {
    if (const int error = posix_fallocate(file_, static_cast<off_t>(offset), static_cast<off_t>(size)); error != 0) {
      errno = error;
      fail_at(directory_, "there is no room left for states that do not fit into memory");
    }
    file_bytes_ += size;
    flags = MAP_SHARED;
  }
  void* place = mmap(nullptr, size, PROT_READ | PROT_WRITE, flags, file_, file_ >= 0 ? static_cast<off_t>(offset) : 0);
  if (place == MAP_FAILED) throw std::bad_alloc();
  if (file_ < 0 && size >= 2 * kHugePage) madvise(place, size, MADV_HUGEPAGE);
  return {static_cast<char*>(place), size, offset};
}

void* Arena::allocate(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  bytes = (bytes + 63) / 64 * 64;
  if (chunks_.empty() || chunks_.back().size - used_ < bytes) {
    const auto next = chunks_.empty() ? kFirstChunk : std::min(kLargestChunk, chunks_.back().size * 2);
    chunks_.push_back(make(std::max(bytes, next)));
    used_ = 0;
  }
  auto* made = chunks_.back().begin + used_;
  used_ += bytes;
  return made;
}

void* Arena::map(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  maps_.push_back(make(bytes));
  return maps_.back().begin;
}

void Arena::unmap(void* begin) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(maps_.begin(), maps_.end(), [&](const Piece& one) { return one.begin == begin; });
  munmap(found->begin, found->size);
  if (file_ >= 0)
    fallocate(file_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(found->offset),
              static_cast<off_t>(found->size));
  maps_.erase(found);
}

static std::uint64_t resident_bytes() {
  auto* file = std::fopen("/proc/self/statm", "re");
  if (!file) return 0;
  unsigned long all = 0, resident = 0;
  const int count = std::fscanf(file, "%lu %lu", &all, &resident);
  std::fclose(file);
  return count == 2 ? std::uint64_t{resident} * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
}

// A shared page that is dropped stays in the file's cache until the kernel has written it.
void Arena::drop(const std::vector<Piece>& pieces) {
  for (const auto& one : pieces) madvise(one.begin, one.size, MADV_DONTNEED);
}

void Arena::trim() {
  if (limit_ == 0 || resident_bytes() <= limit_) return;
  const std::lock_guard lock(mutex_);
  drop(chunks_);
  if (resident_bytes() > limit_ / 4 * 3) drop(maps_);
}

}  // namespace lorelei::modelcheck
