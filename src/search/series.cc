// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/series.hh"

#include <algorithm>
#include <set>

#include "base/text.hh"
#include "patch/patch_facts.hh"
#include "search/series_rows.hh"
#include "search/series_store.hh"

namespace lorelei::search {

using archive::Sqlite;
using archive::SqliteMode;
using archive::Statement;

namespace {

bool matches(const Series& series, const SeriesFilter& filter) {
  if (!is_series(series)) return false;
  return (!filter.key || series.key == *filter.key) && (!filter.change_id || series.change_id == *filter.change_id) &&
         (!filter.revision || series.revision == *filter.revision) && series.sent >= filter.since;
}

GivenTrailer read_trailer(const Statement& from) {
  GivenTrailer given;
  given.article = from.integer(0);
  given.sender = {std::string(from.text(1)), std::string(from.text(2))};
  given.sent = from.integer(3);
  given.trailer.kind = static_cast<patch::Trailer::Kind>(from.integer(4));
  given.trailer.name = from.text(5);
  given.trailer.value = from.text(6);
  given.trailer.note = from.text(7);
  given.trailer.person = {std::string(from.text(8)), std::string(from.text(9))};
  return given;
}

}  // namespace

Result<SeriesReader> SeriesReader::open(const fs::path& dir) {
  TRY(auto db, Sqlite::open(series_path(dir), SqliteMode::kReadOnly));
  return SeriesReader(std::move(db));
}

Result<std::vector<Series>> SeriesReader::list(const SeriesFilter& filter) {
  TRY(const auto rows, read_series_rows(db_, filter.address));
  std::vector<Series> all;
  for (auto& members : group_series(rows))
    if (auto series = make_series(std::move(members)); matches(series, filter)) all.push_back(std::move(series));
  std::stable_sort(all.begin(), all.end(), [](const Series& a, const Series& b) { return a.sent > b.sent; });
  return all;
}

// The patch or cover that the article is, or that it answers to; 0 if there is none.
Result<std::int64_t> SeriesReader::nearest_patch(std::int64_t article) {
  Statement self(db_, "SELECT 1 FROM patch WHERE num = ?");
  TRY(const bool is_patch, self.bind(article).step());
  if (is_patch) return article;
  Statement ancestors(
      db_,
      "SELECT a.at, p.num FROM ancestor a JOIN mail m USING (id) JOIN patch p ON p.num = m.num"
      " WHERE a.num = ?1 AND p.num <> ?1"
      " UNION ALL SELECT a.at, p.num FROM ancestor a JOIN alias o USING (id) JOIN patch p ON p.num = o.num"
      " WHERE a.num = ?1 AND p.num <> ?1 ORDER BY 1, 2 LIMIT 1");
  TRY(const bool found, ancestors.bind(article).step());
  return found ? ancestors.integer(1) : 0;
}

Result<std::optional<Series>> SeriesReader::containing(std::string_view message_id) {
  Statement find(db_,
                 "SELECT num FROM id JOIN mail USING (id) WHERE mid = ?1"
                 " UNION ALL SELECT num FROM id JOIN alias USING (id) WHERE mid = ?1 ORDER BY 1");
  TRY(const bool known, find.bind(message_id).step());
  if (!known) return std::optional<Series>();
  TRY(const auto article, nearest_patch(find.integer(0)));
  Statement sender(db_, "SELECT address FROM mail WHERE num = ?");
  TRY(const bool has_sender, sender.bind(article).step());
  if (!has_sender) return std::optional<Series>();
  TRY(const auto rows, read_series_rows(db_, std::string(sender.text(0))));
  for (auto& members : group_series(rows))
    if (std::any_of(members.begin(), members.end(), [&](const SeriesRow* row) { return row->mail.article == article; }))
      return make_series(std::move(members));
  return std::optional<Series>();
}

Result<std::map<std::int64_t, std::vector<GivenTrailer>>> SeriesReader::trailers_given(const Series& series) {
  std::set<std::int64_t> members;
  if (series.cover) members.insert(series.cover->article);
  for (const auto& mail : series.patches) members.insert(mail.article);

  Statement below(db_,
                  "SELECT DISTINCT a.num FROM ancestor a JOIN mail m USING (num) WHERE m.kind = ? AND a.id IN"
                  " (SELECT id FROM mail WHERE num = ? UNION ALL SELECT id FROM alias WHERE num = ?)");
  std::map<std::int64_t, std::int64_t> target;  // by reply
  for (const auto member : members) {
    below.bind(static_cast<std::int64_t>(patch::PatchFacts::Kind::kReply)).bind(member).bind(member);
    while (true) {
      TRY(const bool found, below.step());
      if (!found) break;
      const auto reply = below.integer(0);
      if (target.contains(reply)) continue;
      TRY(target[reply], nearest_patch(reply));
    }
  }

  Statement trailers(db_,
                     "SELECT m.num, m.name, m.address, m.sent, t.kind, t.name, t.value, t.note, t.person, t.address"
                     " FROM trailer t JOIN mail m USING (num) WHERE num = ? ORDER BY t.at");
  std::map<std::int64_t, std::vector<GivenTrailer>> given;
  for (const auto& [reply, article] : target) {
    if (!members.contains(article)) continue;  // it answers to another revision
    trailers.bind(reply);
    while (true) {
      TRY(const bool found, trailers.step());
      if (!found) break;
      given[article].push_back(read_trailer(trailers));
    }
  }
  for (auto& [article, list] : given)
    std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.sent < b.sent; });
  return given;
}

Result<std::map<std::string, int>> SeriesReader::count_trailers(const Series& series) {
  TRY(const auto given, trailers_given(series));
  std::map<std::string, int> counts;
  for (const auto& [article, list] : given)
    for (const auto& one : list) ++counts[to_lower(one.trailer.name)];
  return counts;
}

}  // namespace lorelei::search
