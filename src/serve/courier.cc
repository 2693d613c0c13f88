// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/courier.hh"

#include <fmt/core.h>

#include "base/plural.hh"
#include "serve/endpoint_store.hh"

namespace lorelei::serve {

namespace {

constexpr std::int64_t kTidyPause = 3600;  // seconds
constexpr std::int64_t kEventDays = 2;     // longer than any limit counts
constexpr std::chrono::seconds kLongestWait{30};

const char* name_of(Outcome::State state) {
  constexpr const char* kNames[] = {"delivered", "waits", "refused", "uncertain"};
  return kNames[static_cast<std::size_t>(state)];
}

}  // namespace

std::vector<CarrierKind> Carriers::repeatable() const {
  std::vector<CarrierKind> kinds;
  for (const auto kind : {CarrierKind::kArchive, CarrierKind::kMail})
    if (resends_uncertain || (of(kind) && of(kind)->recognises_copies())) kinds.push_back(kind);
  return kinds;
}

Result<bool> deliver_next(Outbox& outbox, const Carriers& carriers, Log& log, std::int64_t now) {
  TRY(const auto delivery, outbox.begin(now));
  if (!delivery) return false;
  auto* carrier = carriers.of(delivery->carrier);
  auto outcome = carrier ? carrier->deliver(delivery->envelope, delivery->message)
                         : Outcome{Outcome::State::kLater, "nothing is configured that could take it"};
  if (outcome.state == Outcome::State::kUncertain && carriers.resends_uncertain) outcome.state = Outcome::State::kLater;
  log.event(now, fmt::format("{}: {} ({}, {}) {}", delivery->message_id, name_of(outcome.state),
                             delivery->carrier == CarrierKind::kArchive ? "archive" : "mail",
                             plural(delivery->envelope.recipients.size(), "recipient"), outcome.remark));
  TRY_VOID(outbox.settle(*delivery, outcome, now));
  return true;
}

Result<std::unique_ptr<Courier>> Courier::start(const Env& env, const fs::path& database, Carriers carriers, Log& log) {
  TRY(auto db, open_endpoint_database(database, Making::kMake));
  std::unique_ptr<Courier> courier(new Courier(env, Outbox(std::move(db)), std::move(carriers), log));
  TRY(const auto uncertain, courier->outbox_.recover(courier->carriers_.repeatable()));
  for (const auto& message_id : uncertain)
    log.event(env.now(),
              fmt::format("{}: uncertain (mail): the service was ended while it was handed over", message_id));
  TRY(const auto waiting, courier->outbox_.hurry(env.now()));
  if (waiting > 0)
    log.event(env.now(), plural(static_cast<std::size_t>(waiting), "delivery waits", "deliveries wait") +
                             " from before, and will be tried now");
  courier->thread_ = std::thread([self = courier.get()] { self->work(); });
  return courier;
}

void Courier::wake() {
  const std::lock_guard lock(mutex_);
  has_news_ = true;
  changed_.notify_all();
}

void Courier::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void Courier::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kLongestWait, [this] { return has_news_ || is_over_; });
  has_news_ = false;
}

void Courier::work() {
  const auto is_over = [this] {
    const std::lock_guard lock(mutex_);
    return is_over_;
  };
  while (!is_over()) {
    const auto now = env_.now();
    if (now - tidied_at_ >= kTidyPause) {
      tidied_at_ = now;
      if (const auto tidied = outbox_.tidy(now, now - kEventDays * 86400); !tidied)
        log_.event(now, to_text(tidied.error()));
    }
    const auto delivered = deliver_next(outbox_, carriers_, log_, now);
    if (!delivered) log_.event(now, to_text(delivered.error()));
    if (delivered && *delivered) continue;
    if (carriers_.mail) carriers_.mail->rest();
    wait();
  }
}

}  // namespace lorelei::serve
