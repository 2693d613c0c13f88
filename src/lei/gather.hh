// SPDX-License-Identifier: GPL-3.0-or-later
// What a search finds, all of it, before anything is written: a list of messages by their place, cheap for what is on
// this machine, and a file without a name for what came from a server. Four servers are asked at a time.
//
// Updating an archive here looks at what came since: at messages with a number above the highest that was there last
// time, and at new messages in threads that were delivered (with --threads), whether they match or not.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/env.hh"
#include "git/object_id.hh"
#include "lei/ledger.hh"
#include "lei/manner.hh"
#include "lei/sources.hh"
#include "net/http.hh"
#include "search/messages.hh"
#include "search/query.hh"
#include "search/selection.hh"

namespace lorelei::lei {

struct QueryText {
  std::string text;  // as a server gets it, dates in numbers
  search::Query query;
  std::vector<std::string> notes;
  bool slides = false;  // a date in it depends on the time of day
};
struct QueryWords {
  std::vector<std::string> words;
  bool is_text = false;  // one word: the query as it stands
};
// then: when it was last run, if that was before: a window that slid on ("rt:1.month.ago..") goes back to what it would
// have been then.
Result<QueryText> read_query(const QueryWords&, const search::PrefixSet&, std::int64_t now,
                             std::optional<std::int64_t> then);

struct Candidate {
  unsigned source = 0;      // index in Gathered::sources
  std::int64_t number = 0;  // of an archive here
  git::ObjectId blob;
  std::optional<int> percent;
  search::Mark mark = search::Mark::kNone;
  std::uint64_t offset = 0, size = 0;  // of what came from a server
  std::string root = {};               // of its thread, where threads are followed on a server
};

// What one source said.
struct SourceNews {
  std::string location;
  bool is_remote = false;
  std::uint64_t matches = 0, estimated = 0;
  bool is_renumbered = false;            // numbers that were remembered mean nothing any more
  Ledger::Reading reading;               // of an archive here: how far it was looked at
  std::int64_t highest_match = 0;        // of an archive here, for lei
  std::vector<std::int64_t> threads;     // one number of each thread that was found
  std::optional<std::int64_t> asked_at;  // of a server that answered in full: when it was asked
  std::vector<std::string> polled;       // of a server: threads that were looked at
  std::optional<bool> knows_references;  // of a server, if that was found out
  std::vector<std::string> notes;
  bool is_unchanged = false;    // a server that was not asked: it has nothing new
  std::optional<Error> failed;  // not asked, or not all of the answer came
  int status = 1;               // the exit status that stands for the failure
};

struct GatherOptions {
  search::Selection selection;
  bool is_update = false;
  std::uint64_t remote_limit = UINT64_MAX;  // messages of each server; not of threads
  // Before an update, of each source; both may be empty.
  std::function<Result<std::optional<Ledger::Reading>>(const std::string& location)> reading = {};
  std::function<Result<std::vector<std::int64_t>>(const std::string& location)> watched = {};
  // Message-IDs of all that was delivered: where numbers start anew, they tell which threads to follow.
  std::function<Result<std::vector<std::string>>()> delivered_ids = {};
  // True for a blob that needs not be looked at again.
  std::function<Result<bool>(const git::ObjectId&)> is_known = {};
  // When a server was last asked, and how much further back to ask, in seconds.
  std::function<std::optional<std::int64_t>(const std::string& location)> last_result = {};
  std::int64_t fudge_seconds = 48 * 3600;
  // Of a server: threads to look at for replies, and whether it is known to know "references:".
  std::function<Result<std::vector<Ledger::Thread>>(const std::string& location)> followed = {};
  std::function<Result<std::optional<bool>>(const std::string& location)> knows_references = {};
  // Whether a server has anything new at all; called from several threads. None: ask and see.
  std::function<bool(net::Http&, const std::string& location)> has_news = {};
  const Settings* settings = nullptr;  // needed for servers
  net::HttpOptions http = {};
};

class Gathered {
 public:
  std::vector<Candidate> candidates;
  std::vector<SourceNews> sources;
  std::vector<std::string> notes;

  // The message. Errors: kNotFound, kCorrupt.
  Result<std::string> read(const Candidate&);

 private:
  friend class Gatherer;
  struct Reader;
  std::vector<std::shared_ptr<Reader>> readers_;
  search::Messages::Elsewhere elsewhere_;
  std::vector<Fd> spools_;  // of servers, by source: messages as they came, one behind the other
};

// Says one line for each source when it is done, as lei does: "# LOCATION found/estimate". Errors: of the query, or
// that the user said stop; what a single source suffered is in its news.
Result<Gathered> gather(Env&, const Sources&, const QueryText&, const GatherOptions&,
                        const std::function<void(const std::string& line)>& talk);

}  // namespace lorelei::lei
