// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/pluscal_warnings.hh"

#include <fmt/core.h>

#include <map>
#include <string>

namespace lorelei::tla::pluscal {
namespace {

void warn(std::vector<Diagnostic>& diagnostics, Place place, std::string text, std::string hint = {}) {
  diagnostics.push_back({Diagnostic::Severity::kWarning, 0, place, std::move(text), std::move(hint)});
}

// The steps that can be reached from the first one, by number.
std::vector<bool> reached(const std::vector<Step>& steps) {
  std::map<std::string, std::size_t> number;
  for (std::size_t i = 0; i < steps.size(); ++i) number.emplace(steps[i].label->name.renamed, i);
  std::vector<bool> seen(steps.size());
  std::vector<std::size_t> open;
  const auto visit = [&](std::size_t i) {
    if (!seen[i]) open.push_back(i);
    seen[i] = true;
  };
  if (!steps.empty()) visit(0);
  while (!open.empty()) {
    const auto i = open.back();
    open.pop_back();
    for (const auto& label : steps[i].action.goes_to)
      if (const auto at = number.find(label); at != number.end()) visit(at->second);
  }
  return seen;
}

void warn_of_body(const Body& body, const std::vector<Step>& steps, std::vector<Diagnostic>& diagnostics) {
  const auto seen = reached(steps);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto& name = steps[i].label->name;
    if (!seen[i]) {
      warn(diagnostics, name.place, fmt::format("control never comes to the label '{}'", name.text));
    } else if (body.kind == Body::Kind::kProcedure && steps[i].action.goes_to.contains("Error")) {
      warn(diagnostics, name.place,
           fmt::format("the procedure '{}' can end here without 'return': its process stands still then",
                       body.name.text),
           "add return, or goto on each path");
    }
  }
}

}  // namespace

void warn_of_control(const Plan& plan, std::vector<Diagnostic>& diagnostics) {
  const auto& algorithm = plan.algorithm;
  for (std::size_t i = 0; i < algorithm.procedures.size(); ++i)
    warn_of_body(algorithm.procedures[i], plan.procedures[i], diagnostics);
  for (std::size_t i = 0; i < algorithm.processes.size(); ++i)
    warn_of_body(algorithm.processes[i], plan.processes[i], diagnostics);
}

}  // namespace lorelei::tla::pluscal
