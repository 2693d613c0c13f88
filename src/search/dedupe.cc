// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/dedupe.hh"

#include <algorithm>
#include <cstring>
#include <random>
#include <string>

namespace lorelei::search {

namespace {

std::string content_key(const archive::OverRow& row) {
  const std::string_view zero("\0", 1);
  std::string key;
  for (const auto& field : {row.from, row.to, row.cc, std::to_string(row.sent), row.subject, row.references})
    key.append(field).append(zero);
  return key += row.message_id;
}

}  // namespace

Fingerprinter::Fingerprinter() {
  std::random_device random;
  for (auto& point : points_) {
    const auto high = std::uint64_t{random()};
    point = (high << 32 | random()) % kPrime;
  }
}

Fingerprint Fingerprinter::of(std::string_view bytes) const {
  __extension__ using Wide = unsigned __int128;
  Fingerprint sums{bytes.size(), bytes.size()};
  constexpr std::size_t kUnitBytes = 7;  // below the prime
  for (; !bytes.empty(); bytes.remove_prefix(std::min(kUnitBytes, bytes.size()))) {
    std::uint64_t unit = 0;
    std::memcpy(&unit, bytes.data(), std::min(kUnitBytes, bytes.size()));
    for (std::size_t i = 0; i < sums.size(); ++i)
      sums[i] = static_cast<std::uint64_t>((Wide{sums[i]} * points_[i] + unit) % kPrime);
  }
  return sums;
}

bool Dedupe::is_new_key(std::string_view key) { return seen_.insert(fingerprinter_.of(key)).second; }

bool Dedupe::is_new(const archive::OverRow& row) {
  switch (sameness_) {
    case Sameness::kContent:
      return is_new_key(content_key(row));
    case Sameness::kOid:
      return is_new_key(row.blob);
    case Sameness::kMid:
      return is_new_key(row.message_id.empty() ? content_key(row) : row.message_id);
    case Sameness::kNone:
      break;
  }
  return true;
}

}  // namespace lorelei::search
