// SPDX-License-Identifier: GPL-3.0-or-later
// Every word seen lately, once: its spelling, and what the English stemmer makes of it.
//
// The one idea: mail repeats itself. A word becomes a small number at its first occurrence; counting, positions and
// stems work with numbers, and a word is stemmed once for thousands of messages.
//
// Bounded: when the lexicon has outgrown kKeepBytes, forget_if_large() empties it (between documents, since it makes
// every number meaningless). One document can grow it beyond that, by no more than a small multiple of its own size.
// Foreign bytes: the hash is keyed by where the table lies in memory, which no mail can know.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "search/words.hh"

namespace lorelei::search {

class Lexicon {
 public:
  using Id = std::uint32_t;
  static constexpr Id kNoStem = ~Id{0};                            // words that do not start with a letter have no stem
  static constexpr std::size_t kKeepBytes = std::size_t{4} << 20;  // the working set of a mailing list fits

  Lexicon();
  ~Lexicon();
  Lexicon(const Lexicon&) = delete;
  Lexicon& operator=(const Lexicon&) = delete;

  Id id_of(const Word&);
  // May add the stem as a word of its own.
  Id stem_of(Id);
  std::string_view text(Id id) const { return {arena_.data() + words_[id].offset, words_[id].size}; }

  // True: all ids given out before are void.
  bool forget_if_large();
  std::size_t size_bytes() const;

 private:
  static constexpr Id kNotStemmed = kNoStem - 1;
  struct Slot {
    std::uint32_t hash;
    Id id;  // kNoStem: empty
  };
  struct Entry {
    std::uint32_t offset;  // in arena_; followed by zero bytes up to a multiple of eight
    std::uint32_t size;
    Id stem;
  };
  struct Stemmer;

  Id id_of(const char* padded, std::size_t size);
  std::uint64_t hash(const char* padded, std::size_t size) const;
  void reset();
  void grow();

  std::vector<Slot> slots_;  // open addressing, a power of two, at most half full
  std::vector<Entry> words_;
  std::string arena_;
  std::uint64_t key_ = 0;
  std::unique_ptr<Stemmer> stemmer_;
};

}  // namespace lorelei::search
