// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/mbox_box.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unordered_map>
#include <unordered_set>

#include "base/leftovers.hh"
#include "base/rename.hh"
#include "base/text.hh"
#include "lei/mbox_lock.hh"
#include "mail/content_hash.hh"
#include "source/packing.hh"

namespace lorelei::lei {

namespace {

constexpr auto kDoing = "write the mbox";
constexpr std::size_t kBatchBytes = 1 << 20;
constexpr std::size_t kPackedHeaderBytes = 12;     // the longest, of xz
constexpr int kMaxLinks = 40;                      // as the kernel
constexpr const char* kAppendKey = "mbox.append";  // where the batch begins, LF, and its bytes
constexpr const char* kAsideKey = "mbox.aside";

struct DigestHash {
  std::size_t operator()(const Sha256Digest& digest) const {
    std::size_t h;
    std::memcpy(&h, digest.data(), sizeof h);
    return h;
  }
};
using RowsByDigest = std::unordered_map<Sha256Digest, std::vector<std::int64_t>, DigestHash>;

// lei and we write the blob's name into the separator: "From BLOB=PERCENT@mboxrd Thu ...".
std::string blob_in(std::string_view separator) {
  separator.remove_prefix(std::min<std::size_t>(separator.size(), 5));
  return std::string(separator.substr(0, separator.find_first_of("=@ ")));
}

// Takes the row of a message away; 0 if there is none.
std::int64_t take_row(RowsByDigest& rows, const Sha256Digest& digest) {
  const auto found = rows.find(digest);
  if (found == rows.end() || found->second.empty()) return 0;
  const auto id = found->second.back();
  found->second.pop_back();
  return id;
}

class MboxBox final : public Box {
 public:
  MboxBox(fs::path path, mail::MboxDialect dialect, Keep keep, Ledger& ledger, const BoxOptions& options,
          MboxLock::Methods methods)
      : Box(options.arrival),
        path_(std::move(path)),
        dialect_(dialect),
        packing_(source::packing_of(path_.native())),
        keep_(keep),
        ledger_(ledger),
        options_(options),
        methods_(methods),
        batch_(ledger) {}

  Result<void> open();
  Result<Standing> look() override;
  Result<void> each_foreign(const std::function<Result<void>(Stranger)>&) override;
  Result<std::string> set_aside() override;
  Result<void> put(Letter) override;
  Result<void> flush() override;
  Result<void> remove(const std::vector<Ledger::Row>&) override;
  Result<void> finish() override;

 private:
  struct Found {
    std::int64_t row;  // 0: none
    mail::MboxMessage message;
    std::uint64_t end;  // of its bytes, in the unpacked file
  };
  Result<void> each(std::uint64_t from, const std::function<Result<void>(const Found&)>&);
  Result<RowsByDigest> rows_by_digest();
  Result<void> settle_pending();
  Result<void> take_back_part(std::uint64_t from, std::string_view intended);
  Result<void> append(std::string_view bytes);
  Result<void> move_aside(const std::string& backup);
  Result<void> rewrite(const std::string& more, const std::unordered_set<std::int64_t>& without);
  Result<void> lock();
  std::uint64_t size() const;
  fs::path parent() const { return path_.has_parent_path() ? path_.parent_path() : "."; }
  std::string temporary_prefix() const { return "." + path_.filename().string() + "."; }

  fs::path path_;
  mail::MboxDialect dialect_;
  source::Packing packing_;
  Keep keep_;
  Ledger& ledger_;
  BoxOptions options_;
  MboxLock::Methods methods_;
  Fd fd_;  // open for appending while it is locked
  std::optional<MboxLock> lock_;
  Batch batch_;
  std::vector<Letter> letters_;
  std::string text_;  // of these letters, as it will stand in the file
};

std::uint64_t MboxBox::size() const {
  struct stat status {};
  return stat(path_.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

// Held from the first look to the end: the file must not change in between.
Result<void> MboxBox::lock() {
  if (lock_) return {};
  for (;;) {
    std::error_code error;
    const bool is_new = !fs::exists(path_, error);
    fd_ = Fd(::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    if (!fd_) return err_errno(errno, kDoing, path_.string());
    TRY(auto lock, MboxLock::take(path_, fd_.get(), methods_));
    // Who had the lock before may have put another file in its place.
    struct stat open {
    }, named{};
    if (fstat(fd_.get(), &open) != 0 || stat(path_.c_str(), &named) != 0 || open.st_ino != named.st_ino ||
        open.st_dev != named.st_dev)
      continue;
    lock_.emplace(std::move(lock));
    return is_new ? sync_directory(parent()) : Result<void>();
  }
}

Result<void> MboxBox::open() {
  struct stat status {};
  if (stat(path_.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
    return err(Error::Kind::kConflict, kDoing, path_.string(), path_.string() + " exists and is not a writable file",
               "choose another name");
  if (path_.has_parent_path()) TRY_VOID(make_directories(path_.parent_path()));
  TRY_VOID(lock());
  remove_leftovers(parent(), temporary_prefix());
  TRY(const auto backup, ledger_.meta(kAsideKey));
  if (backup && !backup->empty()) TRY_VOID(move_aside(*backup));
  return settle_pending();
}

Result<RowsByDigest> MboxBox::rows_by_digest() {
  RowsByDigest rows;
  for (const auto state : {Ledger::State::kKnown, Ledger::State::kForeign, Ledger::State::kDone}) {
    TRY(const auto some, ledger_.all(state));
    for (const auto& row : some) rows[row.digest].push_back(row.id);
  }
  return rows;
}

Result<void> MboxBox::each(std::uint64_t from, const std::function<Result<void>(const Found&)>& visit) {
  const auto bytes = size();
  if (bytes <= from) return {};
  TRY(auto rows, rows_by_digest());
  TRY(auto fd, source::open_unpacked(path_, packing_, from));
  mail::MboxReader reader(std::move(fd), path_.string(), {.dialect = dialect_});
  // Of what only lei has written, there is no digest.
  std::unordered_map<std::string, std::int64_t> by_blob;
  TRY(const auto known, ledger_.all(Ledger::State::kKnown));
  for (const auto& row : known) by_blob.emplace(row.oid.hex(), row.id);
  std::optional<mail::MboxMessage> before;
  const auto give = [&](std::uint64_t end) -> Result<void> {
    auto row = take_row(rows, mail::content_hash(mail::Entity(before->raw)));
    if (row == 0 && !by_blob.empty())
      if (const auto found = by_blob.find(blob_in(before->separator)); found != by_blob.end()) row = found->second;
    return visit({row, *std::move(before), end});
  };
  for (;;) {
    TRY(auto message, reader.next());
    if (before) TRY_VOID(give(message ? message->offset : UINT64_MAX));
    if (!message) return {};
    before = std::move(message);
  }
}

// Whether a message, or a packed piece of messages, begins here.
static bool begins_piece(std::string_view bytes, source::Packing packing) {
  switch (packing) {
    case source::Packing::kGzip:
      return bytes.starts_with("\x1f\x8b");
    case source::Packing::kBzip2:
      return bytes.starts_with("BZh");
    case source::Packing::kXz:
      return bytes.starts_with(
          "\xfd"
          "7zXZ");
    case source::Packing::kNone:
      break;
  }
  bytes.remove_prefix(std::min(bytes.find_first_not_of("\r\n"), bytes.size()));
  return bytes.starts_with("From ");
}

// How much at the front of tail is ours: what others wrote behind it begins with a message, and may begin as our next
// one would have.
static std::size_t length_of_ours(std::string_view tail, std::string_view intended, source::Packing packing) {
  const auto limit = std::min(tail.size(), intended.size());
  auto at = static_cast<std::size_t>(
      std::mismatch(tail.begin(), tail.begin() + static_cast<std::ptrdiff_t>(limit), intended.begin()).first -
      tail.begin());
  if (at == limit || begins_piece(tail.substr(at), packing)) return at;
  if (packing != source::Packing::kNone) {  // a few bytes of a header may be alike by chance
    for (std::size_t back = 1; back <= std::min(at, kPackedHeaderBytes); ++back)
      if (begins_piece(tail.substr(at - back), packing)) return at - back;
    return 0;
  }
  while (at > 0 && !(tail[at - 1] == '\n' && begins_piece(tail.substr(at), packing))) --at;
  return at;
}

// Under that name, or one with a number behind it: nothing is replaced, also no copy of this very second.
static Result<std::string> keep_copy(const std::string& name, std::string_view bytes) {
  for (unsigned number = 1;; ++number) {
    auto copy = number == 1 ? name : fmt::format("{}-{}", name, number);
    auto kept = create_file(copy, bytes);
    if (kept) return copy;
    if (kept.error().kind != Error::Kind::kConflict) return tl::unexpected(std::move(kept).error());
  }
}

// Takes back what a killed run has half written, and nothing that others have written behind it. Whether all of it is
// there instead.
Result<void> MboxBox::take_back_part(std::uint64_t from, std::string_view intended) {
  if (intended.empty() || size() <= from) return {};
  TRY(const auto fd, source::open_unpacked(path_, source::Packing::kNone, from));
  TRY(const auto tail, read_all(fd.get(), path_.string(), UINT64_MAX));
  const auto ours = length_of_ours(tail, intended, packing_);
  if (ours == 0 || ours == intended.size()) return {};
  if (ours < tail.size()) {
    TRY(const auto copy, keep_copy(path_.string() + ".before-" + time_suffix(options_.now), tail));
    if (options_.say)
      options_.say(fmt::format("# others wrote behind a delivery that was cut off; as it was, the end of {} is in {}",
                               path_.string(), copy));
  }
  // What follows is written anew where ours began: what is lost by a kill here is in the copy.
  if (::ftruncate(fd_.get(), static_cast<off_t>(from)) != 0)
    return err_errno(errno, "take back what was half written to", path_.string());
  return append(std::string_view(tail).substr(ours));
}

// What a killed run may have left: nothing of its batch, all of it, or a part.
Result<void> MboxBox::settle_pending() {
  TRY(const auto pending, ledger_.all(Ledger::State::kPending));
  if (pending.empty()) return {};
  TRY(const auto note, ledger_.meta(kAppendKey));
  const auto line = note ? note->find('\n') : std::string::npos;
  const auto from = line == std::string::npos ? std::nullopt : parse_uint(std::string_view(*note).substr(0, line));
  if (from) TRY_VOID(take_back_part(*from, std::string_view(*note).substr(line + 1)));
  std::unordered_map<std::int64_t, std::string> there;  // by rows, what lies there
  if (size() > 0) {
    RowsByDigest rows;
    for (const auto& row : pending) rows[row.digest].push_back(row.id);
    // From the start: if somebody wrote the file anew, the old offset means nothing.
    TRY_VOID(each(0, [&](const Found& found) -> Result<void> {
      if (found.row == 0)
        if (const auto id = take_row(rows, mail::content_hash(mail::Entity(found.message.raw))))
          there.emplace(id, found.message.raw);
      return {};
    }));
  }
  if (::fsync(fd_.get()) != 0) return err_errno(errno, kDoing, path_.string());
  TRY_VOID(ledger_.join());
  for (const auto& row : pending) {
    const auto found = there.find(row.id);
    TRY_VOID(found == there.end() ? ledger_.forget(row.id)
                                  : confirm(ledger_, row, "", std::move(found->second), options_.now));
  }
  return ledger_.commit();
}

Result<Standing> MboxBox::look() {
  Standing standing;
  TRY_VOID(each(0, [&](const Found& found) -> Result<void> {
    if (found.row)
      standing.present.emplace(found.row, found.message.keywords);
    else
      ++standing.foreign;
    return {};
  }));
  return standing;
}

Result<void> MboxBox::each_foreign(const std::function<Result<void>(Stranger)>& visit) {
  return each(0, [&](const Found& found) -> Result<void> {
    return found.row ? Result<void>() : visit({found.message.raw, found.message.keywords, ""});
  });
}

// All of it, as it is; then our own messages that were among the others come back by being delivered again. A note in
// the ledger says that it has begun, so that a killed run is finished by the next one, also by `up`.
Result<std::string> MboxBox::set_aside() {
  const fs::path suffix = packing_ == source::Packing::kNone ? fs::path() : path_.extension();
  const auto backup = path_.string() + ".before-" + time_suffix(options_.now) + suffix.string();
  std::error_code error;
  if (fs::exists(backup, error))
    return err(Error::Kind::kConflict, "set aside the mbox", path_.string(), backup + " exists already", "try again");
  TRY_VOID(ledger_.join());
  TRY_VOID(ledger_.forget_all());
  TRY_VOID(ledger_.set_meta(kAsideKey, backup));
  TRY_VOID(ledger_.commit());
  TRY_VOID(move_aside(backup));
  return backup;
}

Result<void> MboxBox::move_aside(const std::string& backup) {
  std::error_code error;
  if (!fs::exists(backup, error)) {
    if (const int why = rename_new(path_, backup); why != 0)
      return err_errno(why, "set aside the mbox", path_.string());
    TRY_VOID(sync_directory(parent()));
    lock_.reset();
    TRY_VOID(lock());
  }
  TRY_VOID(ledger_.join());
  TRY_VOID(ledger_.set_meta(kAsideKey, ""));
  return ledger_.commit();
}

Result<void> MboxBox::put(Letter letter) {
  const auto blob = letter.likeness.oid.hex();
  text_ += mail::to_mbox(
      letter.raw, dialect_,
      {.id = blob,
       .percent = letter.percent,
       .keywords = letter.keywords,
       .age = arrival_ == Arrival::kLater ? mail::MboxEnvelope::Age::kRecent : mail::MboxEnvelope::Age::kOld});
  TRY_VOID(batch_.add(letter, ""));
  letter.raw.clear();
  letter.raw.shrink_to_fit();
  letters_.push_back(std::move(letter));
  if (keep_ == Keep::kNothing || text_.size() < kBatchBytes) return {};
  return flush();
}

// All of it, or nothing.
Result<void> MboxBox::append(std::string_view bytes) {
  const auto before = size();
  auto written = write_all(fd_.get(), bytes, path_.string());
  if (written && ::fsync(fd_.get()) == 0) return {};
  if (written) written = err_errno(errno, kDoing, path_.string());
  // Not if others have written behind it without asking for the lock. The next run then sorts it out, as it does where
  // this fails.
  TRY(const auto fd, source::open_unpacked(path_, source::Packing::kNone, before));
  TRY(const auto tail, read_all(fd.get(), path_.string(), UINT64_MAX));
  if (bytes.starts_with(tail)) (void)::ftruncate(fd_.get(), static_cast<off_t>(before));
  return written;
}

Result<void> MboxBox::flush() {
  if (letters_.empty()) return {};
  const std::vector<std::string> places(letters_.size());
  if (keep_ == Keep::kNothing) {
    TRY_VOID(batch_.intend());
    TRY_VOID(rewrite(text_, {}));
  } else {
    TRY(const auto bytes, source::packed(text_, packing_));
    TRY_VOID(ledger_.set_meta(kAppendKey, fmt::format("{}\n", size()) + bytes));
    TRY_VOID(batch_.intend());
    TRY_VOID(append(bytes));
  }
  TRY_VOID(batch_.done(letters_, places));
  lock_->touch();
  letters_.clear();
  text_.clear();
  return {};
}

// The messages that stay, byte for byte, and what is to come behind them.
Result<void> MboxBox::rewrite(const std::string& more, const std::unordered_set<std::int64_t>& without) {
  TRY(const auto directory, TempDir::create(parent(), temporary_prefix()));
  const auto made = directory.path() / "result";
  Fd out(::open(made.c_str(), O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600));
  if (!out) return err_errno(errno, kDoing, path_.string());
  const auto zip = packing_ == source::Packing::kGzip ? mail::Compression::kGzip : mail::Compression::kNone;
  mail::ByteSink sink(out.get(), made.string(), zip);
  const auto write = [&](std::string_view bytes) -> Result<void> {
    if (packing_ == source::Packing::kNone || packing_ == source::Packing::kGzip) return sink.write(bytes);
    TRY(const auto piece, source::packed(bytes, packing_));
    return write_all(out.get(), piece, made.string());
  };
  // Which bytes go, and then a copy without them.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> gone;
  if (!without.empty())
    TRY_VOID(each(0, [&](const Found& found) -> Result<void> {
      if (found.row && without.contains(found.row)) gone.emplace_back(found.message.offset, found.end);
      return {};
    }));
  if (size() > 0) {
    TRY(auto fd, source::open_unpacked(path_, packing_));
    mail::ByteSource source(std::move(fd), path_.string());
    std::string block;
    std::uint64_t at = 0;
    auto next = gone.begin();
    for (;;) {
      block.clear();
      TRY(const bool has_more, source.read_more(block));
      if (!has_more) break;
      std::string_view rest = block;
      while (!rest.empty()) {
        while (next != gone.end() && next->second <= at) ++next;
        const bool skipping = next != gone.end() && next->first <= at;
        const auto until = skipping ? next->second : next == gone.end() ? UINT64_MAX : next->first;
        const auto some = rest.substr(0, std::min<std::uint64_t>(rest.size(), until - at));
        if (!skipping) TRY_VOID(write(some));
        at += some.size();
        rest.remove_prefix(some.size());
      }
    }
  }
  if (!more.empty()) TRY_VOID(write(more));
  if (zip == mail::Compression::kGzip || packing_ == source::Packing::kNone) TRY_VOID(sink.finish());
  struct stat status {};
  if (stat(path_.c_str(), &status) == 0) {
    if (status.st_uid != geteuid() || status.st_gid != getegid())
      (void)!::fchown(out.get(), status.st_uid, status.st_gid);  // as far as we may
    (void)::fchmod(out.get(), status.st_mode & 07777);
  }
  TRY_VOID(MboxLock::lock_file(made, out.get(), methods_));
  if (::fsync(out.get()) != 0) return err_errno(errno, kDoing, path_.string());
  if (::rename(made.c_str(), path_.c_str()) != 0) return err_errno(errno, kDoing, path_.string());
  fd_ = std::move(out);
  return sync_directory(parent());
}

Result<void> MboxBox::remove(const std::vector<Ledger::Row>& rows) {
  if (rows.empty()) return {};
  std::unordered_set<std::int64_t> without;
  for (const auto& row : rows) without.insert(row.id);
  TRY_VOID(rewrite("", without));
  TRY_VOID(ledger_.join());
  for (const auto& row : rows) TRY_VOID(ledger_.forget(row.id));
  return ledger_.commit();
}

Result<void> MboxBox::finish() {
  TRY_VOID(flush());
  TRY(const auto note, ledger_.meta(kAppendKey));
  if (note && !note->empty()) TRY_VOID(ledger_.set_meta(kAppendKey, ""));  // it is as long as its batch
  lock_.reset();
  return {};
}

}  // namespace

Result<std::unique_ptr<Box>> open_mbox_box(const fs::path& path, mail::MboxDialect dialect, Keep keep, Ledger& ledger,
                                           const BoxOptions& options) {
  TRY(const auto methods, MboxLock::parse(options.locks));
  std::error_code error;
  auto file = path;
  // One by one: the last may lead to a file that is yet to be made.
  for (int links = 0; links < kMaxLinks && fs::is_symlink(file, error); ++links)
    file = file.parent_path() / fs::read_symlink(file, error);
  auto box = std::make_unique<MboxBox>(file, dialect, keep, ledger, options, methods);
  TRY_VOID(box->open());
  return std::unique_ptr<Box>(std::move(box));
}

}  // namespace lorelei::lei
