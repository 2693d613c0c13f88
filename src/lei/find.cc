// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/find.hh"

#include <fmt/format.h>

#include <iterator>

#include "base/exit_code.hh"
#include "lei/blob_finder.hh"
#include "lei/box.hh"
#include "mail/normalise.hh"
#include "search/engine.hh"
#include "search/messages.hh"

namespace lorelei::lei {

namespace {

archive::OverRow row_of(const Letter& letter) {
  archive::OverRow row;
  const auto& overview = letter.overview;
  row.subject = overview.subject;
  row.from = overview.from;
  row.to = overview.to;
  row.cc = overview.cc;
  for (const auto& id : overview.references) row.references += (row.references.empty() ? "<" : " <") + id + ">";
  row.blob = letter.likeness.oid.hex();
  row.message_id = overview.message_ids.empty() ? "" : overview.message_ids[0];
  row.sent = overview.sent;
  row.received = overview.received;
  row.size_bytes = overview.size_bytes;
  return row;
}

class Finder {
 public:
  Finder(Env& env, const Settings& settings, const Request& request, Listing& listing, Marks& marks)
      : env_(env), settings_(settings), request_(request), listing_(listing), marks_(marks) {}

  Result<void> local(const Sources&, const QueryText&, const ListingOptions&);
  Result<void> remote(const Sources&, const QueryText&, const Say&);
  Result<void> named(const std::vector<git::ObjectId>& blobs);
  FindReport report;

 private:
  // A message that cannot be read is a problem, and no reason to stop.
  Result<search::Taken> show(const archive::OverRow&, std::optional<int> percent, search::Mark,
                             const std::function<Result<std::string>()>& read);
  Env& env_;
  const Settings& settings_;
  const Request& request_;
  Listing& listing_;
  Marks& marks_;
};

Result<search::Taken> Finder::show(const archive::OverRow& row, std::optional<int> percent, search::Mark mark,
                                   const std::function<Result<std::string>()>& read) {
  if (env_.stop_requested()) return err(Error::Kind::kCancelled, "search", "", "it was stopped");
  Mark all;
  if (const auto oid = git::ObjectId::parse(row.blob)) {
    TRY(all, marks_.of(*oid));
  }
  if (mark == search::Mark::kFlagged) all.keywords.insert("flagged");
  auto taken = listing_.take({row, percent, all, read});
  if (!taken) {
    const auto kind = taken.error().kind;
    if (kind != Error::Kind::kCorrupt && kind != Error::Kind::kNotFound)
      return tl::unexpected(std::move(taken).error());
    report.status = static_cast<int>(ExitCode::kIncomplete);
    report.problems.push_back(std::move(taken).error());
    return search::Taken::kUnreadable;
  }
  const bool shown = *taken == Taken::kShown;
  ++(shown ? report.shown : report.duplicates);
  return shown ? search::Taken::kDelivered : search::Taken::kDuplicate;
}

Result<void> Finder::local(const Sources& sources, const QueryText& query, const ListingOptions& options) {
  auto directories = sources.locals;
  if (sources.store) directories.push_back(*sources.store);
  if (directories.empty()) return {};
  TRY(auto engine, search::Engine::open(directories, sources.prefixes));
  search::Messages messages(engine.places());
  SeatReader seats(env_, settings_);
  messages.set_elsewhere([&](const git::ObjectId& blob) { return seats.read(blob); });
  auto selection = request_.selection;
  // In a mailbox the reader sorts; the order of numbers is the cheapest, and newest first as well.
  if (!selection.sort && is_mail(options.to.format) && engine.numbers_follow_time())
    selection.sort = search::Sort::kDocid;
  // A match that can be stopped counts its stop as a matching part: percentages, which only JSON shows, come out
  // higher.
  if (!is_json(options.to.format)) selection.stop.cancelled = env_.cancelled;
  const auto take = [&](const search::Selected& message) {
    // What came into the store without an id is shown without one.
    if (sources.store && engine.places()[message.place].directory == *sources.store &&
        mail::is_made_id(message.row.message_id)) {
      auto row = message.row;
      row.message_id.clear();
      return show(row, message.percent, message.mark, [&] { return messages.read(message.place, message.row); });
    }
    return show(message.row, message.percent, message.mark, [&] { return messages.read(message.place, message.row); });
  };
  TRY(const auto summary, search::select_messages(engine, query.query, selection, take));
  report.matches += summary.matches;
  report.estimated = summary.estimated;
  report.notes.insert(report.notes.end(), summary.notes.begin(), summary.notes.end());
  return {};
}

Result<void> Finder::remote(const Sources& sources, const QueryText& query, const Say& say) {
  if (sources.remotes.empty()) return {};
  Sources servers;
  servers.remotes = sources.remotes;
  GatherOptions options;
  options.selection = request_.selection;
  if (request_.has_limit) options.remote_limit = request_.selection.limit;
  options.settings = &settings_;
  options.http = request_.http;
  TRY(auto gathered, gather(env_, servers, query, options, say));
  for (const auto& source : gathered.sources) {
    report.matches += source.matches;
    if (!source.failed) continue;
    if (report.status == 0) report.status = source.status;
    report.problems.push_back(*source.failed);
  }
  for (const auto& candidate : gathered.candidates) {
    TRY(auto raw, gathered.read(candidate));
    const auto letter = make_letter(std::move(raw), std::nullopt, env_.now());
    const auto row = row_of(letter);
    TRY([[maybe_unused]] const auto taken,
        show(row, std::nullopt, candidate.mark, [&]() -> Result<std::string> { return letter.raw; }));
  }
  return {};
}

Result<void> Finder::named(const std::vector<git::ObjectId>& blobs) {
  TRY(auto finder, BlobFinder::open(env_, settings_, request_.manner));
  for (const auto& blob : blobs) {
    TRY(auto raw, finder.read(blob));
    if (!raw) {
      report.status = static_cast<int>(ExitCode::kIncomplete);
      report.problems.push_back({Error::Kind::kNotFound, "show the blob", blob.hex(), "it is nowhere at hand", "", ""});
      continue;
    }
    const auto letter = make_letter(*std::move(raw), blob, env_.now());
    const auto row = row_of(letter);
    ++report.matches;
    TRY([[maybe_unused]] const auto taken,
        show(row, std::nullopt, search::Mark::kNone, [&]() -> Result<std::string> { return letter.raw; }));
  }
  return {};
}

}  // namespace

Result<FindReport> find_messages(Env& env, const Settings& settings, const Request& request,
                                 const ListingOptions& options, const Say& say,
                                 const std::vector<git::ObjectId>& blobs) {
  if (request.query.words.empty()) {
    TRY(auto marks, Marks::open(settings.home(), Marks::Access::kRead));
    TRY(const auto listing, open_listing(env, options));
    Finder finder(env, settings, request, *listing, marks);
    TRY_VOID(finder.named(blobs));
    TRY_VOID(listing->finish());
    return std::move(finder.report);
  }
  TRY(const auto sources, choose_sources(env, settings, request.wish, request.manner));
  for (const auto& note : sources.notes) say(note);
  TRY(const auto query, read_query(request.query, sources.prefixes, env.now(), std::nullopt));
  TRY(auto marks, Marks::open(settings.home(), Marks::Access::kRead));
  TRY(const auto listing, open_listing(env, options));
  Finder finder(env, settings, request, *listing, marks);
  finder.report.notes = query.notes;
  if (!blobs.empty()) TRY_VOID(finder.named(blobs));
  TRY_VOID(finder.local(sources, query, options));
  TRY_VOID(finder.remote(sources, query, say));
  TRY_VOID(listing->finish());
  return std::move(finder.report);
}

}  // namespace lorelei::lei
