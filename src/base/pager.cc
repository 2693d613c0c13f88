// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/pager.hh"

#include <signal.h>

#include <utility>

#include "base/text.hh"

namespace lorelei {

// Empty: the terminal itself will do.
static std::string pager_command(const Env& env) {
  auto command = env.variable("GIT_PAGER");
  if (!command) {
    auto said = output_of({"git", "var", "GIT_PAGER"});  // knows core.pager of every configuration file
    command = said ? *std::move(said) : env.variable("PAGER").value_or("less");
  }
  const auto name = trim(*command);
  return name == "cat" ? std::string() : std::string(name);
}

Pager::Pager(Env& env) : env_(env), before_(env.out) {
  if (!env.out_is_terminal) return;
  const auto command = pager_command(env);
  if (command.empty()) return;
  ProcessOptions options;
  if (!env.variable("LESS")) options.environment.emplace_back("LESS", "FRX");
  if (!env.variable("LV")) options.environment.emplace_back("LV", "-c");
  // Its command is a line for the shell, as git has it; a bare name needs none, and is missed before we write to it.
  const bool is_name = command.find_first_of("|&;<>()$`\\\"' \t\n*?[#~=%") == std::string::npos;
  auto process = Process::start(is_name ? Argv{command} : Argv{"sh", "-c", command},
                                {Stream::kPipe, Stream::kInherit, Stream::kInherit}, options);
  if (!process) return;  // without a pager the text is still there to read
  std::fflush(before_);
  const Fd input = process->release_input();
  std::FILE* pipe = fdopen(dup(input.get()), "w");
  if (!pipe) return;
  process_ = *std::move(process);
  env_.out = pipe;
}

Pager::~Pager() {
  if (!process_) return;
  std::fclose(std::exchange(env_.out, before_));
  // ^C is the pager's key now; it must not leave the terminal in the pager's mode without us waiting.
  const auto before = signal(SIGINT, SIG_IGN);
  (void)process_->wait();
  signal(SIGINT, before);
}

}  // namespace lorelei
