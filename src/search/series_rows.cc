// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/series_rows.hh"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/groups.hh"
#include "base/text.hh"
#include "patch/patch_facts.hh"

namespace lorelei::search {

using archive::Sqlite;
using archive::Statement;

namespace {

std::optional<git::ObjectId> object_id(std::string_view bytes) {
  git::ObjectId id;
  if (bytes.size() != id.bytes.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
  return id;
}

SeriesRow read_row(const Statement& from) {
  SeriesRow row;
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
  row.tags = from.text(15);
  return row;
}

}  // namespace

Result<std::vector<SeriesRow>> read_series_rows(const Sqlite& db, const std::optional<std::string>& address) {
  const std::string which = address ? " WHERE m.address = ? COLLATE NOCASE" : "";
  Statement patches(
      db,
      "SELECT m.num, m.id, i.mid, m.kind, m.sent, m.name, m.address, p.revision, p.number, p.total, p.key,"
      " p.title, p.change_id, p.base_commit, p.patch_id, p.tags"
      " FROM patch p JOIN mail m USING (num) JOIN id i USING (id)" +
          which + " ORDER BY m.num");
  if (address) patches.bind(*address);
  std::vector<SeriesRow> rows;
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

namespace {

// Numbered mail of one posting. Mail without a number stays alone.
void connect_numbered(const std::vector<SeriesRow>& rows, Groups& groups) {
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
void connect_plain_covers(const std::vector<SeriesRow>& rows, Groups& groups) {
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

}  // namespace

std::vector<std::vector<const SeriesRow*>> group_series(const std::vector<SeriesRow>& rows) {
  Groups groups(rows.size());
  connect_numbered(rows, groups);
  connect_plain_covers(rows, groups);
  std::map<std::size_t, std::vector<const SeriesRow*>> found;
  for (std::size_t i = 0; i < rows.size(); ++i) found[groups.of(i)].push_back(&rows[i]);
  std::vector<std::vector<const SeriesRow*>> all;
  all.reserve(found.size());
  for (auto& [root, members] : found) all.push_back(std::move(members));
  return all;
}

namespace {

void find_missing(Series& series) {
  auto next = series.patches.begin();
  for (int number = 1; number <= series.total; ++number) {
    while (next != series.patches.end() && next->number < number) ++next;
    if (next == series.patches.end() || next->number != number) series.missing.push_back(number);
  }
}

}  // namespace

Series make_series(std::vector<const SeriesRow*> members) {
  // The cover first, then by number; of two with one number the one that was sent last.
  std::stable_sort(members.begin(), members.end(), [](const SeriesRow* a, const SeriesRow* b) {
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

bool is_series(const Series& series) { return !series.patches.empty() || series.total > 0; }

}  // namespace lorelei::search
