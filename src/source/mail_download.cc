// SPDX-License-Identifier: GPL-3.0-or-later
#include "source/mail_download.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "base/text.hh"
#include "net/url.hh"

namespace lorelei::source {

namespace {

constexpr int kUnusable = 22;      // of curl: the server answers, but not with that
constexpr int kCutOff = 18;        // of curl: part of a file
constexpr std::size_t kBegin = 5;  // "From "

// The body as bytes for a ByteSource; failure is kept aside with curl's number.
struct Body {
  net::Response& response;
  std::string chunk;
  std::size_t at = 0;
  bool has_begun = false;  // a byte has come
  std::optional<net::HttpError> failure;

  Result<bool> fill() {
    if (at < chunk.size()) return true;
    chunk.clear();
    at = 0;
    auto more = response.read_more(chunk);
    if (!more) {
      failure = more.error();
      return tl::unexpected<Error>(more.error());
    }
    return *more;
  }

  Result<std::size_t> read(char* room, std::size_t size) {
    TRY(const bool more, fill());
    if (!more) return 0;
    const std::size_t taken = std::min(size, chunk.size() - at);
    std::memcpy(room, chunk.data() + at, taken);
    at += taken;
    has_begun = true;
    return taken;
  }
};

net::HttpError no_mailbox(const net::Response& response, bool is_empty) {
  std::string type = printable(response.content_type().substr(0, response.content_type().find(';')));
  if (type.empty()) type = "something without a type";
  const std::string why = is_empty ? "URL returned nothing, not a mailbox"
                                   : fmt::format("URL returned {}, not a mailbox (bot protection or proxy?)", type);
  return {{Error::Kind::kFailed,
           "fetch mail from",
           net::without_password(response.url()),
           why,
           "look at the URL with a browser",
           {}},
          kUnusable};
}

net::HttpError cut_off(const net::Response& response, const Error& error) {
  return {{Error::Kind::kTemporary,
           "fetch mail from",
           net::without_password(response.url()),
           "what came is damaged or cut off: " + error.why,
           "run the command again",
           {}},
          kCutOff};
}

// Unpacked bytes, enough to see what it is. Errors: gzip that is damaged, a transfer that breaks off.
Result<std::string> beginning(mail::ByteSource& source) {
  std::string begun;
  for (bool more = true; more && begun.size() < kBegin;) {
    TRY(more, source.read_more(begun));
  }
  return begun;
}

}  // namespace

MailDownload download_mail(net::Response& response, const MessageSink& sink, mail::MboxReader::Options options) {
  MailDownload result;
  const auto body = std::make_shared<Body>(Body{response, {}, 0, false, {}});
  const auto fail = [&](const Error& error) {
    result.failure = body->failure ? *body->failure : cut_off(response, error);
  };
  mail::ByteSource source([body](char* room, std::size_t size) { return body->read(room, size); },
                          net::without_password(response.url()));
  auto begun = beginning(source);
  if (!begun) return fail(begun.error()), result;
  // gzip of nothing is an empty mailbox; nothing at all is none.
  const bool is_empty_gzip = begun->empty() && body->has_begun;
  if (!begun->starts_with("From ") && !is_empty_gzip) {
    result.failure = no_mailbox(response, begun->empty());
    return result;
  }
  mail::MboxReader reader(std::move(source), options, *std::move(begun));
  for (;;) {
    auto message = reader.next();
    if (!message && message.error().kind == Error::Kind::kTooLarge) {
      ++result.too_large;
      continue;
    }
    if (!message) return fail(message.error()), result;
    if (!*message) return result;
    if (const auto taken = sink(std::move(**message)); !taken) {
      result.failure = net::HttpError(taken.error());
      return result;
    }
    ++result.messages;
  }
}

}  // namespace lorelei::source
