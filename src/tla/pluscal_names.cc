// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/pluscal_names.hh"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.hh"

namespace lorelei::tla::pluscal {
namespace {

enum Class { kGlobal, kLabel, kProcedure, kProcess, kProcessLocal, kProcedureLocal, kParameter };
constexpr std::array<std::string_view, 7> kClasses = {
    "Global variable", "Label", "Procedure", "Process", "Process variable", "Procedure variable", "Parameter"};
constexpr std::array<std::string_view, 7> kOurs = {"Init",    "Next",        "Spec",       "vars",
                                                   "ProcSet", "Terminating", "Termination"};

struct Entry {
  Class is;
  Name* name;
  const Body* scope;  // null: none
};

class Table {
 public:
  explicit Table(std::vector<Diagnostic>& diagnostics) : diagnostics_(diagnostics) {}

  bool fill(Algorithm& algorithm) {
    taken_["pc"] = 1;
    globals_.emplace("pc", Place{});
    if (!algorithm.procedures.empty()) {
      taken_["stack"] = 1;
      globals_.emplace("stack", Place{});
    }
    for (auto& variable : algorithm.globals) {
      unique(variable.name, globals_, "variable");
      add(kGlobal, variable.name, nullptr);
    }
    std::map<std::string, Place> procedures, processes;
    for (auto& body : algorithm.procedures) {
      unique(body.name, procedures, "procedure");
      add(kProcedure, body.name, nullptr);
      fill(body);
    }
    for (auto& body : algorithm.processes) {
      if (body.kind != Body::Kind::kAlgorithm) {
        unique(body.name, processes, "process");
        add(kProcess, body.name, nullptr);
      }
      fill(body);
    }
    return is_good_;
  }

  void disambiguate(std::vector<Renaming>& renamings) {
    std::stable_sort(all_.begin(), all_.end(), [](const Entry& a, const Entry& b) { return a.is < b.is; });
    for (const auto& entry : all_) {
      if (entry.is == kGlobal) continue;
      auto& name = entry.name->renamed;
      const std::string_view scope = entry.scope ? std::string_view(entry.scope->name.text) : std::string_view();
      for (std::size_t length = 0; taken_[name] > 1; ++length) {
        --taken_[name];
        if (length == 0) {
          name += '_';
        } else if (length <= scope.size()) {
          name += scope[length - 1];
        } else {
          name += static_cast<char>('0' + entry.is);
        }
        ++taken_[name];
      }
      if (name == entry.name->text) continue;
      renamings.push_back(
          {std::string(kClasses[entry.is]), entry.name->text, name, described(entry.scope), entry.name->place});
    }
  }

 private:
  static std::string described(const Body* scope) {
    if (!scope) return "";
    return fmt::format("{} {}", scope->kind == Body::Kind::kProcedure ? "procedure" : "process", scope->name.text);
  }

  void fill(Body& body) {
    const auto* scope = body.kind == Body::Kind::kAlgorithm ? nullptr : &body;
    const bool is_procedure = body.kind == Body::Kind::kProcedure;
    std::map<std::string, Place> names, labels;
    for (auto& variable : body.locals)
      add_local(is_procedure ? kProcedureLocal : kProcessLocal, variable.name, scope, names);
    for (auto& variable : body.parameters) add_local(kParameter, variable.name, scope, names);
    add_labels_of(body.statements, scope, labels);
  }

  void add_local(Class is, Name& name, const Body* scope, std::map<std::string, Place>& names) {
    if (const auto global = globals_.find(name.text); global != globals_.end()) {
      complain(name.place,
               fmt::format("'{}' is a variable of the whole algorithm already{}", name.text, line_of(global->second)),
               "give one of them another name");
    }
    unique(name, names, "variable");
    add(is, name, scope);
  }

  void add_labels_of(Statements& all, const Body* scope, std::map<std::string, Place>& labels) {
    for (auto& one : all) {
      for (auto& label : one.label) {
        unique(label.name, labels, "label");
        add(kLabel, label.name, scope);
      }
      for (auto& part : one.parts) add_labels_of(part, scope, labels);
    }
  }

  void add(Class is, Name& name, const Body* scope) {
    name.renamed = name.text;
    ++taken_[name.text];
    all_.push_back({is, &name, scope});
    if (name.text == "self" || std::find(kOurs.begin(), kOurs.end(), name.text) != kOurs.end())
      complain(name.place, fmt::format("the translation defines '{}' itself", name.text), "choose another name");
  }

  void unique(const Name& name, std::map<std::string, Place>& names, std::string_view what) {
    const auto [before, is_new] = names.emplace(name.text, name.place);
    if (!is_new)
      complain(name.place, fmt::format("there is a {} '{}' already{}", what, name.text, line_of(before->second)));
  }

  static std::string line_of(Place place) {
    return place.source ? fmt::format(", in line {}", place.source->position(place.begin).line)
                        : ", of the translation";
  }

  void complain(Place place, std::string text, std::string hint = {}) {
    is_good_ = false;
    diagnostics_.push_back({Diagnostic::Severity::kError, 0, place, std::move(text), std::move(hint)});
  }

  std::vector<Diagnostic>& diagnostics_;
  std::vector<Entry> all_;
  std::map<std::string, int> taken_;  // by how many
  std::map<std::string, Place> globals_;
  bool is_good_ = true;
};

}  // namespace

bool resolve_names(Algorithm& algorithm, std::vector<Renaming>& renamings, std::vector<Diagnostic>& diagnostics) {
  Table table(diagnostics);
  if (!table.fill(algorithm)) return false;
  table.disambiguate(renamings);
  return true;
}

}  // namespace lorelei::tla::pluscal
