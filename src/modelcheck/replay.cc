// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/replay.hh"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hh"
#include "modelcheck/trace_json.hh"
#include "tla/parser.hh"

namespace lorelei::modelcheck {

struct Replay::CommandRow {
  std::string_view name, argument, help;
  std::string (Replay::*run)(std::string_view);
};

// A word may be shortened: the first that begins with it is meant.
const Replay::CommandRow Replay::kCommands[] = {
    {"next", "[N]", "one step, or N, along the path; at its end the only step that there is", &Replay::next},
    {"back", "[N]", "the same the other way", &Replay::back},
    {"goto", "N", "the N-th state of the path", &Replay::go_to},
    {"steps", "", "the steps that can be taken here, with numbers", &Replay::steps},
    {"take", "N", "the N-th of them; what was ahead is forgotten", &Replay::take},
    {"print", "EXPRESSION", "what it is in this state; x' is that of the next state on the path", &Replay::evaluate},
    {"break", "[LABEL|EXPRESSION]", "where continue stops: somebody comes to the label, or it is true; else list them",
     &Replay::set_break},
    {"delete", "N", "the N-th of them", &Replay::remove_break},
    {"continue", "", "steps, to a break, the end of the path, or where there is a choice", &Replay::go_on},
    {"where", "", "at which label each process is, and its line of the source", &Replay::where},
    {"variables", "", "all of them, as they are here", &Replay::variables},
    {"list", "", "the path", &Replay::trace},
    {"help", "", "say this", &Replay::help},
    {"quit", "", "end", &Replay::quit},
};

Result<std::unique_ptr<Replay>> Replay::begin(Model& model) {
  std::unique_ptr<Replay> made(new Replay(model));
  try {
    made->walker_.each_initial([&](const State& state) {
      made->path_.push_back({state, {}});
      return false;
    });
  } catch (const EvaluationError& error) {
    return err(Error::Kind::kFailed, "begin", model.name, fmt::format("the first state: {}", error.text));
  }
  if (made->path_.empty()) return err(Error::Kind::kNotFound, "begin", model.name, "it has no first state");
  made->words_ = std::make_unique<Wording>(model, made->path_[0].state);
  return made;
}

Result<void> Replay::follow(std::string_view json) {
  TRY(const auto trace, JsonTrace::parse(json));
  std::vector<At> path;
  const auto no_step = [&](std::size_t number) {
    return err(Error::Kind::kUsage, "follow the trace", "",
               fmt::format("its state {} is none of {} that can be there", number + 1, model_.name),
               "a trace of this model and this .cfg, without ALIAS");
  };
  const auto find_next = [&](std::size_t number) {
    std::optional<At> found;
    walker_.each_next(path.back().state, [&](const State& next, const Walker::How& how) {
      if (!trace.is(model_, number, next)) return true;
      found = At{next, walker_.name(how)};
      return false;
    });
    // Nothing happens any more.
    if (!found && trace.is(model_, number, path.back().state)) found = At{path.back().state, {}};
    return found;
  };
  try {
    walker_.each_initial([&](const State& state) {
      if (trace.is(model_, 0, state)) path.push_back({state, {}});
      return path.empty();
    });
    if (path.empty()) return no_step(0);
    for (std::size_t i = 1; i < trace.size(); ++i) {
      auto found = find_next(i);
      if (!found) return no_step(i);
      path.push_back(std::move(*found));
    }
    if (const auto back = trace.back_to())
      if (auto found = find_next(*back); found && !found->step.action.empty()) path.push_back(std::move(*found));
  } catch (const EvaluationError& error) {
    return err(Error::Kind::kFailed, "follow the trace", "", error.text);
  }
  path_ = std::move(path);
  at_ = 0;
  has_choices_ = false;
  return {};
}

std::string Replay::run(std::string_view line) {
  line = trim(line);
  if (line.empty()) return "";
  const auto end = std::min(line.find_first_of(" \t"), line.size());
  const auto word = line.substr(0, end);
  const auto argument = trim(line.substr(end));
  for (const auto& row : kCommands) {
    if (!row.name.starts_with(word)) continue;
    try {
      return (this->*row.run)(argument);
    } catch (const EvaluationError& error) {
      return fmt::format("{}\n", printable(error.text));
    } catch (const CompileError& error) {
      return fmt::format("{}\n", printable(error.diagnostic.text));
    }
  }
  return fmt::format("there is no command {}; help lists them\n", printable(word));
}

std::string Replay::help(std::string_view) {
  std::string out;
  for (const auto& row : kCommands)
    out += fmt::format("  {:<30} {}\n", fmt::format("{} {}", row.name, row.argument), row.help);
  return out;
}
std::string Replay::quit(std::string_view) {
  is_over_ = true;
  return "";
}

std::string Replay::line_of(const State& before, const At& after) const {
  const auto who = words_->process_of(after.step);
  const auto line = Wording::line_of(after.step.place);
  auto text = after.step.action.empty()
                  ? std::string("nothing happens")
                  : fmt::format("{}{}{}", who.empty() ? "" : who + ": ", words_->label_of(after.step),
                                line ? fmt::format(" (line {})", line) : "");
  const auto changes = words_->changes(words_->shown({before, {}, {}}), words_->shown({after.state, {}, {}}));
  if (!changes.empty()) text += "  " + join(changes, ", ");
  return printable(text);
}

std::string Replay::here() {
  const auto& at = path_[at_];
  const auto text = at_ == 0 ? printable("start  " + join(words_->values(words_->shown({at.state, {}, {}})), ", "))
                             : line_of(path_[at_ - 1].state, at);
  return fmt::format("state {} of {}  {}\n", at_ + 1, path_.size(), text);
}

const std::vector<Replay::At>& Replay::choices() {
  if (has_choices_) return choices_;
  choices_.clear();
  walker_.set_level(at_ + 1);
  walker_.each_next(now(), [&](const State& next, const Walker::How& how) {
    choices_.push_back({next, walker_.name(how)});
    return true;
  });
  has_choices_ = true;
  return choices_;
}

// One step on; what stands in the way if it was none.
std::string Replay::advance(bool& has_moved) {
  has_moved = false;
  if (at_ + 1 == path_.size()) {
    const auto& all = choices();
    if (all.empty()) return "there is no step from here\n";
    const auto leads_elsewhere = [&](const At& one) { return one.state != now(); };
    const auto first = std::find_if(all.begin(), all.end(), leads_elsewhere);
    if (first == all.end()) return "all steps from here lead back here\n";
    if (std::count_if(all.begin(), all.end(), leads_elsewhere) > 1) return "there is a choice:\n" + steps("");
    path_.push_back(*first);
  }
  ++at_;
  has_choices_ = false;
  has_moved = true;
  return "";
}

std::string Replay::next(std::string_view argument) {
  const auto count = argument.empty() ? std::optional<std::uint64_t>(1) : parse_uint(argument);
  if (!count) return "next N: a number is missing\n";
  std::string out;
  for (std::uint64_t i = 0; i < *count; ++i) {
    bool has_moved = false;
    const auto wall = advance(has_moved);
    if (!has_moved) return out + wall;
    out += here();
  }
  return out;
}

std::string Replay::back(std::string_view argument) {
  const auto count = argument.empty() ? std::optional<std::uint64_t>(1) : parse_uint(argument);
  if (!count) return "back N: a number is missing\n";
  at_ -= std::min<std::uint64_t>(*count, at_);
  has_choices_ = false;
  return here();
}

std::string Replay::go_to(std::string_view argument) {
  const auto number = parse_uint(argument);
  if (!number || *number < 1 || *number > path_.size())
    return fmt::format("goto N: a number from 1 to {}\n", path_.size());
  at_ = *number - 1;
  has_choices_ = false;
  return here();
}

std::string Replay::steps(std::string_view) {
  std::string out;
  std::size_t number = 0;
  for (const auto& one : choices()) out += fmt::format("  {}  {}\n", ++number, line_of(now(), one));
  return out.empty() ? "there is no step from here\n" : out;
}

std::string Replay::take(std::string_view argument) {
  const auto number = parse_uint(argument);
  const auto& all = choices();
  if (!number || *number < 1 || *number > all.size())
    return all.empty() ? "there is no step from here\n" : fmt::format("take N: a number from 1 to {}\n", all.size());
  path_.resize(at_ + 1);
  path_.push_back(all[*number - 1]);
  ++at_;
  has_choices_ = false;
  return here();
}

// Null: wrong says why.
const Expression* Replay::expression(std::string_view text, std::string& wrong) {
  std::vector<tla::Diagnostic> diagnostics;
  auto& source = sources_.emplace_back("", text);
  auto tokens = tla::read_tokens(source, 0, static_cast<std::uint32_t>(source.text().size()), diagnostics);
  tokens.pop_back();
  tla::Parser parser(tokens, diagnostics);
  auto node = parser.expression();
  parser.require_end();
  if (diagnostics.empty() && !parser.failed())
    tla::resolve_later(model_.specification, model_.names, *node, diagnostics);
  for (const auto& one : diagnostics)
    if (one.severity == tla::Diagnostic::Severity::kError) {
      wrong = printable(one.hint.empty() ? one.text : fmt::format("{} ({})", one.text, one.hint)) + "\n";
      return nullptr;
    }
  nodes_.push_back(std::move(node));
  return model_.compiler->expression(*nodes_.back());
}

std::string Replay::evaluate(std::string_view argument) {
  if (argument.empty()) return "print EXPRESSION: it is missing\n";
  std::string wrong;
  const auto* of = expression(argument, wrong);
  if (!of) return wrong;
  walker_.set_level(at_ + 1);
  const auto value = walker_.evaluate(*of, now(), at_ + 1 < path_.size() ? &path_[at_ + 1].state : nullptr);
  return printable(to_text(model_.heap, value)) + "\n";
}

std::string Replay::set_break(std::string_view argument) {
  if (argument.empty()) {
    std::string out;
    for (std::size_t i = 0; i < breaks_.size(); ++i)
      out += fmt::format("  {}  {}\n", i + 1, printable(breaks_[i].text));
    return out.empty() ? "there is no break\n" : out;
  }
  Break made{std::string(argument)};
  bool is_label = false;
  for (const auto& action : model_.compiler->actions()) is_label = is_label || action.symbol->name == argument;
  if (model_.translation)
    for (const auto& label : model_.translation->actions)
      is_label = is_label || label.label == argument || label.renamed == argument ||
                 fmt::format("{}.{}", model_.translation->bodies[label.body].name, label.label) == argument;
  if (!is_label) {
    std::string wrong;
    made.expression = expression(argument, wrong);
    if (!made.expression) return wrong;
  }
  breaks_.push_back(std::move(made));
  return fmt::format("break {}\n", breaks_.size());
}

std::string Replay::remove_break(std::string_view argument) {
  const auto number = parse_uint(argument);
  if (!number || *number < 1 || *number > breaks_.size())
    return fmt::format("delete N: a number from 1 to {}\n", breaks_.size());
  breaks_.erase(breaks_.begin() + static_cast<std::ptrdiff_t>(*number - 1));
  return "";
}

// Somebody has come to the label by the last step. Without labels: the last step is the one of that name.
bool Replay::is_at_label(const Break& of) const {
  if (at_ == 0) return false;
  if (!words_->pc()) return path_[at_].step.action == of.text;
  const auto& heap = model_.heap;
  const auto before = path_[at_ - 1].state[*words_->pc()], after = now()[*words_->pc()];
  const auto is_label = [&](Value label) {
    if (heap.kind(label) != Kind::kString) return false;
    for (const auto& one : model_.translation->actions)
      if (one.renamed == heap.text(label) &&
          (one.label == of.text || one.renamed == of.text ||
           fmt::format("{}.{}", model_.translation->bodies[one.body].name, one.label) == of.text))
        return true;
    return false;
  };
  if (heap.kind(after) != Kind::kFunction) return before != after && is_label(after);
  for (std::size_t i = 0; i < heap.values(after).size(); ++i)
    if (heap.values(after)[i] != heap.values(before)[i] && is_label(heap.values(after)[i])) return true;
  return false;
}

const Replay::Break* Replay::broken() {
  for (const auto& one : breaks_)
    if (one.expression ? walker_.evaluate(*one.expression, now()) == kTrue : is_at_label(one)) return &one;
  return nullptr;
}

std::string Replay::go_on(std::string_view) {
  constexpr std::size_t kMaxSteps = 10'000;  // a loop without a choice has no end
  std::string out;
  const auto end = path_.size();
  for (std::size_t i = 0; i < kMaxSteps; ++i) {
    bool has_moved = false;
    const auto wall = advance(has_moved);
    if (!has_moved) return out + wall;
    out += here();
    if (const auto* one = broken()) return out + fmt::format("break: {}\n", printable(one->text));
    if (at_ + 1 == end) return out + "this is the end of the path\n";
  }
  return out;
}

std::string Replay::where(std::string_view) {
  if (!words_->pc()) return "there is no algorithm: its steps have no place\n";
  const auto& heap = model_.heap;
  const auto pc = now()[*words_->pc()];
  std::string out;
  const auto add = [&](const std::string& who, Value label) {
    const auto text = heap.kind(label) == Kind::kString ? std::string(heap.text(label)) : to_text(heap, label);
    std::string line = fmt::format("  {}{}", who.empty() ? "" : who + " ", text);
    for (const auto& one : model_.translation->actions) {
      if (one.renamed != text || !one.place.source) continue;
      const auto number = Wording::line_of(one.place);
      line = fmt::format("  {}{:<20} {:>4}  {}", who.empty() ? "" : fmt::format("{:<16} ", who),
                         words_->label_of({one.action, {}, {}, one.place, &one, &model_.translation->bodies[one.body]}),
                         number, trim(one.place.source->line_at(number)));
      break;
    }
    out += printable(line) + "\n";
  };
  if (heap.kind(pc) != Kind::kFunction) {
    add("", pc);
    return out;
  }
  const auto processes = heap.elements(heap.domain(pc));
  for (std::size_t i = 0; i < processes.size(); ++i) add(words_->process(processes[i]), heap.values(pc)[i]);
  return out;
}

std::string Replay::variables(std::string_view) {
  std::string out;
  for (const auto& [name, value] : words_->shown({now(), {}, {}}))
    out += printable(fmt::format("/\\ {} = {}", name, to_text(model_.heap, value))) + "\n";
  return out;
}

std::string Replay::trace(std::string_view) {
  std::string out;
  for (std::size_t i = 0; i < path_.size(); ++i)
    out += fmt::format("{} {}  {}\n", i == at_ ? ">" : " ", i + 1,
                       i == 0 ? std::string("start") : line_of(path_[i - 1].state, path_[i]));
  return out;
}

}  // namespace lorelei::modelcheck
