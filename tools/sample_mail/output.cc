// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_mail/output.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <string>

namespace lorelei::sample {
namespace {

constexpr std::size_t kBufferBytes = 1 << 20;

// A line that is "From " behind any number of '>' gets one more.
bool needs_escape(std::string_view line) {
  const auto text = line.find_first_not_of('>');
  return text != std::string_view::npos && line.substr(text).starts_with("From ");
}

class Mboxrd : public Output {
 public:
  Mboxrd(Fd fd, std::string name) : fd_(std::move(fd)), name_(std::move(name)) {}

  Result<void> add(std::string_view bytes, std::int64_t) override {
    buffer_ += "From mboxrd@z Thu Jan  1 00:00:00 1970\n";
    while (!bytes.empty()) {
      const auto end = bytes.find('\n');
      const auto line = bytes.substr(0, end == std::string_view::npos ? end : end + 1);
      if (needs_escape(line)) buffer_ += '>';
      buffer_ += line;
      bytes.remove_prefix(line.size());
    }
    buffer_ += buffer_.ends_with('\n') ? "\n" : "\n\n";
    return buffer_.size() < kBufferBytes ? Result<void>() : flush();
  }

  Result<void> close() override { return flush(); }

 private:
  Result<void> flush() {
    TRY_VOID(write_all(fd_.get(), buffer_, name_));
    buffer_.clear();
    return {};
  }

  Fd fd_;
  std::string name_, buffer_;
};

class Maildir : public Output {
 public:
  explicit Maildir(fs::path dir) : dir_(std::move(dir)) {}

  Result<void> add(std::string_view bytes, std::int64_t arrival) override {
    return create_file(dir_ / "cur" / fmt::format("{}.M{:06}.sample:2,S", arrival, ++count_), bytes, Sync::kNo);
  }
  Result<void> close() override { return {}; }

 private:
  fs::path dir_;
  std::uint64_t count_ = 0;
};

}  // namespace

Result<std::unique_ptr<Output>> open_mboxrd(const fs::path& path) {
  const bool standard = path == "-";
  Fd fd(standard ? dup(STDOUT_FILENO) : open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!fd) return err_errno(errno, "create the mbox", path.string());
  return std::make_unique<Mboxrd>(std::move(fd), path.string());
}

Result<std::unique_ptr<Output>> open_maildir(const fs::path& dir) {
  std::error_code code;
  if (fs::exists(dir, code))
    return err(Error::Kind::kConflict, "create the Maildir", dir.string(), "something is there already",
               "name a new directory");
  for (const char* part : {"cur", "new", "tmp"}) TRY_VOID(make_directories(dir / part));
  return std::make_unique<Maildir>(dir);
}

}  // namespace lorelei::sample
