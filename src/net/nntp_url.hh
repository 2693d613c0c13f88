// SPDX-License-Identifier: GPL-3.0-or-later
// Addresses of newsgroups and articles:
//
//   nntp[s]://[USER[:PASSWORD]@]HOST[:PORT][/GROUP[/N[-[M]]]]      articles N, N to M, or N and all behind it
//   news://HOST/..., snews://HOST/...                              the same
//   .../ID@HOST                                                    one article, by its message-id
//
// The port is 119, with nntps and snews 563, if none is given.
// Source: RFC 5538, and draft-gilman-news-url-01 for the ranges.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hh"

namespace lorelei::net {

struct NntpUrl {
  enum class Security { kPlain, kTls };  // from the first byte on
  Security security = Security::kPlain;
  std::optional<std::string> user, password;  // decoded
  std::string host;
  std::uint16_t port = 119;
  std::string group;                         // empty: none
  std::string message_id;                    // without brackets; empty: none
  std::optional<std::uint64_t> first, last;  // first without last: all from there on
  // One spelling for one group: nntp or nntps, no default port, no password, no numbers.
  std::string canonical;
};

bool is_nntp_url(std::string_view text);  // by its scheme
// Errors: kUsage.
Result<NntpUrl> parse_nntp_url(std::string_view text);

}  // namespace lorelei::net
