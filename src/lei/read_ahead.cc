// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/read_ahead.hh"

namespace lorelei::lei {

static std::uint64_t size_of(const Result<Letter>& letter) { return letter ? letter->raw.size() : 0; }

ReadAhead::ReadAhead(Gathered& gathered, std::int64_t now) : gathered_(gathered), now_(now) {}

ReadAhead::~ReadAhead() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void ReadAhead::want(const Candidate& candidate) {
  ++asked_;
  bool is_awaited = false;
  {
    const std::lock_guard lock(mutex_);
    is_awaited = wanted_.empty();
    wanted_.push_back(&candidate);
  }
  if (is_awaited) changed_.notify_all();
  if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
}

Result<Letter> ReadAhead::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !letters_.empty(); });
  auto letter = std::move(letters_.front());
  letters_.pop_front();
  const bool was_full = bytes_ >= kMostBytesAhead;
  bytes_ -= size_of(letter);
  --asked_;
  lock.unlock();
  if (was_full) changed_.notify_all();
  return letter;
}

void ReadAhead::work() {
  for (;;) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_over_ || (!wanted_.empty() && bytes_ < kMostBytesAhead); });
    if (is_over_) return;
    const auto& candidate = *wanted_.front();
    wanted_.pop_front();
    lock.unlock();
    auto letter = read(candidate);
    lock.lock();
    const bool is_awaited = letters_.empty();
    bytes_ += size_of(letter);
    letters_.push_back(std::move(letter));
    lock.unlock();
    if (is_awaited) changed_.notify_all();
  }
}

Result<Letter> ReadAhead::read(const Candidate& candidate) {
  TRY(auto raw, gathered_.read(candidate));
  const bool is_remote = gathered_.sources[candidate.source].is_remote;
  return make_letter(std::move(raw), is_remote ? std::nullopt : std::optional(candidate.blob), now_);
}

}  // namespace lorelei::lei
