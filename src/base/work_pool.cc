// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/work_pool.hh"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>

namespace lorelei {

Result<std::unique_ptr<WorkPool>> WorkPool::create(unsigned threads) {
  std::unique_ptr<WorkPool> pool(new WorkPool);
  pool->wakeup_ = Fd(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!pool->wakeup_) return err_errno(errno, "wait for other threads", "");
  for (unsigned i = 0; i < threads; ++i) pool->threads_.emplace_back([raw = pool.get()] { raw->work(); });
  return pool;
}

void WorkPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  more_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void WorkPool::add(Work work) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(work));
  }
  more_.notify_one();
}

void WorkPool::finish() {
  std::uint64_t count = 0;
  (void)!read(wakeup_.get(), &count, sizeof count);
  std::unique_lock lock(mutex_);
  const auto ready = std::exchange(ready_, {});
  lock.unlock();
  for (const auto& [outcome, took] : ready) outcome(took);
}

void WorkPool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    more_.wait(lock, [&] { return is_over_ || !waiting_.empty(); });
    if (is_over_) return;
    const auto work = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    const auto begin = std::chrono::steady_clock::now();
    auto outcome = work();
    const auto took = std::chrono::steady_clock::now() - begin;
    lock.lock();
    ready_.emplace_back(std::move(outcome), took);
    const std::uint64_t one = 1;
    (void)!write(wakeup_.get(), &one, sizeof one);
  }
}

}  // namespace lorelei
