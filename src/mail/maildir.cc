// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/maildir.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "base/leftovers.hh"
#include "base/rename.hh"
#include "base/text.hh"

namespace lorelei::mail {

namespace {

constexpr std::size_t kBatch = 1024;    // messages of deliver() that are made durable together
constexpr std::size_t kManyFiles = 32;  // more are cheaper with the whole file system, and are written by a thread
constexpr const char* kTemporaryPrefix = "lorelei,";

// The flags in a file's name; nothing for names that are not of messages to be read.
std::optional<std::string_view> flags_in(std::string_view name) {
  if (name.starts_with('.')) return std::nullopt;
  const auto colon = name.find(':');
  if (colon == name.npos) return std::string_view();
  const auto info = name.substr(colon + 1);
  if (!info.starts_with("2,") || !std::all_of(info.begin() + 2, info.end(), is_alpha)) return std::nullopt;
  return info.substr(2);
}

Result<void> list_folder(const fs::path& folder, bool is_new, Trashed trashed, std::vector<MaildirEntry>& entries) {
  std::error_code error;
  std::vector<MaildirEntry> found;
  for (auto it = fs::directory_iterator(folder, error); !error && it != fs::directory_iterator(); it.increment(error)) {
    const auto name = it->path().filename().string();
    const auto flags = flags_in(name);
    if (!flags || it->is_directory(error)) continue;
    const bool is_trashed = flags->find('T') != flags->npos;
    if (is_trashed && trashed == Trashed::kSkip) continue;
    found.push_back({it->path(), keywords_of_flags(*flags), is_new, is_trashed});
  }
  if (error) return err_errno(error.value(), "list the Maildir", folder.string());
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  std::move(found.begin(), found.end(), std::back_inserter(entries));
  return {};
}

std::string_view name_of(MaildirWriter::Folder folder) { return folder == MaildirWriter::Folder::kCur ? "cur" : "new"; }

}  // namespace

bool is_maildir(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path / "cur", error) && fs::is_directory(path / "new", error);
}

Result<std::vector<MaildirEntry>> list_maildir(const fs::path& path, Trashed trashed) {
  std::vector<MaildirEntry> entries;
  std::error_code error;
  bool any = false;
  for (const char* folder : {"new", "cur"}) {
    if (!fs::is_directory(path / folder, error)) continue;
    any = true;
    TRY_VOID(list_folder(path / folder, std::string_view(folder) == "new", trashed, entries));
  }
  if (!any)
    return err(Error::Kind::kNotFound, "read the Maildir", path.string(), "it has neither cur/ nor new/",
               "name a Maildir, an mbox or a file of one message");
  return entries;
}

Result<MaildirWriter> MaildirWriter::create(const fs::path& path) {
  TRY_VOID(make_private_directory(path));
  for (const char* folder : {"cur", "new", "tmp"}) TRY_VOID(make_private_directory(path / folder));
  remove_leftovers(path / "tmp", kTemporaryPrefix);
  return MaildirWriter(path);
}

MaildirWriter::~MaildirWriter() {
  behind_.reset();
  for (const auto& pending : pending_) ::unlink(pending.temporary.c_str());
}

static std::uint32_t random_number() {
  std::uint32_t random = 0;
  if (::getrandom(&random, sizeof random, 0) < 0) random = 0;  // time, process and count make names unique, too
  return random;
}

MaildirWriter::MaildirWriter(fs::path directory) : directory_(std::move(directory)), nonce_(random_number()) {}

std::string MaildirWriter::unique_prefix() {
  return fmt::format("{:x},{:x},{:x},{:x},", random_number(), static_cast<std::uint64_t>(std::time(nullptr)),
                     ::getpid(), ++count_);
}

Result<std::string> MaildirWriter::prepare(std::string_view message, const Delivery& delivery,
                                           const std::function<bool(const std::string& base)>& is_taken) {
  std::string name(delivery.blob_id);
  if (name.empty()) name = unique_prefix() + "lorelei";
  if (delivery.percent) name += "=" + std::to_string(*delivery.percent);
  while (is_taken(name)) name = unique_prefix() + name.substr(name.rfind(',') + 1);
  auto temporary =
      directory_ / "tmp" / fmt::format("{}{}{:x}.{},{}", kTemporaryPrefix, owner_tag(), nonce_, ++count_, name);
  pending_.push_back({Fd(), std::move(temporary), name + ":2," + maildir_flags(delivery.keywords), delivery.folder});
  auto& next = pending_.back();  // whatever happens now, the file is not left behind
  if (pending_.size() <= kManyFiles) {
    TRY(next.fd, write_new_file(next.temporary, message));
  } else {
    if (!behind_) behind_ = std::make_unique<WriteBehind>();
    TRY_VOID(behind_->add(next.temporary, std::string(message)));
  }
  return pending_.back().name;
}

Result<void> MaildirWriter::deliver(std::string_view message, const Delivery& delivery) {
  TRY([[maybe_unused]] const auto name, prepare(message, delivery, [](const std::string&) { return false; }));
  if (pending_.size() < kBatch) return {};
  TRY([[maybe_unused]] const auto names, publish());
  return {};
}

Result<std::string> MaildirWriter::rename_to_final(const Pending& pending) {
  const fs::path folder = directory_ / name_of(pending.folder);
  std::string prefix;
  for (;;) {
    const int number = rename_new(pending.temporary, folder / (prefix + pending.name));
    if (number == 0) return prefix + pending.name;
    if (number != EEXIST) return err_errno(number, "deliver to the Maildir", directory_.string());
    prefix = unique_prefix();
  }
}

// Many files are cheaper with all that the file system has not yet written: it commits once, and the disk is told once.
// The first file was open since before the others were written, so an error of any of them is reported (Linux 5.8).
Result<void> MaildirWriter::sync_pending() {
  if (pending_.size() > kManyFiles) {
    TRY_VOID(behind_->drain());
    if (::syncfs(pending_[0].fd.get()) == 0) return {};
    return err_errno(errno, "deliver to the Maildir", directory_.string());
  }
  for (const auto& pending : pending_)
    if (::fsync(pending.fd.get()) != 0) return err_errno(errno, "deliver to the Maildir", pending.temporary.string());
  return {};
}

Result<std::vector<std::string>> MaildirWriter::publish() {
  if (pending_.empty()) return std::vector<std::string>();
  has_delivered_ = true;
  TRY_VOID(sync_pending());
  std::vector<std::string> names;
  for (const auto& pending : pending_) {
    TRY(auto name, rename_to_final(pending));
    names.push_back(std::move(name));
  }
  pending_.clear();
  for (const char* folder : {"cur", "new"}) TRY_VOID(sync_directory(directory_ / folder));
  return names;
}

Result<void> MaildirWriter::finish() {
  TRY([[maybe_unused]] const auto names, publish());
  if (!has_delivered_) return {};
  TRY_VOID(sync_directory(directory_));
  const timespec times[2] = {{0, UTIME_OMIT}, {std::time(nullptr) + 1, 0}};
  ::utimensat(AT_FDCWD, (directory_ / "cur").c_str(), times, 0);  // a kindness; it does not matter if it fails
  return {};
}

}  // namespace lorelei::mail
