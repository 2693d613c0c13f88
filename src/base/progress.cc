// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/progress.hh"

#include <fmt/format.h>

#include <cmath>

#include "base/talk.hh"
#include "base/text.hh"

namespace lorelei {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

static bool can_rewrite_line(const Env& env) {
  return env.err_is_terminal && env.variable("TERM").value_or("dumb") != "dumb";
}

void clear_progress_line(const Env& env) {
  if (can_rewrite_line(env)) std::fputs("\r\033[K", env.err);
}

std::string count_text(std::uint64_t count) {
  const std::string digits = fmt::format_int(count).str();
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

std::string size_text(std::uint64_t bytes) {
  if (bytes < 1024) return fmt::format("{} bytes", bytes);
  static constexpr const char* kUnits[] = {"KiB", "MiB", "GiB", "TiB"};
  double size = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  while (size >= 1024 && unit + 1 < std::size(kUnits)) size /= 1024, ++unit;
  return fmt::format("{:.1f} {}", size, kUnits[unit]);
}

std::string duration_text(milliseconds duration) {
  const auto seconds = (duration.count() + 500) / 1000;
  if (duration.count() < 9'950) return fmt::format("{:.1f} s", static_cast<double>(duration.count()) / 1000);
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {} min", seconds / 3600, seconds % 3600 / 60);
}

std::string elide_middle(std::string_view utf8, std::size_t width) {
  if (display_width(utf8) <= width) return std::string(utf8);
  if (width == 0) return {};
  const auto head = fit_width(utf8, width / 2 + 1);  // with the ellipsis
  std::size_t at = utf8.size(), used = display_width(head);
  while (at > 0) {
    std::size_t begin = at - 1;
    while (begin > 0 && (static_cast<unsigned char>(utf8[begin]) & 0xC0) == 0x80) --begin;
    used += display_width(utf8.substr(begin, at - begin));
    if (used > width) break;
    at = begin;
  }
  return head + std::string(utf8.substr(at));
}

Progress::Progress(const Env& env, std::string what, Options options)
    : env_(env),
      what_(std::move(what)),
      options_(std::move(options)),
      begin_(options_.clock()),
      visible_(options_.talk == Talk::kNormal && can_rewrite_line(env)),
      total_(options_.total),
      last_(begin_) {}

Progress::~Progress() {
  if (shown_) clear_progress_line(env_);
}

milliseconds Progress::elapsed() const { return duration_cast<milliseconds>(options_.clock() - begin_); }

void Progress::set_stage(std::string stage) {
  const std::lock_guard lock(mutex_);
  stage_ = std::move(stage);
}

void Progress::advance(std::uint64_t count) {
  done_.fetch_add(count, std::memory_order_relaxed);
  if (!visible_) return;
  const auto now = options_.clock();
  const auto now_ms = duration_cast<milliseconds>(now - begin_).count();
  auto due = next_ms_.load(std::memory_order_relaxed);
  // One of the threads that come after the second has passed shows the line.
  if (now_ms >= due && next_ms_.compare_exchange_strong(due, now_ms + 1'000)) show(now);
}

std::string Progress::line(Time now) {
  const auto done = done_.load(std::memory_order_relaxed);
  const auto total = total_.load(std::memory_order_relaxed);
  const double seconds = std::chrono::duration<double>(now - last_).count();
  const double latest = seconds > 0 ? static_cast<double>(done - last_done_) / seconds : rate_;
  constexpr double kWeightOfLatest = 0.3;  // half of the rate is that of the last two seconds
  rate_ = shown_ ? rate_ + kWeightOfLatest * (latest - rate_) : latest;
  last_ = now;
  last_done_ = done;

  const bool bytes = std::string_view(options_.unit) == "bytes";
  const auto amount = [bytes](std::uint64_t n) { return bytes ? size_text(n) : count_text(n); };
  std::string text = what_ + "  ";
  if (!stage_.empty()) text += stage_ + "  ";
  text += amount(done);
  if (total) text += "/" + amount(total);
  if (!bytes) text += fmt::format(" {}", options_.unit);
  text += fmt::format("  {}/s", amount(static_cast<std::uint64_t>(rate_)));
  if (total > done && rate_ > 0) {
    const double left = std::ceil(static_cast<double>(total - done) / rate_);
    constexpr double kLongest = 100 * 3600;  // more is no information
    if (left < kLongest)
      text += fmt::format("  {} left", duration_text(milliseconds(static_cast<std::int64_t>(left) * 1000)));
  }
  return text;
}

void Progress::show(Time now) {
  const std::lock_guard lock(mutex_);
  const auto width = env_.columns > 1 ? env_.columns - 1 : 1;  // the last column would wrap on some terminals
  const auto text = elide_middle(printable(line(now)), width);
  say(env_, fmt::format("\r{}\033[K", text));
  std::fflush(env_.err);
  shown_ = true;
}

void Progress::finish(std::string_view summary) {
  const std::lock_guard lock(mutex_);
  if (shown_) clear_progress_line(env_);
  shown_ = false;
  if (options_.talk == Talk::kNormal && !summary.empty()) say(env_, printable(summary) + "\n");
}

}  // namespace lorelei
