// SPDX-License-Identifier: GPL-3.0-or-later
// A public-inbox on the web: searched, and read by thread and message.
//
//   search          POST BASE?x=m[&t=1]&q=QUERY    gzip of an mboxrd; 404 when nothing matches. By GET it would be
//                                                  a page
//   thread          GET  BASE ID/t.mbox.gz         gzip of an mboxrd; 404 when the message is not known
//   message         GET  BASE ID/raw               mboxrd, all messages that have this id
//   search_thread   POST BASE ID/?x=m&t=1&q=QUERY  as search, within the thread; servers before 2.0 ignore the ID
//                                                  and search everything, so whoever asks must look at what comes
//
// 404 is "no match" only where there is a public-inbox: it says "No results found", or the caller or an earlier answer
// knows it, or one look at BASE_/text/config/raw or BASE manifest.js.gz shows it. Else the URL is wrong, and that is a
// failure.
//
// Messages go to the sink as they arrive (source/mail_download). started is for who asks again later: if the outcome is
// kComplete or kNoMatch, all that was there at that time has been seen.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/http.hh"
#include "source/mail_download.hh"

namespace lorelei::source {

enum class Threads { kNo, kYes };  // kYes: with each match its whole thread

struct RemoteMail {
  enum class Outcome { kComplete, kNoMatch, kFailed };
  Outcome outcome = Outcome::kFailed;
  std::int64_t started = 0;               // Env's clock, before the request was sent
  std::uint64_t messages = 0;             // that the sink took, also before a failure
  std::uint64_t too_large = 0;            // that were passed over
  std::optional<std::string> moved_to;    // where the archive is from now on, as the server says
  std::optional<net::HttpError> failure;  // of kFailed
  bool saw_everything() const { return outcome != Outcome::kFailed; }
};

// What is sent for a search, byte for byte as lei does: runs of blanks, tabs and line ends of the query are one space,
// then net::form_encoded. base: net::canonical_archive_url.
std::string search_url(std::string_view base, std::string_view query, Threads);

class RemoteArchive {
 public:
  // base: net::canonical_archive_url. web must outlive it.
  RemoteArchive(net::Http& web, std::string base) : web_(web), base_(std::move(base)) {}

  RemoteMail search(std::string_view query, Threads, const MessageSink&);
  // id: without brackets.
  RemoteMail thread(std::string_view id, const MessageSink&);
  RemoteMail message(std::string_view id, const MessageSink&);
  // Before: query is not empty; some servers send the whole archive for that.
  RemoteMail search_thread(std::string_view id, std::string_view query, const MessageSink&);

  // Errors: kNotFound "no public-inbox at URL", or why that cannot be found out. Asked once.
  net::HttpResult<void> require_public_inbox();
  // The caller knows; is_known() says whether it is worth remembering.
  void set_known() { is_known_ = true; }
  bool is_known() const { return is_known_; }
  const std::string& base() const { return base_; }

 private:
  RemoteMail fetch(net::Method, const std::string& url, const char* doing, const MessageSink&);
  void judge_404(net::Response&, RemoteMail&);

  net::Http& web_;
  std::string base_;
  bool is_known_ = false;
};

// A URL whose mail somebody wants, as they copied it from a browser.
//
//   .../t.mbox.gz  .../all.mbox.gz  .../raw     fetched as they are
//   ...?q=QUERY...                              POST with x=m, which makes it a search for mail
//   .../ID/T/  .../ID/t/  .../t.atom  .../ID/   an error that names the URL of the mail
struct MailUrl {
  net::Method method = net::Method::kGet;
  std::string url;
};
// Errors: kUsage.
Result<MailUrl> parse_mail_url(std::string_view);
// As it arrives, whatever the dialect of the mailbox. 404 is a failure here.
RemoteMail fetch_mail(net::Http&, const MailUrl&, const MessageSink&);

}  // namespace lorelei::source
