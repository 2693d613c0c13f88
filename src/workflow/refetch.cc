// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/refetch.hh"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/leftovers.hh"
#include "base/rename.hh"
#include "base/text.hh"
#include "mail/date.hh"
#include "mail/maildir.hh"
#include "mail/mbox.hh"
#include "mail/message.hh"
#include "mail/overview.hh"
#include "workflow/mail_finder.hh"
#include "workflow/thread_files.hh"

namespace lorelei::workflow {

namespace {

using Kind = Error::Kind;
constexpr auto kDoing = "fetch the mails anew of";

std::optional<std::int64_t> date_of(const PatchMail& mail) {
  const auto date = mail::parse_mail_date(mail::Entity(mail.raw).first_header_raw("Date").value_or(""));
  return date ? std::optional(date->seconds) : std::nullopt;
}

// Anybody can write a Message-ID. What lists change is not compared: the body, and prefixes of the subject.
bool is_same_mail(const PatchMail& a, const PatchMail& b) {
  return !a.sender.address.empty() && equal_ignore_case(a.sender.address, b.sender.address) &&
         date_of(a) == date_of(b) && a.tags.title == b.tags.title && a.tags.is_reply == b.tags.is_reply &&
         a.tags.counter == b.tags.counter && a.tags.revision == b.tags.revision;
}

// What takes the place of the mail; empty: it stays.
Result<std::string> original_of(const Env& env, const std::string& raw, MailFinder& finder, Refetched& count) {
  using Where = MailFinder::Where;
  const auto ours = read_patch_mail(raw, env.now());
  std::optional<PatchMail> original;
  bool is_unlike = false;
  if (ours) {
    const auto is_wanted = [&](const PatchMail& mail) {
      const bool is_same = is_same_mail(*ours, mail);
      is_unlike |= !is_same;
      return is_same;
    };
    TRY(original, finder.by_id(Where::kHere, ours->message_id, is_wanted));
    if (!original && !finder.is_offline()) {
      TRY(original, finder.by_id(Where::kServer, ours->message_id, is_wanted));
    }
  }
  if (!original) {
    ++(is_unlike ? count.unlike : count.kept);
    return std::string();
  }
  ++(without_last_line_end(original->raw) == without_last_line_end(raw) ? count.equal : count.replaced);
  return std::move(original->raw);
}

// Lengths in the header would mislead readers of an mboxrd.
std::string without_lengths(const std::string& raw) {
  constexpr std::string_view kLengths[] = {"Content-Length", "Lines"};
  const auto header = mail::split_message(raw).header;
  return mail::without_fields(header, kLengths) + raw.substr(header.size());
}

Result<bool> is_packed(const fs::path& path) {
  const Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  char begin[2] = {};
  if (!fd || read(fd.get(), begin, sizeof begin) < 0) return err_errno(errno, kDoing, path.string());
  return begin[0] == '\x1f' && begin[1] == '\x8b';
}

bool is_same(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size &&
         a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

// In one step, and only as long as the file has this name: a mail program may give it another at any time.
Result<bool> exchange(const fs::path& fresh, const fs::path& file) {
  if (renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, file.c_str(), RENAME_EXCHANGE) == 0) return true;
  if (errno == ENOENT) return false;
  return err_errno(errno, kDoing, file.string());
}

// With the mode and the time of the other: mail programs take that for when it arrived.
Result<bool> take_place(const fs::path& fresh, const fs::path& file) {
  struct stat status {};
  if (stat(file.c_str(), &status) != 0) return errno == ENOENT ? Result<bool>(false) : err_errno(errno, kDoing, file);
  const timespec times[] = {status.st_atim, status.st_mtim};
  if (chmod(fresh.c_str(), status.st_mode & 07777) != 0 || utimensat(AT_FDCWD, fresh.c_str(), times, 0) != 0)
    return err_errno(errno, kDoing, file);
  return exchange(fresh, file);
}

// ",S=BYTES" and ",W=BYTES WITH CRLF" in the name, before the colon: some mail programs ask no other about the size.
Result<void> put_sizes_right(const fs::path& file, const std::string& text) {
  std::size_t with_crlf = text.size();
  for (std::size_t i = 0; i < text.size(); ++i) with_crlf += text[i] == '\n' && (i == 0 || text[i - 1] != '\r');
  const auto name = file.filename().string();
  const auto colon = name.find(':');
  std::vector<std::string> parts;
  for (const auto part : split(std::string_view(name).substr(0, colon), ',')) {
    const bool is_size = part.size() > 2 && part[1] == '=' && parse_uint(part.substr(2)).has_value();
    if (is_size && !parts.empty() && (part[0] == 'S' || part[0] == 'W'))
      parts.push_back(fmt::format("{}={}", part[0], part[0] == 'S' ? text.size() : with_crlf));
    else
      parts.emplace_back(part);
  }
  const auto right = join(parts, ",") + (colon == name.npos ? "" : name.substr(colon));
  if (right == name) return {};
  // A mail program may have given it another name meanwhile.
  const int why = rename_new(file, file.parent_path() / right);
  if (why == 0 || why == ENOENT || why == EEXIST) return {};
  return err_errno(why, kDoing, file.string());
}

}  // namespace

Result<RefetchedMbox> RefetchedMbox::make(const Env& env, const Settings& settings, const MailSource& source,
                                          const fs::path& named, const Say& say) {
  std::error_code failed;
  const auto path = fs::canonical(named, failed);
  if (failed) return err_errno(failed.value(), kDoing, named.string());
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return err_errno(errno, kDoing, path.string());
  if (!S_ISREG(status.st_mode)) return err(Kind::kUsage, kDoing, path.string(), "it is neither an mbox nor a Maildir");
  TRY(const bool packed, is_packed(path));
  if (packed) return err(Kind::kRefused, kDoing, path.string(), "it is packed", "gunzip it first");
  TRY(auto finder, MailFinder::open(env, settings, source, say));
  const auto prefix = "." + path.filename().string() + ".";
  remove_leftovers(path.parent_path(), prefix);
  TRY(auto beside, TempDir::create(path.parent_path(), prefix));
  RefetchedMbox made(path, status, std::move(beside));
  const Fd fd(open(made.result().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) return err_errno(errno, kDoing, path.string());
  TRY(auto reader, mail::MboxReader::open(path));
  for (;;) {
    if (env.stop_requested()) return err(Kind::kCancelled, kDoing, path.string(), "it was stopped");
    TRY(const auto message, reader.next());
    if (!message) break;
    TRY(auto text, original_of(env, message->raw, finder, made.count));
    const auto dialect = reader.dialect();
    const bool has_lengths = dialect == mail::MboxDialect::kCl || dialect == mail::MboxDialect::kCl2;
    if (text.empty()) text = has_lengths ? without_lengths(message->raw) : message->raw;
    TRY_VOID(write_all(fd.get(), mail::to_plain_mboxrd(text), path.string()));
  }
  if (fchmod(fd.get(), status.st_mode & 07777) != 0 || fsync(fd.get()) != 0)
    return err_errno(errno, kDoing, path.string());
  return made;
}

Result<void> RefetchedMbox::move_in() {
  if (count.replaced == 0) return {};
  struct stat now {};
  if (stat(path_.c_str(), &now) != 0) return err_errno(errno, kDoing, path_.string());
  if (!is_same(status_, now))
    return err(Kind::kConflict, kDoing, path_.string(), "another program has written to it meanwhile", "run it again");
  if (rename(result().c_str(), path_.c_str()) != 0) return err_errno(errno, kDoing, path_.string());
  return sync_directory(path_.parent_path());
}

Result<Refetched> refetch_maildir(const Env& env, const Settings& settings, const MailSource& source,
                                  const fs::path& directory, const Say& say) {
  Refetched count;
  TRY(auto finder, MailFinder::open(env, settings, source, say));
  TRY_VOID(make_private_directory(directory / "tmp"));
  remove_leftovers(directory / "tmp", "");
  TRY(const auto entries, mail::list_maildir(directory, mail::Trashed::kList));
  std::size_t number = 0;
  for (const auto& entry : entries) {
    if (env.stop_requested()) return err(Kind::kCancelled, kDoing, directory.string(), "it was stopped");
    const auto raw = read_file(entry.path, mail::kMaxMboxMessage);
    if (!raw && raw.error().kind == Kind::kNotFound) continue;  // a mail program took it away meanwhile
    if (!raw) return tl::unexpected(raw.error());
    const auto replaced = count.replaced;
    TRY(const auto text, original_of(env, *raw, finder, count));
    if (count.replaced == replaced) continue;
    const auto fresh = directory / "tmp" / (owner_tag() + std::to_string(number++));
    TRY_VOID(create_file(fresh, text));
    TRY(const bool is_in_place, take_place(fresh, entry.path));
    std::error_code failed;
    fs::remove(fresh, failed);
    if (!is_in_place) --count.replaced;
    if (is_in_place) TRY_VOID(put_sizes_right(entry.path, text));
    TRY_VOID(sync_directory(entry.path.parent_path()));
  }
  return count;
}

}  // namespace lorelei::workflow
