// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/index_round.hh"

#include <xapian.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "archive/over_record.hh"
#include "base/deflate.hh"
#include "mail/message.hh"
#include "patch/patch_facts.hh"
#include "search/serial_numbers.hh"
#include "search/series_store.hh"

namespace lorelei::search {

namespace {

using git::Change;

struct Run {
  const EpochPlan* epoch;
  std::size_t begin, end;  // of its changes
};

// One change on its way through a worker.
struct Incoming {
  const Change* change = nullptr;
  std::string raw;  // empty again if the worker holds too much
  std::vector<std::string> ids;
  mail::Overview overview;
  std::string ddd;
  std::string skipped;      // why it can't be indexed
  bool is_purged = false;   // the empty blob that a purge left behind
  bool is_damaged = false;  // git could not give it
  bool is_straggler = false;
  Sequencer::Place place;
  patch::PatchFacts facts;
};

// Lets the workers through one at a time, in the order of their runs.
class Turnstile {
 public:
  // False: somebody failed, nobody gets a turn any more.
  bool enter(std::size_t run) {
    std::unique_lock lock(mutex_);
    free_.wait(lock, [&] { return next_ == run || closed_; });
    return !closed_;
  }
  void leave() {
    const std::lock_guard lock(mutex_);
    ++next_;
    free_.notify_all();
  }
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    free_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable free_;
  std::size_t next_ = 0;  // guarded by mutex_
  bool closed_ = false;   // guarded by mutex_
};

class Round {
 public:
  Round(const RoundInput& in, Sequencer& sequencer, SeriesStore& series, DocumentSink& sink)
      : in_(in),
        sequencer_(sequencer),
        series_(series),
        sink_(sink),
        raw_limit_(std::min<std::uint64_t>(kWorkerRawBytes, in.options.memory_bytes / in.options.jobs / 4)),
        floor_(in.highest_before),
        total_(in.plan.size()) {
    for (const auto& epoch : in.plan.epochs)
      for (std::size_t begin = 0, end = 0; begin < epoch.changes.size(); begin = end) {
        end = end_of_commit(epoch.changes, begin + kRunChanges);
        runs_.push_back({&epoch, begin, end});
      }
  }

  Result<RoundResult> run() {
    TRY_VOID(take_back());
    if (result_.must_rebuild) {
      result_.counts = false;
      return std::move(result_);
    }
    const auto jobs = std::min<std::size_t>(in_.options.jobs, std::max<std::size_t>(runs_.size(), 1));
    std::vector<std::thread> workers;
    for (std::size_t i = 1; i < jobs; ++i) workers.emplace_back([this] { work(); });
    work();
    for (auto& worker : workers) worker.join();
    if (failure_) return tl::unexpected(*failure_);
    result_.changes_done = changes_done_;
    result_.counts = changes_done_ == total_ || (changes_done_ > 0 && !in_.plan.is_one_step);
    return std::move(result_);
  }

 private:
  struct Worker {
    git::BlobReader blobs;
    DocumentBuilder builder;
    SerialNumbers serials;
    Deflater deflater{Deflater::Form::kZlib};
  };

  void work() {
    if (auto done = work_through_runs(); !done) {
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::move(done.error());
      turnstile_.close();
    }
  }

  Result<void> work_through_runs() {
    TRY(auto blobs, git::BlobReader::open(in_.inbox.object_directories()));
    TRY(auto serials, SerialNumbers::open(in_.options.altids, in_.inbox.dir()));
    Worker worker{std::move(blobs), DocumentBuilder(in_.level, DocumentData::kYes), std::move(serials)};
    for (;;) {
      std::size_t run = 0;
      {
        const std::lock_guard lock(mutex_);
        if (failure_ || next_run_ == runs_.size() || in_.env.stop_requested()) return {};
        run = next_run_++;
      }
      TRY(auto incoming, parse_run(worker, runs_[run]));
      if (!turnstile_.enter(run)) return {};
      TRY_VOID(sequence_run(incoming, runs_[run].epoch->epoch));  // a failure closes the turnstile for good
      turnstile_.leave();
      TRY_VOID(write_documents(worker, run, incoming));
      report(runs_[run].end - runs_[run].begin);
    }
  }

  void report(std::size_t changes) {
    const std::lock_guard lock(mutex_);
    changes_done_ += changes;
    if (in_.progress) in_.progress(changes, total_);
  }

  Result<std::vector<Incoming>> parse_run(Worker& worker, const Run& run) {
    std::vector<Incoming> all(run.end - run.begin);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i].change = &run.epoch->changes[run.begin + i];
      TRY_VOID(parse(worker, all[i]));
      kept += all[i].raw.size();
      if (kept > raw_limit_) {
        kept -= all[i].raw.size();
        all[i].raw = {};
      }
    }
    return all;
  }

  // What git does not have, or not sound, is skipped. A disk that fails now may not fail the next time: that ends the
  // round, lest the message be passed over for good.
  Result<void> read(Worker& worker, Incoming& in) {
    auto raw = worker.blobs.read(in.change->blob, in_.options.max_message_bytes);
    if (raw) {
      in.raw = std::move(*raw);
      return {};
    }
    const auto kind = raw.error().kind;
    in.is_damaged = kind == Error::Kind::kNotFound || kind == Error::Kind::kCorrupt;
    if (!in.is_damaged && kind != Error::Kind::kTooLarge) return tl::unexpected(std::move(raw).error());
    in.skipped = raw.error().why;
    return {};
  }

  Result<void> parse(Worker& worker, Incoming& in) {
    TRY_VOID(read(worker, in));
    if (!in.skipped.empty()) return {};
    in.is_purged = in.raw.empty();
    const mail::Entity entity(in.raw);
    in.ids = mail::message_ids(entity);
    if (in.change->kind == Change::Kind::kDelete) return {};
    in.overview = mail::make_overview(entity, in.raw, {in.change->author_time, 0}, {in.change->committer_time, 0});
    if (in.ids.empty()) return {};
    // The first id is the one it gets, but for rare conflicts: deflate here, not while the others wait.
    auto likely = in.overview;
    mail::choose_own_id(likely, in.ids[0]);
    in.ddd = worker.deflater.deflate(overview_record(likely, in.change->blob.hex(), archive::Recipients::kYes));
    return {};
  }

  Result<void> sequence_run(std::vector<Incoming>& all, unsigned epoch) {
    for (auto& in : all) TRY_VOID(sequence(in, epoch));
    for (const auto& in : all) floor_ = std::max(floor_, in.place.number);
    return {};
  }

  Result<void> sequence(Incoming& in, unsigned epoch) {
    const auto& change = *in.change;
    result_.damaged += in.is_damaged;
    if (!in.skipped.empty()) return skip(change, epoch, in.skipped);
    if (change.kind == Change::Kind::kDelete) return remove(change, in.ids, Sequencer::Removal::kDeleted);
    if (in.is_purged) {
      ++result_.purged;
      return {};
    }
    TRY(in.place, sequencer_.add(change.blob, in.ids, in.overview, std::move(in.ddd)));
    if (in.place.skipped) return skip(change, epoch, in.place.skipped);
    ++result_.indexed;
    in.is_straggler = sink_.order() == DocumentSink::Order::kAscending && in.place.number <= floor_;
    if (in.is_straggler) result_.stragglers.emplace_back(in.place.number, change);
    return {};
  }

  Result<void> skip(const Change& change, unsigned epoch, std::string_view why) {
    ++result_.skipped;
    const std::lock_guard lock(series_mutex_);
    return series_.add_skipped({change.blob, change.commit, epoch, std::string(why), in_.env.now()});
  }

  Result<void> remove(const Change& change, const std::vector<std::string>& ids, Sequencer::Removal why) {
    TRY(const auto numbers, sequencer_.remove(change.blob, ids, why));
    result_.removed.insert(result_.removed.end(), numbers.begin(), numbers.end());
    return {};
  }

  Result<void> take_back() {
    TRY(auto blobs, git::BlobReader::open(in_.inbox.object_directories()));
    for (const auto& epoch : in_.plan.epochs)
      for (const auto& change : epoch.take_back) {
        if (change.kind != Change::Kind::kAdd) continue;
        const auto raw = blobs.read(change.blob);
        if (!raw && raw.error().kind != Error::Kind::kNotFound && raw.error().kind != Error::Kind::kCorrupt)
          return tl::unexpected(raw.error());
        result_.must_rebuild |= !raw;
        if (!raw || raw->empty()) continue;
        TRY_VOID(remove(change, mail::message_ids(mail::Entity(*raw)), Sequencer::Removal::kRewritten));
      }
    return {};
  }

  Result<void> write_documents(Worker& worker, std::size_t run, std::vector<Incoming>& all) {
    for (std::size_t shard = 0; shard < in_.shards; ++shard) {
      std::vector<Incoming*> mine;
      for (auto& in : all)
        if (in.place.number && static_cast<std::size_t>(in.place.number) % in_.shards == shard && !in.is_straggler)
          mine.push_back(&in);
      if (mine.empty()) continue;
      std::stable_sort(mine.begin(), mine.end(),
                       [](const auto* a, const auto* b) { return a->place.number < b->place.number; });
      const auto same = [](const auto* a, const auto* b) { return a->place.number == b->place.number; };
      mine.erase(std::unique(mine.begin(), mine.end(), same), mine.end());
      std::vector<std::int64_t> numbers;
      for (const auto* in : mine) numbers.push_back(in->place.number);
      TRY_VOID(sink_.write(run, shard, numbers, [&](std::size_t i) -> Result<FinishedDocument> {
        TRY_VOID(collect(worker, *mine[i]));
        const auto& in = *mine[i];
        return worker.builder.finish(in.overview, in.change->blob.hex(), in.place.number, in.place.thread);
      }));
    }
    if (in_.shards == 0)
      for (auto& in : all)
        if (in.place.number) TRY_VOID(collect(worker, in));
    return add_facts(all);
  }

  Result<void> collect(Worker& worker, Incoming& in) {
    if (in.raw.empty()) {
      TRY(in.raw, worker.blobs.read(in.change->blob));
    }
    const mail::Entity entity(in.raw);
    patch::FactsReader facts(entity, in.overview);
    worker.builder.collect(entity, in.overview, &facts);
    TRY(const auto serials, worker.serials.terms(in.overview.message_ids));
    for (const auto& term : serials) worker.builder.add_term(term);
    if (in_.options.own_terms) {
      TRY(const auto own, in_.options.own_terms(in.change->blob));
      for (const auto& term : own) worker.builder.add_term(term);
    }
    in.facts = std::move(facts).finish();
    in.raw = {};
    return {};
  }

  Result<void> add_facts(const std::vector<Incoming>& all) {
    const std::lock_guard lock(series_mutex_);
    for (const auto& in : all)
      if (in.place.number && !in.is_straggler)
        TRY_VOID(series_.add(in.place.number, ids_own_first(in.overview), in.facts));
    return {};
  }

  const RoundInput& in_;
  Sequencer& sequencer_;  // only whoever has the turn
  SeriesStore& series_;   // guarded by series_mutex_
  DocumentSink& sink_;
  std::vector<Run> runs_;
  Turnstile turnstile_;
  std::mutex series_mutex_;
  std::uint64_t raw_limit_;
  std::int64_t floor_;  // highest number of the runs before; only whoever has the turn
  std::uint64_t total_;
  std::mutex mutex_;
  std::size_t next_run_ = 0;        // guarded by mutex_
  std::uint64_t changes_done_ = 0;  // guarded by mutex_
  RoundResult result_;              // only whoever has the turn
  std::optional<Error> failure_;    // guarded by mutex_
};

}  // namespace

std::vector<std::string> ids_own_first(const mail::Overview& overview) {
  auto ids = overview.message_ids;
  if (const auto own = std::find(ids.begin(), ids.end(), overview.own_id); own != ids.end())
    std::rotate(ids.begin(), own, own + 1);
  return ids;
}

Result<RoundResult> run_round(const RoundInput& in, Sequencer& sequencer, SeriesStore& series, DocumentSink& sink) {
  return Round(in, sequencer, series, sink).run();
}

}  // namespace lorelei::search
