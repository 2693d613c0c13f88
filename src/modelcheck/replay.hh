// SPDX-License-Identifier: GPL-3.0-or-later
// A behaviour gone through by hand: one step on, one back, another one instead, and what any expression is there.
//
// There is a path from a first state and a place on it. What is ahead on the path was there before (a trace that was
// read, or steps that were taken back); taking another step forgets it.
#pragma once
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "modelcheck/walk.hh"
#include "modelcheck/wording.hh"

namespace lorelei::modelcheck {

class Replay {
 public:
  // At the first state. Errors: kNotFound, there is none; kFailed, it cannot be evaluated.
  static Result<std::unique_ptr<Replay>> begin(Model&);
  // The path is the trace in this text, from its first state: what to_counterexample() or to_json() wrote, or another
  // tool. Errors: kUsage, it is no such thing, or no behaviour of this model.
  Result<void> follow(std::string_view json);

  // One line from the user. Gives what is to be shown, with newlines.
  std::string run(std::string_view line);
  bool is_over() const { return is_over_; }
  // Where it is, in one line.
  std::string here();

 private:
  struct At {
    State state;
    StepName step;
  };
  struct Break {
    std::string text;
    const Expression* expression = nullptr;  // null: a label
  };
  struct CommandRow;
  static const CommandRow kCommands[];

  explicit Replay(Model& model) : model_(model), walker_(model), words_(std::make_unique<Wording>(model, State{})) {}

  std::string help(std::string_view);
  std::string next(std::string_view);
  std::string back(std::string_view);
  std::string go_to(std::string_view);
  std::string steps(std::string_view);
  std::string take(std::string_view);
  std::string evaluate(std::string_view);
  std::string set_break(std::string_view);
  std::string remove_break(std::string_view);
  std::string go_on(std::string_view);
  std::string where(std::string_view);
  std::string variables(std::string_view);
  std::string trace(std::string_view);
  std::string quit(std::string_view);

  const State& now() const { return path_[at_].state; }
  const std::vector<At>& choices();  // the steps that can be taken here
  std::string advance(bool& has_moved);
  std::string line_of(const State& before, const At& after) const;
  const Break* broken();  // the first that holds here
  bool is_at_label(const Break&) const;
  const Expression* expression(std::string_view text, std::string& wrong);

  Model& model_;
  Walker walker_;
  std::unique_ptr<Wording> words_;
  std::vector<At> path_;
  std::size_t at_ = 0;
  std::vector<At> choices_;
  bool has_choices_ = false;
  std::vector<Break> breaks_;
  bool is_over_ = false;
  // Of expressions that were asked for.
  std::deque<tla::Source> sources_;
  std::vector<tla::NodePtr> nodes_;
};

}  // namespace lorelei::modelcheck
