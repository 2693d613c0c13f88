// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/lexicon.hh"

#include <xapian.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

namespace lorelei::search {
namespace {

constexpr std::size_t kFirstSlots = std::size_t{1} << 14;

std::uint64_t load(const char* at) {
  std::uint64_t unit;
  std::memcpy(&unit, at, sizeof unit);
  return unit;
}

// Both halves of the 128-bit product: every input bit reaches every output bit in two rounds.
std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::size_t round_up(std::size_t size) { return (size + 7) & ~std::size_t{7}; }

// Before: both are followed by zero bytes up to a multiple of eight.
bool equal_padded(const char* a, const char* b, std::size_t size) {
  for (std::size_t i = 0; i < size; i += 8) {
    if (load(a + i) != load(b + i)) return false;
  }
  return true;
}

bool starts_like_a_word_to_stem(const std::string& word) {
  const auto category = Xapian::Unicode::get_category(*Xapian::Utf8Iterator(word));
  return category == Xapian::Unicode::LOWERCASE_LETTER || category == Xapian::Unicode::TITLECASE_LETTER ||
         category == Xapian::Unicode::MODIFIER_LETTER || category == Xapian::Unicode::OTHER_LETTER;
}

}  // namespace

struct Lexicon::Stemmer {
  Xapian::Stem english{"english"};
  std::string word;  // kept for its capacity
};

Lexicon::Lexicon() : stemmer_(std::make_unique<Stemmer>()) { reset(); }
Lexicon::~Lexicon() = default;

void Lexicon::reset() {
  slots_.assign(kFirstSlots, Slot{0, kNoStem});
  slots_.shrink_to_fit();
  words_.clear();
  words_.shrink_to_fit();
  std::string().swap(arena_);  // an assignment would keep the capacity
  key_ = mix(reinterpret_cast<std::uintptr_t>(slots_.data()) ^ 0x9e3779b97f4a7c15ULL,
             reinterpret_cast<std::uintptr_t>(this) | 1);
}

bool Lexicon::forget_if_large() {
  if (size_bytes() <= kKeepBytes) return false;
  reset();
  return true;
}

std::size_t Lexicon::size_bytes() const {
  return slots_.size() * sizeof(Slot) + words_.capacity() * sizeof(Entry) + arena_.capacity();
}

std::uint64_t Lexicon::hash(const char* padded, std::size_t size) const {
  std::uint64_t hash = key_ ^ size;
  for (std::size_t i = 0; i < size; i += 8) hash = mix(hash ^ load(padded + i), 0xa0761d6478bd642fULL ^ key_);
  return hash;
}

void Lexicon::grow() {
  std::vector<Slot> old(slots_.size() * 2, Slot{0, kNoStem});
  old.swap(slots_);
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.id == kNoStem) continue;
    std::size_t at = slot.hash & mask;
    while (slots_[at].id != kNoStem) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

Lexicon::Id Lexicon::id_of(const Word& word) { return id_of(word.padded(), word.size()); }

Lexicon::Id Lexicon::id_of(const char* padded, std::size_t size) {
  const auto wanted = static_cast<std::uint32_t>(hash(padded, size));
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = wanted & mask;
  for (; slots_[at].id != kNoStem; at = (at + 1) & mask) {
    if (slots_[at].hash != wanted) continue;
    const Entry& entry = words_[slots_[at].id];
    if (entry.size == size && equal_padded(arena_.data() + entry.offset, padded, size)) return slots_[at].id;
  }
  const Id id = static_cast<Id>(words_.size());
  words_.push_back({static_cast<std::uint32_t>(arena_.size()), static_cast<std::uint32_t>(size), kNotStemmed});
  arena_.append(padded, round_up(size));
  slots_[at] = {wanted, id};
  if (words_.size() * 2 > slots_.size()) grow();
  return id;
}

Lexicon::Id Lexicon::stem_of(Id id) {
  if (words_[id].stem != kNotStemmed) return words_[id].stem;
  Id stem_id = kNoStem;
  stemmer_->word.assign(text(id));
  if (starts_like_a_word_to_stem(stemmer_->word)) {
    const std::string stem = stemmer_->english(stemmer_->word);
    std::array<char, kMaxWord * 2> padded{};
    assert(stem.size() <= padded.size());  // the stemmer cuts, or puts one letter for others
    std::memcpy(padded.data(), stem.data(), std::min(stem.size(), padded.size()));
    if (!stem.empty()) stem_id = id_of(padded.data(), std::min(stem.size(), padded.size()));
  }
  words_[id].stem = stem_id;
  return stem_id;
}

}  // namespace lorelei::search
