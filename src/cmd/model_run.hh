// SPDX-License-Identifier: GPL-3.0-or-later
// What the commands on models have in common: their files, their warnings, how a verdict is told.
#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/command.hh"
#include "modelcheck/report.hh"
#include "modelcheck/simulate.hh"

namespace lorelei::cmd {

// Of files that are wrong, as the usual checker has them.
inline constexpr int kNotParsed = 150, kWrongConfig = 151;

class ModelRun {
 public:
  // The rows write into this object.
  void add_rows(std::vector<Option>&);          // what is read
  void add_ignored_rows(std::vector<Option>&);  // what is accepted for the sake of scripts
  void add_limit_rows(std::vector<Option>&);
  void add_report_rows(std::vector<Option>&);  // how it is told
  // Reads and prepares the model, and says what is wrong or doubtful; the exit status if it cannot be checked.
  std::optional<int> load(Env&, Args&, const std::string& file);
  // Says why it was not checked to the end; returns the exit status, or that of the error.
  int fail(Env&, const Args&, const Error&, std::optional<int> status = {});
  // Prints it; returns the exit status.
  int report(Env&, Args&, const modelcheck::Verdict&);

  // With the settings of `-simulate`.
  int simulate(Env&, Args&);
  modelcheck::SimulateOptions simulation;
  std::string behaviours_prefix;  // "": behaviours are not written
  // "num=N,file=PREFIX"
  Result<void> set_simulation(std::string_view);
  void add_simulation_rows(std::vector<Option>&);

  std::unique_ptr<modelcheck::Model> model;
  bool warns = true, overwrites = false;

  void tell(const Args&, const std::vector<tla::Diagnostic>&);

 private:
  int write_behaviour(std::uint64_t number, const modelcheck::Trace&, const Args&);

  modelcheck::ModelFiles files_;
  std::optional<std::string> config_;
  std::vector<std::string> library_;
  modelcheck::TraceForm form_ = modelcheck::TraceForm::kText;
  bool json_ = false, is_tool_ = false, has_no_effect_ = false;
  std::string has_no_effect_value_;
  std::mutex printing_;
};

}  // namespace lorelei::cmd
