// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/server_mail.hh"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hh"
#include "lei/imap_flags.hh"
#include "lei/mail_sync.hh"
#include "net/url.hh"
#include "source/newsgroup.hh"
#include "source/remote_archive.hh"

namespace lorelei::lei {

namespace {

using source::FoundMail;
using source::MailSink;
using Kind = Error::Kind;

constexpr auto kDoing = "read mail from";
constexpr std::size_t kChunk = 1000;                      // messages between two reports of how far we are
constexpr std::size_t kMaxAtOnce = std::size_t{1} << 24;  // messages of one run; the next one goes on

void say(const Intake& intake, const std::string& line) {
  if (intake.say) intake.say(line);
}

class Mailbox {
 public:
  Mailbox(net::ImapClient imap, wire::ImapUrl url, const MailSink& sink, const Intake& intake)
      : imap_(std::move(imap)), url_(std::move(url)), sink_(sink), intake_(intake) {}

  Result<void> open();
  Result<void> read();

 private:
  Result<std::vector<std::uint32_t>> known_ones_to_read(std::uint64_t up_to);
  enum class Report { kYes, kNo };
  Result<void> fetch(const std::vector<std::uint32_t>& uids, Report);
  Result<void> fetch_chunk(std::vector<std::uint32_t> wanted);
  Result<void> take(wire::ImapFetch&& mail);

  net::ImapClient imap_;
  wire::ImapUrl url_;
  const MailSink& sink_;
  const Intake& intake_;
  std::string folder_;
};

Result<void> Mailbox::open() {
  TRY(const auto mailbox, imap_.resolve_mailbox(url_.mailbox, net::Missing::kFail));
  TRY(const auto selected, imap_.select(mailbox.name, net::Access::kReadOnly));
  if (url_.uid_validity && *url_.uid_validity != selected.uid_validity)
    return err(Kind::kConflict, kDoing, url_.shown(),
               fmt::format("UIDVALIDITY mismatch: {} is wanted, the mailbox has {}", *url_.uid_validity,
                           selected.uid_validity),
               "leave out ;UIDVALIDITY=");
  folder_ = imap_folder(url_, imap_.is_anonymous(), selected.uid_validity);
  return {};
}

// Of what was read before: keywords are looked at; what is not known after all is read.
Result<std::vector<std::uint32_t>> Mailbox::known_ones_to_read(std::uint64_t up_to) {
  std::vector<std::uint32_t> missed;
  TRY(const auto before, imap_.search(fmt::format("UID 1:{}", up_to)));
  TRY_VOID(imap_.fetch(before, net::FetchItems::kFlags, [&](wire::ImapFetch&& mail) -> Result<void> {
    const auto flags = mail.flags.value_or(std::vector<std::string>());
    if (mail.uid > up_to || is_marked_deleted(flags)) return {};
    TRY(const bool wanted, intake_.follower->wants({"", imap_keywords(flags), folder_, mail.uid, ""}));
    if (wanted) missed.push_back(mail.uid);
    return {};
  }));
  return missed;
}

Result<void> Mailbox::read() {
  if (url_.uid) return fetch({*url_.uid}, Report::kNo);
  std::uint64_t up_to = 0;
  if (intake_.follower) {
    TRY(up_to, intake_.follower->read_up_to(folder_));
  }
  if (up_to && intake_.follower->looks_back()) {
    TRY(const auto missed, known_ones_to_read(up_to));
    TRY_VOID(fetch(missed, Report::kNo));
  }
  // "N:*" is the last message also if its number is below N.
  TRY(const auto found, imap_.search(up_to ? fmt::format("UID {}:*", up_to + 1) : "ALL"));
  std::vector<std::uint32_t> fresh = found.numbers(kMaxAtOnce);
  std::erase_if(fresh, [&](auto uid) { return uid <= up_to; });
  std::sort(fresh.begin(), fresh.end());
  return fetch(fresh, Report::kYes);
}

// What a server leaves out is asked for once more: it may have been in a hurry, or the message is gone.
Result<void> Mailbox::fetch_chunk(std::vector<std::uint32_t> wanted) {
  for (const bool is_first : {true, false}) {
    std::set<std::uint32_t> missing(wanted.begin(), wanted.end());
    TRY_VOID(imap_.fetch(wire::ImapUids(wanted), net::FetchItems::kWhole, [&](wire::ImapFetch&& mail) -> Result<void> {
      return missing.erase(mail.uid) ? take(std::move(mail)) : Result<void>();
    }));
    wanted.assign(missing.begin(), missing.end());
    if (wanted.empty()) return {};
    if (!is_first) break;
    TRY(const auto all, imap_.search("ALL"));
    std::erase_if(wanted, [&](std::uint32_t uid) {
      return std::none_of(all.ranges().begin(), all.ranges().end(),
                          [uid](const auto& range) { return range.first <= uid && uid <= range.last; });
    });
  }
  for (const auto uid : wanted)
    say(intake_,
        fmt::format("W: the server lists {}/;UID={}, but does not send it; it is left out", url_.shown(), uid));
  return {};
}

// In pieces, because a server may answer in any order.
Result<void> Mailbox::fetch(const std::vector<std::uint32_t>& uids, Report report) {
  for (std::size_t at = 0; at < uids.size(); at += kChunk) {
    const auto end = std::min(uids.size(), at + kChunk);
    const std::vector<std::uint32_t> chunk(uids.begin() + static_cast<std::ptrdiff_t>(at),
                                           uids.begin() + static_cast<std::ptrdiff_t>(end));
    TRY_VOID(fetch_chunk(chunk));
    if (report == Report::kYes && intake_.follower) TRY_VOID(intake_.follower->reached(folder_, chunk.back()));
  }
  return {};
}

Result<void> Mailbox::take(wire::ImapFetch&& mail) {
  const auto flags = mail.flags.value_or(std::vector<std::string>());
  if (is_marked_deleted(flags)) return {};
  if (!mail.body || mail.is_cut) {
    say(intake_, fmt::format("W: {}/;UID={} is too large and is left out", url_.shown(), mail.uid));
    return {};
  }
  return sink_({replace_all(*mail.body, "\r\n", "\n"), imap_keywords(flags), folder_, mail.uid, ""});
}

}  // namespace

Result<void> read_imap(MailServers& servers, const std::string& text, const MailSink& sink, const Intake& intake) {
  TRY(auto url, wire::parse_imap_url(text));
  if (url.mailbox.empty())
    return err(Kind::kUsage, kDoing, url.shown(), "no mailbox is named", "lorelei ls-mail-source " + url.shown());
  TRY(auto imap, servers.imap(url));
  Mailbox mailbox(std::move(imap), std::move(url), sink, intake);
  TRY_VOID(mailbox.open());
  return mailbox.read();
}

Result<void> read_news(MailServers& servers, const std::string& text, const MailSink& sink, const Intake& intake) {
  TRY(const auto url, net::parse_nntp_url(text));
  TRY(auto news, servers.news(url));
  if (!url.message_id.empty()) {
    TRY(auto article, news.article(url.message_id));
    if (!article) return err(Kind::kNotFound, kDoing, url.canonical, "the server does not have it");
    return sink({std::move(article->raw), {}, "", 0, ""});
  }
  if (url.group.empty())
    return err(Kind::kUsage, kDoing, url.canonical, "no newsgroup is named", "lorelei ls-mail-source " + url.canonical);
  const auto& folder = url.canonical;
  std::optional<std::uint64_t> up_to;
  if (intake.follower && !url.first) {
    TRY(const auto before, intake.follower->read_up_to(folder));
    if (before) up_to = before;
  }
  const auto result =
      source::fetch_newsgroup(news, url, up_to, [&](std::uint64_t number, std::string&& raw) -> Result<void> {
        TRY_VOID(sink({std::move(raw), {}, folder, number, ""}));
        return intake.follower && !url.first && number > up_to.value_or(0) ? intake.follower->reached(folder, number)
                                                                           : Result<void>();
      });
  if (result.too_large)
    say(intake, fmt::format("W: {}: {} articles are too large and are left out", folder, result.too_large));
  if (result.failure) return tl::unexpected(*result.failure);
  if (!intake.follower || url.first) return {};
  TRY_VOID(intake.follower->reached(folder, result.seen_up_to));
  if (!result.is_renumbered) return {};
  say(intake, fmt::format("W: {} was made anew, all of it was read", folder));
  return intake.follower->renumbered(folder, result.seen_up_to);
}

Result<void> read_web(MailServers& servers, const std::string& text, const MailSink& sink, const Intake& intake) {
  TRY(const auto url, source::parse_mail_url(text));
  TRY(auto* const web, servers.web());
  const auto result = source::fetch_mail(*web, url, [&](mail::MboxMessage&& message) {
    return sink({std::move(message.raw), {}, "", 0, ""});
  });
  if (result.too_large)
    say(intake, fmt::format("W: {}: {} messages are too large and are left out", net::without_password(text),
                            result.too_large));
  if (!result.failure) return {};
  Error error = *result.failure;
  if (result.failure->curl_code) {
    error.why = fmt::format("curl: ({}) {}", result.failure->curl_code, error.why);
    error.status = result.failure->curl_code;
  }
  return tl::unexpected(std::move(error));
}

}  // namespace lorelei::lei
