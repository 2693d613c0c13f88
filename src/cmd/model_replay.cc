// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei model replay: a behaviour gone through by hand.
#include <unistd.h>

#include <iostream>

#include "base/command.hh"
#include "base/files.hh"
#include "cmd/model_run.hh"
#include "modelcheck/replay.hh"

namespace lorelei::cmd {

static int model_replay(Env& env, Args& args) {
  ModelRun run;
  std::vector<Option> rows;
  run.add_rows(rows);
  if (const auto done = args.parse(std::move(rows))) return *done;
  if (const auto status = run.load(env, args, args.operand(0))) return *status;
  auto replay = modelcheck::Replay::begin(*run.model);
  if (!replay) return args.fail(replay.error());
  if (args.operands().size() > 1) {
    const auto text = read_file(args.operand(1));
    if (!text) return args.fail(text.error());
    if (auto followed = (*replay)->follow(*text); !followed) {
      auto error = std::move(followed).error();
      error.subject = args.operand(1);
      return args.fail(error);
    }
  }
  const bool asks = isatty(0) == 1 && env.out_is_terminal;
  print(env, (*replay)->here());
  std::string line;
  while (!(*replay)->is_over() && !env.stop_requested()) {
    if (asks) print(env, "> ");
    std::fflush(env.out);
    if (!std::getline(std::cin, line)) break;
    print(env, (*replay)->run(line));
  }
  return 0;
}

extern const Command kModelReplay = {
    .verb = "model replay",
    .operands = "FILE.tla [TRACE.json]",
    .help = "go through a behaviour of a model by hand",
    .description =
        "Begins in the first state of the trace, or of the model, and does what the lines of standard input say: "
        "next, back, steps (which can be taken here), take N, print EXPRESSION, break LABEL or EXPRESSION, continue, "
        "where (each process, with its line of the source), variables, list, help, quit. A word may be shortened to "
        "its first letters.\n\n"
        "TRACE.json is what `lorelei model --trace=json` or --json wrote, or a trace of another tool in the first of "
        "these forms. At any state of it another step can be taken instead.",
    .examples = {{"lorelei model --trace=json join.tla >join.json; lorelei model replay join.tla join.json",
                  "what went wrong, step by step"},
                 {"printf 'c\\nwhere\\n' | lorelei model replay join.tla join.json", "who is where at its end"}},
    .run = model_replay,
};

}  // namespace lorelei::cmd
