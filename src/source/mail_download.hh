// SPDX-License-Identifier: GPL-3.0-or-later
// An answer of a web server that has to be a mailbox: t.mbox.gz, all.mbox.gz, raw, the result of a search.
//
// Pages of bot protection, proxies and hotel networks come with status 200, too. So: the body is gzip or begins with
// "From ", or it is an error that says what came instead. Messages are handed on one by one while the rest is still on
// its way; gzip says at its end whether all of it has come. What breaks off is a failure behind the messages that were
// complete before it.
//
// Memory: one message, and blocks.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "mail/mbox.hh"
#include "net/http.hh"

namespace lorelei::source {

// Takes a message; an Error ends the download.
using MessageSink = std::function<Result<void>(mail::MboxMessage&&)>;

struct MailDownload {
  std::uint64_t messages = 0;             // that the sink took
  std::uint64_t too_large = 0;            // that were passed over
  std::optional<net::HttpError> failure;  // nothing: it is complete. curl_code 0: the sink's
};
// response: of status 200, nothing read yet. Takes no more from it after a failure.
MailDownload download_mail(net::Response& response, const MessageSink&, mail::MboxReader::Options = {});

}  // namespace lorelei::source
