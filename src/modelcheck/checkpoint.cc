// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/checkpoint.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <limits>
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
  auto file = MappedFile::open(path, std::numeric_limits<std::uint64_t>::max());
  if (!file) {
    file.error().doing = kDoing;
    return tl::unexpected(file.error());
  }
  const auto bytes = file->bytes();
  const auto head = kFirstLine.size() + 8;
  if (bytes.size() < head + 8 || bytes.size() % 8 != 0)
    return wrong("it is no file that --checkpoint wrote", "start again without --resume");
  if (!bytes.starts_with(kFirstLine))
    return wrong("it is no file that --checkpoint wrote, or one of another version", "start again without --resume");
  std::uint64_t sum, of;
  std::memcpy(&sum, bytes.data() + bytes.size() - 8, 8);
  if (sum_of(0, bytes.data(), bytes.size() - 8) != sum)
    return wrong("it is damaged: its checksum is another one", "start again without --resume");
  std::memcpy(&of, bytes.data() + kFirstLine.size(), 8);
  if (of != model)
    return wrong("it is of another model: the files, the options or the program have changed since",
                 "start again without --resume");
  return CheckpointReader(*std::move(file), head);
}

std::uint64_t CheckpointReader::get() {
  std::uint64_t word;
  std::memcpy(&word, get_bytes(8).data(), 8);
  return word;
}

std::span<const char> CheckpointReader::get_bytes(std::size_t count) {
  const auto all = file_.bytes().size() - 8 - at_;  // without the checksum
  if (count > all || count + padding_of(count) > all) throw CheckpointError{};
  const auto* begin = file_.bytes().data() + at_;
  at_ += count + padding_of(count);
  return {begin, count};
}

}  // namespace lorelei::modelcheck
