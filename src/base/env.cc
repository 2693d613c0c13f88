// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/env.hh"

#include <pwd.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>

#include "base/text.hh"

namespace lorelei {

static std::optional<std::string> environment_variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? std::optional<std::string>(value) : std::nullopt;
}

// An empty variable counts as unset, as the XDG base directory specification has it.
static std::string variable_or(const Env& env, const char* name, const std::string& fallback) {
  auto value = env.variable(name);
  return value && !value->empty() ? *std::move(value) : fallback;
}

std::string Env::home() const {
  auto value = variable("HOME");
  if (value && !value->empty()) return *value;
  const auto* user = getpwuid(getuid());
  return user && user->pw_dir ? user->pw_dir : "/";
}

std::string Env::config_home() const { return variable_or(*this, "XDG_CONFIG_HOME", home() + "/.config"); }
std::string Env::data_home() const { return variable_or(*this, "XDG_DATA_HOME", home() + "/.local/share"); }

static Result<std::function<std::int64_t()>> clock_of(const Env& env) {
  // The second one is git's, so that a test fixes both programs at once.
  for (const char* name : {"LORELEI_NOW", "GIT_TEST_DATE_NOW"}) {
    const auto text = env.variable(name);
    if (!text || text->empty()) continue;
    const auto now = parse_int(*text);
    if (!now || *now < 0)
      return err(Error::Kind::kUsage, std::string("understand ") + name, *text, "not a number of seconds since 1970",
                 std::string(name) + "=1795264496, or unset it");
    return [now] { return *now; };
  }
  return [] { return static_cast<std::int64_t>(std::time(nullptr)); };
}

static unsigned terminal_columns(const Env& env) {
  struct winsize size {};
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO})
    if (isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const auto columns = parse_uint(env.variable("COLUMNS").value_or(""));
  return columns && *columns > 0 && *columns <= 10'000 ? static_cast<unsigned>(*columns) : 80;
}

// Written by a signal handler, which has no other way to say it.
static std::atomic<bool> stop_wanted;
static std::atomic<int> stop_signal;
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

static void on_stop_signal(int number) {
  stop_signal.store(number, std::memory_order_relaxed);
  stop_wanted.store(true, std::memory_order_relaxed);
  signal(SIGINT, SIG_DFL);  // a second ^C ends the process at once
  signal(SIGTERM, SIG_DFL);
}

static void catch_stop_signals() {
  for (const int number : {SIGINT, SIGTERM}) {
    struct sigaction action {};
    // Ignored from the start (nohup, a job in the background of a shell): keep it so.
    if (sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) continue;
    action = {};
    action.sa_handler = on_stop_signal;  // without SA_RESTART: a wait for a lock or a pipe ends
    sigaction(number, &action, nullptr);
  }
  signal(SIGPIPE, SIG_DFL);  // `lorelei q ... | head` ends without a word, whatever our parent ignored
}

void die_of_stop_signal() {
  const int number = stop_signal.load(std::memory_order_relaxed);
  if (number == 0) return;
  signal(number, SIG_DFL);
  raise(number);
}

Result<Env> process_env() {
  Env env;
  env.variable = environment_variable;
  TRY(env.now, clock_of(env));
  env.out_is_terminal = isatty(STDOUT_FILENO);
  // Room for any help text: a write that fails in the midst of one call leaves no reason behind.
  static char buffer[65'536];
  if (!env.out_is_terminal) std::setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
  env.err_is_terminal = isatty(STDERR_FILENO);
  env.colour = env.out_is_terminal && env.variable("TERM").value_or("dumb") != "dumb" &&
               env.variable("NO_COLOR").value_or("").empty();
  env.columns = terminal_columns(env);
  env.cancelled = &stop_wanted;
  catch_stop_signals();
  return env;
}

}  // namespace lorelei
