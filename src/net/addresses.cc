// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/addresses.hh"

#include <fmt/core.h>
#include <signal.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "base/text.hh"

namespace lorelei::net {

namespace {

using Kind = Error::Kind;
using std::chrono::milliseconds;

constexpr milliseconds kGlance{250};  // how long the wish to stop may go unnoticed
constexpr const char* kAdvice = "check the name of the host, and the network";

struct Answer {
  int bad = 0;  // of getaddrinfo(3)
  Addresses addresses = {};
};

Answer look_up(const std::string& host, const std::string& port, int flags) {
  addrinfo wish{};
  wish.ai_socktype = SOCK_STREAM;
  wish.ai_flags = AI_NUMERICSERV | flags;
  addrinfo* list = nullptr;
  const int bad = getaddrinfo(host.c_str(), port.c_str(), &wish, &list);
  return {bad, Addresses(bad == 0 ? list : nullptr)};
}

Answer ask_resolver(const std::string& host, const std::string& port) {
  auto answer = look_up(host, port, AI_ADDRCONFIG);
  if (answer.bad != EAI_NONAME && answer.bad != EAI_ADDRFAMILY) return answer;
  return look_up(host, port, 0);  // a machine with nothing but loopback has no configured address
}

// What the thread and whoever waits for it own together.
struct Question {
  std::mutex mutex;
  std::condition_variable answered;
  std::optional<Answer> answer;  // guarded by mutex
};

// False: there can be no more threads. Signals are for the threads that were there before.
bool ask_in_thread(const std::shared_ptr<Question>& question, const std::string& host, const std::string& port) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  bool is_asked = true;
  try {
    std::thread([question, host, port] {
      auto answer = ask_resolver(host, port);
      const std::lock_guard lock(question->mutex);
      question->answer = std::move(answer);
      question->answered.notify_one();
    }).detach();
  } catch (const std::system_error&) {
    is_asked = false;
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return is_asked;
}

Result<Answer> ask_within(const Env& env, const std::string& host, const std::string& port, milliseconds limit,
                          const std::string& name) {
  const auto question = std::make_shared<Question>();
  if (!ask_in_thread(question, host, port))
    return err(Kind::kTemporary, "connect to", name, "there can be no more threads");
  const auto deadline = std::chrono::steady_clock::now() + limit;
  std::unique_lock lock(question->mutex);
  while (!question->answer) {
    if (env.stop_requested()) return err(Kind::kCancelled, "connect to", name, "stopped at your request");
    const auto now = std::chrono::steady_clock::now();
    if (now >= deadline)
      return err(Kind::kTemporary, "connect to", name, "its address cannot be found out: no name server answers",
                 kAdvice);
    question->answered.wait_until(lock, std::min<std::chrono::steady_clock::time_point>(deadline, now + kGlance));
  }
  return *std::move(question->answer);
}

}  // namespace

Result<Addresses> addresses_of(const Env& env, const std::string& host, std::uint16_t port, milliseconds limit) {
  const auto name = fmt::format("{}:{}", host, port);
  const auto port_text = std::to_string(port);
  auto answer = look_up(host, port_text, AI_NUMERICHOST);
  if (answer.bad == EAI_NONAME) {
    if (equal_ignore_case(host, "localhost")) {
      answer = ask_resolver(host, port_text);
    } else {
      TRY(answer, ask_within(env, host, port_text, limit, name));
    }
  }
  if (answer.bad != 0) return err(Kind::kTemporary, "connect to", name, gai_strerror(answer.bad), kAdvice);
  return std::move(answer.addresses);
}

}  // namespace lorelei::net
