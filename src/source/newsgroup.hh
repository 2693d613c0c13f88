// SPDX-License-Identifier: GPL-3.0-or-later
// The mail of a newsgroup, new articles only if it was read before: numbers only grow, so one number says how far
// somebody got.
//
// A group whose highest number is below that was made anew (a server that was rebuilt); it is read from its start, and
// the caller is told.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "net/nntp.hh"

namespace lorelei::source {

struct NewsgroupMail {
  std::uint64_t first = 0, last = 0;  // what was asked for; last < first: nothing is new
  std::uint64_t seen_up_to = 0;       // to go on from, next time
  std::uint64_t messages = 0;         // that the sink took
  std::uint64_t too_large = 0;        // that were passed over
  bool is_renumbered = false;
  std::optional<Error> failure;  // what came before it was delivered
};
using NewsSink = std::function<Result<void>(std::uint64_t number, std::string&& raw)>;

// url: its group, or the articles of it that it names; those have no say in seen_up_to. seen_up_to: of the last time.
NewsgroupMail fetch_newsgroup(net::Nntp&, const net::NntpUrl& url, std::optional<std::uint64_t> seen_up_to,
                              const NewsSink&);

}  // namespace lorelei::source
