// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/checkpoint.hh"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace lorelei::modelcheck {

static constexpr std::string_view kFirstLine = "lorelei model search, version 1\n";  // 32 bytes
static constexpr std::size_t kBuffer = 1 << 20;
static constexpr const char* kDoing = "go on with the search of";

static std::uint64_t mixed(std::uint64_t sum, std::uint64_t word) {
  sum = (sum ^ word) * 0x9E3779B97F4A7C15;
  return sum ^ sum >> 31;
}
// count: a multiple of 8.
static std::uint64_t sum_of(std::uint64_t sum, const char* bytes, std::size_t count) {
  for (std::size_t i = 0; i < count; i += 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes + i, 8);
    sum = mixed(sum, word);
  }
  return sum;
}
static std::size_t padding_of(std::size_t count) { return (8 - count % 8) % 8; }

std::uint64_t identity(std::span<const std::string_view> texts) {
  std::uint64_t sum = texts.size();
  for (const auto text : texts) {
    sum = mixed(sum, text.size());
    for (const char byte : text) sum = mixed(sum, static_cast<unsigned char>(byte));
  }
  return sum;
}

CheckpointWriter::CheckpointWriter(std::filesystem::path path, std::filesystem::path temporary, Fd file)
    : path_(std::move(path)), temporary_(std::move(temporary)), file_(std::move(file)) {}

// Nothing is there, or an older search.
static Result<void> may_be_replaced(const std::filesystem::path& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return {};
  char first[32] = {};
  Fd file(S_ISREG(status.st_mode) ? open(path.c_str(), O_RDONLY | O_CLOEXEC) : -1);
  if (file && (status.st_size == 0 || (read(file.get(), first, sizeof(first)) == sizeof(first) &&
                                       std::string_view(first, sizeof(first)) == kFirstLine)))
    return {};
  return err(Error::Kind::kRefused, "write the search to", path.string(), "something else is there",
             "another name, or move it away");
}

Result<CheckpointWriter> CheckpointWriter::begin(const std::filesystem::path& path, std::uint64_t model) {
  TRY_VOID(may_be_replaced(path));
  auto temporary = path.string() + ".XXXXXX";
  Fd file(mkostemp(temporary.data(), O_CLOEXEC));
  if (!file) return err_errno(errno, "write the search to", path.string());
  CheckpointWriter made(path, std::move(temporary), std::move(file));
  made.put_bytes(kFirstLine.data(), kFirstLine.size());
  made.put(model);
  return made;
}

CheckpointWriter::~CheckpointWriter() {
  if (file_) unlink(temporary_.c_str());
}

void CheckpointWriter::put(std::uint64_t word) { put_bytes(&word, sizeof(word)); }

void CheckpointWriter::put_bytes(const void* bytes, std::size_t count) {
  const auto* from = static_cast<const char*>(bytes);
  auto left = count;
  while (left > 0) {
    const auto now = std::min(left, kBuffer);
    buffer_.append(from, now);
    from += now;
    left -= now;
    if (left == 0) buffer_.append(padding_of(count), '\0');
    if (buffer_.size() >= kBuffer && buffer_.size() % 8 == 0) flush();
  }
}

void CheckpointWriter::flush() {
  checksum_ = sum_of(checksum_, buffer_.data(), buffer_.size());
  if (status_) status_ = write_all(file_.get(), buffer_, path_.string());
  buffer_.clear();
}

Result<void> CheckpointWriter::commit() {
  flush();
  put(checksum_);
  flush();
  TRY_VOID(status_);
  if (fsync(file_.get()) != 0) return err_errno(errno, "write the search to", path_.string());
  if (rename(temporary_.c_str(), path_.c_str()) != 0) return err_errno(errno, "write the search to", path_.string());
  file_ = Fd();
  return sync_directory(path_.has_parent_path() ? path_.parent_path() : ".");
}

Result<CheckpointReader> CheckpointReader::open(const std::filesystem::path& path, std::uint64_t model) {
  const auto wrong = [&](std::string why, std::string next) {
    return err(Error::Kind::kCorrupt, kDoing, path.string(), std::move(why), std::move(next));
  };
  Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return err_errno(errno, kDoing, path.string());
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return err_errno(errno, kDoing, path.string());
  const auto size = static_cast<std::size_t>(status.st_size);
  const auto head = kFirstLine.size() + 8;
  if (!S_ISREG(status.st_mode) || size < head + 8 || size % 8 != 0)
    return wrong("it is no file that --checkpoint wrote", "start again without --resume");
  void* place = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (place == MAP_FAILED) return err_errno(errno, kDoing, path.string());
  CheckpointReader made(static_cast<const char*>(place), size);
  if (std::string_view(made.begin_, kFirstLine.size()) != kFirstLine)
    return wrong("it is no file that --checkpoint wrote, or one of another version", "start again without --resume");
  std::uint64_t sum, of;
  std::memcpy(&sum, made.begin_ + size - 8, 8);
  if (sum_of(0, made.begin_, size - 8) != sum)
    return wrong("it is damaged: its checksum is another one", "start again without --resume");
  std::memcpy(&of, made.begin_ + kFirstLine.size(), 8);
  if (of != model)
    return wrong("it is of another model: the files, the options or the program have changed since",
                 "start again without --resume");
  made.size_ = size;
  made.at_ = head;
  return made;
}

CheckpointReader::CheckpointReader(CheckpointReader&& other) noexcept
    : begin_(std::exchange(other.begin_, nullptr)), size_(other.size_), at_(other.at_) {}

CheckpointReader::~CheckpointReader() {
  if (begin_) munmap(const_cast<char*>(begin_), size_);
}

std::uint64_t CheckpointReader::get() {
  std::uint64_t word;
  std::memcpy(&word, get_bytes(8).data(), 8);
  return word;
}

std::span<const char> CheckpointReader::get_bytes(std::size_t count) {
  const auto all = size_ - 8 - at_;  // without the checksum
  if (count > all || count + padding_of(count) > all) throw CheckpointError{};
  const auto* begin = begin_ + at_;
  at_ += count + padding_of(count);
  return {begin, count};
}

}  // namespace lorelei::modelcheck
