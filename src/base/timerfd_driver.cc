// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/timerfd_driver.hh"

#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>

namespace lorelei {

using std::chrono::nanoseconds;

Result<TimerfdDriver> TimerfdDriver::create(RangeTimerQueue& queue) {
  Fd fd(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
  if (!fd) return err_errno(errno, "create a timer", "");
  return TimerfdDriver(queue, std::move(fd));
}

RangeTimer::TimePoint TimerfdDriver::now() { return std::chrono::steady_clock::now(); }

// All zero disarms, so a time at or before the clock's beginning is set as its first nanosecond.
static itimerspec spec_of(std::optional<RangeTimer::TimePoint> when) {
  itimerspec spec = {};
  if (!when) return spec;
  constexpr std::int64_t kSecond = 1'000'000'000;
  const std::int64_t since_boot = std::max<std::int64_t>(when->time_since_epoch().count(), 1);
  spec.it_value.tv_sec = since_boot / kSecond;
  spec.it_value.tv_nsec = since_boot % kSecond;
  return spec;
}

Result<void> TimerfdDriver::arm() {
  const auto wanted = queue_->next_deadline();
  if (wanted == armed_) return {};
  const itimerspec spec = spec_of(wanted);
  if (timerfd_settime(fd_.get(), TFD_TIMER_ABSTIME, &spec, nullptr) != 0) return err_errno(errno, "set a timer", "");
  armed_ = wanted;
  ++times_armed_;
  return {};
}

Result<std::size_t> TimerfdDriver::run(std::size_t budget) {
  std::uint64_t expirations = 0;
  const ssize_t got = read(fd_.get(), &expirations, sizeof expirations);
  if (got < 0 && errno != EAGAIN && errno != EINTR) return err_errno(errno, "read a timer", "");
  // Once read it is no longer readable, so the same deadline would have to be set again.
  if (got > 0) armed_.reset();
  return queue_->run(now(), budget);
}

}  // namespace lorelei
