// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/marks.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iterator>

#include "base/text.hh"

namespace lorelei::lei {

namespace {

using Kind = Error::Kind;

constexpr auto kSchema =
    "CREATE TABLE IF NOT EXISTS mark (digest BLOB NOT NULL, kind TEXT NOT NULL, word TEXT NOT NULL, "
    "PRIMARY KEY (digest, kind, word)) WITHOUT ROWID; CREATE INDEX IF NOT EXISTS mark_word ON mark (kind, word);"
    "CREATE TABLE IF NOT EXISTS blob (oid BLOB PRIMARY KEY, digest BLOB NOT NULL) WITHOUT ROWID;"
    // Ids are never used twice: a row that was forgotten is not one that came since.
    "CREATE TABLE IF NOT EXISTS touched (id INTEGER PRIMARY KEY AUTOINCREMENT, oid BLOB NOT NULL, mids TEXT NOT NULL);";

git::ObjectId oid_of(std::string_view bytes) {
  git::ObjectId oid;
  if (bytes.size() == oid.bytes.size()) std::memcpy(oid.bytes.data(), bytes.data(), bytes.size());
  return oid;
}

std::string_view bytes_of(const git::ObjectId& oid) {
  return {reinterpret_cast<const char*>(oid.bytes.data()), oid.bytes.size()};
}
std::string_view bytes_of(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string_view without_sign(std::string_view word) {
  if (word.starts_with('+') || word.starts_with('-')) word.remove_prefix(1);
  return word;
}

tl::unexpected<Error> refuse(std::string_view word, std::string why, std::string next) {
  return err(Kind::kUsage, "mark", std::string(word), std::move(why), std::move(next));
}

Result<void> check_label(std::string_view label) {
  const auto is_inner = [](char c) {
    return is_lower(c) || is_digit(c) || std::string_view("_./@,-").find(c) != std::string_view::npos;
  };
  if (label.size() >= kMaxLabelBytes)
    return refuse(label, fmt::format("`{}' too long (must be <= {})", label, kMaxLabelBytes), "a shorter one");
  const bool is_good = !label.empty() && (is_lower(label[0]) || is_digit(label[0]) || label[0] == '_') &&
                       (is_lower(label.back()) || is_digit(label.back())) &&
                       std::all_of(label.begin(), label.end(), is_inner);
  if (!is_good)
    return refuse(label, fmt::format("`{}' is invalid", label),
                  "lower case letters, digits and _ . / @ , - between them");
  return {};
}

Result<void> check_keyword(std::string_view keyword) {
  if (std::find(std::begin(kKeywordNames), std::end(kKeywordNames), keyword) != std::end(kKeywordNames)) return {};
  std::vector<std::string> names(std::begin(kKeywordNames), std::end(kKeywordNames));
  return refuse(keyword, fmt::format("`{}' is not one of: {}", keyword, join(names, " ")), "a label: L:WORD");
}

}  // namespace

bool MarkChange::is_empty() const { return *this == MarkChange{}; }

Mark MarkChange::applied_to(Mark mark) const {
  for (const auto& word : add.keywords) mark.keywords.insert(word);
  for (const auto& word : add.labels) mark.labels.insert(word);
  for (const auto& word : remove.keywords) mark.keywords.erase(word);
  for (const auto& word : remove.labels) mark.labels.erase(word);
  return mark;
}

MarkChange difference(const Mark& before, const Mark& after) {
  MarkChange change;
  const auto less = [](const auto& a, const auto& b, auto& to) {
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::inserter(to, to.end()));
  };
  less(after.keywords, before.keywords, change.add.keywords);
  less(after.labels, before.labels, change.add.labels);
  less(before.keywords, after.keywords, change.remove.keywords);
  less(before.labels, after.labels, change.remove.labels);
  return change;
}

bool is_mark_word(std::string_view word) {
  word = without_sign(word);
  return word.starts_with("kw:") || word.starts_with("L:");
}

Result<void> add_mark_word(MarkChange& change, std::string_view word) {
  auto& mark = word.starts_with('-') ? change.remove : change.add;
  const auto body = without_sign(word);
  const auto value = body.substr(body.find(':') + 1);
  if (body.starts_with("kw:")) {
    TRY_VOID(check_keyword(value));
    mark.keywords.emplace(value);
  } else {
    TRY_VOID(check_label(value));
    mark.labels.emplace(value);
  }
  return {};
}

mail::Keywords to_keywords(const std::set<std::string>& words) {
  mail::Keywords keywords;
  keywords.answered = words.contains("answered");
  keywords.draft = words.contains("draft");
  keywords.flagged = words.contains("flagged");
  keywords.forwarded = words.contains("forwarded");
  keywords.seen = words.contains("seen");
  return keywords;
}

std::set<std::string> from_keywords(const mail::Keywords& keywords) {
  std::set<std::string> words;
  if (keywords.answered) words.insert("answered");
  if (keywords.draft) words.insert("draft");
  if (keywords.flagged) words.insert("flagged");
  if (keywords.forwarded) words.insert("forwarded");
  if (keywords.seen) words.insert("seen");
  return words;
}

Marks::Marks(std::optional<archive::Sqlite> db, Access access) : db_(std::move(db)) {
  if (!db_) return;
  of_ = archive::Statement(*db_, "SELECT kind, word FROM mark WHERE digest = ?");
  of_blob_ = archive::Statement(*db_, "SELECT kind, word FROM mark JOIN blob USING (digest) WHERE oid = ?");
  digest_ = archive::Statement(*db_, "SELECT digest FROM blob WHERE oid = ?");
  add_ = archive::Statement(*db_, "INSERT OR IGNORE INTO mark (digest, kind, word) VALUES (?, ?, ?)");
  clear_ = archive::Statement(*db_, "DELETE FROM mark WHERE digest = ?");
  add_blob_ = archive::Statement(*db_, "INSERT OR REPLACE INTO blob (oid, digest) VALUES (?, ?)");
  if (access == Access::kWrite) touch_ = archive::Statement(*db_, "INSERT INTO touched (oid, mids) VALUES (?, ?)");
}

Result<Marks> Marks::open(const Home& home, Access access) {
  std::error_code error;
  if (access == Access::kRead && !fs::exists(home.marks(), error)) return Marks(std::nullopt, access);
  if (access == Access::kWrite) TRY_VOID(make_private_directory(home.own));
  TRY(auto db, archive::Sqlite::open(home.marks(), access == Access::kRead ? archive::SqliteMode::kReadOnly
                                                                           : archive::SqliteMode::kCreate));
  if (access == Access::kWrite) TRY_VOID(db.exec(kSchema));
  return Marks(std::move(db), access);
}

Result<Mark> Marks::read(archive::Statement& statement) {
  Mark mark;
  for (;;) {
    TRY(const bool row, statement.step());
    if (!row) return mark;
    (statement.text(0) == "k" ? mark.keywords : mark.labels).emplace(statement.text(1));
  }
}

Result<Mark> Marks::of(const git::ObjectId& oid) {
  return db_ ? read(of_blob_.bind_blob(bytes_of(oid))) : Result<Mark>(Mark{});
}
Result<Mark> Marks::of(const Sha256Digest& digest) {
  return db_ ? read(of_.bind_blob(bytes_of(digest))) : Result<Mark>(Mark{});
}

Result<std::optional<Sha256Digest>> Marks::digest_of(const git::ObjectId& oid) {
  if (!db_) return std::nullopt;
  TRY(const bool found, digest_.bind_blob(bytes_of(oid)).step());
  if (!found) return std::nullopt;
  Sha256Digest digest{};
  const auto bytes = digest_.text(0);
  if (bytes.size() == digest.size()) std::memcpy(digest.data(), bytes.data(), bytes.size());
  digest_.reset();
  return digest;
}

Result<void> Marks::set(const git::ObjectId& oid, const Sha256Digest& digest, const Mark& mark) {
  TRY_VOID(add_blob_.bind_blob(bytes_of(oid)).bind_blob(bytes_of(digest)).run());
  TRY_VOID(clear_.bind_blob(bytes_of(digest)).run());
  for (const auto& word : mark.keywords)
    TRY_VOID(add_.bind_blob(bytes_of(digest)).bind(std::string_view("k")).bind(word).run());
  for (const auto& word : mark.labels)
    TRY_VOID(add_.bind_blob(bytes_of(digest)).bind(std::string_view("l")).bind(word).run());
  return {};
}

Result<std::vector<std::string>> Marks::all_labels() {
  std::vector<std::string> labels;
  if (!db_) return labels;
  archive::Statement all(*db_, "SELECT DISTINCT word FROM mark WHERE kind = 'l' ORDER BY word");
  for (;;) {
    TRY(const bool row, all.step());
    if (!row) return labels;
    labels.emplace_back(all.text(0));
  }
}

Result<std::vector<git::ObjectId>> Marks::all() {
  std::vector<git::ObjectId> ids;
  if (!db_) return ids;
  archive::Statement all(*db_, "SELECT oid FROM blob");
  for (;;) {
    TRY(const bool row, all.step());
    if (!row) return ids;
    ids.push_back(oid_of(all.text(0)));
  }
}

Result<void> Marks::touch(const git::ObjectId& oid, const std::vector<std::string>& mids) {
  return touch_.bind_blob(bytes_of(oid)).bind(join(mids, "\n")).run();
}

Result<std::vector<Marks::Touched>> Marks::touched() {
  std::vector<Touched> rows;
  archive::Statement all(*db_, "SELECT id, oid, mids FROM touched ORDER BY id");
  for (;;) {
    TRY(const bool row, all.step());
    if (!row) return rows;
    Touched touched{all.integer(0), oid_of(all.text(1)), {}};
    for (const auto mid : split(all.text(2), '\n')) touched.mids.emplace_back(mid);
    rows.push_back(std::move(touched));
  }
}

Result<void> Marks::forget_touched(const std::vector<Touched>& rows) {
  archive::Statement forget(*db_, "DELETE FROM touched WHERE id = ?");
  TRY_VOID(begin());
  for (const auto& row : rows) TRY_VOID(forget.bind(row.id).run());
  return commit();
}

Result<void> Marks::begin() {
  TRY(auto transaction, archive::Transaction::begin(*db_));
  transaction_.emplace(std::move(transaction));
  return {};
}
Result<void> Marks::commit() {
  TRY_VOID(transaction_->commit());
  transaction_.reset();
  return {};
}

}  // namespace lorelei::lei
