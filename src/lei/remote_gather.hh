// SPDX-License-Identifier: GPL-3.0-or-later
// What a server of public-inbox has for a search: what matches, and replies in threads that were delivered before,
// whether they match or not.
//
// A search that is limited to what is new does not see such replies, so threads are asked for:
//
//   references:ROOT OR ...   many at a time, where the server knows the term (public-inbox 2). Whether it does is found
//                            out once, by a reply whose root is known
//   ROOT/t.mbox.gz           else, a few threads a run, and the less often the longer nothing came in one
//
// A thread is known by its root: the first reference of its messages. The answers to one question are in one spool, in
// the order in which they came. One thread of ours a server.
#pragma once
#include <string>
#include <vector>

#include "base/files.hh"
#include "lei/gather.hh"
#include "net/http.hh"

namespace lorelei::lei {

struct RemoteQuestion {
  std::string url;
  std::string text;  // the query, with its limit of time
  bool wants_threads = false;
  std::uint64_t limit = UINT64_MAX;      // of messages; threads are not counted
  std::vector<Ledger::Thread> followed;  // those asked for least lately first
  std::int64_t fudge_seconds = 0;        // how much further back than the last time to ask for replies
  std::optional<bool> knows_references;  // found out before
  std::function<bool(net::Http&, const std::string& url)> has_news = {};
};

struct RemoteAnswer {
  SourceNews news;
  std::vector<Candidate> candidates;
  Fd spool;
};

// say: a line for the user.
RemoteAnswer ask_server(net::Http&, const RemoteQuestion&, const std::function<void(const std::string& line)>& say);

}  // namespace lorelei::lei
