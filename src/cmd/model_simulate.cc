// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei model simulate: behaviours of a model, taken by chance.
#include "base/command.hh"
#include "cmd/model_run.hh"

namespace lorelei::cmd {

static int model_simulate(Env& env, Args& args) {
  ModelRun run;
  std::vector<Option> rows = {
      heading("What is taken"),
      {"-n --num", "N", "so many behaviours (without end)", &run.simulation.behaviours},
  };
  run.add_simulation_rows(rows);
  const std::vector<Option> more = {
      {"--no-shorten", "", "what is found stays as it was found", &run.simulation.minimises},
      {"--file", "PREFIX", "write each behaviour as a module, PREFIX_0_0, PREFIX_0_1 and so on",
       &run.behaviours_prefix},
      {"--overwrite", "", "also where there is such a file", &run.overwrites},
      heading("What is checked"),
  };
  rows.insert(rows.end(), more.begin(), more.end());
  run.add_rows(rows);
  rows.push_back(
      {"--no-deadlock -deadlock", "", "a state without a next one is as good as any", &run.simulation.checks_deadlock});
  rows.push_back({"--no-spinning", "", "so is one that all steps lead back to", &run.simulation.checks_spinning});
  rows.push_back(heading("How it is told"));
  run.add_report_rows(rows);
  if (const auto done = args.parse(std::move(rows))) return *done;
  if (const auto status = run.load(env, args, args.operand(0))) return *status;
  return run.simulate(env, args);
}

extern const Command kModelSimulate = {
    .verb = "model simulate",
    .operands = "FILE.tla",
    .help = "try behaviours of a model by chance, where there are too many states to see all",
    .description =
        "Begins in a first state and takes one possible step after the other by chance, again and again. Invariants, "
        "deadlock and properties of steps are looked at on the way; properties of whole behaviours are not. It says "
        "what is wrong as `lorelei model` does, but it can never say that nothing is: it goes on until it finds "
        "something, is interrupted, or has taken as many behaviours as --num says.\n\n"
        "What was found by chance is longer than it need be. So a way to the same is looked for through what its "
        "actions alone can reach, level by level, among at most 100,000 states.\n\n"
        "The same --seed gives the same behaviours, on any machine. --aril goes straight to one of them.",
    .examples = {{"lorelei model simulate -n 10000 join.tla", "ten thousand behaviours"},
                 {"lorelei model simulate --seed=7 --aril=412 -n 1 join.tla", "one of them again"}},
    .run = model_simulate,
    .exit_statuses =
        "0:: nothing wrong was found\n10, 11, 12, 13, 14, 75, 76, 150, 151:: as for `lorelei model`\n255:: "
        "stopped, or something else failed",
};

}  // namespace lorelei::cmd
