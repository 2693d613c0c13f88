// SPDX-License-Identifier: GPL-3.0-or-later
// Which messages of the selected mailbox are those that a lost connection, a kill or new numbers left in doubt.
#pragma once
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/result.hh"
#include "base/sha256.hh"
#include "net/imap.hh"

namespace lorelei::lei {

struct Doubtful {
  static Doubtful of(const std::vector<std::string>& mids, const Sha256Digest&, std::uint32_t first);
  std::string mid;          // the least of its Message-IDs; empty: it has none
  Sha256Digest digest{};    // mail/content_hash.hh
  std::uint32_t first = 1;  // the lowest UID it may have
};

// The UID of each, 0 where it is not there; no UID is given twice, and none of `taken`. The ids of all messages from
// the lowest `first` on are read, and whole messages only where an id is missing or is that of several.
Result<std::vector<std::uint32_t>> find_arrived(net::ImapClient&, const std::vector<Doubtful>&,
                                                std::set<std::uint32_t> taken = {});

}  // namespace lorelei::lei
