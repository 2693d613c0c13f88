// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei help: what the program or one of its commands does.
#include "base/help.hh"

#include "base/nearest.hh"
#include "base/text.hh"

namespace lorelei::cmd {

static Result<const Command*> find(const Args& args, const std::string& verb) {
  std::vector<std::string> verbs;
  for (const auto* command : args.commands()) {
    if (std::string_view(command->tool) != args.command().tool) continue;
    if (verb == command->verb) return command;
    verbs.emplace_back(command->verb);
  }
  return err(Error::Kind::kUsage, "explain", verb, "there is no such command", nearest(verb, verbs));
}

static int help(Env& env, Args& args) {
  bool adoc = false;
  if (const auto done = args.parse({{"--adoc", "", "options and exit status, for a manual page", &adoc}})) return *done;
  const auto verb = join(args.operands(), " ");
  if (verb.empty()) return print(env, program_help_text(args.commands(), args.command().tool)), 0;
  const auto command = find(args, verb);
  if (command) return print(env, adoc ? adoc_text(**command) : help_text(**command)), 0;
  const auto group = group_help_text(args.commands(), args.command().tool, verb);
  if (group.empty()) return args.fail(command.error());
  return print(env, group), 0;
}

extern const Command kHelp = {
    .verb = "help",
    .operands = "[COMMAND...]",
    .help = "say what a command does and what options it has",
    .description = "",
    .examples = {{"lorelei help", "all commands"},
                 {"lorelei help archive clone", "one command"},
                 {"lorelei help --adoc q", "the part of its manual page that comes from the option table"}},
    .run = help,
};

}  // namespace lorelei::cmd
