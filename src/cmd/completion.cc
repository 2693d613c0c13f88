// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei completion: a script that completes the program's command lines in a shell.
#include "base/completion.hh"

namespace lorelei::cmd {

static int completion(Env& env, Args& args) {
  if (const auto done = args.parse({})) return *done;
  const auto& shell = args.operand(0);
  const auto& tool = args.tool();
  if (shell == "bash") return print(env, bash_completion(tool)), 0;
  if (shell == "zsh") return print(env, zsh_completion(tool)), 0;
  return args.fail({Error::Kind::kUsage, "complete for the shell", shell, "it is one of bash, zsh", "", ""});
}

extern const Command kCompletion = {
    .verb = "completion",
    .operands = "bash|zsh",
    .help = "print the completion script of a shell",
    .description = "Packages install these scripts. From a build tree they are read for the present shell only.",
    .examples = {{"source <(lorelei completion bash)", "complete in this bash"},
                 {"source <(lorelei completion zsh)", "complete in this zsh, after compinit"}},
    .run = completion,
    .listed = Listed::kNo,
};

}  // namespace lorelei::cmd
