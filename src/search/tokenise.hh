// SPDX-License-Identifier: GPL-3.0-or-later
// The terms of one document, counted and placed as Xapian 1.4's term generator would: stemmer "english", stemmed
// copies of words that start with a letter (STEM_SOME), no stop words, words of at most 64 bytes.
//
// The one idea: do per word what costs a few nanoseconds, and everything else once per distinct term. An occurrence is
// a number pair (term, position) in one flat list; sorted() groups and orders them at the end.
//
//   a word w of text indexed under prefix P   term P+w, at the next position if positions are wanted
//   its stem s, if w starts with a letter     term "Z"+P+s, never with a position
//   both                                      within-document frequency + wdf_inc
//   after each text with positions            the position counter advances by 100: no phrase crosses two texts
//
// Limits: 2^32 - 1 occurrences and positions, far beyond what a message within mail's limit can hold.
// Not for two threads at once; a table for each worker, reused from document to document, which is what makes it fast.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace Xapian {
class Document;
}

namespace lorelei::search {

class TermTable {
 public:
  struct Term {
    std::string_view name;  // with its prefix
    std::uint32_t wdf;
    std::span<const std::uint32_t> positions;  // ascending, no repeats
  };

  TermTable();
  ~TermTable();
  TermTable(TermTable&&) noexcept;
  TermTable& operator=(TermTable&&) noexcept;

  // Ready for the next document; keeps the memory a usual document needs, and what was learnt about words.
  void clear();

  void index_text(std::string_view text, std::uint32_t wdf_inc, std::string_view prefix);
  void index_text_without_positions(std::string_view text, std::uint32_t wdf_inc, std::string_view prefix);
  // The next text is placed at the beginning again, as a term generator does that is set to a document once more.
  void restart_positions();
  // The term as it is, of any length: Xapian takes at most 245 bytes, which is the caller's to see to.
  void add_boolean_term(std::string_view term) { add_term(term, 0); }
  void add_term(std::string_view term, std::uint32_t wdf_inc = 1);

  // All terms in byte order, each once; void after the next call of anything else.
  std::span<const Term> sorted();
  // Adds all terms to the document.
  void fill(Xapian::Document&);

  std::size_t size_bytes() const;  // memory held now

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lorelei::search
