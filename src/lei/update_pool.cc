// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/update_pool.hh"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>

namespace lorelei::lei {

Result<std::unique_ptr<UpdatePool>> UpdatePool::create(Env& env, unsigned threads) {
  std::unique_ptr<UpdatePool> pool(new UpdatePool(env));
  pool->wakeup_ = Fd(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!pool->wakeup_) return err_errno(errno, "wait for updates", "");
  for (unsigned i = 0; i < threads; ++i) pool->threads_.emplace_back([raw = pool.get()] { raw->work(); });
  return pool;
}

void UpdatePool::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  more_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void UpdatePool::add(Job job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  more_.notify_one();
}

std::vector<UpdatePool::Finished> UpdatePool::take() {
  std::uint64_t count = 0;
  (void)!read(wakeup_.get(), &count, sizeof count);
  const std::lock_guard lock(mutex_);
  return std::exchange(finished_, {});
}

void UpdatePool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    more_.wait(lock, [&] { return is_over_ || !jobs_.empty(); });
    if (is_over_) return;
    const auto job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    Finished done{job.search, {}, err(Error::Kind::kCancelled, "update", job.search.place(), "it was stopped"),
                  {},         {}, job.kind};
    const auto begin = std::chrono::steady_clock::now();
    if (env_.stop_requested()) {
      // it stays undone
    } else if (job.kind == Kind::kReadBack) {
      done.report = read_back(env_, *job.settings, job.search, job.options).map([](std::size_t flags) {
        DeliveryReport report;
        report.written = flags;
        return report;
      });
    } else {
      done.report = update(env_, *job.settings, job.search, job.options, done.to,
                           [&](const std::string& line) { done.lines.push_back(line); });
    }
    done.took = std::chrono::steady_clock::now() - begin;
    lock.lock();
    finished_.push_back(std::move(done));
    const std::uint64_t one = 1;
    (void)!write(wakeup_.get(), &one, sizeof one);
  }
}

}  // namespace lorelei::lei
