// SPDX-License-Identifier: GPL-3.0-or-later
// Where a text's words begin and end, and how each is spelled in the index.
//
// The words are those of Xapian 1.4's term generator, to the byte: an index written here is continued by other
// programs, and a query is cut into words by Xapian's query parser, so any difference is a message that is not found.
//
//   word    := initials | run (infix run)* suffix?
//   run     := letters, digits, marks and connectors of any script, in lower case
//   infix   := between two decimal digits one of , . ; (and their kin), elsewhere ' & and middle dots; typographic
//              apostrophes become '; joiners and other characters without width join, and are left out
//   suffix  := up to three of + and #, where no word character follows; a fourth makes all of them ordinary
//   initials:= two or more of A-Z with a full stop between each (U.S.A. becomes usa); a word character right after
//              them makes them ordinary words
//
// Foreign bytes: any. A byte that is not part of well-formed UTF-8 counts as ISO 8859-1, NUL as any control character.
// Linear in the text, no memory of its own. Words longer than kMaxWord are not in the index and not reported.
// Ideographs are not cut into n-grams, whatever XAPIAN_CJK_NGRAM says: public-inbox does not do it, and an index must
// not depend on the environment.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lorelei::search {

// In bytes of UTF-8, as spelled in the index: the default of Xapian's term generator.
inline constexpr std::size_t kMaxWord = 64;

// One word; the eight bytes behind it are zero, so that a hash or a comparison may read whole 64-bit units.
class Word {
 public:
  std::string_view text() const { return {bytes_, size_}; }
  std::size_t size() const { return size_; }
  const char* padded() const { return bytes_; }

 private:
  friend class WordScanner;
  // Longer ones are only counted up to here: long enough that cutting the suffix off leaves them too long.
  static constexpr std::size_t kFull = kMaxWord + 8;
  void append(unsigned code_point);

  alignas(8) char bytes_[kFull + 16] = {};
  std::size_t size_ = 0;
};

class WordScanner {
 public:
  // The text outlives the scanner.
  explicit WordScanner(std::string_view text)
      : at_(text.data()), end_(text.data() + text.size()), no_initials_before_(text.data()) {}
  // The next word of at most kMaxWord bytes; false at the end of the text.
  bool next(Word&);

 private:
  bool skip_to_word();
  bool take_initials(Word&);
  void take_ascii_run(Word&);
  void take_runs(Word&);
  bool take_infix(Word&, unsigned before);
  void take_suffix(Word&);

  const char* at_;
  const char* end_;
  const char* no_initials_before_;  // keeps a long chain of capitals that fails linear
};

}  // namespace lorelei::search
