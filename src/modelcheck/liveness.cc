// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/liveness.hh"

#include <algorithm>
#include <deque>
#include <functional>
#include <unordered_map>

#include "modelcheck/automaton.hh"

namespace lorelei::modelcheck {
namespace {

using Number = std::uint32_t;  // of a state, or of a place of the product
constexpr Number kNone = UINT32_MAX;

// The steps between states, numbered without gaps; each once, and none to the state itself.
class Graph {
 public:
  Graph(const StateStore& store, const Explored& explored) : first_(store.first_numbers()) {
    std::vector<std::pair<Number, Number>> edges;
    edges.reserve(explored.edges.size());
    for (const auto& edge : explored.edges)
      if (edge.from != edge.to) edges.emplace_back(number(edge.from), number(edge.to));
    std::sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    begin_.resize(size() + 1);
    for (const auto& [from, to] : edges) ++begin_[from + 1];
    for (std::size_t i = 0; i < size(); ++i) begin_[i + 1] += begin_[i];
    for (const auto& edge : edges) to_.push_back(edge.second);
  }

  Number size() const { return static_cast<Number>(first_.back()); }
  Number number(StateId id) const {
    return static_cast<Number>(first_[shard(id)] + (id - StateStore::id(shard(id), 0)));
  }
  StateId id(Number number) const {
    const auto shard = std::upper_bound(first_.begin(), first_.end(), number) - first_.begin() - 1;
    return StateStore::id(static_cast<std::uint32_t>(shard),
                          static_cast<std::uint32_t>(number - first_[static_cast<std::size_t>(shard)]));
  }
  std::span<const Number> next(Number state) const {
    return {to_.data() + begin_[state], begin_[state + 1] - begin_[state]};
  }

 private:
  static std::uint32_t shard(StateId id) { return id >> (32 - kShardBits); }

  std::vector<std::uint64_t> first_;
  std::vector<std::size_t> begin_;
  std::vector<Number> to_;
};

// What is asked of states and steps; of states each once.
class Facts {
 public:
  Facts(Model& model, const StateStore& store, const Graph& graph)
      : model_(model),
        store_(store),
        graph_(graph),
        machine_(model.heap, model.world, model.width(), model.compiler->frame_size()) {}

  std::size_t add(const Atom& atom) {
    atoms_.push_back(atom);
    known_.emplace_back(atom.is_of_step ? 0 : graph_.size());
    return atoms_.size() - 1;
  }

  bool of_state(std::size_t atom, Number state) {
    auto& known = known_[atom][state];
    if (known == 0) known = evaluate(atoms_[atom], state) ? 2 : 1;
    return known == 2;
  }
  bool of_step(std::size_t atom, Number from, Number to) {
    machine_.restart(model_.compiler->frame_size());
    machine_.now = store_.state(graph_.id(from));
    const auto* next = store_.state(graph_.id(to));
    std::copy(next, next + model_.width(), machine_.next.begin());
    return machine_.is_true(*atoms_[atom].expression);
  }
  bool is_of_step(std::size_t atom) const { return atoms_[atom].is_of_step; }

 private:
  bool evaluate(const Atom& atom, Number state) {
    machine_.restart(model_.compiler->frame_size());
    machine_.now = store_.state(graph_.id(state));
    if (atom.expression) return machine_.is_true(*atom.expression);
    std::fill(machine_.next.begin(), machine_.next.end(), Value{});
    bool is_possible = false;
    const std::function<bool()> emit = [&] {
      is_possible = true;
      return false;
    };
    machine_.emit = &emit;
    take(*atom.enabled, machine_);
    std::fill(machine_.next.begin(), machine_.next.end(), Value{});
    return is_possible;
  }

  Model& model_;
  const StateStore& store_;
  const Graph& graph_;
  Machine machine_;
  std::vector<Atom> atoms_;
  std::vector<std::vector<std::uint8_t>> known_;
};

struct Fairness {
  bool is_strong = false;
  std::size_t enabled = 0, taken = 0;  // facts
};

class Search {
 public:
  Search(const Graph& graph, Facts& facts, const std::vector<Fairness>& fairness, const Automaton& automaton)
      : graph_(graph), facts_(facts), fairness_(fairness), automaton_(automaton), places_(automaton.places.size()) {
    for (const auto& atom : automaton.atoms) atoms_.push_back(facts.add(atom));
  }

  std::optional<Lasso> run(const std::vector<StateId>& initial) {
    if (std::uint64_t{graph_.size()} * places_ >= kNone)
      throw EvaluationError{EvaluationError::Reason::kTooLarge, "a property over so many states cannot be checked"};
    walk(initial);
    std::vector<Number> all;
    for (Number node = 0; node < distance_.size(); ++node)
      if (distance_[node] != kNone) all.push_back(node);
    part_.assign(distance_.size(), 0);
    look_into(std::move(all));
    return shortest();
  }

 private:
  // Of looking for the shortest loop: steps, fairness conditions, and things that a loop must have.
  static constexpr std::uint64_t kMaxWork = 20'000'000;
  static constexpr std::size_t kMaxConditions = 8, kMaxBits = 40;

  struct Component {
    std::uint32_t part;
    std::vector<Number> nodes;
  };

  Number state(Number node) const { return static_cast<Number>(node / places_); }
  std::uint32_t place(Number node) const { return static_cast<std::uint32_t>(node % places_); }
  Number node(Number state, std::uint32_t place) const { return static_cast<Number>(state * places_ + place); }

  bool can_be_at(Number state, std::uint32_t place) {
    for (const auto& literal : automaton_.places[place].literals)
      if (!facts_.is_of_step(atoms_[literal.atom]) &&
          facts_.of_state(atoms_[literal.atom], state) == literal.is_negated)
        return false;
    return true;
  }
  bool can_step(std::uint32_t place, Number from, Number to) {
    for (const auto& literal : automaton_.places[place].literals)
      if (facts_.is_of_step(atoms_[literal.atom]) &&
          facts_.of_step(atoms_[literal.atom], from, to) == literal.is_negated)
        return false;
    return true;
  }
  // All nodes behind one; each(next, is_staying).
  template <typename Each>
  void for_each_next(Number from, const Each& each) {
    const auto go = [&](Number to, bool is_staying) {
      if (!can_step(place(from), state(from), to)) return;
      for (const auto next : automaton_.places[place(from)].next)
        if (can_be_at(to, next)) each(node(to, next), is_staying);
    };
    go(state(from), true);
    for (const auto to : graph_.next(state(from))) go(to, false);
  }

  // The shortest ways to all nodes. Staying costs nothing.
  void walk(const std::vector<StateId>& initial) {
    distance_.assign(std::size_t{graph_.size()} * places_, kNone);
    parent_.assign(distance_.size(), kNone);
    std::deque<Number> open;
    for (const auto id : initial)
      for (const auto place : automaton_.initial())
        if (const auto first = node(graph_.number(id), place);
            can_be_at(state(first), place) && distance_[first] != 0) {
          distance_[first] = 0;
          open.push_back(first);
        }
    while (!open.empty()) {
      const auto at = open.front();
      open.pop_front();
      for_each_next(at, [&](Number next, bool is_staying) {
        const auto cost = distance_[at] + (is_staying ? 0 : 1);
        if (distance_[next] <= cost) return;
        distance_[next] = cost;
        parent_[next] = at;
        if (is_staying)
          open.push_front(next);
        else
          open.push_back(next);
      });
    }
  }

  // Components of nodes, and what is left of one that is not fair in its whole.
  void look_into(std::vector<Number> nodes) {
    std::vector<std::vector<Number>> open;
    open.push_back(std::move(nodes));
    while (!open.empty()) {
      const auto some = std::move(open.back());
      open.pop_back();
      const auto part = ++last_part_;
      for (const auto node : some) part_[node] = part;
      for (auto& component : components(some, part)) {
        const auto own = ++last_part_;
        for (const auto node : component) part_[node] = own;
        std::vector<Number> rest;
        if (!is_fair(component, own, rest)) {
          if (!rest.empty()) open.push_back(std::move(rest));
          continue;
        }
        fair_.push_back({own, std::move(component)});
      }
    }
  }

  // Tarjan's algorithm without recursion. Only components with a step within.
  std::vector<std::vector<Number>> components(const std::vector<Number>& nodes, std::uint32_t part) {
    struct Frame {
      Number node;
      std::vector<Number> next;
      std::size_t at = 0;
    };
    std::unordered_map<Number, std::pair<Number, Number>> order;  // when it was found; the lowest that it leads to
    std::vector<Number> stack;
    std::unordered_map<Number, bool> is_on_stack;
    std::vector<std::vector<Number>> out;
    Number count = 0;
    std::vector<Frame> frames;
    const auto enter = [&](Number node) {
      order[node] = {count, count};
      ++count;
      stack.push_back(node);
      is_on_stack[node] = true;
      Frame frame{node, {}};
      for_each_next(node, [&](Number next, bool) {
        if (part_[next] == part) frame.next.push_back(next);
      });
      frames.push_back(std::move(frame));
    };
    for (const auto root : nodes) {
      if (order.contains(root)) continue;
      enter(root);
      while (!frames.empty()) {
        auto& frame = frames.back();
        if (frame.at < frame.next.size()) {
          const auto next = frame.next[frame.at++];
          if (const auto known = order.find(next); known == order.end())
            enter(next);
          else if (is_on_stack[next])
            order[frame.node].second = std::min(order[frame.node].second, known->second.first);
          continue;
        }
        const auto done = std::move(frame);
        frames.pop_back();
        const auto low = order[done.node].second;
        if (!frames.empty()) order[frames.back().node].second = std::min(order[frames.back().node].second, low);
        if (low != order[done.node].first) continue;
        std::vector<Number> component;
        while (component.empty() || component.back() != done.node) {
          component.push_back(stack.back());
          is_on_stack[stack.back()] = false;
          stack.pop_back();
        }
        const bool has_step =
            component.size() > 1 || std::find(done.next.begin(), done.next.end(), done.node) != done.next.end();
        if (has_step) out.push_back(std::move(component));
      }
    }
    return out;
  }

  bool is_fair(const std::vector<Number>& component, std::uint32_t part, std::vector<Number>& rest) {
    for (const auto& often : automaton_.often)
      if (std::none_of(component.begin(), component.end(), [&](Number node) { return often[place(node)]; }))
        return false;
    for (const auto& one : fairness_) {
      const auto is_enabled = [&](Number node) { return facts_.of_state(one.enabled, state(node)); };
      const auto enabled = std::count_if(component.begin(), component.end(), is_enabled);
      const bool needs_step = one.is_strong ? enabled > 0 : enabled == static_cast<std::ptrdiff_t>(component.size());
      if (!needs_step || has_step(component, part, one.taken)) continue;
      if (one.is_strong)
        std::copy_if(component.begin(), component.end(), std::back_inserter(rest),
                     [&](auto node) { return !is_enabled(node); });
      return false;
    }
    return true;
  }
  bool has_step(const std::vector<Number>& component, std::uint32_t part, std::size_t taken) {
    for (const auto from : component) {
      bool found = false;
      for_each_next(from, [&](Number next, bool is_staying) {
        found = found || (!is_staying && part_[next] == part && facts_.of_step(taken, state(from), state(next)));
      });
      if (found) return true;
    }
    return false;
  }

  // Loops

  // One bit for each thing that a loop must have: a place of each set, what each fairness condition asks for.
  using Mask = std::uint64_t;
  std::size_t bits() const {
    std::size_t count = automaton_.often.size();
    for (const auto& one : fairness_) count += one.is_strong ? 2 : 1;
    return count;
  }
  Mask mask_of_node(Number node) {
    Mask mask = 0;
    std::size_t bit = 0;
    for (const auto& often : automaton_.often) mask |= Mask{often[place(node)]} << bit++;
    for (const auto& one : fairness_) {
      const bool is_enabled = facts_.of_state(one.enabled, state(node));
      if (one.is_strong) {
        mask |= Mask{is_enabled} << bit;
        bit += 2;
      } else {
        mask |= Mask{!is_enabled} << bit++;
      }
    }
    return mask;
  }
  Mask mask_of_step(Number from, Number to) {
    Mask mask = 0;
    std::size_t bit = automaton_.often.size();
    for (const auto& one : fairness_) {
      if (one.is_strong) ++bit;
      if (facts_.of_state(one.enabled, state(from)) && facts_.of_step(one.taken, state(from), state(to)))
        mask |= Mask{1} << bit;
      ++bit;
    }
    return mask;
  }
  bool is_enough(Mask mask) const {
    std::size_t bit = 0;
    for (; bit < automaton_.often.size(); ++bit)
      if (!(mask >> bit & 1)) return false;
    for (const auto& one : fairness_) {
      if (one.is_strong) {
        if ((mask >> bit & 1) && !(mask >> (bit + 1) & 1)) return false;
        bit += 2;
      } else if (!(mask >> bit++ & 1)) {
        return false;
      }
    }
    return true;
  }

  struct Loop {
    std::vector<Number> nodes;  // from the first to the one before it comes back to it
    Number cost = kNone;        // steps, without those that stay
  };
  // The cheapest loop through a node within its component, if it costs less than the limit.
  Loop loop_through(Number first, std::uint32_t part, Number limit) {
    struct Visit {
      Number node;
      Mask mask;
      std::uint32_t before;
      Number cost;
    };
    std::vector<Visit> visits = {{first, mask_of_node(first), kNone, 0}};
    struct Hash {
      std::size_t operator()(const std::pair<Number, Mask>& key) const {
        return (key.second * 0x9E3779B97F4A7C15 ^ key.first) * 0xD6E8FEB86659FD93;
      }
    };
    std::unordered_map<std::pair<Number, Mask>, Number, Hash> best;
    std::deque<std::uint32_t> open = {0};
    Loop found;
    while (!open.empty() && found.cost == kNone && work_ < kMaxWork) {
      const auto index = open.front();
      open.pop_front();
      const auto at = visits[index];
      if (const auto known = best.find({at.node, at.mask}); known != best.end() && known->second < at.cost) continue;
      for_each_next(at.node, [&](Number next, bool is_staying) {
        ++work_;
        if (part_[next] != part || found.cost != kNone) return;
        const auto cost = at.cost + (is_staying ? 0 : 1);
        if (cost >= limit) return;
        const auto mask = at.mask | mask_of_node(next) | (is_staying ? 0 : mask_of_step(at.node, next));
        if (next == first && is_enough(mask)) {
          found.cost = cost;
          for (auto back = index; back != kNone; back = visits[back].before) found.nodes.push_back(visits[back].node);
          std::reverse(found.nodes.begin(), found.nodes.end());
          return;
        }
        const auto [known, is_new] = best.emplace(std::make_pair(next, mask), cost);
        if (!is_new && known->second <= cost) return;
        known->second = cost;
        visits.push_back({next, mask, index, cost});
        if (is_staying)
          open.push_front(static_cast<std::uint32_t>(visits.size() - 1));
        else
          open.push_back(static_cast<std::uint32_t>(visits.size() - 1));
      });
    }
    return found;
  }

  // Some loop through the first node that has all it must have, one thing after the other.
  Loop loop_around(const Component& component, Number first) {
    std::vector<std::function<bool(Number, Number, bool)>> wanted;  // whether a step to a node has it
    for (const auto& often : automaton_.often)
      wanted.emplace_back([&](Number, Number to, bool) { return often[place(to)]; });
    for (const auto& one : fairness_) {
      const auto is_enabled = [&](Number node) { return facts_.of_state(one.enabled, state(node)); };
      const auto is_taken = [&](Number from, Number to, bool is_staying) {
        return !is_staying && facts_.of_step(one.taken, state(from), state(to));
      };
      if (!one.is_strong)
        wanted.emplace_back(
            [=](Number from, Number to, bool is_staying) { return !is_enabled(to) || is_taken(from, to, is_staying); });
      else if (std::any_of(component.nodes.begin(), component.nodes.end(), is_enabled))
        wanted.emplace_back(is_taken);
    }
    Loop made{{first}, 0};
    std::vector<bool> is_there(wanted.size());
    const auto append = [&](const std::vector<Number>& way) {
      for (const auto next : way) {
        const auto from = made.nodes.back();
        const bool is_staying = state(from) == state(next);
        made.cost += is_staying ? 0 : 1;
        for (std::size_t i = 0; i < wanted.size(); ++i) is_there[i] = is_there[i] || wanted[i](from, next, is_staying);
        made.nodes.push_back(next);
      }
    };
    for (std::size_t i = 0; i < wanted.size(); ++i)
      if (!is_there[i]) append(way_to(made.nodes.back(), component.part, wanted[i]));
    append(way_to(made.nodes.back(), component.part, [&](Number, Number to, bool) { return to == first; }));
    made.nodes.pop_back();
    return made;
  }
  // The nodes of a component behind one, up to the nearest that a step leads to as it is wanted.
  template <typename Wanted>
  std::vector<Number> way_to(Number from, std::uint32_t part, const Wanted& is_wanted) {
    std::unordered_map<Number, Number> before = {{from, kNone}};
    std::deque<Number> open = {from};
    std::vector<Number> way;
    while (way.empty() && !open.empty()) {
      const auto at = open.front();
      open.pop_front();
      for_each_next(at, [&](Number next, bool is_staying) {
        if (!way.empty() || part_[next] != part) return;
        if (is_wanted(at, next, is_staying)) {
          way.push_back(next);
          for (auto back = at; back != from; back = before.at(back)) way.push_back(back);
          return;
        }
        if (before.emplace(next, at).second) open.push_back(next);
      });
    }
    std::reverse(way.begin(), way.end());
    return way;
  }

  // With few conditions the shortest of all; with many, or where looking for it takes too long, some.
  std::optional<Lasso> shortest() {
    if (fair_.empty()) return std::nullopt;
    struct Start {
      Number node;
      const Component* component;
    };
    std::vector<Start> starts;
    for (const auto& component : fair_)
      for (const auto node : component.nodes) starts.push_back({node, &component});
    std::sort(starts.begin(), starts.end(), [&](const auto& a, const auto& b) {
      return distance_[a.node] != distance_[b.node] ? distance_[a.node] < distance_[b.node] : a.node < b.node;
    });
    std::optional<Lasso> best;
    const bool is_small = fairness_.size() <= kMaxConditions && bits() <= kMaxBits;
    for (const auto& start : starts) {
      const auto before = distance_[start.node] + 1;
      const auto total = best ? static_cast<Number>(best->states.size()) : kNone;
      if (!is_small || before >= total || work_ >= kMaxWork) break;
      // A loop of cost c adds c - 1 states.
      const auto loop =
          loop_through(start.node, start.component->part, total == kNone ? kNone - 1 : total - before + 1);
      if (loop.cost == kNone) continue;
      if (auto found = lasso(loop); found.states.size() < total) best = std::move(found);
    }
    if (!best) best = lasso(loop_around(*starts.front().component, starts.front().node));
    best->is_shortest = is_small && work_ < kMaxWork;
    return best;
  }

  Lasso lasso(const Loop& loop) {
    std::vector<Number> way;
    for (auto at = loop.nodes.front(); at != kNone; at = parent_[at]) way.push_back(state(at));
    std::reverse(way.begin(), way.end());
    way.erase(std::unique(way.begin(), way.end()), way.end());
    Lasso made;
    made.is_stuttering = loop.cost == 0;
    made.back_to = way.size() - 1;
    for (const auto node : loop.nodes)
      if (state(node) != way.back()) way.push_back(state(node));
    // Where the way into the loop ends as the loop does, it is in the loop already.
    while (made.back_to > 0 && way.size() > made.back_to + 1 && way[made.back_to - 1] == way.back()) {
      way.pop_back();
      --made.back_to;
    }
    for (const auto number : way) made.states.push_back(graph_.id(number));
    return made;
  }

  const Graph& graph_;
  Facts& facts_;
  const std::vector<Fairness>& fairness_;
  const Automaton& automaton_;
  std::size_t places_;
  std::vector<std::size_t> atoms_;  // facts of the automaton's atoms
  std::vector<Number> distance_, parent_;
  std::vector<std::uint32_t> part_;  // of each node, the part of the graph that it is in just now
  std::uint32_t last_part_ = 0;
  std::vector<Component> fair_;
  std::uint64_t work_ = 0;
};

}  // namespace

std::optional<TemporalFinding> find_violation(Model& model, const Explorer& explorer, const Explored& explored) {
  const Graph graph(explorer.store(), explored);
  auto& compiler = *model.compiler;
  std::vector<const Formula*> others;
  std::vector<const Formula*> conditions;
  for (const auto* one : model.fairness)
    (one->kind == Formula::Kind::kWeak || one->kind == Formula::Kind::kStrong ? conditions : others).push_back(one);
  for (const auto& property : model.properties) {
    auto automaton = automaton_of(compiler, others, *property.formula);
    std::vector<std::pair<Atom, Atom>> atoms;
    for (const auto* one : conditions) {
      auto angle = *one;
      angle.kind = Formula::Kind::kAngle;
      atoms.push_back({{nullptr, compiler.changing(*one), false}, {compiler.of_step(angle), nullptr, true}});
    }
    Facts facts(model, explorer.store(), graph);
    std::vector<Fairness> fairness;
    for (std::size_t i = 0; i < atoms.size(); ++i) {
      Fairness made;
      made.is_strong = conditions[i]->kind == Formula::Kind::kStrong;
      made.enabled = facts.add(atoms[i].first);
      made.taken = facts.add(atoms[i].second);
      fairness.push_back(made);
    }
    if (auto lasso = Search(graph, facts, fairness, automaton).run(explored.initial_states))
      return TemporalFinding{property.name, std::move(*lasso)};
  }
  return std::nullopt;
}

}  // namespace lorelei::modelcheck
