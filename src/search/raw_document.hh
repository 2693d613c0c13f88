// SPDX-License-Identifier: GPL-3.0-or-later
// A document of an index as it is stored: terms, values, the size of its data. For people who look for a fault.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hh"
#include "search/places.hh"

namespace lorelei::search {

struct RawDocument {
  std::uint64_t docid = 0;  // in the shards of the archive together
  std::uint64_t data_length = 0, term_count = 0, value_count = 0;
  std::string description;                                // Xapian's
  std::map<std::string, std::vector<std::string>> terms;  // by prefix, sorted; without it
  std::map<std::uint32_t, double> values;                 // by slot
};

std::uint64_t docid_of_number(const Place&, std::int64_t number);
// Nothing if there is no such document. Errors: kCorrupt, of the index; kNotFound, level basic.
Result<std::optional<RawDocument>> read_document(const Place&, std::uint64_t docid);

}  // namespace lorelei::search
