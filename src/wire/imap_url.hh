// SPDX-License-Identifier: GPL-3.0-or-later
// Addresses of mailboxes:
//
//   imap[s]://[USER[;AUTH=MECHANISM][:PASSWORD]@]HOST[:PORT][/MAILBOX[;UIDVALIDITY=N][/;UID=N]]
//
// User, mechanism, password and mailbox are percent-encoded UTF-8; a mailbox may hold "/". An IPv6 address stands in
// brackets. Scheme and host have no case; the port is 143, with imaps 993, if none is given.
//
// Source: RFC 5092, without its search programs and access tokens. A password is no part of it, but of addresses that
// people have written down.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hh"

namespace lorelei::wire {

struct ImapUrl {
  enum class Scheme { kImap, kImaps };
  Scheme scheme = Scheme::kImap;
  std::optional<std::string> user = {};       // decoded
  std::optional<std::string> mechanism = {};  // in upper case; "*" is any
  std::optional<std::string> password = {};
  std::string host = {};  // lower case, without brackets
  std::uint16_t port = 143;
  std::string mailbox = {};                        // decoded, as it was written; empty: none
  std::optional<std::uint64_t> uid_validity = {};  // what is no number of 32 bits matches no mailbox
  std::optional<std::uint32_t> uid = {};
  // One spelling for one mailbox, as saved searches are named by: scheme and host in lower case, no default port, one
  // "/" before the mailbox, all else as given.
  std::string canonical = {};

  std::uint16_t default_port() const { return scheme == Scheme::kImaps ? 993 : 143; }
  // For people and logs: without the password.
  std::string shown() const;
};

bool is_imap_url(std::string_view text);  // by its scheme
// Errors: kUsage.
Result<ImapUrl> parse_imap_url(std::string_view text);

}  // namespace lorelei::wire
