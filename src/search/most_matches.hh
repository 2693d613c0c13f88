// SPDX-License-Identifier: GPL-3.0-or-later
// How many documents can match at most, from the frequencies of a query's terms: costs a look-up a term, where Xapian's
// own bound opens every list.
//
//   term            its frequency
//   all of          the least of the parts: AND, FILTER, phrases, NEAR, the left side of AND NOT
//   any of          their sum: OR, XOR, synonyms
//   anything else   nothing is known: all documents
#pragma once
#include <cstdint>

namespace Xapian {
class Database;
class Query;
}  // namespace Xapian

namespace lorelei::search {

// Never less than what matches, and never more than all documents. Throws Xapian::Error. Recursive: the depth of a
// query is bounded by its parser.
std::uint64_t most_matches(const Xapian::Query&, const Xapian::Database&);

}  // namespace lorelei::search
