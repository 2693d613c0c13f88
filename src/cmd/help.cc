// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei help: what the program or one of its commands does, or what a query can say.
#include "base/help.hh"

#include "base/manual.hh"
#include "base/nearest.hh"
#include "base/text.hh"
#include "cmd/query_help.hh"

namespace lorelei::cmd {

static constexpr std::string_view kQueryTopic = "query";  // the one topic that is no command

static Result<const Command*> find(const Args& args, const std::string& verb) {
  std::vector<std::string> verbs;
  for (const auto* command : args.commands()) {
    if (!offers(*command, args.tool())) continue;
    if (verb == command->verb) return command;
    verbs.emplace_back(command->verb);
  }
  return err(Error::Kind::kUsage, "explain", verb, "there is no such command", nearest(verb, verbs));
}

static int help(Env& env, Args& args) {
  bool adoc = false;
  if (const auto done = args.parse({{"--adoc", "", "as the source of its manual page", &adoc}})) return *done;
  const auto verb = join(args.operands(), " ");
  const auto commands = args.commands();
  const auto& tool = args.tool();
  if (verb.empty()) return print(env, adoc ? manual_of_program(commands, tool) : program_help_text(commands, tool)), 0;
  if (verb == kQueryTopic) return print(env, adoc ? query_manual_part() : query_help_text()), 0;
  const auto command = find(args, verb);
  if (command) return print(env, adoc ? manual_page(**command) : help_text(env, **command, tool)), 0;
  const auto group = adoc ? manual_of_group(commands, tool, verb) : group_help_text(commands, tool, verb);
  if (group.empty()) return args.fail(command.error());
  return print(env, group), 0;
}

extern const Command kHelp = {
    .also = "lei",
    .verb = "help",
    .operands = "[COMMAND...|query]",
    .help = "say what a command does and what options it has",
    .description = "",
    .examples = {{"lorelei help", "all commands"},
                 {"lorelei help archive clone", "one command"},
                 {"lorelei help query", "what a query can say"}},
    .run = help,
};

}  // namespace lorelei::cmd
