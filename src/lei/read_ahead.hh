// SPDX-License-Identifier: GPL-3.0-or-later
// Messages that a delivery wants, read and taken apart by a thread of its own while those before them are delivered.
//
//   ReadAhead ahead(gathered, now);
//   while (ahead.has_room() && ...) ahead.want(candidate);
//   auto letter = ahead.next();      // of the first that was wanted and not yet given
#pragma once
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "lei/box.hh"
#include "lei/gather.hh"

namespace lorelei::lei {

class ReadAhead {
 public:
  // Nobody else reads from gathered meanwhile; it and what is wanted from it stay until the end.
  ReadAhead(Gathered&, std::int64_t now);
  ~ReadAhead();
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  bool has_room() const { return asked_ < kMostAhead; }
  void want(const Candidate&);
  // Before: something is wanted. Errors: of Gathered::read().
  Result<Letter> next();

 private:
  static constexpr std::size_t kMostAhead = 512;
  static constexpr std::uint64_t kMostBytesAhead = 8 << 20;  // one message may be larger

  void work();
  Result<Letter> read(const Candidate&);

  Gathered& gathered_;
  std::int64_t now_;
  std::size_t asked_ = 0;  // wanted and not yet given
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<const Candidate*> wanted_;
  std::deque<Result<Letter>> letters_;
  std::uint64_t bytes_ = 0;  // of letters_
  bool is_over_ = false;
  std::thread thread_;  // started when something is wanted
};

}  // namespace lorelei::lei
