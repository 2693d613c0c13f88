// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a module with an algorithm: messages that say where, or a translation whose text and tokens agree, that
// stays as it is when it is made again of the file it was put into.
#include <cstdlib>
#include <string>
#include <string_view>

#include "tla/pluscal_stale.hh"

using namespace lorelei::tla;

static void require(bool holds) {
  if (!holds) std::abort();
}

static void require_same(const std::vector<Token>& ours, const std::vector<Token>& read) {
  require(ours.size() + 1 == read.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    require(ours[i].kind == read[i].kind && ours[i].text == read[i].text);
    require(ours[i].at.line == read[i].at.line && ours[i].at.column == read[i].at.column);
  }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Source source("M.tla", text);
  std::vector<Diagnostic> diagnostics;
  const auto translation = pluscal::translate(source, {}, diagnostics);
  for (const auto& one : diagnostics) {
    require(!one.text.empty());
    require(one.place.begin <= one.place.end && one.place.end <= source.text().size());
    require(!to_text(one).empty());
  }
  if (!translation) return 0;

  std::vector<Diagnostic> of_age;
  pluscal::warn_if_stale(source, *translation, of_age);
  require(of_age.size() <= 1);

  const Source alone("", translation->text);
  std::vector<Diagnostic> of_words;
  require_same(translation->tokens, read_tokens(alone, 0, static_cast<std::uint32_t>(alone.text().size()), of_words));
  require(of_words.empty());

  const auto once = pluscal::with_translation(text, source, translation->found, translation->text);
  // The algorithm itself may have such a line in a comment, and then nobody knows where the translation ends.
  if (once.find("END TRANSLATION") != once.rfind("END TRANSLATION")) return 0;
  const Source put("M.tla", once);
  std::vector<Diagnostic> again_diagnostics;
  const auto again = pluscal::translate(put, {}, again_diagnostics);
  require(again.has_value());
  require(pluscal::with_translation(once, put, again->found, again->text) == once);
  of_age.clear();
  pluscal::warn_if_stale(put, *again, of_age);
  // A CR within a line is a blank in one place and an end of the line in another.
  require(of_age.empty() || text.find('\r') != text.npos);
  return 0;
}
