// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/aggregate_sequencer.hh"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/is_there.hh"
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

struct ByNumber {
  using Entry = std::pair<std::int64_t, CrossPosts::Copy>;
  bool operator()(const Entry& a, std::int64_t number) const { return a.second.number < number; }
  bool operator()(std::int64_t number, const Entry& a) const { return number < a.second.number; }
};

}  // namespace

// One message as the overview of its archive has it.
struct AggregateSequencer::Row {
  std::int64_t number = 0;
  archive::OverWriter::Times times;
  std::string record;
  git::ObjectId blob;
  std::vector<std::string> ids;
};

// An archive's overview, read while others may write it: some rows at a time, so that nobody waits long.
struct AggregateSequencer::Source {
  static constexpr std::size_t kPage = 1000;

  const Member& member;
  std::int64_t id;
  Sqlite over;
  Statement row, ids;

  Source(const Member& m, std::int64_t i, Sqlite db)
      : member(m),
        id(i),
        over(std::move(db)),
        row(over, "SELECT ts, ds, ddd FROM over WHERE num = ?"),
        ids(over, "SELECT m.mid FROM id2num n JOIN msgid m ON m.id = n.id WHERE n.num = ? ORDER BY n.rowid") {}

  // All of them, ascending. Without an order SQLite takes the smallest index, not the rows.
  Result<std::vector<std::int64_t>> numbers() const {
    std::vector<std::int64_t> all;
    Statement each(over, "SELECT num FROM over");
    for (;;) {
      TRY(const bool more, each.step());
      if (!more) break;
      if (each.integer(0) > 0) all.push_back(each.integer(0));
    }
    std::sort(all.begin(), all.end());
    return all;
  }

  // Those that are still there.
  Result<std::vector<Row>> rows(std::span<const std::int64_t> numbers, archive::Inflater& inflater) {
    std::vector<Row> all;
    TRY_VOID(over.exec("BEGIN"));
    for (const auto number : numbers) {
      TRY(const bool there, row.bind(number).step());
      if (!there) continue;
      Row one{number, {row.integer(0), row.integer(1)}, {}, {}, {}};
      TRY(const auto record, inflater.inflate(row.text(2)));
      one.record = record;
      row.reset();
      const auto blob = git::ObjectId::parse(record_field(one.record, archive::RecordField::kBlob));
      if (!blob) continue;
      one.blob = *blob;
      TRY(one.ids, ids_of(number));
      all.push_back(std::move(one));
    }
    TRY_VOID(over.exec("COMMIT"));
    return all;
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

Result<std::unique_ptr<AggregateSequencer>> AggregateSequencer::open(const Env& env, archive::OverWriter over,
                                                                     CrossPosts cross_posts, git::BlobReader blobs) {
  std::unique_ptr<AggregateSequencer> made(
      new AggregateSequencer(env, std::move(over), std::move(cross_posts), std::move(blobs)));
  TRY(made->keys_, made->cross_posts_.archives());
  TRY(made->last_before_, made->cross_posts_.last_document());
  return made;
}

AggregateSequencer::AggregateSequencer(const Env& env, archive::OverWriter over, CrossPosts cross_posts,
                                       git::BlobReader blobs)
    : env_(env), over_(std::move(over)), cross_posts_(std::move(cross_posts)), blobs_(std::move(blobs)) {
  over_.on_merge([this](std::int64_t loser, std::int64_t) -> Result<void> {
    TRY(const auto numbers, over_.numbers_of_thread(loser));
    moved_.insert(numbers.begin(), numbers.end());
    return {};
  });
}

Result<AggregateSequencer::News> AggregateSequencer::news_of(const Member& member) {
  TRY(const auto db, Sqlite::open(member.archive.layout.msgmap(), archive::SqliteMode::kReadOnly));
  Statement meta(db, "SELECT val FROM meta WHERE key = ?");
  TRY(const bool born, meta.bind("created_at").step());
  const std::string validity = born ? std::string(meta.text(0)) : "0";
  News news;
  bool known = false, straight = true;
  for (const auto& mail : member.archive.repositories) {
    TRY(const bool indexed, meta.bind(mail.marker()).step());
    if (!indexed) continue;
    const std::string commit(meta.text(0));
    const auto key = mail.epoch ? fmt::format("lc-v2:{}//{};{}", member.key, validity, *mail.epoch)
                                : fmt::format("lc-v1:{}//{}", member.key, validity);
    TRY(const auto before, cross_posts_.meta(key));
    known |= before.has_value();
    if (before == commit) continue;
    news.markers.emplace_back(key, commit);
    if (!before) continue;
    TRY(const auto repository, git::Repository::open(mail.path));
    const auto old = git::ObjectId::parse(*before), now = git::ObjectId::parse(commit);
    bool grew = old && now && repository.has_object(*old);
    if (grew) {
      TRY(grew, repository.is_ancestor(*old, *now));
    }
    straight &= grew;
  }
  // An archive whose UIDVALIDITY we never saw is new, or was made anew: then its numbers mean other messages.
  if (!news.markers.empty()) news.depth = known && straight ? Depth::kNumbers : Depth::kBlobs;
  return news;
}

Result<void> AggregateSequencer::take(const Member& member, std::size_t rank) {
  if (!is_there(member.archive.layout.over()) || !is_there(member.archive.layout.msgmap()))
    return err(Error::Kind::kNotFound, "aggregate the archive", member.name, "it has no index",
               archive::indexing_command(member.archive.layout, member.name));
  TRY(const auto id, cross_posts_.archive_id(member.key));
  keys_[id] = member.key;
  ranks_[id] = rank;
  // The commits before the rows: of an index that is replaced in between, we remember too little, never too much.
  TRY(const auto news, news_of(member));
  if (news.depth == Depth::kNothing) return {};
  TRY(auto over, Sqlite::open(member.archive.layout.over(), archive::SqliteMode::kReadOnly));
  Source source(member, id, std::move(over));
  Copies ours;
  TRY_VOID(cross_posts_.each_of_archive(id, [&](std::int64_t document, const CrossPosts::Copy& copy) -> Result<void> {
    ours.emplace_back(document, copy);
    return {};
  }));
  TRY_VOID(merge(source, ours, news.depth));
  for (const auto& [key, commit] : news.markers) TRY_VOID(cross_posts_.set_meta(key, commit));
  return {};
}

// What only we have is gone, what only the archive has is new; where a number may stand for another blob, that is
// looked at too. ours is ascending by number.
Result<void> AggregateSequencer::merge(Source& source, const Copies& ours, Depth depth) {
  TRY(auto numbers, source.numbers());
  for (const auto& [document, copy] : ours)
    if (!std::binary_search(numbers.begin(), numbers.end(), copy.number)) TRY_VOID(drop(document, copy));
  if (depth == Depth::kNumbers)
    std::erase_if(numbers,
                  [&](auto number) { return std::binary_search(ours.begin(), ours.end(), number, ByNumber()); });
  const std::span all(numbers);
  for (std::size_t at = 0; at < all.size(); at += Source::kPage) {
    TRY(const auto rows, source.rows(all.subspan(at, std::min(Source::kPage, all.size() - at)), inflater_));
    for (const auto& row : rows) TRY_VOID(merge_row(source, ours, row));
    if (env_.stop_requested())
      return err(Error::Kind::kCancelled, "aggregate the archive", source.member.name, "stopped");
  }
  return {};
}

Result<void> AggregateSequencer::merge_row(const Source& source, const Copies& ours, const Row& row) {
  const auto [first, last] = std::equal_range(ours.begin(), ours.end(), row.number, ByNumber());
  bool known = false;
  for (auto our = first; our != last; ++our) {
    const bool same = our->second.blob == row.blob;
    known |= same;
    if (!same) TRY_VOID(drop(our->first, our->second));
  }
  if (known) return {};
  return add(source, row);
}

Result<const Sha256Digest*> AggregateSequencer::content_of(const git::ObjectId& blob) {
  if (const auto known = contents_.find(blob); known != contents_.end()) return &known->second;
  if (contents_.size() >= kMaxContents) contents_.clear();
  TRY(const auto raw, blobs_.read(blob));
  return &contents_.emplace(blob, mail::content_hash(mail::Entity(raw))).first->second;
}

// The document that says the same as this copy; 0 if there is none, nothing if the copy cannot be read.
Result<std::optional<std::int64_t>> AggregateSequencer::same_message(const Row& row) {
  std::optional<Sha256Digest> mine;
  for (const auto& id : row.ids) {
    TRY(const auto candidates, over_.numbers_of_message_id(id));
    for (const auto candidate : candidates) {
      TRY(const auto blob_hex, over_.blob_of(candidate));
      const auto blob = git::ObjectId::parse(blob_hex);
      if (!blob) continue;
      if (*blob == row.blob) return candidate;
      if (!mine) {
        const auto content = content_of(row.blob);
        if (!content && is_unreadable(content.error())) return std::nullopt;
        if (!content) return tl::unexpected(content.error());
        mine = **content;
      }
      const auto theirs = content_of(*blob);
      if (!theirs && !is_unreadable(theirs.error())) return tl::unexpected(theirs.error());
      if (theirs && **theirs == *mine) return candidate;
    }
  }
  return 0;
}

Result<void> AggregateSequencer::add(const Source& source, const Row& row) {
  TRY(const auto known, same_message(row));
  if (!known) {
    ++report_.unreadable;
    return {};
  }
  if (*known == 0) return add_document(source, row);
  TRY_VOID(cross_posts_.add(*known, {source.id, row.number, row.blob}));
  ++report_.cross_posts;
  if (*known <= last_before_) changed_.insert(*known);
  return show_best_copy(*known);
}

Result<void> AggregateSequencer::add_document(const Source& source, const Row& row) {
  const bool has_choice = row.ids.size() != 1;
  std::string raw;
  if (has_choice) {
    auto read = blobs_.read(row.blob);
    if (!read && is_unreadable(read.error())) {
      ++report_.unreadable;
      return {};
    }
    TRY(raw, std::move(read));
  }
  TRY(const auto document, cross_posts_.next_document());
  TRY_VOID(cross_posts_.add(document, {source.id, row.number, row.blob}));
  ++report_.documents;
  if (has_choice) return show(document, row.blob, raw, row.times);
  // The archive's record holds here too: with one Message-ID there is no choice of another.
  const auto fields = archive::record_fields(row.record);
  mail::Overview overview;
  overview.subject = fields[static_cast<std::size_t>(archive::RecordField::kSubject)];
  overview.references = split_references(fields[static_cast<std::size_t>(archive::RecordField::kReferences)]);
  overview.message_ids = row.ids;
  overview.own_id = row.ids[0];
  overview.sent = row.times.sent;
  overview.received = row.times.received;
  TRY([[maybe_unused]] const auto thread, over_.add(document, overview, deflater_.deflate(row.record)));
  return {};
}

// Makes the overview of a document that of a certain copy.
Result<void> AggregateSequencer::show(std::int64_t document, const git::ObjectId& blob, const std::string& raw,
                                      const archive::OverWriter::Times& times) {
  const mail::Entity entity(raw);
  auto overview = mail::make_overview(entity, raw, {times.sent, 0}, {times.received, 0});
  const auto ids = mail::message_ids(entity);
  mail::choose_own_id(overview, ids.empty() ? "" : ids[0]);
  const auto ddd = deflater_.deflate(overview_record(overview, blob.hex(), archive::Recipients::kYes));
  TRY([[maybe_unused]] const auto thread, over_.add(document, overview, ddd));
  return {};
}

// Of several copies, that of the archive with the lowest rank; of equals, the one that came first. What is shown stays
// if that one cannot be read.
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
  const auto raw = blobs_.read(best->blob);
  if (!raw && is_unreadable(raw.error())) {
    ++report_.unreadable;
    return {};
  }
  if (!raw) return tl::unexpected(raw.error());
  TRY(const auto times, over_.times_of(document));
  return show(document, best->blob, *raw, times);
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
