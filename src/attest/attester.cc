// SPDX-License-Identifier: GPL-3.0-or-later
#include "attest/attester.hh"

#include <algorithm>
#include <atomic>
#include <deque>
#include <future>
#include <system_error>
#include <thread>

#include "base/text.hh"
#include "mail/message.hh"

namespace lorelei::attest {

namespace {

constexpr unsigned kMostThreads = 16;
constexpr std::size_t kAtOnce = 64;             // messages a thread
constexpr std::size_t kBytesAtOnce = 16 << 20;  // one message may be larger

std::string message_id_of(const std::string& raw) {
  auto id = std::string(trim(mail::Entity(raw).first_header_raw("Message-ID").value_or("")));
  if (id.starts_with('<') && id.ends_with('>')) id = id.substr(1, id.size() - 2);
  return id;
}

// The subject that was judged, and not what another reading makes of the header.
std::string subject_of(const MailToJudge& mail, const Verdict& verdict) {
  if (verdict.content && !verdict.content->subject.empty()) return verdict.content->subject;
  const auto subject = mail::Entity(mail.raw).header("Subject");
  return subject.empty() ? "No subject" : subject.front();
}

// Keys, databases and processes of one thread.
struct Worker {
  Worker(const Env& env, const AttesterOptions& options)
      : verifier(env, Keyring(options.sources, options.signed_refs), options.verify) {}
  Verifier verifier;
  std::optional<DkimJudge> dkim;
};

}  // namespace

struct Attester::Impl {
  Impl(const Env& the_env, Taker the_taker) : env(the_env), taker(std::move(the_taker)) {}
  void judge_waiting(Worker&);
  Result<void> judge_all();

  const Env& env;
  Taker taker;
  std::deque<Worker> workers;
  std::vector<MailToJudge> waiting;
  std::vector<Attested> found;  // for each that waits
  std::size_t bytes = 0;        // of those that wait
  std::atomic<std::size_t> next = 0;
};

void Attester::Impl::judge_waiting(Worker& worker) {
  for (std::size_t i; (i = next.fetch_add(1)) < waiting.size();) {
    const auto& mail = waiting[i];
    auto& one = found[i];
    one.message_id = message_id_of(mail.raw);
    one.verdict = worker.verifier.verify(mail.raw, mail.arrived);
    one.name = mail.name.empty() ? subject_of(mail, one.verdict) : mail.name;
    if (!mail.blob.empty() && !one.message_id.empty()) one.name += " <" + one.message_id + ">";
    if (worker.dkim) one.dkim = worker.dkim->check(mail.raw, mail.arrived.value_or(env.now()));
  }
}

Result<void> Attester::Impl::judge_all() {
  found.assign(waiting.size(), {});
  next = 0;
  std::vector<std::future<void>> others;
  try {
    for (std::size_t i = 1; i < workers.size() && i < waiting.size(); ++i)
      others.push_back(std::async(std::launch::async, [this, i] { judge_waiting(workers[i]); }));
  } catch (const std::system_error&) {
    // No more threads to be had: those that there are do it.
  }
  judge_waiting(workers.front());
  for (auto& other : others) other.get();
  for (std::size_t i = 0; i < waiting.size(); ++i) TRY_VOID(taker(std::move(waiting[i]), std::move(found[i])));
  waiting.clear();
  bytes = 0;
  return {};
}

Result<Attester> Attester::open(const Env& env, const AttesterOptions& options, Taker taker) {
  auto impl = std::make_shared<Impl>(env, std::move(taker));
  const auto threads = options.threads ? options.threads : std::thread::hardware_concurrency();
  for (unsigned i = 0; i < std::clamp(threads, 1u, kMostThreads); ++i) {
    auto& worker = impl->workers.emplace_back(env, options);
    if (!options.dkim) continue;
    TRY(auto dkim, DkimJudge::open(env, *options.dkim));
    worker.dkim.emplace(std::move(dkim));
  }
  return Attester(std::move(impl));
}

Result<void> Attester::add(MailToJudge&& mail) {
  if (impl_->env.stop_requested()) return err(Error::Kind::kCancelled, "judge", mail.name, "it was stopped");
  impl_->bytes += mail.raw.size();
  impl_->waiting.push_back(std::move(mail));
  const bool is_enough = impl_->waiting.size() >= kAtOnce * impl_->workers.size() || impl_->bytes >= kBytesAtOnce;
  return is_enough ? impl_->judge_all() : Result<void>();
}

Result<void> Attester::finish() { return impl_->judge_all(); }

}  // namespace lorelei::attest
