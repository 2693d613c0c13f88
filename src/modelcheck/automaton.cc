// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelcheck/automaton.hh"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace lorelei::modelcheck {
namespace {

constexpr std::size_t kMaxPlaces = 20'000;

// A formula in which only atoms are negated. Equal ones have equal numbers.
using TermId = std::uint32_t;
struct Term {
  enum class Kind : std::uint8_t { kTrue, kFalse, kLiteral, kAnd, kOr, kAlways, kEventually } kind = Kind::kTrue;
  std::uint32_t left = 0, right = 0;  // terms; of a literal its atom, and whether it is negated

  friend auto operator<=>(const Term&, const Term&) = default;
};
using Terms = std::set<TermId>;

class Builder {
 public:
  explicit Builder(Compiler& compiler) : compiler_(compiler) {}

  Automaton run(const std::vector<const Formula*>& must_hold, const Formula& must_not) {
    auto all = term(must_not, true);
    for (const auto* one : must_hold) all = make(Term::Kind::kAnd, all, term(*one, false));
    expand({{kStart}, {all}, {}, {}});
    return finish();
  }

 private:
  static constexpr std::uint32_t kStart = UINT32_MAX;
  struct Place {
    std::set<std::uint32_t> incoming;
    Terms to_do, done, next;
  };

  TermId make(Term::Kind kind, std::uint32_t left = 0, std::uint32_t right = 0) {
    const Term term{kind, left, right};
    const auto [known, is_new] = numbers_.emplace(term, static_cast<TermId>(terms_.size()));
    if (is_new) terms_.push_back(term);
    return known->second;
  }
  TermId literal(const Atom& atom, bool is_negated) {
    for (std::uint32_t i = 0; i < out_.atoms.size(); ++i)
      if (out_.atoms[i].expression == atom.expression && out_.atoms[i].enabled == atom.enabled)
        return make(Term::Kind::kLiteral, i, is_negated ? 1 : 0);
    out_.atoms.push_back(atom);
    return make(Term::Kind::kLiteral, static_cast<std::uint32_t>(out_.atoms.size() - 1), is_negated ? 1 : 0);
  }

  TermId parts(const Formula& of, bool is_negated, bool is_and) {
    auto made = make(is_and ? Term::Kind::kTrue : Term::Kind::kFalse);
    bool is_first = true;
    for (const auto* part : of.parts) {
      const auto one = term(*part, is_negated);
      made = is_first ? one : make(is_and ? Term::Kind::kAnd : Term::Kind::kOr, made, one);
      is_first = false;
    }
    return made;
  }

  // [] and <>, which change places where they are negated.
  TermId always(TermId of, bool is_negated) {
    return make(is_negated ? Term::Kind::kEventually : Term::Kind::kAlways, of);
  }
  TermId eventually(TermId of, bool is_negated) { return always(of, !is_negated); }

  TermId term(const Formula& of, bool is_negated) {
    switch (of.kind) {
      case Formula::Kind::kState:
        return literal({compiler_.expression(of), nullptr, false}, is_negated);
      case Formula::Kind::kStep:
      case Formula::Kind::kBox:
      case Formula::Kind::kAngle:
        return literal({compiler_.of_step(of), nullptr, true}, is_negated);
      case Formula::Kind::kNot:
        return term(*of.parts[0], !is_negated);
      case Formula::Kind::kAnd:
        return parts(of, is_negated, !is_negated);
      case Formula::Kind::kOr:
        return parts(of, is_negated, is_negated);
      case Formula::Kind::kAlways:
        return always(term(*of.parts[0], is_negated), is_negated);
      case Formula::Kind::kEventually:
        return eventually(term(*of.parts[0], is_negated), is_negated);
      case Formula::Kind::kLeadsTo: {
        const auto left = term(*of.parts[0], !is_negated);
        const auto right = eventually(term(*of.parts[1], is_negated), is_negated);
        return always(make(is_negated ? Term::Kind::kAnd : Term::Kind::kOr, left, right), is_negated);
      }
      case Formula::Kind::kWeak:
      case Formula::Kind::kStrong:
        break;
    }
    // WF is []<>(disabled or taken), SF is <>[]disabled or []<>taken.
    auto angle = of;
    angle.kind = Formula::Kind::kAngle;
    const auto disabled = literal({nullptr, compiler_.changing(of), false}, !is_negated);
    const auto taken = literal({compiler_.of_step(angle), nullptr, true}, is_negated);
    const auto either = is_negated ? Term::Kind::kAnd : Term::Kind::kOr;
    if (of.kind == Formula::Kind::kWeak)
      return always(eventually(make(either, disabled, taken), is_negated), is_negated);
    return make(either, eventually(always(disabled, is_negated), is_negated),
                always(eventually(taken, is_negated), is_negated));
  }

  // What must hold now is taken apart, until only literals and what must hold from the next state on are left.
  void expand(Place first) {
    std::vector<Place> open = {std::move(first)};
    while (!open.empty()) {
      auto place = std::move(open.back());
      open.pop_back();
      if (place.to_do.empty()) {
        if (const auto number = settle(place); number != kStart)
          open.push_back({{number}, places_[number].next, {}, {}});
        continue;
      }
      const auto id = *place.to_do.begin();
      place.to_do.erase(place.to_do.begin());
      if (place.done.contains(id)) {
        open.push_back(std::move(place));
        continue;
      }
      const auto of = terms_[id];
      const auto add = [&](Place& to, TermId term) {
        if (!to.done.contains(term)) to.to_do.insert(term);
      };
      if (of.kind == Term::Kind::kFalse) continue;
      if (of.kind == Term::Kind::kLiteral && contradicts(place, of)) continue;
      place.done.insert(id);
      if (of.kind == Term::Kind::kAnd) {
        add(place, of.left);
        add(place, of.right);
      } else if (of.kind == Term::Kind::kAlways) {
        add(place, of.left);
        place.next.insert(id);
      } else if (of.kind == Term::Kind::kOr || of.kind == Term::Kind::kEventually) {
        auto other = place;
        if (of.kind == Term::Kind::kOr)
          add(other, of.right);
        else
          other.next.insert(id);
        add(place, of.left);
        open.push_back(std::move(other));
      }
      open.push_back(std::move(place));
    }
  }

  bool contradicts(const Place& place, const Term& literal) const {
    const auto opposite = numbers_.find({literal.kind, literal.left, 1 - literal.right});
    return opposite != numbers_.end() && place.done.contains(opposite->second);
  }

  // The number of a place that is new; kStart: it is known.
  std::uint32_t settle(Place& place) {
    const auto key = std::make_pair(place.done, place.next);
    const auto [known, is_new] = settled_.emplace(key, static_cast<std::uint32_t>(places_.size()));
    if (!is_new) {
      places_[known->second].incoming.insert(place.incoming.begin(), place.incoming.end());
      return kStart;
    }
    if (places_.size() >= kMaxPlaces)
      throw CompileError{{tla::Diagnostic::Severity::kError, 0, {}, "a property is too large to be checked", ""}};
    places_.push_back(place);
    return known->second;
  }

  Automaton finish() {
    out_.places.resize(places_.size());
    for (std::uint32_t i = 0; i < places_.size(); ++i) {
      for (const auto id : places_[i].done)
        if (terms_[id].kind == Term::Kind::kLiteral)
          out_.places[i].literals.push_back({terms_[id].left, terms_[id].right != 0});
      for (const auto from : places_[i].incoming) {
        if (from == kStart)
          out_.places[i].is_initial = true;
        else
          out_.places[from].next.push_back(i);
      }
    }
    for (TermId id = 0; id < terms_.size(); ++id) {
      if (terms_[id].kind != Term::Kind::kEventually) continue;
      auto& often = out_.often.emplace_back();
      for (const auto& place : places_)
        often.push_back(!place.done.contains(id) || place.done.contains(terms_[id].left));
    }
    return std::move(out_);
  }

  Compiler& compiler_;
  Automaton out_;
  std::vector<Term> terms_;
  std::map<Term, TermId> numbers_;
  std::vector<Place> places_;
  std::map<std::pair<Terms, Terms>, std::uint32_t> settled_;
};

}  // namespace

std::vector<std::uint32_t> Automaton::initial() const {
  std::vector<std::uint32_t> all;
  for (std::uint32_t i = 0; i < places.size(); ++i)
    if (places[i].is_initial) all.push_back(i);
  return all;
}

Automaton automaton_of(Compiler& compiler, const std::vector<const Formula*>& must_hold, const Formula& must_not) {
  return Builder(compiler).run(must_hold, must_not);
}

}  // namespace lorelei::modelcheck
