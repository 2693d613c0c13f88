// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/series_backfill.hh"

#include "archive/msgmap.hh"
#include "archive/over_record.hh"
#include "git/repository.hh"
#include "search/document.hh"
#include "search/index_round.hh"
#include "search/series_store.hh"

namespace lorelei::search {

namespace {

constexpr int kPage = 1000;

using Markers = std::vector<std::pair<unsigned, std::string>>;

Result<Markers> indexed_markers(const archive::Inbox& inbox) {
  TRY(const auto db, archive::Sqlite::open(inbox.msgmap_path(), archive::SqliteMode::kReadWrite));
  TRY(auto msgmap, archive::Msgmap::open(db, 0));
  Markers markers;
  for (const auto& epoch : inbox.epochs()) {
    TRY(auto commit, msgmap.last_indexed(epoch.number));
    if (commit) markers.emplace_back(epoch.number, std::move(*commit));
  }
  return markers;
}

// Equal, or ahead because a run was killed between the two commits.
Result<bool> has_reached(const archive::Inbox& inbox, SeriesStore& series, const Markers& markers) {
  for (const auto& [epoch, indexed] : markers) {
    TRY(const auto here, series.last_indexed(epoch));
    if (!here) return false;
    if (*here == indexed) continue;
    TRY(const auto repository, git::Repository::open(inbox.epoch(epoch)->path));
    const auto ahead = git::ObjectId::parse(*here), behind = git::ObjectId::parse(indexed);
    if (!ahead || !behind || !repository.has_object(*ahead) || !repository.has_object(*behind)) return false;
    TRY(const bool reached, repository.is_ancestor(*behind, *ahead));
    if (!reached) return false;
  }
  return true;
}

Result<void> add_row(git::BlobReader& blobs, DocumentBuilder& texts, archive::Inflater& inflater, SeriesStore& series,
                     const archive::Statement& row) {
  TRY(const auto record, inflater.inflate(row.text(3)));
  const auto blob = git::ObjectId::parse(record_field(record, archive::RecordField::kBlob));
  const std::string own_id(record_field(record, archive::RecordField::kMessageId));
  if (!blob) return {};
  const auto raw = blobs.read(*blob);
  if (!raw) return {};  // what git cannot give is verify's business
  const mail::Entity entity(*raw);
  auto overview = mail::make_overview(entity, *raw, {row.integer(2), 0}, {row.integer(1), 0});
  mail::choose_own_id(overview, own_id);
  patch::FactsReader facts(entity, overview);
  texts.collect(entity, overview, &facts);
  return series.add(row.integer(0), ids_own_first(overview), std::move(facts).finish());
}

}  // namespace

Result<void> backfill_series(const Env& env, const archive::Inbox& inbox,
                             const std::function<void(std::uint64_t more, std::uint64_t total)>& progress) {
  TRY(const auto markers, indexed_markers(inbox));
  TRY(auto series, SeriesStore::open(inbox.dir()));
  TRY(const bool reached, has_reached(inbox, series, markers));
  if (reached) return {};
  TRY_VOID(series.clear());
  TRY(auto blobs, git::BlobReader::open(inbox.object_directories()));
  DocumentBuilder texts(Level::kBasic, DocumentData::kNo);
  archive::Inflater inflater;
  TRY(const auto over, archive::Sqlite::open(inbox.over_path(), archive::SqliteMode::kReadWrite));
  archive::Statement count(over, "SELECT COUNT(*) FROM over WHERE num > 0");
  TRY([[maybe_unused]] const bool counted, count.step());
  const auto total = static_cast<std::uint64_t>(count.integer(0));
  count.reset();
  archive::Statement page(
      over, "SELECT num, ts, ds, ddd FROM over WHERE num > ? ORDER BY num LIMIT " + std::to_string(kPage));
  for (std::int64_t last = 0;;) {
    std::uint64_t rows = 0;
    page.bind(last);
    for (;;) {
      TRY(const bool row, page.step());
      if (!row) break;
      ++rows;
      last = page.integer(0);
      TRY_VOID(add_row(blobs, texts, inflater, series, page));
    }
    if (rows == 0) break;
    if (progress) progress(rows, total);
    if (env.stop_requested())
      return err(Error::Kind::kCancelled, "read the series of", inbox.dir().string(), "stopped",
                 "run it again, it begins anew");
  }
  for (const auto& [epoch, commit] : markers) TRY_VOID(series.set_last_indexed(epoch, commit));
  return series.commit();
}

}  // namespace lorelei::search
