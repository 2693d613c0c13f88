// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/series_snapshot.hh"

#include <utility>

#include "base/text.hh"
#include "patch/patch_facts.hh"
#include "search/series_store.hh"

namespace lorelei::search {

using archive::Sqlite;
using archive::SqliteMode;
using archive::Statement;

unsigned vouchings_of(std::string_view trailer_name) {
  const auto name = to_lower(trailer_name);
  if (!name.ends_with("-by")) return 0;
  unsigned kinds = 0;
  for (const auto word : split(name, '-')) {
    if (word == "reviewed") kinds |= static_cast<unsigned>(Vouching::kReviewed);
    if (word == "acked") kinds |= static_cast<unsigned>(Vouching::kAcked);
    if (word == "tested") kinds |= static_cast<unsigned>(Vouching::kTested);
  }
  return kinds;
}

struct SeriesSnapshot::Place {
  unsigned number = 0;
  std::unordered_map<std::int64_t, std::int64_t> ids;  // the file's to ours
  std::unordered_map<std::int64_t, std::size_t> reply_by_article;
};

std::int64_t SeriesSnapshot::known(Place& place, std::int64_t id) {
  const auto found = place.ids.find(id);
  return found == place.ids.end() ? -1 : found->second;
}

Result<void> SeriesSnapshot::add(const fs::path& dir) {
  TRY(const auto db, Sqlite::open(series_path(dir), SqliteMode::kReadOnly));
  Place place;
  place.number = static_cast<unsigned>(row_by_article_.size());
  row_by_article_.emplace_back();
  TRY_VOID(db.exec("BEGIN"));  // all queries see one state
  Statement ids(db, "SELECT id, mid FROM id");
  while (true) {
    TRY(const bool found, ids.step());
    if (!found) break;
    const auto next = static_cast<std::int64_t>(numbers_.size());
    place.ids.emplace(ids.integer(0), numbers_.try_emplace(std::string(ids.text(1)), next).first->second);
  }
  TRY_VOID(read_patches(db, place));
  TRY_VOID(read_replies(db, place));
  TRY_VOID(read_vouches(db, place));
  return db.exec("COMMIT");
}

Result<void> SeriesSnapshot::read_patches(const Sqlite& db, Place& place) {
  TRY(auto rows, read_series_rows(db, std::nullopt));
  rows_.reserve(rows_.size() + rows.size());
  for (auto& row : rows) {
    const auto article = row.mail.article;
    for (auto& id : row.ids) id = known(place, id);
    const auto [at, is_new] = row_by_id_.try_emplace(row.ids[0], rows_.size());
    row_by_article_.back().emplace(article, at->second);
    // The same mail from another list. Two mails with one id within an archive stay two.
    if (!is_new && rows_[at->second].mail.place != place.number) {
      rows_[at->second].also.emplace_back(place.number, article);
      continue;
    }
    row_by_article_.back()[article] = rows_.size();
    row.mail.place = place.number;
    rows_.push_back(std::move(row));
  }
  vouches_.resize(rows_.size());
  Statement aliases(db, "SELECT o.num, o.id FROM alias o JOIN patch USING (num)");
  while (true) {
    TRY(const bool found, aliases.step());
    if (!found) return {};
    if (const auto row = row_of(place.number, aliases.integer(0)))
      row_by_id_.try_emplace(known(place, aliases.integer(1)), *row);
  }
}

Result<void> SeriesSnapshot::read_replies(const Sqlite& db, Place& place) {
  constexpr auto kReply = static_cast<std::int64_t>(patch::PatchFacts::Kind::kReply);
  Statement mails(db, "SELECT num, id, sent, name, address FROM mail WHERE kind = ? ORDER BY num");
  mails.bind(kReply);
  while (true) {
    TRY(const bool found, mails.step());
    if (!found) break;
    if (!reply_by_id_.try_emplace(known(place, mails.integer(1)), replies_.size()).second) continue;
    place.reply_by_article.emplace(mails.integer(0), replies_.size());
    SeriesReply reply;
    reply.sent = mails.integer(2);
    reply.sender = {std::string(mails.text(3)), to_lower(mails.text(4))};
    replies_.push_back(std::move(reply));
  }
  reply_ancestors_.resize(replies_.size());
  Statement ancestors(
      db, "SELECT a.num, a.id FROM ancestor a JOIN mail m USING (num) WHERE m.kind = ? ORDER BY a.num, a.at");
  ancestors.bind(kReply);
  while (true) {
    TRY(const bool found, ancestors.step());
    if (!found) return {};
    const auto reply = place.reply_by_article.find(ancestors.integer(0));
    if (reply != place.reply_by_article.end())
      reply_ancestors_[reply->second].push_back(known(place, ancestors.integer(1)));
  }
}

Result<void> SeriesSnapshot::read_vouches(const Sqlite& db, Place& place) {
  Statement trailers(db,
                     "SELECT num, name, person, address FROM trailer WHERE kind = 1 AND (name LIKE '%reviewed%' OR"
                     " name LIKE '%acked%' OR name LIKE '%tested%')");
  while (true) {
    TRY(const bool found, trailers.step());
    if (!found) return {};
    const auto kinds = vouchings_of(trailers.text(1));
    if (kinds == 0) continue;
    Vouch vouch{kinds, {std::string(trailers.text(2)), to_lower(trailers.text(3))}};
    const auto article = trailers.integer(0);
    if (const auto reply = place.reply_by_article.find(article); reply != place.reply_by_article.end())
      replies_[reply->second].vouches.push_back(std::move(vouch));
    else if (const auto row = row_of(place.number, article); row && rows_[*row].mail.place == place.number)
      vouches_[*row].push_back(std::move(vouch));
  }
}

void SeriesSnapshot::connect_replies() {
  for (std::size_t i = 0; i < replies_.size(); ++i)
    for (auto id = reply_ancestors_[i].begin(); id != reply_ancestors_[i].end() && !replies_[i].row; ++id)
      replies_[i].row = row_of_id(*id);
}

std::optional<std::size_t> SeriesSnapshot::row_of_id(std::int64_t id) const {
  const auto found = row_by_id_.find(id);
  return found == row_by_id_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::size_t> SeriesSnapshot::row_of(unsigned place, std::int64_t article) const {
  if (place >= row_by_article_.size()) return std::nullopt;
  const auto found = row_by_article_[place].find(article);
  return found == row_by_article_[place].end() ? std::nullopt : std::optional(found->second);
}

}  // namespace lorelei::search
