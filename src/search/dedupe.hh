// SPDX-License-Identifier: GPL-3.0-or-later
// Which messages are the same: lei's four answers.
//
//              listed from overview rows (JSON, list)             written as mail
//   content    sender, recipients, time, subject, references,     what was written: search/outbox.hh gives a digest
//   that
//              Message-ID are equal                               leaves out what lists add to the header
//   oid        the same blob                                      the same blob
//   mid        the same Message-ID, else as content               the same Message-ID, else as content
//   none       never                                              never
#pragma once
#include <array>
#include <cstdint>
#include <string_view>
#include <unordered_set>

#include "archive/over_reader.hh"

namespace lorelei::search {

enum class Sameness { kContent, kOid, kMid, kNone };

// The value of a polynomial over the field of 2^61 - 1, whose coefficients are the length and each seven bytes, at two
// secret places. Two keys of n bytes share it with a probability of (n / 7 / 2^61)^2, whoever chose them; a digest that
// is safe without a secret costs ten times as much.
using Fingerprint = std::array<std::uint64_t, 2>;
class Fingerprinter {
 public:
  Fingerprinter();  // its places are its own: compare only what one of these made
  Fingerprint of(std::string_view) const;

 private:
  static constexpr std::uint64_t kPrime = (std::uint64_t{1} << 61) - 1;
  std::array<std::uint64_t, 2> points_;
};

class Dedupe {
 public:
  explicit Dedupe(Sameness sameness) : sameness_(sameness) {}
  Sameness sameness() const { return sameness_; }

  // True the first time.
  bool is_new(const archive::OverRow&);
  bool is_new_key(std::string_view key);  // for what is the same in another way

 private:
  Sameness sameness_;
  struct Hash {
    std::size_t operator()(const Fingerprint& f) const { return f[0]; }
  };
  Fingerprinter fingerprinter_;
  std::unordered_set<Fingerprint, Hash> seen_;  // of keys
};

}  // namespace lorelei::search
