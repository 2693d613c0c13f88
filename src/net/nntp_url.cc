// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/nntp_url.hh"

#include <fmt/format.h>

#include "base/text.hh"
#include "net/url.hh"
#include "wire/nntp.hh"

namespace lorelei::net {

namespace {

bool is_tls(std::string_view scheme) { return scheme == "nntps" || scheme == "snews"; }
bool is_plain(std::string_view scheme) { return scheme == "nntp" || scheme == "news"; }

tl::unexpected<Error> bad(std::string_view text, std::string why, std::string next = {}) {
  return err(Error::Kind::kUsage, "use the URL", without_password(text), std::move(why), std::move(next));
}

// N, N-M, N-
Result<void> take_range(NntpUrl& url, std::string_view range, std::string_view text) {
  const auto dash = range.find('-');
  url.first = parse_uint(range.substr(0, dash));
  if (!url.first) return bad(text, fmt::format("'{}' is no range of articles", printable(range)), "use N, N-M or N-");
  if (dash == range.npos) {
    url.last = url.first;
  } else if (dash + 1 < range.size()) {
    url.last = parse_uint(range.substr(dash + 1));
    if (!url.last) return bad(text, fmt::format("'{}' is no range of articles", printable(range)), "use N, N-M or N-");
    if (*url.last < *url.first) return bad(text, fmt::format("backwards range: {} > {}", *url.first, *url.last));
  }
  return {};
}

}  // namespace

bool is_nntp_url(std::string_view text) {
  const auto colon = text.find("://");
  if (colon == text.npos) return false;
  const std::string scheme = to_lower(text.substr(0, colon));
  return is_tls(scheme) || is_plain(scheme);
}

Result<NntpUrl> parse_nntp_url(std::string_view text) {
  TRY(const Url parts, parse_url(text));
  if (!is_tls(parts.scheme) && !is_plain(parts.scheme))
    return bad(text, fmt::format("'{}' is not a scheme of news", parts.scheme), "use nntp:// or nntps://");
  NntpUrl url;
  url.security = is_tls(parts.scheme) ? NntpUrl::Security::kTls : NntpUrl::Security::kPlain;
  url.host = parts.host;
  url.port = parts.port_or_default();
  if (!parts.user.empty()) {
    const auto colon = parts.user.find(':');
    url.user = percent_decoded(std::string_view(parts.user).substr(0, colon));
    if (colon != std::string::npos) url.password = percent_decoded(std::string_view(parts.user).substr(colon + 1));
  }
  std::string_view path = parts.path;
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  const auto slash = path.find('/');
  const std::string name = percent_decoded(path.substr(0, slash));
  if (!name.empty() && !wire::is_nntp_argument(name)) return bad(text, "it does not name a group");
  if (name.find('@') != name.npos) {
    url.message_id = percent_decoded(path);
    if (url.message_id.starts_with('<') && url.message_id.ends_with('>'))
      url.message_id = url.message_id.substr(1, url.message_id.size() - 2);
    if (!wire::is_nntp_argument(url.message_id) || url.message_id.find_first_of("<>") != url.message_id.npos)
      return bad(text, "it does not name an article");
  } else {
    url.group = name;
    if (slash != path.npos) TRY_VOID(take_range(url, path.substr(slash + 1), text));
  }
  Url canonical;
  canonical.scheme = url.security == NntpUrl::Security::kTls ? "nntps" : "nntp";
  canonical.host = parts.host;
  canonical.port = url.port;
  canonical.user = parts.user.substr(0, parts.user.find(':'));
  canonical.path = "/" + segment_encoded(url.group.empty() ? url.message_id : url.group);
  url.canonical = canonical.text();
  return url;
}

}  // namespace lorelei::net
