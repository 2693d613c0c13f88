// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/imap_url.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/percent.hh"
#include "base/text.hh"

namespace lorelei::wire {

namespace {

constexpr std::size_t kMaxUrlBytes = 8 << 10;  // longer than any name that a server takes

tl::unexpected<Error> bad(std::string_view url, std::string why) {
  return err(Error::Kind::kUsage, "read the address of a mailbox", printable(url.substr(0, 200)), std::move(why),
             "imaps://user@mail.example.org/folder");
}

std::optional<std::uint64_t> number_behind(std::string_view part, std::string_view name) {
  if (!starts_with_ignore_case(part, name)) return std::nullopt;
  const auto value = parse_uint(part.substr(name.size()));
  return value && *value > 0 ? value : std::nullopt;
}

// USER[;AUTH=MECHANISM][:PASSWORD]
void parse_user_info(ImapUrl& url, std::string_view info) {
  const auto colon = info.find(':');
  if (colon != std::string_view::npos) url.password = percent_decoded(info.substr(colon + 1));
  info = info.substr(0, colon);
  const auto semicolon = info.find(';');
  if (semicolon != std::string_view::npos && starts_with_ignore_case(info.substr(semicolon), ";AUTH=")) {
    auto mechanism = percent_decoded(info.substr(semicolon + 6));
    std::transform(mechanism.begin(), mechanism.end(), mechanism.begin(),
                   [](char c) { return is_lower(c) ? static_cast<char>(c - 32) : c; });
    url.mechanism = std::move(mechanism);
    info = info.substr(0, semicolon);
  }
  if (!info.empty()) url.user = percent_decoded(info);
}

// HOST[:PORT]; false if it is not well-formed.
bool parse_host(ImapUrl& url, std::string_view text) {
  url.port = url.default_port();
  auto colon = text.rfind(':');
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return false;
    url.host = to_lower(text.substr(1, close - 1));
    if (close + 1 < text.size() && text[close + 1] != ':') return false;
    colon = close + 1 < text.size() ? close + 1 : std::string_view::npos;
  } else {
    url.host = to_lower(text.substr(0, colon));
    if (url.host.find_first_of(":%") != std::string::npos) return false;  // no name of a host needs encoding
  }
  const auto is_plain = [](char c) { return c > ' ' && c != 0x7F; };
  if (url.host.empty() || !std::all_of(url.host.begin(), url.host.end(), is_plain)) return false;
  if (colon == std::string_view::npos) return true;
  const auto port = parse_uint(text.substr(colon + 1));
  if (!port || *port == 0 || *port > 65535) return false;
  url.port = static_cast<std::uint16_t>(*port);
  return true;
}

// MAILBOX[;UIDVALIDITY=N][/;UID=N]
void parse_path(ImapUrl& url, std::string_view path) {
  const auto slash = path.rfind("/;");
  if (slash != std::string_view::npos) {
    const auto uid = number_behind(path.substr(slash + 2), "UID=");
    if (uid && *uid <= UINT32_MAX) {
      url.uid = static_cast<std::uint32_t>(*uid);
      path = path.substr(0, slash);
    }
  }
  const auto semicolon = path.rfind(';');
  if (semicolon != std::string_view::npos) {
    url.uid_validity = number_behind(path.substr(semicolon + 1), "UIDVALIDITY=");
    if (url.uid_validity) path = path.substr(0, semicolon);
  }
  url.mailbox = percent_decoded(path);
}

std::string host_text(const ImapUrl& url) {
  auto text = url.host.find(':') == std::string::npos ? url.host : '[' + url.host + ']';
  if (url.port != url.default_port()) text += fmt::format(":{}", url.port);
  return text;
}
const char* scheme_text(const ImapUrl& url) { return url.scheme == ImapUrl::Scheme::kImaps ? "imaps" : "imap"; }

}  // namespace

bool is_imap_url(std::string_view text) {
  return starts_with_ignore_case(text, "imap://") || starts_with_ignore_case(text, "imaps://");
}

std::string ImapUrl::shown() const {
  const auto authority = (user ? *user + '@' : "") + host_text(*this);
  return fmt::format("{}://{}/{}", scheme_text(*this), printable(authority), printable(mailbox));
}

Result<ImapUrl> parse_imap_url(std::string_view text) {
  if (!is_imap_url(text)) return bad(text, "it does not begin with imap:// or imaps://");
  if (text.size() > kMaxUrlBytes) return bad(text, "it is longer than 8 KiB");
  if (text.find('\0') != std::string_view::npos) return bad(text, "there is a NUL byte in it");
  ImapUrl url;
  url.scheme = to_lower(text[4]) == 's' ? ImapUrl::Scheme::kImaps : ImapUrl::Scheme::kImap;
  auto rest = text.substr(text.find("://") + 3);
  auto authority = rest.substr(0, rest.find('/'));
  rest.remove_prefix(authority.size());
  const auto query = rest.find('?');
  const auto at = authority.rfind('@');
  const auto user_info = authority.substr(0, at == std::string_view::npos ? 0 : at);
  if (at != std::string_view::npos) authority.remove_prefix(at + 1);
  parse_user_info(url, user_info);
  if (!parse_host(url, authority))
    // The address may hold a password.
    return bad(fmt::format("{}://{}", scheme_text(url), authority), "host or port are not well-formed");
  url.canonical =
      fmt::format("{}://{}{}{}", scheme_text(url), user_info, at == std::string_view::npos ? "" : "@", host_text(url));
  const auto path = rest.substr(std::min(rest.find_first_not_of('/'), rest.size()));
  if (!rest.empty()) url.canonical += fmt::format("/{}", path);
  if (query != std::string_view::npos) rest = rest.substr(0, query);
  parse_path(url, rest.substr(std::min(rest.find_first_not_of('/'), rest.size())));
  return url;
}

}  // namespace lorelei::wire
