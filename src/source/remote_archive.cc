// SPDX-License-Identifier: GPL-3.0-or-later
#include "source/remote_archive.hh"

#include <fmt/format.h>

#include <cassert>

#include "base/text.hh"
#include "net/url.hh"

namespace lorelei::source {

namespace {

constexpr int kUnusable = 22;                // of curl: HTTP 400 and above
constexpr std::uint64_t kMaxPage = 1 << 20;  // of the pages that tell what a server is
constexpr std::string_view kNoResults = "No results found";

mail::MboxReader::Options mboxrd() {
  mail::MboxReader::Options options;
  options.dialect = mail::MboxDialect::kRd;
  return options;
}

// Where the archive is, if what was asked for below it is now elsewhere.
std::optional<std::string> moved_base(const net::Response& response, const std::string& base, const std::string& url) {
  if (!response.moved_to()) return std::nullopt;
  const std::string& target = *response.moved_to();
  const std::string_view asked = std::string_view(url).substr(base.size());
  if (!target.ends_with(asked)) return std::nullopt;
  const auto moved = net::canonical_archive_url(target.substr(0, target.size() - asked.size()));
  if (!moved || *moved == base) return std::nullopt;
  return *moved;
}

void take(MailDownload&& download, RemoteMail& result) {
  result.messages = download.messages;
  result.too_large = download.too_large;
  result.failure = std::move(download.failure);
  result.outcome = result.failure ? RemoteMail::Outcome::kFailed : RemoteMail::Outcome::kComplete;
}

net::HttpError status_error(const net::Response& response, const char* doing) {
  auto error = response.error(doing);
  error.curl_code = kUnusable;
  return error;
}

std::string one_line(std::string_view query) {
  if (query.ends_with('\n')) query.remove_suffix(1);
  std::string out;
  bool in_blanks = false;
  for (const char c : query) {
    const bool is_blank = c == ' ' || c == '\t' || c == '\n';
    if (!is_blank) out += c;
    if (is_blank && !in_blanks) out += ' ';
    in_blanks = is_blank;
  }
  return out;
}

}  // namespace

std::string search_url(std::string_view base, std::string_view query, Threads threads) {
  return fmt::format("{}?x=m{}&q={}", base, threads == Threads::kYes ? "&t=1" : "", net::form_encoded(one_line(query)));
}

RemoteMail RemoteArchive::search(std::string_view query, Threads threads, const MessageSink& sink) {
  return fetch(net::Method::kPost, search_url(base_, query, threads), "search", sink);
}

RemoteMail RemoteArchive::thread(std::string_view id, const MessageSink& sink) {
  return fetch(net::Method::kGet, base_ + net::segment_encoded(id) + "/t.mbox.gz", "fetch the thread", sink);
}

RemoteMail RemoteArchive::message(std::string_view id, const MessageSink& sink) {
  return fetch(net::Method::kGet, base_ + net::segment_encoded(id) + "/raw", "fetch the message", sink);
}

RemoteMail RemoteArchive::search_thread(std::string_view id, std::string_view query, const MessageSink& sink) {
  assert(!trim(query).empty());
  return fetch(net::Method::kPost, search_url(base_ + net::segment_encoded(id) + "/", query, Threads::kYes), "search",
               sink);
}

RemoteMail RemoteArchive::fetch(net::Method method, const std::string& url, const char* doing,
                                const MessageSink& sink) {
  RemoteMail result;
  result.started = web_.env().now();
  auto response = web_.send({.method = method, .url = url});
  if (!response) {
    result.failure = response.error();
    return result;
  }
  result.moved_to = moved_base(*response, base_, url);
  if (response->status() == 404) {
    judge_404(*response, result);
  } else if (response->status() != 200) {
    result.failure = status_error(*response, doing);
  } else {
    take(download_mail(*response, sink, mboxrd()), result);
    if (result.outcome == RemoteMail::Outcome::kComplete) is_known_ = true;
  }
  return result;
}

void RemoteArchive::judge_404(net::Response& response, RemoteMail& result) {
  const auto body = response.read_rest(kMaxPage);
  if (body && body->starts_with(kNoResults)) is_known_ = true;
  if (const auto known = require_public_inbox(); !known)
    result.failure = known.error();
  else
    result.outcome = RemoteMail::Outcome::kNoMatch;
}

net::HttpResult<void> RemoteArchive::require_public_inbox() {
  if (is_known_) return {};
  auto settings = web_.send({.url = base_ + "_/text/config/raw"});
  if (!settings) return tl::unexpected(settings.error());
  if (settings->status() == 200) {
    const std::string page = settings->read_rest(kMaxPage).value_or("");
    is_known_ = page.find("[publicinbox \"") != page.npos || page.find("[extindex \"") != page.npos;
    if (is_known_) return {};
  }
  auto manifest = web_.send({.url = base_ + "manifest.js.gz"});
  if (!manifest) return tl::unexpected(manifest.error());
  if (manifest->status() == 200) {
    std::string begun;
    while (begun.size() < 2 && manifest->read_more(begun).value_or(false)) {
    }
    is_known_ = begun.starts_with("\x1f\x8b");
    if (is_known_) return {};
  }
  const bool is_missing = settings->status() == 404 || settings->status() == 410;
  std::string why = is_missing ? "no public-inbox at URL"
                               : fmt::format("nothing there, and whether it is a public-inbox cannot be seen (HTTP {})",
                                             settings->status());
  return net::http_err(kUnusable, {Error::Kind::kNotFound,
                                   "search",
                                   net::without_password(base_),
                                   std::move(why),
                                   "the URL of an archive is like https://lore.kernel.org/all/",
                                   {}});
}

namespace {

// Whether the query has a key "q", and the rest of it without "x".
struct Form {
  bool has_q = false;
  std::string rest;
};
Form form_of(std::string_view query) {
  Form form;
  for (const auto part : split(query, '&')) {
    const auto key = part.substr(0, part.find('='));
    if (key == "q") form.has_q = true;
    if (key != "x" && !part.empty()) form.rest += "&" + std::string(part);
  }
  return form;
}

// The URL of the mail that a page shows; "" if it shows none.
std::string mail_behind(net::Url url) {
  std::string& path = url.path;
  url.has_query = false;
  if (path.ends_with("/T/") || path.ends_with("/t/")) {
    path.replace(path.size() - 2, 2, "t.mbox.gz");
  } else if (path.ends_with("/t.atom")) {
    path.replace(path.size() - 4, 4, "mbox.gz");
  } else if (path.ends_with('/') && path.size() > 1) {
    const auto segment = std::string_view(path).substr(path.rfind('/', path.size() - 2) + 1);
    const auto at = segment.find('@');
    if (at == 0 || at == segment.npos) return {};
    path += "raw";
  } else {
    return {};
  }
  return url.text();
}

}  // namespace

Result<MailUrl> parse_mail_url(std::string_view text) {
  TRY(net::Url url, net::parse_url(text));
  const bool is_web = url.scheme == "http" || url.scheme == "https";
  const bool is_mailbox =
      url.path.ends_with("/t.mbox.gz") || url.path.ends_with("/all.mbox.gz") || url.path.ends_with("/raw");
  if (is_web && is_mailbox) return MailUrl{net::Method::kGet, url.text()};
  const Form form = form_of(url.query);
  if (is_web && form.has_q) {
    url.query = "x=m" + form.rest;
    return MailUrl{net::Method::kPost, url.text()};
  }
  const std::string better = is_web ? mail_behind(url) : "";
  const auto next = better.empty() ? "a URL that ends in /t.mbox.gz, /all.mbox.gz or /raw, or that has q="
                                   : net::without_password(better);
  return err(
      Error::Kind::kUsage, "take mail from", net::without_password(text),
      better.empty() ? "it is not the URL of a mailbox" : "it is not the URL of a mailbox, did you mean " + next + "?",
      next);
}

RemoteMail fetch_mail(net::Http& web, const MailUrl& from, const MessageSink& sink) {
  RemoteMail result;
  result.started = web.env().now();
  auto response = web.send({.method = from.method, .url = from.url});
  if (!response)
    result.failure = response.error();
  else if (response->status() != 200)
    result.failure = status_error(*response, "fetch mail from");
  else
    take(download_mail(*response, sink), result);
  return result;
}

}  // namespace lorelei::source
