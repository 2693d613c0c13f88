// SPDX-License-Identifier: GPL-3.0-or-later
// The messages that an archive holds, read from git alone: those that were added more often than deleted.
//
// Ids are kept as their first 64 bits, 8 bytes a message; that two messages share them is as likely as a disk that
// errs, and costs one of them a place in a list, never in the archive.
#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "archive/inbox.hh"
#include "base/result.hh"
#include "git/repository.hh"

namespace lorelei::archive {

std::uint64_t key_of(const git::ObjectId&);

// What a purge leaves in the place of a message.
const git::ObjectId& empty_blob();

class LiveCount {
 public:
  void take(const git::Change&);  // in any order
  // Keys of what is live, ascending, each once. To be called once.
  std::vector<std::uint64_t> live();

 private:
  std::vector<std::uint64_t> added_, deleted_;
};

// Every live message once, in the order in which they were first added. Reads the history twice. An error of visit ends
// it.
struct LiveMessage {
  unsigned epoch;
  const git::Change& change;
};
Result<void> each_live_message(const Inbox&, const std::function<Result<void>(const LiveMessage&)>& visit);

}  // namespace lorelei::archive
