// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/url.hh"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hh"

namespace lorelei::net {

namespace {

struct DefaultPort {
  std::string_view scheme;
  std::uint16_t port;
};
constexpr DefaultPort kDefaultPorts[] = {{"http", 80},   {"https", 443}, {"nntp", 119}, {"news", 119},
                                         {"nntps", 563}, {"snews", 563}, {"imap", 143}, {"imaps", 993}};

std::uint16_t default_port(std::string_view scheme) {
  for (const auto& known : kDefaultPorts)
    if (known.scheme == scheme) return known.port;
  return 0;
}

tl::unexpected<Error> bad_url(std::string_view url, std::string why, std::string next = {}) {
  return err(Error::Kind::kUsage, "use the URL", without_password(url.substr(0, 200)), std::move(why), std::move(next));
}

std::string encoded(std::string_view bytes, std::string_view kept) {
  std::string out;
  for (const char c : bytes)
    if (is_alnum(c) || kept.find(c) != kept.npos)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return out;
}

bool is_scheme(std::string_view text) {
  return !text.empty() && is_alpha(text[0]) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '+' || c == '-' || c == '.'; });
}

bool is_host(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '-' || c == '.' || c == '_'; });
}

// HOST[:PORT] or [IPv6][:PORT]; false if it is neither.
bool take_host(std::string_view text, Url& url) {
  std::string_view port;
  bool has_port = false;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == text.npos) return false;
    const auto address = text.substr(1, close - 1);
    if (address.find(':') == address.npos ||
        !std::all_of(address.begin(), address.end(), [](char c) { return is_hex(c) || c == ':' || c == '.'; }))
      return false;
    url.host = to_lower(address);
    text.remove_prefix(close + 1);
    if (!text.empty() && text[0] != ':') return false;
    has_port = !text.empty();
    port = has_port ? text.substr(1) : text;
  } else {
    const auto colon = text.find(':');
    has_port = colon != text.npos;
    if (!is_host(text.substr(0, colon))) return false;
    url.host = to_lower(text.substr(0, colon));
    if (has_port) port = text.substr(colon + 1);
  }
  if (!has_port || port.empty()) return true;
  const auto number = parse_uint(port);
  if (!number || *number == 0 || *number > 65535) return false;
  url.port = static_cast<std::uint16_t>(*number);
  return true;
}

}  // namespace

std::uint16_t Url::port_or_default() const { return port ? *port : default_port(scheme); }

std::string Url::origin() const {
  std::string out = scheme + "://";
  out += host.find(':') == host.npos ? host : "[" + host + "]";
  if (port && *port != default_port(scheme)) out += fmt::format(":{}", *port);
  return out;
}

std::string Url::text() const {
  std::string out = origin();
  if (!user.empty()) out.insert(scheme.size() + 3, user + "@");
  out += path;
  if (has_query) out += "?" + query;
  return out;
}

Result<Url> parse_url(std::string_view text) {
  if (text.size() > kMaxUrl) return bad_url(text, fmt::format("it is longer than {} bytes", kMaxUrl));
  for (const char c : text)
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f')
      return bad_url(text, "it contains a space or a control character", "write them as %20 and so on");
  Url url;
  const auto colon = text.find("://");
  if (colon == text.npos || !is_scheme(text.substr(0, colon)))
    return bad_url(text, "it does not begin with a scheme", "begin it with https://");
  url.scheme = to_lower(text.substr(0, colon));
  auto rest = text.substr(colon + 3);
  rest = rest.substr(0, rest.find('#'));
  auto authority = rest.substr(0, rest.find_first_of("/?"));
  rest.remove_prefix(authority.size());
  if (const auto at = authority.rfind('@'); at != authority.npos) {
    url.user = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  if (!take_host(authority, url)) return bad_url(text, "it names no valid host and port");
  const auto question = rest.find('?');
  url.path = rest.substr(0, question);
  url.has_query = question != rest.npos;
  if (url.has_query) url.query = rest.substr(question + 1);
  return url;
}

Result<std::string> canonical_archive_url(std::string_view text) {
  TRY(Url url, parse_url(text));
  if (url.scheme != "http" && url.scheme != "https")
    return bad_url(text, fmt::format("'{}' is not the scheme of a web archive", url.scheme), "use http or https");
  std::string path = "/";
  for (const char c : url.path)
    if (c != '/' || path.back() != '/') path += c;
  if (path.back() != '/') path += '/';
  url.path = path;
  url.has_query = false;
  return url.text();
}

std::string without_password(std::string_view url) {
  const auto start = url.find("://");
  if (start == url.npos) return std::string(url);
  const auto authority = url.substr(start + 3, url.find_first_of("/?#", start + 3) - (start + 3));
  const auto at = authority.rfind('@');
  const auto colon = authority.find(':');
  if (at == authority.npos || colon > at) return std::string(url);
  return std::string(url.substr(0, start + 3 + colon)) + std::string(url.substr(start + 3 + at));
}

std::string form_encoded(std::string_view value) {
  std::string out = encoded(value, "-_.!~*'() ");
  std::replace(out.begin(), out.end(), ' ', '+');
  return out;
}

std::string segment_encoded(std::string_view segment) { return encoded(segment, "-_.!~$&'()*+,;=:@"); }

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = text[i] == '%' && i + 2 < text.size() ? unhex(text.substr(i + 1, 2)) : std::nullopt;
    out += byte ? (*byte)[0] : text[i];
    if (byte) i += 2;
  }
  return out;
}

}  // namespace lorelei::net
