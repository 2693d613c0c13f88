// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/packed_terms.hh"

#include <algorithm>
#include <cstring>

#include "base/text.hh"
#include "search/glass_codec.hh"
#include "search/tokenise.hh"

namespace lorelei::search {
namespace {

using namespace glass;

std::size_t common_prefix(std::string_view a, std::string_view b) {
  const std::size_t size = std::min(a.size(), b.size());
  std::size_t i = 0;
  while (i < size && a[i] == b[i]) ++i;
  return i;
}

// The first term in full, the others as what they have in common with the one before and the rest. A small wdf shares a
// byte with the length of the common part.
void append_to_term_list(std::string& list, const TermTable::Term& term, std::size_t shared, std::string_view before) {
  const std::size_t together = (std::size_t{term.wdf} + 1) * (before.size() + 1) + shared;
  const bool fits = term.wdf < 127 && together < 256;
  if (!before.empty()) list += static_cast<char>(fits ? together : shared);
  list += static_cast<char>(term.name.size() - shared);
  list += term.name.substr(shared);
  if (before.empty() || !fits) append_number(list, term.wdf);
}

tl::unexpected<Error> too_long(std::string_view name) {
  return err(Error::Kind::kTooLarge, "index the term", printable(name.substr(0, 80)),
             "it is longer than " + std::to_string(kMaxTerm) + " bytes");
}

}  // namespace

bool TermReader::next() {
  if (at_ == end_) return false;
  const std::size_t shared = take_number(at_);
  const std::size_t rest = take_number(at_);
  std::memcpy(name_ + shared, at_, rest);
  size_ = shared + rest;
  std::memset(name_ + size_, 0, 8);
  wdf_at_ = at_ += rest;
  take_number(at_);
  const std::size_t positions = take_number(at_);
  at_ += positions;
  return true;
}

Result<PackedTerms> TermPacker::pack(TermTable& table) {
  PackedTerms packed;
  std::string_view before;
  list_.clear();
  const auto terms = table.sorted();
  packed.terms.reserve(terms.size() * 20);
  packed.count = static_cast<std::uint32_t>(terms.size());
  for (const TermTable::Term& term : terms) {
    packed.length += term.wdf;
    packed.max_wdf = std::max(packed.max_wdf, term.wdf);
  }
  append_number(list_, packed.length);
  append_number(list_, packed.count);
  for (const TermTable::Term& term : terms) {
    const auto nuls = static_cast<std::size_t>(std::count(term.name.begin(), term.name.end(), '\0'));
    if (term.name.size() + nuls > kMaxTerm) return too_long(term.name);
    const std::size_t shared = common_prefix(before, term.name);
    append_to_term_list(list_, term, shared, before);
    append_number(packed.terms, shared);
    append_string(packed.terms, term.name.substr(shared));
    append_number(packed.terms, term.wdf);
    positions_.clear();
    if (!term.positions.empty()) append_positions(positions_, term.positions);
    append_string(packed.terms, positions_);
    before = term.name;
  }
  if (terms.empty()) return packed;
  if (auto deflated = deflater_.deflate_shorter(list_)) {
    packed.term_list = *std::move(deflated);
    packed.term_list_kind = Tag::kCompressed;
  } else {
    packed.term_list = list_;
  }
  return packed;
}

}  // namespace lorelei::search
