// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/most_matches.hh"

#include <gtest/gtest.h>
#include <xapian.h>

#include <random>

namespace lorelei::search {
namespace {

using XQuery = Xapian::Query;

XQuery random_query(std::mt19937& random, int depth) {
  if (depth == 0 || random() % 3 == 0) return XQuery(std::string(1, static_cast<char>('a' + random() % 6)));
  static constexpr XQuery::op kOps[] = {XQuery::OP_AND,     XQuery::OP_OR,        XQuery::OP_AND_NOT, XQuery::OP_FILTER,
                                        XQuery::OP_SYNONYM, XQuery::OP_AND_MAYBE, XQuery::OP_MAX};
  const auto op = kOps[random() % std::size(kOps)];
  return XQuery(op, random_query(random, depth - 1), random_query(random, depth - 1));
}

TEST(MostMatches, IsNeverLessThanWhatMatches) {
  std::mt19937 random(3);
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  for (int i = 0; i < 300; ++i) {
    Xapian::Document document;
    for (char c = 'a'; c < 'g'; ++c)
      if (random() % static_cast<unsigned>(c - 'a' + 2) == 0) document.add_term(std::string(1, c));
    database.add_document(document);
  }
  Xapian::Enquire enquire(database);
  std::size_t below_all = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto query = random_query(random, 3);
    SCOPED_TRACE(query.get_description());
    enquire.set_query(query);
    const auto most = most_matches(query, database);
    EXPECT_GE(most, enquire.get_mset(0, 300).size());
    EXPECT_LE(most, 300u);
    below_all += most < 300;
  }
  EXPECT_GT(below_all, 1000u);
  EXPECT_EQ(most_matches(XQuery(), database), 0u);
  EXPECT_EQ(most_matches(XQuery(XQuery::OP_VALUE_GE, 0, "x"), database), 300u);
  EXPECT_EQ(most_matches(XQuery(XQuery::OP_PHRASE, XQuery("a"), XQuery("f")), database), database.get_termfreq("f"));
}

}  // namespace
}  // namespace lorelei::search
