// SPDX-License-Identifier: GPL-3.0-or-later
#include "cmd/model_run.hh"

#include <fmt/core.h>
#include <filesystem>

#include <set>

#include "base/files.hh"
#include "base/progress.hh"
#include "base/text.hh"
#include "cmd/pluscal_rows.hh"

namespace lorelei::cmd {

void ModelRun::add_rows(std::vector<Option>& rows) {
  rows.push_back(
      {"--config -config", "FILE", "what of it is to be checked, and its constants (NAME.cfg beside it)", &config_});
  rows.push_back({"-I --library", "DIR", "look for modules here too", &library_});
  rows.push_back(
      {"--use-translation", "", "the translation that the file has, and not its algorithm", &files_.uses_translation});
}

// Of the usual checker, without a meaning here or with one that is the only way anyhow: a script that has them works.
void ModelRun::add_ignored_rows(std::vector<Option>& rows) {
  rows.push_back({"--unused -cleanup -gzip -terse -difftrace -noGenerateSpecTE -generateSpecTE -debug -view", "",
                  "of TLC; nothing happens", &has_no_effect_});
  rows.push_back({"--unused-value -fp -fpbits -fpmem -checkpoint -lncheck -userFile", "VALUE",
                  "of TLC; nothing happens either", &has_no_effect_value_});
}

void ModelRun::add_limit_rows(std::vector<Option>& rows) {
  rows.push_back({"--int32", "", "integers beyond 32 bits are an error, as in TLC", &files_.has_32_bits});
  rows.push_back(
      {"--max-set-size -maxSetSize", "N", "sets of more elements are not enumerated (1000000)", &files_.max_set_size});
}

void ModelRun::add_report_rows(std::vector<Option>& rows) {
  rows.push_back({"--trace", "text|full|json|tla|dot|html",
                  "the way to what is wrong: a table; all variables; as other tools read it; a graph; a page",
                  pick(&form_)});
  rows.push_back({"--json", "", "the verdict as one object", &json_});
  rows.push_back({"--tool -tool", "", "the messages of TLC's -tool, for editors", &is_tool_});
  rows.push_back({"--no-warnings -nowarning", "", "what is only doubtful is not told", &warns});
  add_pluscal_rows(rows, files_.options);
}

void ModelRun::add_simulation_rows(std::vector<Option>& rows) {
  rows.push_back({"--depth -depth", "N", "states of a behaviour by chance at most (100)", &simulation.depth});
  rows.push_back({"--seed -seed", "N", "another one takes other ways; the same one the same (0)", &simulation.seed});
  rows.push_back({"--aril -aril", "N", "begin with the N-th behaviour of the seed", &simulation.aril});
}

void ModelRun::tell(const Args& args, const std::vector<tla::Diagnostic>& diagnostics) {
  std::set<std::string> told;  // a macro says the same wherever it is used
  for (const auto& one : diagnostics) {
    if (one.severity != tla::Diagnostic::Severity::kError && !warns) continue;
    if (const auto text = tla::to_text(one); told.insert(text).second) args.tell(text);
  }
}

std::optional<int> ModelRun::load(Env& env, Args& args, const std::string& file) {
  files_.specification = file;
  std::error_code ignored;
  if (!files_.specification.has_extension() && !std::filesystem::exists(files_.specification, ignored))
    files_.specification += ".tla";  // TLC takes the name of the module
  if (config_) files_.config = *config_;
  files_.library.assign(library_.begin(), library_.end());
  std::vector<tla::Diagnostic> diagnostics;
  auto loaded = modelcheck::Model::load(files_, diagnostics);
  if (!loaded) return fail(env, args, loaded.error());
  model = std::move(loaded->model);
  tell(args, diagnostics);
  const auto name = files_.specification.stem().string();
  if (loaded->state == modelcheck::Model::State::kWrongSpecification) {
    if (json_) print(env, modelcheck::to_json({name, "wrong-specification", kNotParsed, "", diagnostics}));
    return kNotParsed;
  }
  if (loaded->state == modelcheck::Model::State::kWrongConfig) {
    if (json_) print(env, modelcheck::to_json({name, "wrong-config", kWrongConfig, "", diagnostics}));
    return kWrongConfig;
  }
  model->world.seed = simulation.seed;
  model->world.print = [this, &args](const std::string& text) {
    const std::lock_guard lock(printing_);
    args.tell(printable(text));
  };
  return std::nullopt;
}

int ModelRun::fail(Env& env, const Args& args, const Error& error, std::optional<int> status) {
  const int usual = args.fail(error);
  const modelcheck::Unchecked unchecked{
      files_.specification.stem().string(), "stopped", status.value_or(usual), error.why, {}};
  if (json_) print(env, modelcheck::to_json(unchecked));
  return unchecked.status;
}

int ModelRun::report(Env& env, Args& args, const modelcheck::Verdict& verdict) {
  using modelcheck::TraceForm;
  tell(args, verdict.notes);
  if (is_tool_) {
    print(env, to_messages(*model, verdict));
    return static_cast<int>(verdict.outcome);
  }
  print(env, json_ ? to_json(*model, verdict) : to_text(*model, verdict, form_));
  if (json_) return static_cast<int>(verdict.outcome);
  if (form_ == TraceForm::kJson || form_ == TraceForm::kDot || form_ == TraceForm::kHtml)
    args.tell(printable(fmt::format("{}: {}", model->name, headline(*model, verdict))));
  if (verdict.simulated && verdict.finding) {
    const auto& of = *verdict.simulated;
    const auto length = verdict.trace ? verdict.trace->states.size() : 0;
    args.remark(fmt::format(
        "# behaviour {} with --seed={} --aril={}{}; {} states in all", of.behaviours, of.seed, of.aril,
        of.found_length > length ? fmt::format(", made {} states shorter than it was", of.found_length - length) : "",
        of.states));
  } else if (verdict.finding) {
    args.remark("# " + counts_text(verdict.explored));
  }
  return static_cast<int>(verdict.outcome);
}

Result<void> ModelRun::set_simulation(std::string_view text) {
  for (const auto part : split(text, ',')) {
    const auto number = part.starts_with("num=") ? parse_uint(part.substr(4)) : std::nullopt;
    if (number)
      simulation.behaviours = *number;
    else if (part.starts_with("file=") && part.size() > 5)
      behaviours_prefix = part.substr(5);
    else if (!part.empty())
      return err(Error::Kind::kUsage, "", "", "not a setting of a simulation",
                 "num=N, file=PREFIX, or both with a comma");
  }
  return {};
}

int ModelRun::simulate(Env& env, Args& args) {
  if (simulation.depth == 0)
    return args.fail(
        {Error::Kind::kUsage, "simulate", "--depth=0", "a behaviour has a first state", "--depth=100", "", 0});
  simulation.is_cancelled = [&] { return env.stop_requested(); };
  Progress progress(env, "simulate " + model->name, {.unit = "states", .talk = args.talk()});
  simulation.progress = [&](std::uint64_t states) { progress.advance(states); };
  int written = 0;
  if (!behaviours_prefix.empty())
    simulation.each = [&](std::uint64_t number, const modelcheck::Trace& trace) {
      written = write_behaviour(number, trace, args);
      return written == 0;
    };
  const auto verdict = modelcheck::simulate(*model, simulation);
  progress.finish("");
  if (written) return written;
  return report(env, args, verdict);
}

// A module with a definition for each state, as the usual checker writes it.
int ModelRun::write_behaviour(std::uint64_t number, const modelcheck::Trace& trace, const Args& args) {
  const fs::path path = fmt::format("{}_0_{}", behaviours_prefix, number);
  const modelcheck::Wording words(*model, trace.states[0].values);
  std::string text = fmt::format("---------------- MODULE {} -----------------\n", path.filename().string());
  for (std::size_t i = 0; i < trace.states.size(); ++i) {
    text += fmt::format("STATE_{} ==\n", i + 1);
    for (const auto& [name, value] : words.shown(trace.states[i]))
      text += fmt::format("/\\ {} = {}\n", name, to_text(model->heap, value));
    text += "\n";
  }
  text += "=================================================\n";
  const auto made = overwrites ? replace_file(path, text, Sync::kNo) : create_file(path, text, Sync::kNo);
  return made ? 0 : args.fail(made.error());
}

}  // namespace lorelei::cmd
