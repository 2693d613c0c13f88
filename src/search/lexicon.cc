// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/lexicon.hh"

#include <xapian.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <string>

namespace lorelei::search {
namespace {

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

Lexicon::Lexicon() : stemmer_(std::make_unique<Stemmer>()) {}
Lexicon::~Lexicon() = default;

void Lexicon::forget_if_large() {
  if (size_bytes() <= kKeepBytes) return;
  words_.clear();
  std::vector<Id>().swap(stems_);
}

Lexicon::Id Lexicon::stem_of(Id id) {
  if (stems_.size() <= id) stems_.resize(words_.size(), kNotStemmed);
  if (stems_[id] != kNotStemmed) return stems_[id];
  Id stem_id = kNoStem;
  stemmer_->word.assign(text(id));
  if (starts_like_a_word_to_stem(stemmer_->word)) {
    const std::string stem = stemmer_->english(stemmer_->word);
    std::array<char, kMaxWord * 2> padded{};
    assert(stem.size() <= padded.size());  // the stemmer cuts, or puts one letter for others
    const std::size_t size = std::min(stem.size(), padded.size());
    std::memcpy(padded.data(), stem.data(), size);
    if (size > 0) stem_id = words_.id_of(padded.data(), size);
  }
  stems_[id] = stem_id;
  return stem_id;
}

}  // namespace lorelei::search
