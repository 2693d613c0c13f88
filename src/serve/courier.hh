// SPDX-License-Identifier: GPL-3.0-or-later
// Takes letters out of the outbox and hands them to carriers, one after another, on a thread of its own.
#pragma once
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "base/env.hh"
#include "base/files.hh"
#include "serve/log.hh"
#include "serve/outbox.hh"

namespace lorelei::serve {

struct Carriers {
  std::unique_ptr<Carrier> archive, mail;  // either may be null: what is for it waits
  bool resends_uncertain = false;

  Carrier* of(CarrierKind kind) const { return (kind == CarrierKind::kArchive ? archive : mail).get(); }
  // Those that may get again what a kill cut off.
  std::vector<CarrierKind> repeatable() const;
};

// Hands over the next letter that is due; false: there is none.
Result<bool> deliver_next(Outbox&, const Carriers&, Log&, std::int64_t now);

class Courier {
 public:
  // Before: nobody else has a courier for that database (a lock beside it says so). All must outlive it.
  // Errors: the database cannot be opened.
  static Result<std::unique_ptr<Courier>> start(const Env&, const fs::path& database, Carriers, Log&);
  ~Courier() { stop(); }
  void wake();  // something has come; from any thread
  void stop();  // what is under way ends first

 private:
  Courier(const Env& env, Outbox outbox, Carriers carriers, Log& log)
      : env_(env), outbox_(std::move(outbox)), carriers_(std::move(carriers)), log_(log) {}
  void work();
  void wait();

  const Env& env_;
  Outbox outbox_;  // of the thread, once it runs
  const Carriers carriers_;
  Log& log_;
  std::int64_t tidied_at_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool has_news_ = false;  // guarded by mutex_
  bool is_over_ = false;   // guarded by mutex_
  std::thread thread_;
};

}  // namespace lorelei::serve
