// SPDX-License-Identifier: GPL-3.0-or-later
// What a command sees of the world beside its arguments: clock, environment variables, terminal, the user's wish to
// stop. It is passed, never global, so that tests fix it; it holds nothing else and does not grow.
#pragma once
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>

#include "base/result.hh"

namespace lorelei {

enum class Talk { kNormal, kQuiet };  // kQuiet: no progress, no remarks; warnings and errors stay

struct Env {
  std::function<std::int64_t()> now;                                // seconds since 1970; LORELEI_NOW fixes it
  std::function<std::optional<std::string>(const char*)> variable;  // environment variable; unset and empty differ
  std::FILE* out = stdout;                                          // results
  std::FILE* err = stderr;                                          // talk: progress, warnings, errors
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool colour = false;                           // stdout takes SGR codes: a terminal, not TERM=dumb, no NO_COLOR
  unsigned columns = 80;                         // width of the terminal; 80 if unknown
  const std::atomic<bool>* cancelled = nullptr;  // set once the user pressed ^C or sent SIGTERM; may be null

  bool stop_requested() const { return cancelled && cancelled->load(std::memory_order_relaxed); }
  std::string home() const;         // $HOME, else the password file's
  std::string config_home() const;  // $XDG_CONFIG_HOME or ~/.config
  std::string data_home() const;    // $XDG_DATA_HOME or ~/.local/share
};

// The process's own world; installs the handler of SIGINT and SIGTERM that sets `cancelled` (a second one kills) and
// makes SIGPIPE end the process. Errors: kUsage, LORELEI_NOW or GIT_TEST_DATE_NOW (used if the first is not set) is not
// a number of seconds.
Result<Env> process_env();
// If SIGINT or SIGTERM was caught: ends the process by that signal, for the shell to see. Call it when all is tidy.
void die_of_stop_signal();

}  // namespace lorelei
