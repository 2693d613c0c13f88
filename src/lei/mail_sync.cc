// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/mail_sync.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/percent.hh"
#include "base/text.hh"
#include "net/nntp_url.hh"

namespace lorelei::lei {

namespace {

using archive::Statement;

constexpr std::string_view kMaildir = "maildir:";
constexpr std::size_t kPage = 1024;  // seats in memory while a folder is walked

constexpr auto kSchema =
    "CREATE TABLE IF NOT EXISTS folders (fid INTEGER PRIMARY KEY, loc VARBINARY NOT NULL, "
    "read_up_to INTEGER NOT NULL DEFAULT 0, UNIQUE (loc));"
    "CREATE TABLE IF NOT EXISTS blob2num (oidbin VARBINARY NOT NULL, fid INTEGER NOT NULL, uid INTEGER NOT NULL, "
    "flags TEXT, UNIQUE (oidbin, fid, uid));"
    "CREATE UNIQUE INDEX IF NOT EXISTS idx_fid_uid ON blob2num (fid, uid);"
    "CREATE TABLE IF NOT EXISTS blob2name (oidbin VARBINARY NOT NULL, fid INTEGER NOT NULL, name VARBINARY NOT NULL, "
    "flags TEXT, UNIQUE (oidbin, fid, name));"
    "CREATE UNIQUE INDEX IF NOT EXISTS idx_fid_name ON blob2name (fid, name);";

std::string_view bytes_of(const git::ObjectId& oid) {
  return {reinterpret_cast<const char*>(oid.bytes.data()), oid.bytes.size()};
}
git::ObjectId blob_of(std::string_view bytes) {
  git::ObjectId oid;
  if (bytes.size() == oid.bytes.size()) std::memcpy(oid.bytes.data(), bytes.data(), bytes.size());
  return oid;
}

// oidbin, uid or name, flags.
Seat seat_of(const Statement& row, bool is_maildir) {
  Seat seat{.blob = blob_of(row.text(0))};
  if (is_maildir)
    seat.name = row.text(1);
  else
    seat.number = static_cast<std::uint64_t>(row.integer(1));
  if (!row.is_null(2)) seat.agreed = mail::keywords_of_flags(row.text(2));
  return seat;
}

std::int64_t as_integer(std::uint64_t number) { return static_cast<std::int64_t>(number); }

// A word as an address of the mailboxes that it may mean.
bool is_same_mailbox(const wire::ImapUrl& wanted, const wire::ImapUrl& known) {
  return wanted.scheme == known.scheme && wanted.host == known.host && wanted.port == known.port &&
         wanted.mailbox == known.mailbox && (!wanted.user || wanted.user == known.user) &&
         (!wanted.uid_validity || wanted.uid_validity == known.uid_validity);
}

// What may stand in a path as it is; the rest is encoded (RFC 5092).
std::string encoded_mailbox(std::string_view mailbox) {
  constexpr std::string_view kPlain = "-._~!$'()*+,/=:@&";
  std::string out;
  for (const char c : mailbox) {
    if (is_alnum(c) || kPlain.find(c) != kPlain.npos)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace

mail::Keywords merged(const std::optional<mail::Keywords>& agreed, const mail::Keywords& in_folder,
                      const mail::Keywords& in_marks) {
  const auto base = agreed.value_or(mail::Keywords{});
  mail::Keywords both;
  for (const auto keyword : {&mail::Keywords::answered, &mail::Keywords::draft, &mail::Keywords::flagged,
                             &mail::Keywords::forwarded, &mail::Keywords::seen})
    both.*keyword = in_folder.*keyword == base.*keyword ? in_marks.*keyword : in_folder.*keyword;
  return both;
}

bool is_maildir_folder(std::string_view folder) { return folder.starts_with(kMaildir); }
fs::path maildir_of(std::string_view folder) { return folder.substr(kMaildir.size()); }
std::string maildir_folder(std::string_view path) { return std::string(kMaildir) + absolute_path(path); }

std::string imap_folder(const wire::ImapUrl& url, bool anonymous, std::uint32_t uid_validity) {
  auto text = url.canonical;
  const auto authority = text.find("://") + 3;
  text = text.substr(0, text.find('/', authority));
  if (url.password) {  // no secret goes into a file
    const auto at = text.rfind('@'), colon = text.find(':', authority);
    if (at != text.npos && colon < at) text.erase(colon, at - colon);
  }
  if (anonymous && !url.user && !url.mechanism) text.insert(authority, ";AUTH=ANONYMOUS@");
  return fmt::format("{}/{};UIDVALIDITY={}", text, encoded_mailbox(url.mailbox), uid_validity);
}

MailSync::MailSync(std::optional<archive::Sqlite> db) : db_(std::move(db)) {
  if (!db_) return;
  folder_ = Statement(*db_, "SELECT fid FROM folders WHERE loc = ?");
  add_folder_ = Statement(*db_, "INSERT INTO folders (loc) VALUES (?)");
  by_number_ = Statement(*db_, "SELECT oidbin, uid, flags FROM blob2num WHERE fid = ? AND uid = ?");
  by_name_ = Statement(*db_,
                       "SELECT oidbin, name, flags FROM blob2name WHERE fid = ?1 AND (name = ?2 OR (name >= ?3 AND "
                       "name < ?4)) LIMIT 1");
  add_number_ = Statement(*db_, "INSERT OR REPLACE INTO blob2num (oidbin, fid, uid, flags) VALUES (?, ?, ?, ?)");
  add_name_ = Statement(*db_, "INSERT OR REPLACE INTO blob2name (oidbin, fid, name, flags) VALUES (?, ?, ?, ?)");
  remove_number_ = Statement(*db_, "DELETE FROM blob2num WHERE fid = ? AND uid = ?");
  remove_name_ = Statement(*db_, "DELETE FROM blob2name WHERE fid = ? AND name = ?");
}

// Whoever made the file may have been killed before it made the tables.
static Result<bool> has_tables(const archive::Sqlite& db) {
  archive::Statement tables(db,
                            "SELECT COUNT(*) FROM sqlite_master WHERE name IN ('folders', 'blob2num', 'blob2name')");
  TRY([[maybe_unused]] const bool counted, tables.step());
  return tables.integer(0) == 3;
}

Result<MailSync> MailSync::open(const Home& home, Access access) {
  std::error_code error;
  if (access == Access::kRead && !fs::exists(home.mail_sync(), error)) return MailSync(std::nullopt);
  if (access == Access::kWrite) TRY_VOID(make_private_directory(home.own));
  TRY(auto db, archive::Sqlite::open(home.mail_sync(), access == Access::kRead ? archive::SqliteMode::kReadOnly
                                                                               : archive::SqliteMode::kCreate));
  if (access == Access::kWrite) TRY_VOID(db.exec(kSchema));
  TRY(const bool made, has_tables(db));
  return MailSync(made ? std::optional(std::move(db)) : std::nullopt);
}

Result<std::vector<std::string>> MailSync::folders() {
  std::vector<std::string> all;
  if (!db_) return all;
  Statement rows(*db_, "SELECT loc FROM folders ORDER BY loc");
  for (;;) {
    TRY(const bool more, rows.step());
    if (!more) return all;
    all.emplace_back(rows.text(0));
  }
}

Result<std::vector<std::string>> MailSync::folders_named(const std::string& word) {
  std::vector<std::string> wanted;
  if (wire::is_imap_url(word)) {
    TRY(const auto url, wire::parse_imap_url(word));
    TRY(const auto all, folders());
    for (const auto& folder : all) {
      if (!wire::is_imap_url(folder)) continue;
      const auto known = wire::parse_imap_url(folder);
      if (known && is_same_mailbox(url, *known)) wanted.push_back(folder);
    }
    return wanted;
  }
  std::string folder;
  if (net::is_nntp_url(word)) {
    TRY(const auto url, net::parse_nntp_url(word));
    folder = url.canonical;
  } else {
    const bool is_prefixed = starts_with_ignore_case(word, kMaildir);
    folder = maildir_folder(is_prefixed ? std::string_view(word).substr(kMaildir.size()) : word);
  }
  TRY(const auto id, id_of(folder));
  if (id) wanted.push_back(std::move(folder));
  return wanted;
}

Result<std::optional<std::int64_t>> MailSync::id_of(const std::string& folder) {
  if (!db_) return std::nullopt;
  if (const auto known = ids_.find(folder); known != ids_.end()) return known->second;
  TRY(const bool found, folder_.bind(folder).step());
  if (!found) return std::nullopt;
  const auto id = folder_.integer(0);
  folder_.reset();
  ids_.emplace(folder, id);
  return id;
}

Result<std::int64_t> MailSync::made_id_of(const std::string& folder) {
  TRY(const auto id, id_of(folder));
  if (id) return *id;
  TRY_VOID(add_folder_.bind(folder).run());
  return db_->last_insert_rowid();
}

Result<MailSync::Stats> MailSync::stats(const std::string& folder) {
  Stats stats;
  TRY(const auto id, id_of(folder));
  if (!id) return stats;
  Statement row(*db_, is_maildir_folder(folder) ? "SELECT COUNT(*), 0, 0 FROM blob2name WHERE fid = ?"
                                                : "SELECT COUNT(*), MIN(uid), MAX(uid) FROM blob2num WHERE fid = ?");
  TRY([[maybe_unused]] const bool found, row.bind(*id).step());
  stats.count = static_cast<std::uint64_t>(row.integer(0));
  stats.lowest = static_cast<std::uint64_t>(row.integer(1));
  stats.highest = static_cast<std::uint64_t>(row.integer(2));
  return stats;
}

Result<std::uint64_t> MailSync::read_up_to(const std::string& folder) {
  TRY(const auto id, id_of(folder));
  if (!id) return 0;
  Statement row(*db_, "SELECT read_up_to FROM folders WHERE fid = ?");
  TRY(const bool found, row.bind(*id).step());
  return found ? static_cast<std::uint64_t>(row.integer(0)) : 0;
}

Result<std::optional<Seat>> MailSync::seat(const std::string& folder, std::uint64_t number) {
  TRY(const auto id, id_of(folder));
  if (!id) return std::nullopt;
  TRY(const bool found, by_number_.bind(*id).bind(as_integer(number)).step());
  if (!found) return std::nullopt;
  auto seat = seat_of(by_number_, false);
  by_number_.reset();
  return seat;
}

Result<std::optional<Seat>> MailSync::seat(const std::string& folder, std::string_view name) {
  TRY(const auto id, id_of(folder));
  if (!id) return std::nullopt;
  const auto base = std::string(name.substr(0, name.find(':')));
  const auto low = base + ':', high = base + ';';  // the letter behind the colon
  TRY(const bool found, by_name_.bind(*id).bind(base).bind(low).bind(high).step());
  if (!found) return std::nullopt;
  auto seat = seat_of(by_name_, true);
  by_name_.reset();
  return seat;
}

Result<std::vector<std::pair<std::string, Seat>>> MailSync::seats_of(const git::ObjectId& blob) {
  std::vector<std::pair<std::string, Seat>> seats;
  if (!db_) return seats;
  for (const bool is_maildir : {false, true}) {
    Statement rows(*db_, is_maildir ? "SELECT oidbin, name, flags, loc FROM blob2name JOIN folders USING (fid) WHERE "
                                      "oidbin = ? ORDER BY loc, name"
                                    : "SELECT oidbin, uid, flags, loc FROM blob2num JOIN folders USING (fid) WHERE "
                                      "oidbin = ? ORDER BY loc, uid");
    rows.bind_blob(bytes_of(blob));
    for (;;) {
      TRY(const bool more, rows.step());
      if (!more) break;
      seats.emplace_back(std::string(rows.text(3)), seat_of(rows, is_maildir));
    }
  }
  return seats;
}

// By pages, so that the visitor may write.
Result<void> MailSync::each_seat(const std::string& folder, const std::function<Result<void>(const Seat&)>& visit) {
  TRY(const auto id, id_of(folder));
  if (!id) return {};
  const bool is_maildir = is_maildir_folder(folder);
  Statement rows(*db_, is_maildir ? "SELECT oidbin, name, flags FROM blob2name WHERE fid = ? AND name > ? ORDER BY "
                                    "name LIMIT ?"
                                  : "SELECT oidbin, uid, flags FROM blob2num WHERE fid = ? AND uid > ? ORDER BY uid "
                                    "LIMIT ?");
  Seat last;
  for (;;) {
    std::vector<Seat> page;
    rows.bind(*id);
    is_maildir ? rows.bind(last.name) : rows.bind(as_integer(last.number));
    rows.bind(std::int64_t{kPage});
    for (;;) {
      TRY(const bool more, rows.step());
      if (!more) break;
      page.push_back(seat_of(rows, is_maildir));
    }
    if (page.empty()) return {};
    for (const auto& seat : page) TRY_VOID(visit(seat));
    last = std::move(page.back());
  }
}

Result<void> MailSync::begin() {
  if (transaction_) return {};
  TRY(auto transaction, archive::Transaction::begin(*db_));
  transaction_ = std::make_unique<archive::Transaction>(std::move(transaction));
  return {};
}

Result<void> MailSync::commit() {
  if (!transaction_) return {};
  TRY_VOID(transaction_->commit());
  transaction_.reset();
  return {};
}

Result<void> MailSync::ensure_folder(const Home& home, const std::string& folder) {
  {
    TRY(auto sync, open(home, Access::kRead));
    TRY(const auto id, sync.id_of(folder));
    if (id) return {};
  }
  TRY(auto sync, open(home, Access::kWrite));
  return sync.add_folder(folder);
}

Result<void> MailSync::add_folder(const std::string& folder) {
  return made_id_of(folder).map([](auto) {});
}

Result<void> MailSync::put(const std::string& folder, const Seat& seat) {
  TRY(const auto id, made_id_of(folder));
  const auto flags = seat.agreed ? mail::maildir_flags(*seat.agreed) : "";
  auto& add = is_maildir_folder(folder) ? add_name_ : add_number_;
  add.bind_blob(bytes_of(seat.blob)).bind(id);
  is_maildir_folder(folder) ? add.bind(seat.name) : add.bind(as_integer(seat.number));
  seat.agreed ? add.bind(flags) : add.bind_null();
  return add.run();
}

Result<void> MailSync::remove(const std::string& folder, const Seat& seat) {
  TRY(const auto id, id_of(folder));
  if (!id) return {};
  if (is_maildir_folder(folder)) return remove_name_.bind(*id).bind(seat.name).run();
  return remove_number_.bind(*id).bind(as_integer(seat.number)).run();
}

Result<void> MailSync::set_read_up_to(const std::string& folder, std::uint64_t number) {
  TRY(const auto id, made_id_of(folder));
  Statement set(*db_, "UPDATE folders SET read_up_to = ? WHERE fid = ?");
  return set.bind(as_integer(number)).bind(id).run();
}

Result<void> MailSync::forget_above(const std::string& folder, std::uint64_t number) {
  TRY(const auto id, id_of(folder));
  if (!id) return {};
  Statement remove(*db_, "DELETE FROM blob2num WHERE fid = ? AND uid > ?");
  return remove.bind(*id).bind(as_integer(number)).run();
}

Result<void> MailSync::forget(const std::string& folder) {
  TRY(const auto id, id_of(folder));
  if (!id) return {};
  ids_.erase(folder);
  for (const char* table : {"blob2num", "blob2name", "folders"}) {
    Statement remove(*db_, fmt::format("DELETE FROM {} WHERE fid = ?", table));
    TRY_VOID(remove.bind(*id).run());
  }
  return {};
}

}  // namespace lorelei::lei
