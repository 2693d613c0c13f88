// SPDX-License-Identifier: GPL-3.0-or-later
// Every word seen lately, once: its spelling, and what the English stemmer makes of it.
//
// The one idea: mail repeats itself. A word becomes a small number at its first occurrence; counting, positions and
// stems work with numbers, and a word is stemmed once for thousands of messages.
//
// Bounded: when the lexicon has outgrown kKeepBytes, forget_if_large() empties it (between documents, since it makes
// every number meaningless). One document can grow it beyond that, by no more than a small multiple of its own size.
#pragma once
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "search/byte_index.hh"
#include "search/words.hh"

namespace lorelei::search {

class Lexicon {
 public:
  using Id = ByteIndex::Id;
  static constexpr Id kNoStem = ~Id{0};                            // words that do not start with a letter have no stem
  static constexpr std::size_t kKeepBytes = std::size_t{4} << 20;  // the working set of a mailing list fits

  Lexicon();
  ~Lexicon();

  Id id_of(const Word& word) { return words_.id_of(word.padded(), word.size()); }
  // May add the stem as a word of its own.
  Id stem_of(Id);
  std::string_view text(Id id) const { return words_.text(id); }

  void forget_if_large();
  std::size_t size_bytes() const { return words_.size_bytes() + stems_.capacity() * sizeof(Id); }

 private:
  static constexpr Id kNotStemmed = kNoStem - 1;
  struct Stemmer;

  ByteIndex words_;
  std::vector<Id> stems_;  // by word; shorter than words_ where the rest is not stemmed yet
  std::unique_ptr<Stemmer> stemmer_;
};

}  // namespace lorelei::search
