// SPDX-License-Identifier: GPL-3.0-or-later
// URLs of servers, taken apart and put together.
//
//   SCHEME "://" [USER [":" PASSWORD] "@"] HOST [":" PORT] ["/" PATH] ["?" QUERY] ["#" FRAGMENT]
//
// HOST may be an IPv6 address in brackets. Scheme and host are kept in lower case, everything else as it was written:
// nothing is decoded here, and a byte that may not stand in a URL (a control character, a space) is an error.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hh"

namespace lorelei::net {

inline constexpr std::size_t kMaxUrl = 64 << 10;  // a query over many lists has some kilobytes

struct Url {
  std::string scheme;  // lower case
  std::string user;    // as written, with the password behind a colon
  std::string host;    // lower case, without the brackets of IPv6
  std::optional<std::uint16_t> port;
  std::string path;   // empty, or from its first "/" on
  std::string query;  // without "?"
  bool has_query = false;

  std::uint16_t port_or_default() const;  // 0 if neither is known
  std::string origin() const;             // SCHEME://HOST[:PORT], the port only if it is not the default
  std::string text() const;               // without fragment
};
// Errors: kUsage.
Result<Url> parse_url(std::string_view);

// The URL of an archive as it is compared and stored: scheme and host in lower case, "//" of the path squeezed, exactly
// one "/" at the end, no default port, neither query nor fragment. Errors: kUsage, also for other schemes than http
// and https.
Result<std::string> canonical_archive_url(std::string_view);

// For messages: without the password.
std::string without_password(std::string_view url);

// A value of a query as forms send it, and byte for byte as lei does: a space is "+", letters, digits and -_.!~*'()
// stay, all else is %XX.
std::string form_encoded(std::string_view);
// A segment of a path, such as a message-id: letters, digits and -_.!~$&'()*+,;=:@ stay, all else is %XX.
std::string segment_encoded(std::string_view);
// %XX undone; what is no such thing stays.
std::string percent_decoded(std::string_view);

}  // namespace lorelei::net
