// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/tokenise.hh"

#include <xapian.h>

#include <algorithm>
#include <string>
#include <vector>

#include "search/byte_index.hh"
#include "search/lexicon.hh"
#include "search/words.hh"

namespace lorelei::search {
namespace {

constexpr std::uint32_t kTextGap = 100;  // public-inbox relies on the default of Xapian's increase_termpos()
// What clear() keeps of each list, in elements: enough for nine messages in ten.
constexpr std::size_t kKeep = std::size_t{1} << 14;

template <typename List>
void empty_but_keep(List& list, std::size_t keep) {
  if (list.capacity() > keep) List().swap(list);
  list.clear();
}

}  // namespace

struct TermTable::Impl {
  // A word under a prefix, or a stem under "Z" and a prefix.
  struct Tally {
    std::uint64_t key;
    std::uint32_t wdf;
    std::uint32_t placed;  // how many occurrences have a position
    std::uint32_t stem;    // index of its tally; kNoStemTally takes what nobody asks for
    std::uint32_t slot;    // where slots has it
  };
  struct Occurrence {
    std::uint32_t tally, position;
  };
  struct Literal {
    std::uint32_t offset, size, wdf;
  };
  struct Named {
    std::size_t offset;  // in names
    std::uint32_t size, wdf, placed_from, placed;
  };
  static constexpr std::uint32_t kNoStemTally = 0;
  static constexpr std::uint64_t kStemmed = std::uint64_t{1} << 32;
  static constexpr unsigned kPrefixShift = 33;
  static constexpr std::size_t kFirstSlots = 2048;

  Impl() { clear(); }

  void clear();
  std::uint64_t prefix_key(std::string_view prefix);
  std::uint32_t tally_of(std::uint64_t prefix, Lexicon::Id word);
  std::uint32_t find_or_add(std::uint64_t key);
  void grow();
  template <typename PerWord>
  void for_words(std::string_view text, std::uint32_t wdf_inc, std::string_view prefix, PerWord per_word);
  void group_positions();
  void name_tallies();
  void name_literals();
  void list_terms();
  std::string_view name_of(std::uint32_t i) const { return {names.data() + named[i].offset, named[i].size}; }
  void add_positions(Term& term, std::span<const std::uint32_t> more);

  Lexicon lexicon;
  std::vector<std::string> prefixes;

  std::vector<Tally> tallies;
  std::vector<std::uint32_t> slots;  // open addressing over tallies, a power of two, at most half full; 0: empty
  std::vector<Occurrence> occurrences;
  std::vector<Literal> literals;
  std::string literal_bytes;
  std::uint32_t position = 0;
  bool restarted = false;  // positions of a tally may be out of order, and repeat

  // Filled by sorted().
  std::vector<std::uint32_t> places;  // the positions of each tally, one tally after the other
  std::vector<std::uint32_t> place_of;
  std::string names;
  std::vector<Named> named;
  std::vector<SortingKey> keys;
  std::vector<Term> terms;
  std::vector<std::vector<std::uint32_t>> merged;
  Word word;
};

void TermTable::Impl::clear() {
  lexicon.forget_if_large();
  for (std::size_t i = kNoStemTally + 1; i < tallies.size(); ++i) slots[tallies[i].slot] = 0;
  empty_but_keep(tallies, kKeep);
  empty_but_keep(occurrences, kKeep);
  empty_but_keep(literals, kKeep);
  empty_but_keep(literal_bytes, kKeep * 16);
  empty_but_keep(places, kKeep);
  empty_but_keep(place_of, kKeep);
  empty_but_keep(names, kKeep * 16);
  empty_but_keep(named, kKeep);
  empty_but_keep(keys, kKeep);
  empty_but_keep(terms, kKeep);
  merged.clear();
  if (slots.size() > kKeep * 2 || slots.empty()) std::vector<std::uint32_t>(kFirstSlots).swap(slots);
  tallies.push_back({~std::uint64_t{0}, 0, 0, kNoStemTally, 0});
  position = 0;
  restarted = false;
}

std::uint64_t TermTable::Impl::prefix_key(std::string_view prefix) {
  const auto found = std::find(prefixes.begin(), prefixes.end(), prefix);
  const auto index = static_cast<std::uint64_t>(found - prefixes.begin());
  if (found == prefixes.end()) prefixes.emplace_back(prefix);
  return index << kPrefixShift;
}

void TermTable::Impl::grow() {
  slots.assign(slots.size() * 2, 0);
  const std::size_t mask = slots.size() - 1;
  for (std::uint32_t i = kNoStemTally + 1; i < tallies.size(); ++i) {
    std::size_t at = (tallies[i].key * 0x9e3779b97f4a7c15ULL >> 32) & mask;
    while (slots[at] != 0) at = (at + 1) & mask;
    slots[at] = i;
    tallies[i].slot = static_cast<std::uint32_t>(at);
  }
}

std::uint32_t TermTable::Impl::find_or_add(std::uint64_t key) {
  const std::size_t mask = slots.size() - 1;
  std::size_t at = (key * 0x9e3779b97f4a7c15ULL >> 32) & mask;
  for (; slots[at] != 0; at = (at + 1) & mask) {
    if (tallies[slots[at]].key == key) return slots[at];
  }
  const auto index = static_cast<std::uint32_t>(tallies.size());
  tallies.push_back({key, 0, 0, kNoStemTally, static_cast<std::uint32_t>(at)});
  slots[at] = index;
  if (tallies.size() * 2 > slots.size()) grow();
  return index;
}

std::uint32_t TermTable::Impl::tally_of(std::uint64_t prefix, Lexicon::Id id) {
  const auto known = tallies.size();
  const std::uint32_t index = find_or_add(prefix | id);
  if (index < known) return index;
  const Lexicon::Id stem = lexicon.stem_of(id);
  if (stem == Lexicon::kNoStem) return index;
  const std::uint32_t stem_tally = find_or_add(prefix | kStemmed | stem);
  tallies[index].stem = stem_tally;
  return index;
}

template <typename PerWord>
void TermTable::Impl::for_words(std::string_view text, std::uint32_t wdf_inc, std::string_view prefix,
                                PerWord per_word) {
  const std::uint64_t key = prefix_key(prefix);
  WordScanner scanner(text);
  while (scanner.next(word)) {
    const std::uint32_t index = tally_of(key, lexicon.id_of(word));
    Tally& tally = tallies[index];
    tally.wdf += wdf_inc;
    tallies[tally.stem].wdf += wdf_inc;
    per_word(index, tally);
  }
}

// A stable distribution by tally: the positions of each come out ascending because they went in ascending.
void TermTable::Impl::group_positions() {
  place_of.resize(tallies.size());
  std::uint32_t next = 0;
  for (std::size_t i = 0; i < tallies.size(); ++i) {
    place_of[i] = next;
    next += tallies[i].placed;
  }
  places.resize(next);
  for (const Occurrence& occurrence : occurrences) places[place_of[occurrence.tally]++] = occurrence.position;
}

void TermTable::Impl::name_tallies() {
  for (std::size_t i = kNoStemTally + 1; i < tallies.size(); ++i) {
    const Tally& tally = tallies[i];
    const std::size_t offset = names.size();
    if ((tally.key & kStemmed) != 0) names += 'Z';
    names += prefixes[tally.key >> kPrefixShift];
    names += lexicon.text(static_cast<Lexicon::Id>(tally.key));
    named.push_back({offset, static_cast<std::uint32_t>(names.size() - offset), tally.wdf, place_of[i] - tally.placed,
                     tally.placed});
  }
}

void TermTable::Impl::name_literals() {
  const std::size_t base = names.size();
  names += literal_bytes;
  for (const Literal& literal : literals) named.push_back({base + literal.offset, literal.size, literal.wdf, 0, 0});
}

void TermTable::Impl::add_positions(Term& term, std::span<const std::uint32_t> more) {
  if (more.empty()) return;
  auto& both = merged.emplace_back();
  std::set_union(term.positions.begin(), term.positions.end(), more.begin(), more.end(), std::back_inserter(both));
  term.positions = both;
}

// One term may have come about in two ways: as a literal and as a word, or as "XA"+"b" and "X"+"Ab".
void TermTable::Impl::list_terms() {
  for (const SortingKey& key : keys) {
    const std::string_view name = name_of(key.index);
    const Named& one = named[key.index];
    std::span<const std::uint32_t> positions(places.data() + one.placed_from, one.placed);
    if (restarted && !positions.empty()) {
      auto& ordered = merged.emplace_back(positions.begin(), positions.end());
      std::sort(ordered.begin(), ordered.end());
      ordered.erase(std::unique(ordered.begin(), ordered.end()), ordered.end());
      positions = ordered;
    }
    if (terms.empty() || terms.back().name != name) {
      terms.push_back({name, one.wdf, positions});
    } else {
      terms.back().wdf += one.wdf;
      add_positions(terms.back(), positions);
    }
  }
}

TermTable::TermTable() : impl_(std::make_unique<Impl>()) {}
TermTable::~TermTable() = default;
TermTable::TermTable(TermTable&&) noexcept = default;
TermTable& TermTable::operator=(TermTable&&) noexcept = default;

void TermTable::clear() { impl_->clear(); }

void TermTable::index_text(std::string_view text, std::uint32_t wdf_inc, std::string_view prefix) {
  Impl& table = *impl_;
  table.for_words(text, wdf_inc, prefix, [&table](std::uint32_t index, Impl::Tally& tally) {
    ++tally.placed;
    table.occurrences.push_back({index, ++table.position});
  });
  table.position += kTextGap;
}

void TermTable::index_text_without_positions(std::string_view text, std::uint32_t wdf_inc, std::string_view prefix) {
  impl_->for_words(text, wdf_inc, prefix, [](std::uint32_t, const Impl::Tally&) {});
}

void TermTable::restart_positions() {
  impl_->position = 0;
  impl_->restarted = true;
}

void TermTable::add_term(std::string_view term, std::uint32_t wdf_inc) {
  impl_->literals.push_back(
      {static_cast<std::uint32_t>(impl_->literal_bytes.size()), static_cast<std::uint32_t>(term.size()), wdf_inc});
  impl_->literal_bytes += term;
}

std::span<const TermTable::Term> TermTable::sorted() {
  Impl& table = *impl_;
  table.names.clear();
  table.named.clear();
  table.terms.clear();
  table.merged.clear();
  table.group_positions();
  table.name_tallies();
  table.name_literals();
  table.keys.clear();
  for (std::uint32_t i = 0; i < table.named.size(); ++i) table.keys.emplace_back(table.name_of(i), i);
  sort_keys(table.keys, [&table](std::uint32_t i) { return table.name_of(i); });
  table.list_terms();
  return table.terms;
}

void TermTable::fill(Xapian::Document& document) {
  std::string name;
  for (const Term& term : sorted()) {
    name.assign(term.name);
    std::uint32_t wdf = term.wdf;  // all of it at the first position
    if (term.positions.empty()) document.add_term(name, wdf);
    for (const std::uint32_t position : term.positions) {
      document.add_posting(name, position, wdf);
      wdf = 0;
    }
  }
}

std::size_t TermTable::size_bytes() const {
  const Impl& table = *impl_;
  return table.lexicon.size_bytes() + table.tallies.capacity() * sizeof(Impl::Tally) +
         table.occurrences.capacity() * sizeof(Impl::Occurrence) + table.named.capacity() * sizeof(Impl::Named) +
         table.keys.capacity() * sizeof(SortingKey) + table.terms.capacity() * sizeof(Term) +
         table.literals.capacity() * sizeof(Impl::Literal) +
         (table.slots.capacity() + table.places.capacity() + table.place_of.capacity()) * sizeof(std::uint32_t) +
         table.names.capacity() + table.literal_bytes.capacity();
}

}  // namespace lorelei::search
