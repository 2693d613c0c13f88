// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as text: our terms are those of Xapian's term generator.
#include <xapian.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "search/tokenise.hh"

namespace {

void demand(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  unsetenv("XAPIAN_CJK_NGRAM");  // Xapian would heed it, we do not
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static lorelei::search::TermTable table;  // reused, as an indexer does
  static Xapian::TermGenerator generator;
  generator.set_stemmer(Xapian::Stem("english"));
  const std::string text(reinterpret_cast<const char*>(data), size);

  table.clear();
  table.index_text(text, 1, "S");
  table.index_text_without_positions(text, 2, "XNQ");
  Xapian::Document document;
  generator.set_document(document);
  generator.index_text(text, 1, "S");
  generator.increase_termpos();
  generator.index_text_without_positions(text, 2, "XNQ");

  auto expected = document.termlist_begin();
  for (const auto& term : table.sorted()) {
    demand(expected != document.termlist_end());
    demand(*expected == term.name);
    demand(expected.get_wdf() == term.wdf);
    auto at = expected.positionlist_begin();
    for (const auto position : term.positions) {
      demand(at != expected.positionlist_end());
      demand(*at == position);
      ++at;
    }
    demand(at == expected.positionlist_end());
    ++expected;
  }
  demand(expected == document.termlist_end());
  return 0;
}
