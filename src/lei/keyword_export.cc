// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/keyword_export.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "base/rename.hh"
#include "base/text.hh"
#include "lei/blob_finder.hh"
#include "lei/imap_flags.hh"

namespace lorelei::lei {

namespace {

using mail::Keywords;

constexpr auto kDoing = "export keywords to";
constexpr std::size_t kBatch = 1024;  // messages between two commits

class Exporter {
 public:
  Exporter(MailServers& servers, MailSync& sync, Marks& marks, const std::string& folder, ExportMode mode)
      : servers_(servers), sync_(sync), marks_(marks), folder_(folder), mode_(mode) {}

  Result<void> to_maildir();
  Result<void> to_imap();
  Exported report;

 private:
  struct Wish {
    Keywords in_folder, agreed;  // from now on
  };
  Result<Wish> wish_for(const Seat&, const Keywords& in_folder);
  Result<void> rename(const Seat&);
  Result<void> store_flags(net::ImapClient&, const net::ImapSelected&, const std::vector<wire::ImapFetch>&);

  MailServers& servers_;
  MailSync& sync_;
  Marks& marks_;
  const std::string& folder_;
  ExportMode mode_;
};

// What the folder is to have. A change of the folder that the marks do not know yet is not agreed.
Result<Exporter::Wish> Exporter::wish_for(const Seat& seat, const Keywords& in_folder) {
  TRY(const auto mark, marks_.of(seat.blob));
  const auto ours = to_keywords(mark.keywords);
  Wish wish{ours, ours};
  if (mode_ == ExportMode::kMerge) wish.in_folder = merged(seat.agreed, in_folder, ours);
  const auto before = seat.agreed.value_or(Keywords{});
  for (const auto keyword :
       {&Keywords::answered, &Keywords::draft, &Keywords::flagged, &Keywords::forwarded, &Keywords::seen})
    if (wish.in_folder.*keyword != ours.*keyword) wish.agreed.*keyword = before.*keyword;
  return wish;
}

Result<void> Exporter::rename(const Seat& seat) {
  const auto path = path_of_seat(folder_, seat);
  if (path.empty()) return ++report.gone, Result<void>();
  const auto colon = seat.name.find(":2,");
  const auto letters = colon == std::string::npos ? "" : seat.name.substr(colon + 3);
  const auto in_folder = mail::keywords_of_flags(letters);
  TRY(const auto wish, wish_for(seat, in_folder));
  auto after = seat;
  after.agreed = wish.agreed;
  if (wish.in_folder != in_folder) {
    auto flags = mail::maildir_flags(wish.in_folder);
    for (const char c : letters)
      if (std::string_view("DFPRS").find(c) == std::string_view::npos) flags += c;
    std::sort(flags.begin(), flags.end());
    after.name = seat.name.substr(0, colon) + ":2," + flags;
    const auto to = maildir_of(folder_) / "cur" / after.name;
    const int failure = rename_new(path, to);
    // Somebody else was faster.
    if (failure == ENOENT || failure == EEXIST) return ++report.gone, Result<void>();
    if (failure) return err_errno(failure, "rename the message to", to.string());
    ++report.changed;
  }
  if (after.name == seat.name && after.agreed == seat.agreed) return {};
  TRY_VOID(sync_.begin());
  if (after.name != seat.name) TRY_VOID(sync_.remove(folder_, seat));
  return sync_.put(folder_, after);
}

Result<void> Exporter::to_maildir() {
  std::size_t count = 0;
  TRY_VOID(sync_.each_seat(folder_, [&](const Seat& seat) -> Result<void> {
    TRY_VOID(rename(seat));
    return ++count % kBatch == 0 ? sync_.commit() : Result<void>();
  }));
  return sync_.commit();
}

bool can_keep(const net::ImapSelected& selected, std::string_view flag) {
  const auto& kept = selected.permanent_flags;
  return std::any_of(kept.begin(), kept.end(),
                     [&](const auto& each) { return each == "\\*" || equal_ignore_case(each, flag); });
}

// Messages that need the same change are changed by one command.
Result<void> Exporter::store_flags(net::ImapClient& imap, const net::ImapSelected& selected,
                                   const std::vector<wire::ImapFetch>& mails) {
  std::map<std::string, wire::ImapUids> adds, removes;  // by flag
  std::vector<Seat> seats;
  for (const auto& mail : mails) {
    TRY(auto seat, sync_.seat(folder_, std::uint64_t{mail.uid}));
    if (!seat) continue;
    const auto in_folder = imap_keywords(mail.flags.value_or(std::vector<std::string>()));
    TRY(const auto wish, wish_for(*seat, in_folder));
    const auto before = imap_flags(in_folder), after = imap_flags(wish.in_folder);
    const auto note = [&](const auto& from, const auto& than, auto& to) {
      bool any = false;
      for (const auto& flag : from)
        if (std::find(than.begin(), than.end(), flag) == than.end() && can_keep(selected, flag)) {
          to[flag].add(mail.uid);
          any = true;
        }
      return any;
    };
    const bool adds_some = note(after, before, adds), removes_some = note(before, after, removes);
    if (adds_some || removes_some) ++report.changed;
    if (seat->agreed == wish.agreed) continue;
    seat->agreed = wish.agreed;
    seats.push_back(*std::move(seat));
  }
  for (const auto& [flag, uids] : adds) TRY_VOID(imap.store(uids, net::FlagChange::kAdd, {flag}));
  for (const auto& [flag, uids] : removes) TRY_VOID(imap.store(uids, net::FlagChange::kRemove, {flag}));
  if (seats.empty()) return {};
  TRY_VOID(sync_.begin());
  for (const auto& seat : seats) TRY_VOID(sync_.put(folder_, seat));
  return sync_.commit();
}

Result<void> Exporter::to_imap() {
  TRY(const auto url, wire::parse_imap_url(folder_));
  TRY(auto imap, servers_.imap(url));
  TRY(const auto mailbox, imap.resolve_mailbox(url.mailbox, net::Missing::kFail));
  TRY(const auto selected, imap.select(mailbox.name, net::Access::kReadWrite));
  if (selected.is_read_only || selected.permanent_flags.empty())
    return err(Error::Kind::kRefused, kDoing, url.shown(), "it does not support PERMANENTFLAGS",
               "a mailbox that we may write to");
  if (url.uid_validity && selected.uid_validity != *url.uid_validity)
    return err(Error::Kind::kConflict, kDoing, url.shown(), "UIDVALIDITY mismatch: its numbers were given anew",
               "lorelei import it again");
  TRY(const auto stats, sync_.stats(folder_));
  for (std::uint64_t first = stats.lowest; stats.count && first <= stats.highest; first += kBatch) {
    TRY(const auto uids, imap.search(fmt::format("UID {}:{}", first, first + kBatch - 1)));
    std::vector<wire::ImapFetch> mails;
    TRY_VOID(imap.fetch(uids, net::FetchItems::kFlags, [&](wire::ImapFetch&& mail) -> Result<void> {
      mails.push_back(std::move(mail));
      return {};
    }));
    TRY_VOID(store_flags(imap, selected, mails));
  }
  imap.logout();
  return {};
}

}  // namespace

Result<Exported> export_keywords(MailServers& servers, MailSync& sync, Marks& marks, const std::string& folder,
                                 ExportMode mode) {
  Exporter exporter(servers, sync, marks, folder, mode);
  if (is_maildir_folder(folder)) {
    TRY_VOID(exporter.to_maildir());
  } else if (wire::is_imap_url(folder)) {
    TRY_VOID(exporter.to_imap());
  } else {
    return err(Error::Kind::kRefused, kDoing, folder, "it keeps no keywords", "a Maildir, or an IMAP mailbox");
  }
  return exporter.report;
}

}  // namespace lorelei::lei
