// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/most_matches.hh"

#include <xapian.h>

#include <algorithm>

namespace lorelei::search {

std::uint64_t most_matches(const Xapian::Query& query, const Xapian::Database& database) {
  using Op = Xapian::Query;
  const std::uint64_t all = database.get_doccount();
  const auto parts = query.get_num_subqueries();
  switch (query.get_type()) {
    case Op::LEAF_TERM:
      return database.get_termfreq(*query.get_terms_begin());
    case Op::LEAF_MATCH_NOTHING:
      return 0;
    case Op::OP_SCALE_WEIGHT:
    case Op::OP_AND_NOT:
    case Op::OP_AND_MAYBE:
      return most_matches(query.get_subquery(0), database);
    case Op::OP_AND:
    case Op::OP_FILTER:
    case Op::OP_PHRASE:
    case Op::OP_NEAR: {
      auto least = all;
      for (std::size_t i = 0; i < parts; ++i) least = std::min(least, most_matches(query.get_subquery(i), database));
      return least;
    }
    case Op::OP_OR:
    case Op::OP_XOR:
    case Op::OP_MAX:
    case Op::OP_SYNONYM: {
      std::uint64_t sum = 0;
      for (std::size_t i = 0; i < parts; ++i) sum += most_matches(query.get_subquery(i), database);
      return std::min(sum, all);
    }
    default:
      return all;
  }
}

}  // namespace lorelei::search
