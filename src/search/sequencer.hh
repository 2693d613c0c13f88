// SPDX-License-Identifier: GPL-3.0-or-later
// Gives the messages of an archive their article numbers and threads, one after the other in the order of history.
//
// A number, once given, stays with its message for ever; the rules decide what "its message" is (public-inbox 1.9's,
// so that numbers come out equal). The first rule that answers wins:
//
//   1. the blob was taken back earlier in this run (rewritten history): the number it had
//   2. the overview has this very blob under one of the message's ids: that number
//   3. msgmap had a number for the first id before this run, and no other blob has it now: that number;
//      then the same for the other ids, last to second
//   4. the first id is new: the next number; then the others, last to second
//   5. every id belongs to another message: skipped as a repeat of that id
//
// Rule 3 is stricter than public-inbox's, which looks for another blob under the first id only, and so writes over the
// message that a further id belongs to.
//
// The caller holds the archive's lock and the transaction, and calls in the order of history.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "archive/msgmap.hh"
#include "archive/over_writer.hh"
#include "base/deflate.hh"
#include "git/object_id.hh"
#include "mail/overview.hh"

namespace lorelei::search {

// Why a message is skipped; both for good, while other reasons may go away.
inline constexpr const char* kWithoutId = "it has no Message-ID";
inline constexpr const char* kIdOfAnother = "its Message-ID belongs to another message";

class Sequencer {
 public:
  Sequencer(archive::Msgmap, archive::OverWriter, std::int64_t highest_before);
  Sequencer(Sequencer&&) = delete;

  struct Place {
    std::int64_t number = 0;  // 0: skipped
    std::int64_t thread = 0;
    const char* skipped = nullptr;  // why
  };
  // ids: message_ids() of the message. ddd: its deflated record under ids[0], made again if another id is chosen.
  Result<Place> add(const git::ObjectId& blob, const std::vector<std::string>& ids, mail::Overview&, std::string ddd);

  enum class Removal {
    kDeleted,    // the archive says so ("d")
    kRewritten,  // its history is gone; if the same blob comes again it gets the same number
  };
  // Returns the numbers that were taken away; none if the message was not indexed.
  Result<std::vector<std::int64_t>> remove(const git::ObjectId& blob, const std::vector<std::string>& ids, Removal);

  // Takes the number of a message that is gone away from its ids, unless a message has it.
  Result<void> forget(const std::vector<std::string>& ids);

  archive::Msgmap& msgmap() { return msgmap_; }
  archive::OverWriter& over() { return over_; }
  // Messages whose thread changed after they were placed: the index must be told.
  const std::unordered_set<std::int64_t>& moved() const { return moved_; }

 private:
  Result<Place> place_before(const git::ObjectId& blob, const std::string& blob_hex,
                             const std::vector<std::string>& ids, std::string& own_id);
  Result<std::int64_t> number_before(const std::string& id);

  archive::Msgmap msgmap_;
  archive::OverWriter over_;
  Deflater deflater_{Deflater::Form::kZlib};
  std::int64_t highest_before_;
  std::vector<bool> used_again_;                           // numbers of before this run that were given again
  std::unordered_map<std::string, std::int64_t> removed_;  // ids that lost their number in this run
  std::unordered_map<git::ObjectId, std::vector<std::pair<std::int64_t, std::string>>, git::ObjectIdHash> rewritten_;
  std::unordered_set<std::int64_t> moved_;
};

}  // namespace lorelei::search
