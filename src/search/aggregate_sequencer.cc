// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/aggregate_sequencer.hh"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "mail/content_hash.hh"

namespace lorelei::search {

using archive::CrossPosts;
using archive::Sqlite;
using archive::Statement;

namespace {

constexpr std::size_t kMaxContents = 100'000;  // digests kept of candidates; 8 MiB

// "<a@x> <b@y>" of an overview record.
std::vector<std::string> split_references(std::string_view text) {
  std::vector<std::string> ids;
  while (text.size() > 2) {
    const auto end = text.find("> <");
    ids.emplace_back(text.substr(1, end == std::string_view::npos ? text.size() - 2 : end - 1));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 2);
  }
  return ids;
}

}  // namespace

// One message as the overview of its archive has it.
struct AggregateSequencer::Row {
  std::int64_t number = 0, received = 0, sent = 0;
  std::string record;
  git::ObjectId blob;
};

// An archive's databases, read while others may write them: a page of rows at a time, so that nobody waits long.
struct AggregateSequencer::Source {
  static constexpr std::int64_t kPage = 1000;

  const Member& member;
  std::int64_t id;
  Sqlite over;
  Statement page, ids;
  std::vector<std::pair<std::string, std::string>> recorded;  // keys and commits to remember at the end

  Source(const Member& m, std::int64_t i, Sqlite db)
      : member(m),
        id(i),
        over(std::move(db)),
        page(over, fmt::format("SELECT num, ts, ds, ddd FROM over WHERE num > ? ORDER BY num LIMIT {}", kPage)),
        ids(over, "SELECT m.mid FROM id2num n JOIN msgid m ON m.id = n.id WHERE n.num = ? ORDER BY n.rowid") {}

  Result<std::vector<Row>> rows_after(std::int64_t number, archive::Inflater& inflater) {
    std::vector<Row> rows;
    page.bind(std::max<std::int64_t>(number, 0));
    for (;;) {
      TRY(const bool more, page.step());
      if (!more) return rows;
      Row row{page.integer(0), page.integer(1), page.integer(2), {}, {}};
      TRY(const auto record, inflater.inflate(page.text(3)));
      row.record = record;
      const auto blob = git::ObjectId::parse(record_field(record, archive::RecordField::kBlob));
      if (!blob) continue;
      row.blob = *blob;
      rows.push_back(std::move(row));
    }
  }

  Result<std::vector<std::string>> ids_of(std::int64_t number) {
    std::vector<std::string> all;
    ids.bind(number);
    for (;;) {
      TRY(const bool more, ids.step());
      if (!more) return all;
      all.emplace_back(ids.text(0));
    }
  }
};

AggregateSequencer::AggregateSequencer(const Env& env, archive::OverWriter over, CrossPosts cross_posts,
                                       git::BlobReader blobs)
    : env_(env), over_(std::move(over)), cross_posts_(std::move(cross_posts)), blobs_(std::move(blobs)) {
  over_.on_merge([this](std::int64_t loser, std::int64_t) -> Result<void> {
    TRY(const auto numbers, over_.numbers_of_thread(loser));
    moved_.insert(numbers.begin(), numbers.end());
    return {};
  });
}

// Whether an archive changed since the last time, and whether a number may stand for another blob now.
Result<AggregateSequencer::Depth> AggregateSequencer::depth_of(const Member& member, Source& source) {
  TRY(const auto db, Sqlite::open(member.inbox.msgmap_path(), archive::SqliteMode::kReadOnly));
  Statement meta(db, "SELECT val FROM meta WHERE key = ?");
  TRY(const bool born, meta.bind("created_at").step());
  const std::string validity = born ? std::string(meta.text(0)) : "0";
  auto depth = Depth::kNothing;
  for (const auto& epoch : member.inbox.epochs()) {
    const auto indexed_key = fmt::format("last_xap15-{}", epoch.number);
    TRY(const bool indexed, meta.bind(indexed_key).step());
    if (!indexed) continue;
    const std::string commit(meta.text(0));
    const auto key = fmt::format("lc-v2:{}//{};{}", member.key, validity, epoch.number);
    TRY(const auto before, cross_posts_.meta(key));
    if (before == commit) continue;
    source.recorded.emplace_back(key, commit);
    depth = std::max(depth, Depth::kNumbers);
    if (!before) continue;
    TRY(const auto repository, git::Repository::open(epoch.path));
    const auto old = git::ObjectId::parse(*before), now = git::ObjectId::parse(commit);
    bool straight = old && now && repository.has_object(*old);
    if (straight) {
      TRY(straight, repository.is_ancestor(*old, *now));
    }
    if (!straight) depth = Depth::kBlobs;
  }
  return depth;
}

Result<void> AggregateSequencer::take(const Member& member, std::size_t rank) {
  if (!fs::exists(member.inbox.over_path()) || !fs::exists(member.inbox.msgmap_path()))
    return err(Error::Kind::kNotFound, "aggregate the archive", member.name, "it has no index",
               "lorelei archive index " + member.name);
  TRY(last_before_, last_before_ ? Result<std::int64_t>(last_before_) : cross_posts_.last_document());
  TRY(const auto id, cross_posts_.archive_id(member.key));
  keys_[id] = member.key;
  ranks_[id] = rank;
  TRY(auto over, Sqlite::open(member.inbox.over_path(), archive::SqliteMode::kReadOnly));
  Source source(member, id, std::move(over));
  TRY(const auto depth, depth_of(member, source));
  if (depth == Depth::kNothing) return {};

  // Both lists ascend: what only the archive has is new, what only we have is gone.
  std::vector<std::pair<std::int64_t, CrossPosts::Copy>> ours;
  TRY_VOID(cross_posts_.each_of_archive(id, [&](std::int64_t document, const CrossPosts::Copy& copy) -> Result<void> {
    ours.emplace_back(document, copy);
    return {};
  }));
  std::size_t at = 0;
  for (std::int64_t last = 0;;) {
    TRY(const auto rows, source.rows_after(last, inflater_));
    if (rows.empty()) break;
    for (const auto& row : rows) {
      last = row.number;
      bool known = false;
      for (; at < ours.size() && ours[at].second.number <= row.number; ++at) {
        const auto& copy = ours[at].second;
        const bool same = copy.number == row.number && (depth == Depth::kNumbers || copy.blob == row.blob);
        known |= same;
        if (!same) TRY_VOID(drop(ours[at].first, copy));
      }
      if (!known) TRY_VOID(add(source, row));
    }
    if (env_.stop_requested()) return err(Error::Kind::kCancelled, "aggregate the archive", member.name, "stopped");
  }
  for (; at < ours.size(); ++at) TRY_VOID(drop(ours[at].first, ours[at].second));
  for (const auto& [key, commit] : source.recorded) TRY_VOID(cross_posts_.set_meta(key, commit));
  return {};
}

Result<const Sha256Digest*> AggregateSequencer::content_of(const git::ObjectId& blob) {
  if (const auto known = contents_.find(blob); known != contents_.end()) return &known->second;
  if (contents_.size() >= kMaxContents) contents_.clear();
  TRY(const auto raw, blobs_.read(blob));
  return &contents_.emplace(blob, mail::content_hash(mail::Entity(raw))).first->second;
}

// The document that says the same as this copy; 0 if there is none.
Result<std::int64_t> AggregateSequencer::same_message(const Row& row, const std::vector<std::string>& ids) {
  std::optional<Sha256Digest> mine;
  for (const auto& id : ids) {
    TRY(const auto candidates, over_.numbers_of_message_id(id));
    for (const auto candidate : candidates) {
      TRY(const auto blob_hex, over_.blob_of(candidate));
      const auto blob = git::ObjectId::parse(blob_hex);
      if (!blob) continue;
      if (*blob == row.blob) return candidate;
      if (!mine) {
        TRY(const auto* content, content_of(row.blob));
        mine = *content;
      }
      const auto theirs = content_of(*blob);
      if (!theirs && theirs.error().kind != Error::Kind::kNotFound) return tl::unexpected(theirs.error());
      if (theirs && **theirs == *mine) return candidate;
    }
  }
  return 0;
}

Result<void> AggregateSequencer::add(Source& source, const Row& row) {
  TRY(const auto ids, source.ids_of(row.number));
  const CrossPosts::Copy copy{source.id, row.number, row.blob};
  TRY(const auto known, same_message(row, ids));
  if (known) {
    TRY_VOID(cross_posts_.add(known, copy));
    ++report_.cross_posts;
    if (known <= last_before_) changed_.insert(known);
    return show_best_copy(known);
  }
  TRY(const auto document, cross_posts_.next_document());
  TRY_VOID(cross_posts_.add(document, copy));
  ++report_.documents;
  if (ids.size() != 1) return show(document, row.blob, row.sent, row.received);
  // The archive's record holds here too: with one Message-ID there is no choice of another.
  const auto fields = archive::record_fields(row.record);
  mail::Overview overview;
  overview.subject = fields[static_cast<std::size_t>(archive::RecordField::kSubject)];
  overview.references = split_references(fields[static_cast<std::size_t>(archive::RecordField::kReferences)]);
  overview.message_ids = ids;
  overview.own_id = ids[0];
  overview.sent = row.sent;
  overview.received = row.received;
  TRY([[maybe_unused]] const auto thread, over_.add(document, overview, deflater_.deflate(row.record)));
  return {};
}

// Makes the overview of a document that of a certain copy.
Result<void> AggregateSequencer::show(std::int64_t document, const git::ObjectId& blob, std::int64_t sent,
                                      std::int64_t received) {
  TRY(const auto raw, blobs_.read(blob));
  const mail::Entity entity(raw);
  auto overview = mail::make_overview(entity, raw, {sent, 0}, {received, 0});
  const auto ids = mail::message_ids(entity);
  mail::choose_own_id(overview, ids.empty() ? "" : ids[0]);
  const auto ddd = deflater_.deflate(overview_record(overview, blob.hex(), archive::Recipients::kYes));
  TRY([[maybe_unused]] const auto thread, over_.add(document, overview, ddd));
  return {};
}

// Of several copies, that of the archive with the lowest rank; of equals, the one that came first.
Result<void> AggregateSequencer::show_best_copy(std::int64_t document) {
  TRY(const auto copies, cross_posts_.copies(document));
  const auto rank = [&](const CrossPosts::Copy& copy) {
    const auto known = ranks_.find(copy.archive_id);
    return known == ranks_.end() ? SIZE_MAX : known->second;
  };
  const auto best =
      std::min_element(copies.begin(), copies.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  TRY(const auto shown, over_.blob_of(document));
  if (best == copies.end() || best->blob.hex() == shown) return {};
  TRY(const auto times, over_.times_of(document));
  return show(document, best->blob, times.sent, times.received);
}

Result<void> AggregateSequencer::drop(std::int64_t document, const CrossPosts::Copy& copy) {
  TRY_VOID(cross_posts_.remove(document, copy));
  ++report_.removed;
  TRY(const auto left, cross_posts_.copies(document));
  if (left.empty()) {
    removed_.insert(document);
    changed_.erase(document);
    return over_.remove_number(document);
  }
  changed_.insert(document);
  return show_best_copy(document);
}

}  // namespace lorelei::search
