// SPDX-License-Identifier: GPL-3.0-or-later
// A document's terms on their way from the worker that read it to the segment that holds it: a few kilobytes, encoded
// as the index wants them, and still without a document number.
//
// The one idea: whatever does not depend on the number is done here, in parallel: the term list as the index stores it
// (compressed), and each term's positions.
//
//   terms  := entry*                               in byte order
//   entry  := shared suffix wdf positions          shared: bytes that it has in common with the entry before
//   suffix, positions := a string of glass_codec   positions: encoded, empty if there are none
//   shared, wdf := a number of glass_codec
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/deflate.hh"
#include "base/result.hh"
#include "search/glass_table.hh"

namespace lorelei::search {

class TermTable;

// What Xapian takes, with NUL bytes counted twice.
inline constexpr std::size_t kMaxTerm = 245;

struct PackedTerms {
  std::string terms;
  std::string term_list;  // the tag of the termlist table
  glass::Tag term_list_kind = glass::Tag::kPlain;
  std::uint32_t count = 0;
  std::uint32_t length = 0;  // sum of the wdfs
  std::uint32_t max_wdf = 0;

  std::size_t size_bytes() const { return sizeof *this + terms.capacity() + term_list.capacity(); }
};

// Reads PackedTerms::terms entry by entry.
class TermReader {
 public:
  explicit TermReader(const std::string& terms) : at_(terms.data()), end_(terms.data() + terms.size()) {}
  bool next();
  std::string_view name() const { return {name_, size_}; }
  const char* padded_name() const { return name_; }  // zero bytes up to a multiple of eight behind it
  const char* wdf_at() const { return wdf_at_; }     // the number, then the string of positions

 private:
  const char* at_;
  const char* end_;
  const char* wdf_at_ = nullptr;
  std::size_t size_ = 0;
  alignas(8) char name_[kMaxTerm + 11] = {};
};

// Reused from document to document; not for two threads at once.
class TermPacker {
 public:
  // Errors: kTooLarge, a term is longer than kMaxTerm; subject is the term.
  Result<PackedTerms> pack(TermTable&);

 private:
  Deflater deflater_{Deflater::Form::kRaw};
  std::string list_, positions_;  // kept for their capacity
};

}  // namespace lorelei::search
