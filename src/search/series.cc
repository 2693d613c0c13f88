// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/series.hh"

#include <algorithm>
#include <numeric>
#include <set>
#include <tuple>
#include <unordered_map>

#include "base/text.hh"
#include "patch/patch_facts.hh"
#include "search/series_store.hh"

namespace lorelei::search {

using archive::Sqlite;
using archive::SqliteMode;
using archive::Statement;

namespace {

// A patch or cover as stored.
struct Row {
  SeriesMail mail;
  bool is_cover = false, is_numbered = false;
  std::string key, change_id, base_commit, name, address;
  int revision = 1, total = 1;
  std::vector<std::int64_t> ids;  // its own, then those of its ancestors
};

std::optional<git::ObjectId> object_id(std::string_view bytes) {
  git::ObjectId id;
  if (bytes.size() != id.bytes.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
  return id;
}

Row read_row(const Statement& from) {
  Row row;
  row.mail.article = from.integer(0);
  row.ids.push_back(from.integer(1));
  row.mail.message_id = from.text(2);
  row.is_cover = from.integer(3) == static_cast<std::int64_t>(patch::PatchFacts::Kind::kCover);
  row.mail.sent = from.integer(4);
  row.name = from.text(5);
  row.address = to_lower(from.text(6));
  row.revision = from.is_null(7) ? 1 : static_cast<int>(from.integer(7));
  row.is_numbered = !from.is_null(8);
  row.mail.number = row.is_cover ? 0 : row.is_numbered ? static_cast<int>(from.integer(8)) : 1;
  row.total = row.is_numbered ? static_cast<int>(from.integer(9)) : 1;
  row.key = from.text(10);
  row.mail.title = from.text(11);
  row.change_id = from.text(12);
  row.base_commit = from.text(13);
  row.mail.patch_id = object_id(from.text(14));
  return row;
}

// All patches and covers, or those of one sender.
Result<std::vector<Row>> read_rows(const Sqlite& db, const std::optional<std::string>& address) {
  const std::string which = address ? " WHERE m.address = ? COLLATE NOCASE" : "";
  Statement patches(
      db,
      "SELECT m.num, m.id, i.mid, m.kind, m.sent, m.name, m.address, p.revision, p.number, p.total, p.key,"
      " p.title, p.change_id, p.base_commit, p.patch_id"
      " FROM patch p JOIN mail m USING (num) JOIN id i USING (id)" +
          which + " ORDER BY m.num");
  if (address) patches.bind(*address);
  std::vector<Row> rows;
  while (true) {
    TRY(const bool found, patches.step());
    if (!found) break;
    rows.push_back(read_row(patches));
  }
  Statement ancestors(db, "SELECT a.num, a.id FROM ancestor a JOIN patch p USING (num) JOIN mail m USING (num)" +
                              which + " ORDER BY a.num");
  if (address) ancestors.bind(*address);
  for (auto row = rows.begin();;) {
    TRY(const bool found, ancestors.step());
    if (!found) return rows;
    while (row != rows.end() && row->mail.article < ancestors.integer(0)) ++row;
    if (row == rows.end()) return rows;
    row->ids.push_back(ancestors.integer(1));
  }
}

// Which rows are connected: union-find over row numbers.
class Groups {
 public:
  explicit Groups(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), 0); }

  std::size_t of(std::size_t row) {
    while (parent_[row] != row) row = parent_[row] = parent_[parent_[row]];
    return row;
  }
  void connect(std::size_t a, std::size_t b) { parent_[of(a)] = of(b); }

 private:
  std::vector<std::size_t> parent_;
};

// Numbered mail of one posting. Mail without a number stays alone.
void connect_numbered(const std::vector<Row>& rows, Groups& groups) {
  std::map<std::tuple<std::string_view, int, int, std::int64_t>, std::size_t> first_with;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].is_numbered) continue;
    for (const auto id : rows[i].ids)
      groups.connect(i,
                     first_with.try_emplace({rows[i].address, rows[i].revision, rows[i].total, id}, i).first->second);
  }
}

// A letter with a diffstat but without a number is the cover of the first numbered patch that its author sent in answer
// to it.
void connect_plain_covers(const std::vector<Row>& rows, Groups& groups) {
  std::map<std::pair<std::string_view, std::int64_t>, std::size_t> covers;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i].is_cover && !rows[i].is_numbered) covers.try_emplace({rows[i].address, rows[i].ids[0]}, i);
  for (std::size_t i = 0; i < rows.size() && !covers.empty(); ++i) {
    if (!rows[i].is_numbered || rows[i].ids.size() < 2) continue;
    const auto cover = covers.find({rows[i].address, rows[i].ids[1]});
    if (cover == covers.end()) continue;
    groups.connect(cover->second, i);
    covers.erase(cover);
  }
}

std::vector<std::vector<const Row*>> group(const std::vector<Row>& rows) {
  Groups groups(rows.size());
  connect_numbered(rows, groups);
  connect_plain_covers(rows, groups);
  std::map<std::size_t, std::vector<const Row*>> found;
  for (std::size_t i = 0; i < rows.size(); ++i) found[groups.of(i)].push_back(&rows[i]);
  std::vector<std::vector<const Row*>> all;
  all.reserve(found.size());
  for (auto& [root, members] : found) all.push_back(std::move(members));
  return all;
}

void find_missing(Series& series) {
  auto next = series.patches.begin();
  for (int number = 1; number <= series.total; ++number) {
    while (next != series.patches.end() && next->number < number) ++next;
    if (next == series.patches.end() || next->number != number) series.missing.push_back(number);
  }
}

Series make_series(std::vector<const Row*> members) {
  // The cover first, then by number; of two with one number the one that was sent last.
  std::stable_sort(members.begin(), members.end(), [](const Row* a, const Row* b) {
    return std::tuple(a->mail.number, -a->mail.sent) < std::tuple(b->mail.number, -b->mail.sent);
  });
  const auto& lead = *members.front();
  const auto& last = *members.back();  // of a cover without a number, only the patches know revision and total
  Series series;
  series.key = lead.key;
  series.title = lead.mail.title;
  series.sender = {lead.name, lead.address};
  series.revision = std::max(lead.revision, last.revision);
  series.total = last.is_numbered || !last.is_cover ? last.total : 0;
  series.sent = lead.mail.sent;
  for (const auto* row : members) {
    if (series.change_id.empty()) series.change_id = row->change_id;
    if (series.base_commit.empty()) series.base_commit = row->base_commit;
    if (row->is_cover) {
      if (!series.cover) series.cover = row->mail;
    } else if (series.patches.empty() || series.patches.back().number != row->mail.number) {
      series.patches.push_back(row->mail);
      series.total = std::max(series.total, row->mail.number);  // [PATCH 6/5]
    }
  }
  find_missing(series);
  return series;
}

bool matches(const Series& series, const SeriesFilter& filter) {
  if (series.patches.empty() && series.total == 0) return false;  // a letter with a diffstat and nothing more
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
  TRY(const auto rows, read_rows(db_, filter.address));
  std::vector<Series> all;
  for (auto& members : group(rows))
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
  TRY(const auto rows, read_rows(db_, std::string(sender.text(0))));
  for (auto& members : group(rows))
    if (std::any_of(members.begin(), members.end(), [&](const Row* row) { return row->mail.article == article; }))
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
