// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/folder_refresh.hh"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "lei/blob_finder.hh"
#include "lei/box.hh"
#include "lei/intake.hh"
#include "lei/store.hh"
#include "mail/maildir.hh"
#include "mail/normalise.hh"

namespace lorelei::lei {

namespace {

// Nothing is written unless something is gone.
Result<std::uint64_t> remove_unless(MailSync& sync, const std::string& folder,
                                    const std::function<bool(const Seat&)>& is_there) {
  std::uint64_t gone = 0;
  TRY_VOID(sync.each_seat(folder, [&](const Seat& seat) -> Result<void> {
    if (is_there(seat)) return {};
    ++gone;
    TRY_VOID(sync.begin());
    return sync.remove(folder, seat);
  }));
  return gone;
}

class Refresher {
 public:
  Refresher(Env& env, const Settings& settings, MailServers& servers, MailSync& sync, const std::string& folder)
      : env_(env), settings_(settings), servers_(servers), sync_(sync), folder_(folder) {}

  Result<void> maildir(Manner);
  Result<void> imap();
  Result<void> news();
  Refreshed report;

 private:
  Result<void> meet(KnownMail&, const mail::MaildirEntry&);
  Result<void> keep_only(const std::function<bool(const Seat&)>& is_there);
  Result<void> forget();

  Env& env_;
  const Settings& settings_;
  MailServers& servers_;
  MailSync& sync_;
  const std::string& folder_;
};

Result<void> Refresher::forget() {
  report.is_forgotten = true;
  TRY_VOID(sync_.begin());
  return sync_.forget(folder_);
}

Result<void> Refresher::keep_only(const std::function<bool(const Seat&)>& is_there) {
  TRY(report.gone, remove_unless(sync_, folder_, is_there));
  return {};
}

Result<void> Refresher::meet(KnownMail& known, const mail::MaildirEntry& entry) {
  const auto name = entry.path.filename().string();
  TRY(auto seat, sync_.seat(folder_, name));
  if (seat && seat->name == name) return {};
  if (seat) {
    ++report.moved;
    TRY_VOID(sync_.remove(folder_, *seat));
    seat->name = name;
    return sync_.put(folder_, *seat);
  }
  const auto raw = read_file(entry.path, source::kMaxMessage);
  if (!raw && raw.error().kind == Error::Kind::kNotFound) return {};
  if (!raw) return tl::unexpected(raw.error());
  const auto letter = make_letter(mail::normalised(*raw), std::nullopt, env_.now());
  TRY(const auto copies, known.copies_of(known_likeness(letter)));
  if (copies.empty()) return ++report.unknown, Result<void>();
  ++report.learnt;
  const bool has_same = std::find(copies.begin(), copies.end(), letter.likeness.oid) != copies.end();
  return sync_.put(folder_, {.blob = has_same ? letter.likeness.oid : copies.front(), .name = name});
}

Result<void> Refresher::maildir(Manner manner) {
  if (!mail::is_maildir(maildir_of(folder_))) return forget();
  TRY(const auto entries, mail::list_maildir(maildir_of(folder_)));
  TRY(auto known, KnownMail::open(env_, settings_, manner));
  TRY_VOID(sync_.begin());
  for (const auto& entry : entries) TRY_VOID(meet(known, entry));
  return keep_only([&](const Seat& seat) { return !path_of_seat(folder_, seat).empty(); });
}

Result<void> Refresher::imap() {
  TRY(const auto url, wire::parse_imap_url(folder_));
  TRY(auto imap, servers_.imap(url));
  const auto mailbox = imap.resolve_mailbox(url.mailbox, net::Missing::kFail);
  if (!mailbox && mailbox.error().kind == Error::Kind::kNotFound) return forget();
  if (!mailbox) return tl::unexpected(mailbox.error());
  TRY(const auto selected, imap.select(mailbox->name, net::Access::kReadOnly));
  if (selected.uid_validity != url.uid_validity) return forget();
  TRY(const auto found, imap.search("ALL"));
  auto ranges = found.ranges();
  std::sort(ranges.begin(), ranges.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  TRY_VOID(keep_only([&](const Seat& seat) {
    const auto behind = std::upper_bound(ranges.begin(), ranges.end(), seat.number,
                                         [](std::uint64_t number, const auto& range) { return number < range.first; });
    return behind != ranges.begin() && seat.number <= (behind - 1)->last;
  }));
  imap.logout();
  return {};
}

// Articles leave a group at its low end.
Result<void> Refresher::news() {
  TRY(const auto url, net::parse_nntp_url(folder_));
  TRY(auto news, servers_.news(url));
  const auto group = news.group(url.group);
  if (!group && group.error().kind == Error::Kind::kNotFound) return forget();
  if (!group) return tl::unexpected(group.error());
  return keep_only([&](const Seat& seat) { return seat.number >= group->low && seat.number <= group->high; });
}

}  // namespace

Result<Refreshed> refresh_folder(Env& env, const Settings& settings, MailServers& servers, MailSync& sync,
                                 const std::string& folder, Manner manner) {
  Refresher refresher(env, settings, servers, sync, folder);
  if (is_maildir_folder(folder))
    TRY_VOID(refresher.maildir(manner));
  else if (wire::is_imap_url(folder))
    TRY_VOID(refresher.imap());
  else
    TRY_VOID(refresher.news());
  TRY_VOID(sync.commit());
  return refresher.report;
}

// A mail program may give a file other flags at any moment: what it is called up to the colon stays.
Result<std::uint64_t> forget_missing(MailSync& sync, const std::string& folder) {
  const auto base = [](std::string_view name) { return std::string(name.substr(0, name.find(':'))); };
  std::unordered_set<std::string> there;
  for (const char* part : {"cur", "new", "cur"}) {  // from new/ they move to cur/, perhaps just now
    std::error_code error;
    for (fs::directory_iterator at(maildir_of(folder) / part, error), end; !error && at != end; at.increment(error))
      there.insert(base(at->path().filename().string()));
    if (error) return err_errno(error.value(), "read the Maildir", (maildir_of(folder) / part).string());
  }
  TRY(const auto gone, remove_unless(sync, folder, [&](const Seat& seat) { return there.contains(base(seat.name)); }));
  TRY_VOID(sync.commit());
  return gone;
}

}  // namespace lorelei::lei
