// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/dump.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hh"
#include "modelcheck/dot.hh"
#include "modelcheck/walk.hh"
#include "modelcheck/wording.hh"

namespace lorelei::modelcheck {
namespace {

class Dump {
 public:
  Dump(Model& model, const DumpOptions& options) : model_(model), options_(options) {}

  Result<std::string> run() {
    const Silence silence(model_);
    Walker walker(model_);
    Walker::Visit visit;
    visit.state = [&](std::size_t number, const State& state, bool is_initial) {
      if (number == 0) words_ = std::make_unique<Wording>(model_, state);
      is_too_large_ = number >= options_.max_states;
      if (is_too_large_ || options_.is_cancelled()) return false;
      add_state(number, state, is_initial);
      return true;
    };
    if (options_.is_graph)
      visit.step = [&](std::size_t from, std::size_t to, const StepName& step) { add_edge(from, to, step); };
    try {
      walker.each_reachable(visit);
    } catch (const EvaluationError& error) {
      return err(Error::Kind::kFailed, "write all states of", model_.name, error.text);
    }
    if (is_too_large_)
      return err(Error::Kind::kTooLarge, "draw all states of", model_.name,
                 fmt::format("there are more than {}", options_.max_states), "--large");
    if (options_.is_cancelled()) return err(Error::Kind::kCancelled, "write all states of", model_.name, "stopped");
    return options_.is_graph ? graph() : std::move(nodes_);
  }

 private:
  std::string state_text(const State& state) const {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < state.size(); ++i)
      lines.push_back(
          printable(fmt::format("/\\ {} = {}", model_.compiler->variables()[i]->name, to_text(model_.heap, state[i]))));
    return join(lines, "\n");
  }

  void add_state(std::size_t number, const State& state, bool is_initial) {
    if (options_.is_graph)
      nodes_ += fmt::format("  {} [label={}{}];\n", number + 1, dot_text(state_text(state)),
                            is_initial ? ", style=filled" : "");
    else
      nodes_ += fmt::format("State {}:\n{}\n\n", number + 1, state_text(state));
  }

  // One edge for all steps of the same name between two states.
  void add_edge(std::size_t from, std::size_t to, const StepName& step) {
    const auto who = words_->process_of(step);
    const auto name = fmt::format("{}{}", who.empty() ? "" : who + ": ", words_->label_of(step));
    const bool tells_them_apart = options_.has_labels || options_.has_colours;
    if (!known_.insert({from, to, tells_them_apart ? name : ""}).second) return;
    std::vector<std::string> attributes;
    if (options_.has_labels) attributes.push_back(fmt::format("label={}", dot_text(name)));
    if (options_.has_colours) {
      constexpr std::size_t kColours = 12;  // of the scheme paired12
      const auto colour = colours_.try_emplace(step.action, colours_.size() % kColours + 1).first->second;
      attributes.push_back(fmt::format("color={}, fontcolor={}", colour, colour));
    }
    edges_ += fmt::format("  {} -> {}{};\n", from + 1, to + 1,
                          attributes.empty() ? "" : fmt::format(" [{}]", join(attributes, ", ")));
  }

  std::string graph() {
    auto out = fmt::format("digraph {} {{\n  node [shape=box, fontname=monospace];\n{}", dot_text(model_.name),
                           options_.has_colours ? "  edge [colorscheme=paired12];\n" : "");
    out += nodes_;
    out += edges_;
    return out + "}\n";
  }

  Model& model_;
  const DumpOptions& options_;
  std::unique_ptr<Wording> words_;
  std::string nodes_, edges_;
  std::set<std::tuple<std::size_t, std::size_t, std::string>> known_;
  std::map<std::string, std::size_t> colours_;
  bool is_too_large_ = false;
};

}  // namespace

Result<std::string> dump(Model& model, const DumpOptions& options) { return Dump(model, options).run(); }

}  // namespace lorelei::modelcheck
