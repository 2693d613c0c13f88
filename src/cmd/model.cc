// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei model: a design of concurrent processes, checked in every state that it can reach.
#include <fmt/core.h>

#include <thread>

#include "base/command.hh"
#include "base/progress.hh"
#include "base/text.hh"
#include "cmd/model_dump.hh"
#include "cmd/model_run.hh"
#include "cmd/model_search.hh"
#include "modelcheck/explain.hh"

namespace lorelei::cmd {

namespace {

Target threads_of(unsigned& threads) {
  return Target(Target::Setter([&threads](std::string_view value) -> Result<void> {
    const auto number =
        value == "auto" ? std::optional<std::uint64_t>(std::thread::hardware_concurrency()) : parse_uint(value);
    if (!number || *number < 1 || *number > 1024)
      return err(Error::Kind::kUsage, "", "", "not a number of threads", "a number from 1 to 1024, or auto");
    threads = static_cast<unsigned>(std::max<std::uint64_t>(1, *number));
    return {};
  }));
}

// TLC's -simulate, which may have its settings as a word of its own behind it.
Target simulation_of(bool& wanted, ModelRun& run) {
  Target target(Target::Setter([&](std::string_view value) {
    wanted = true;
    return run.set_simulation(value);
  }));
  target.takes_next = [](std::string_view value, std::string_view next) {
    return value.empty() && (next.starts_with("num=") || next.starts_with("file="));
  };
  return target;
}

// TLC's -coverage has a number of minutes behind it, which means nothing here.
Target coverage_of(bool& wanted) {
  Target target(&wanted);
  target.takes_next = [](std::string_view, std::string_view next) { return parse_uint(next).has_value(); };
  return target;
}

}  // namespace

static int model(Env& env, Args& args) {
  ModelRun run;
  modelcheck::CheckOptions wish;
  wish.explore.threads = std::max(1u, std::thread::hardware_concurrency());
  bool simulates = false, explains = false;
  ModelDump dump;
  ModelSearch search;
  std::vector<Option> rows = {heading("What is checked")};
  run.add_rows(rows);
  const std::vector<Option> checks = {
      {"--no-deadlock -deadlock", "", "a state without a next one is as good as any", &wish.explore.checks_deadlock},
      {"--no-spinning", "", "so is one that all steps lead back to", &wish.explore.checks_spinning},
      {"--no-liveness", "", "properties about whole behaviours are left out", &wish.checks_liveness},
      {"--force", "", "properties about behaviours are checked with SYMMETRY and VIEW, sound or not",
       &wish.trusts_reduction},
      {"--continue -continue", "", "all states are looked at, whatever is wrong", &wish.explore.goes_on},
      {"--simulate -simulate", "[SETTINGS]", "behaviours by chance instead, as model simulate: num=N,file=PREFIX",
       simulation_of(simulates, run)},
  };
  rows.insert(rows.end(), checks.begin(), checks.end());
  run.add_simulation_rows(rows);
  rows.push_back(heading("How"));
  rows.push_back({"-j --threads -workers", "N", "how many; auto: one for each processor (the default)",
                  threads_of(wish.explore.threads)});
  search.add_rows(rows, wish);
  run.add_limit_rows(rows);
  run.add_report_rows(rows);
  rows.push_back(heading("What else is told"));
  rows.push_back(
      {"--explain", "", "what each step reads and writes, waits for and does; nothing is checked", &explains});
  dump.add_rows(rows);
  rows.push_back({"--overwrite", "", "also where there is such a file", &run.overwrites});
  rows.push_back({"--coverage -coverage", "", "how often each step was taken, and conditions that never changed",
                  coverage_of(wish.has_coverage)});
  rows.push_back(heading("For scripts that call TLC"));
  run.add_ignored_rows(rows);
  if (const auto done = args.parse(std::move(rows))) return *done;
  if (const auto status = run.load(env, args, args.operand(0))) return *status;
  if (explains) {
    print(env, modelcheck::explained(*run.model));
    return 0;
  }
  if (simulates) {
    run.simulation.checks_deadlock = wish.explore.checks_deadlock;
    run.simulation.checks_spinning = wish.explore.checks_spinning;
    return run.simulate(env, args);
  }
  if (const auto status = dump.write(env, args, *run.model, run.overwrites)) return *status;
  Progress progress(env, "check " + run.model->name, {.unit = "states", .talk = args.talk()});
  wish.explore.progress = [&](const modelcheck::Progress& now) {
    progress.set_stage(fmt::format("level {}  {} to go", now.level, count_text(now.queue)));
    progress.advance(now.distinct - std::min(now.distinct, progress.done()));
  };
  wish.explore.is_cancelled = [&] { return env.stop_requested(); };
  if (const auto ready = search.prepare(env, args, run.overwrites, wish); !ready) return args.fail(ready.error());
  const auto verdict = modelcheck::check(*run.model, wish);
  progress.finish("");
  if (verdict.error) {
    const bool is_usage = verdict.error->kind == Error::Kind::kUsage;
    return run.fail(env, args, *verdict.error,
                    is_usage ? std::nullopt : std::optional(static_cast<int>(modelcheck::Outcome::kStopped)));
  }
  search.tell_how_to_resume(args, verdict);
  return run.report(env, args, verdict);
}

extern const Command kModel = {
    .verb = "model",
    .operands = "FILE.tla",
    .help = "check a PlusCal or TLA+ model in every state that it can reach",
    .description =
        "Goes through all states that the specification allows, level by level, and says what is wrong with it: an "
        "invariant that does not hold, a deadlock, a step or a behaviour that a property forbids; and the shortest way "
        "there, as a table of the labels of the algorithm with what each step changes. An algorithm in PlusCal is "
        "translated in memory; the file is not touched.\n\n"
        "Beside a deadlock, in which no process can take a step, a spin deadlock is found: steps are taken for ever, "
        "and none of them changes anything, as where everybody spins on a lock that nobody will free.\n\n"
        "NAME.cfg says what is checked, in the words of TLC, whose options are taken as well. Without it the "
        "definition "
        "Spec is checked for deadlock. The result is the same for any number of threads.",
    .examples = {{"lorelei model join.tla", "what join.cfg asks for"},
                 {"lorelei model --trace=full join.tla", "with all variables of all states on the way"},
                 {"lorelei model --json join.tla", "for a program"}},
    .run = model,
    .exit_statuses =
        "0:: everything holds\n10:: an assumption is not true\n11:: deadlock\n12:: an invariant does not "
        "hold\n13:: a property does not hold\n14:: an assertion failed\n75, 76, 77:: a step, an invariant, "
        "a property could not be evaluated\n150:: the specification is wrong\n151:: the .cfg is\n152:: "
        "too many states\n255:: stopped, or something else failed",
};

}  // namespace lorelei::cmd
