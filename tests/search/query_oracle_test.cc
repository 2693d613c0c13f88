// SPDX-License-Identifier: GPL-3.0-or-later
// Our parser and compiler against the one that public-inbox uses: Xapian's query parser, set up as it does. Random
// queries must give the same query, up to the order of what commutes and the nesting of what associates.
#include <gtest/gtest.h>
#include <xapian.h>

#include <algorithm>
#include <random>
#include <set>

#include "search/compile.hh"
#include "search/query.hh"

namespace lorelei::search {
namespace {

using XQuery = Xapian::Query;

// What must match, must match without being scored, and must not match; each as text in a fixed order.
struct Both {
  std::multiset<std::string> scored;
  std::set<std::string> filters, excluded;
};

// is_filter: nothing in it is scored.
std::string shape(const XQuery& query, bool is_filter = false);

std::string listed(const char* name, const auto& parts) {
  std::string text = std::string("(") + name;
  for (const auto& part : parts) text += " " + part;
  return text + ")";
}

const std::string kFilter = "{(and)(filter ", kFilterEnd = ")(not)}";
bool is_unscored(const std::string& shape) { return shape.starts_with(kFilter); }
bool is_only_filter(const std::string& shape) { return shape.starts_with(kFilter) && shape.ends_with(kFilterEnd); }
std::string without_filter(const std::string& shape) {
  if (!is_only_filter(shape)) return shape;
  return shape.substr(kFilter.size(), shape.size() - kFilter.size() - kFilterEnd.size());
}

template <typename Out>
void branches_of(const XQuery& query, XQuery::op op, bool is_filter, Out& out) {
  if (is_filter && query.get_type() == XQuery::OP_SCALE_WEIGHT)
    return branches_of(query.get_subquery(0), op, true, out);
  if (query.get_type() == XQuery::OP_SCALE_WEIGHT && query.get_subquery(0).get_type() == op) {  // 0*(a OR b)
    Out parts;
    branches_of(query.get_subquery(0), op, true, parts);
    for (const auto& part : parts) out.insert(is_unscored(part) ? part : kFilter + part + kFilterEnd);
    return;
  }
  if (query.get_type() != op) {
    out.insert(shape(query, is_filter));
    return;
  }
  for (std::size_t i = 0; i < query.get_num_subqueries(); ++i) branches_of(query.get_subquery(i), op, is_filter, out);
}

void collect(const XQuery& query, bool is_filter, Both& out) {
  const auto each = [&](std::size_t from, bool filter) {
    for (auto i = from; i < query.get_num_subqueries(); ++i) collect(query.get_subquery(i), filter, out);
  };
  switch (query.get_type()) {
    case XQuery::OP_AND:
      return each(0, is_filter);
    case XQuery::OP_FILTER:
      collect(query.get_subquery(0), is_filter, out);
      return each(1, true);
    case XQuery::OP_AND_NOT:
      collect(query.get_subquery(0), is_filter, out);
      for (std::size_t i = 1; i < query.get_num_subqueries(); ++i) {
        std::set<std::string> parts;
        branches_of(query.get_subquery(i), XQuery::OP_OR, true, parts);
        for (const auto& part : parts) out.excluded.insert(without_filter(part));
      }
      return;
    case XQuery::OP_SCALE_WEIGHT:
      return collect(query.get_subquery(0), true, out);
    case XQuery::OP_VALUE_RANGE:
    case XQuery::OP_VALUE_GE:
    case XQuery::OP_VALUE_LE:
      out.filters.insert(query.get_description());
      return;
    default: {
      const auto text = shape(query, is_filter);
      if (is_filter || is_only_filter(text))
        out.filters.insert(without_filter(text));
      else
        out.scored.insert(text);
    }
  }
}

std::string shape(const XQuery& query, bool is_filter) {
  switch (query.get_type()) {
    case XQuery::OP_AND:
    case XQuery::OP_FILTER:
    case XQuery::OP_AND_NOT:
    case XQuery::OP_SCALE_WEIGHT: {
      Both both;
      collect(query, is_filter, both);
      if (both.scored.size() + both.filters.size() > 1) both.scored.erase("Query(<alldocuments>)");
      if (both.scored.size() == 1 && both.filters.empty() && both.excluded.empty()) return *both.scored.begin();
      return "{" + listed("and", both.scored) + listed("filter", both.filters) + listed("not", both.excluded) + "}";
    }
    case XQuery::OP_OR:
    case XQuery::OP_XOR: {
      std::multiset<std::string> parts;
      branches_of(query, query.get_type(), is_filter, parts);
      // (or 0*a 0*b) is 0*(or a b).
      const bool all_filters = std::all_of(parts.begin(), parts.end(), is_unscored);
      std::multiset<std::string> bare;
      for (const auto& part : parts) bare.insert(all_filters || is_filter ? without_filter(part) : part);
      const auto text = listed(query.get_type() == XQuery::OP_OR ? "or" : "xor", bare);
      return all_filters ? kFilter + text + kFilterEnd : text;
    }
    default:
      return query.get_description();
  }
}

// The reference's parser.
class Reference {
 public:
  Reference() : db_(std::string(), Xapian::DB_BACKEND_INMEMORY) {
    parser_.set_default_op(XQuery::OP_AND);
    parser_.set_database(db_);
    parser_.set_stemmer(Xapian::Stem("english"));
    parser_.set_stemming_strategy(Xapian::QueryParser::STEM_SOME);
    parser_.set_max_expansion(100);
    const std::pair<unsigned, const char*> ranges[] = {{1, "d:"}, {2, "dt:"}, {3, "z:"}, {0, "rt:"}, {4, "uid:"}};
    for (const auto& [slot, prefix] : ranges)
      parser_.add_rangeprocessor((new Xapian::NumberRangeProcessor(slot, prefix, Xapian::RP_REPEATED))->release());
    for (const auto* exact :
         {"mid Q", "lid G", "dfpre XDFPRE", "dfpost XDFPOST", "dfblob XDFPRE", "dfblob XDFPOST", "patchid XDFID"}) {
      const std::string_view row(exact);
      parser_.add_boolean_prefix(std::string(row.substr(0, row.find(' '))), std::string(row.substr(row.find(' ') + 1)));
    }
    for (const auto& prefix : builtin_prefixes())
      if (prefix.kind == Prefix::Kind::kText)
        for (const auto target : prefix.targets) parser_.add_prefix(std::string(prefix.name), std::string(target));
  }

  // Empty if it refuses the query, or gave up and searched for the words only.
  std::optional<XQuery> parse(const std::string& text) {
    constexpr unsigned kFlags = Xapian::QueryParser::FLAG_PHRASE | Xapian::QueryParser::FLAG_BOOLEAN |
                                Xapian::QueryParser::FLAG_LOVEHATE | Xapian::QueryParser::FLAG_WILDCARD |
                                Xapian::QueryParser::FLAG_PURE_NOT;
    try {
      auto query = parser_.parse_query(text, kFlags);
      if (query.get_description() == parser_.parse_query(text, 0).get_description() && needs_syntax(text))
        return std::nullopt;
      return query;
    } catch (const Xapian::QueryParserError&) {
      return std::nullopt;
    }
  }

 private:
  static bool needs_syntax(const std::string& text) {
    return text.find_first_of("+-()\"*NOAX\xe2") != std::string::npos;
  }

  Xapian::WritableDatabase db_;
  Xapian::QueryParser parser_;
};

class QueryOracle : public testing::Test {
 protected:
  void expect_same(const std::string& text) {
    SCOPED_TRACE(text);
    const auto theirs = reference_.parse(text);
    if (!theirs) return;
    const auto parsed = parse_query(text);
    ASSERT_TRUE(parsed) << to_text(parsed.error());
    auto query = parsed->query;
    date(query);
    const auto ours = compile_query(query, {.shards = shards_, .prefixes = prefixes_, .threads = {}});
    ASSERT_TRUE(ours);
    EXPECT_EQ(shape(*ours->query), shape(*theirs)) << to_text(query) << "\n" << theirs->get_description();
    ++compared_;
  }

  // Numbers only; search/query_dates.hh has tests of its own.
  static void date(Query& query) {
    for (auto& part : query.parts) date(part);
    if (query.op != Query::Op::kRange) return;
    query.slot = PrefixSet().find(query.prefix)->slot;
    const auto dots = query.value.find("..");
    const auto number = [](const std::string& digits) {
      return digits.empty() ? std::nullopt : std::optional<std::int64_t>(std::stoll(digits));
    };
    query.low = number(query.value.substr(0, dots));
    query.high = number(query.value.substr(dots + 2));
  }

  Reference reference_;
  PrefixSet prefixes_;
  std::vector<Xapian::Database> shards_ = {Xapian::WritableDatabase(std::string(), Xapian::DB_BACKEND_INMEMORY)};
  int compared_ = 0;
};

TEST_F(QueryOracle, WhatPeopleType) {
  for (const char* text :
       {"s:foo s:bar",
        "s:foo -s:bar",
        "s:foo NOT s:bar",
        "s:foo AND NOT s:bar",
        "NOT s:bar",
        "s:(queue OR depth)",
        "s:a NEAR/3 s:b",
        "s:a ADJ f:b",
        "tc:a NEAR tc:b",
        "mid:x mid:y",
        "mid:x lid:y",
        "dfpre:x dfpost:y",
        "dfblob:x",
        "s:Regression",
        "s:regressions",
        "s:\"regressions found\"",
        "s:blk-mq",
        "s:foo/bar.c",
        "f:a@b.c",
        "xyz:foo",
        "5.10",
        "1.7.9.5",
        "don't",
        "AT&T",
        "c++",
        "c#",
        "s:pre*",
        "*",
        "",
        "\"unbalanced quote",
        "(unbalanced group",
        "a b OR c d",
        "a -b c -d",
        "mid:x -foo",
        "-mid:x foo",
        "a AND -b c",
        "d:20200101..20200201 foo",
        "(foo OR mid:x) AND d:20200101..",
        "z:..100 uid:5..",
        "foo XOR bar XOR baz",
        "U.S.A",
        "kfree_rcu",
        "a+b",
        "(dfn:drivers/block/floppy.c OR dfhh:floppy_* OR s:floppy OR ((nq:bug OR nq:regression) AND nq:floppy)) AND "
        "rt:1792586096..",
        "s:\"a b\" OR bs:c",
        "\"\"x\"\"",
        "foo:bar",
        "std::vector",
        "net:fix",
        "f:\"Jens Axboe\" -t:linux-block",
        "\xe2\x80\x9c"
        "curly quotes\xe2\x80\x9d",
        "na\xc3\xafve caf\xc3\xa9",
        "bad\xff"
        "byte",
        "\xd0\x96\xd0\xb6"})
    expect_same(text);
  EXPECT_GT(compared_, 45);
}

// Sentences of the grammar: almost all of them mean something to both.
TEST_F(QueryOracle, RandomQueries) {
  std::mt19937 random(20261121);
  const std::vector<std::string> words = {"foo",         "Bar", "running", "blk-mq", "a.b@c.de",          "5.10",
                                          "don't",       "c++", "U.S.A",   "x_y",    "drivers/block/x.c", "net:fix",
                                          "caf\xc3\xa9", "and", "A",       "1,000"};
  const std::vector<std::string> prefixes = {"",   "",    "s:", "f:",   "t:",   "c:",   "a:",    "tc:",    "b:", "nq:",
                                             "q:", "bs:", "n:", "dfn:", "dfa:", "dfb:", "dfhh:", "dfctx:", "l:", "m:"};
  const std::vector<std::string> exact = {"mid:a@b",        "mid:\"x y\"",    "lid:list.id", "dfpre:0abcdef",
                                          "dfpost:1234567", "dfblob:89abcde", "patchid:0123"};
  const std::vector<std::string> ranges = {"d:20200101..", "dt:..20200101000000", "rt:5..77777", "z:1..2", "uid:3.."};
  const auto pick = [&](const std::vector<std::string>& from) { return from[random() % from.size()]; };
  std::function<std::string(int)> atom = [&](int depth) -> std::string {
    switch (random() % (depth > 3 ? 7 : 9)) {
      case 0:
        return pick(prefixes) + "\"" + pick(words) + " " + pick(words) + "\"";
      case 1:
        return pick(exact);
      case 2:
        return pick(prefixes) + "wild*";
      case 7:
      case 8: {
        std::string group = pick(prefixes) + "(" + atom(depth + 1);
        for (auto n = random() % 4; n > 0; --n) {
          const std::vector<std::string> between = {" ",     " ",         " AND ", " OR ", " NOT ",
                                                    " XOR ", " AND NOT ", " -",    " +"};
          group += pick(between) + atom(depth + 1);
        }
        return group + ")";
      }
      default:
        return pick(prefixes) + pick(words);
    }
  };
  for (int round = 0; round < 4000 && !HasFailure(); ++round) {
    std::string text = atom(0);
    for (auto n = random() % 4; n > 0; --n) {
      const std::vector<std::string> between = {" ", " ", "  ", " AND ", " OR ", " NOT ", " XOR ", " -", " AND -"};
      text += pick(between) + atom(0);
    }
    if (random() % 4 == 0) text += " " + ranges[random() % ranges.size()];
    expect_same(text);
  }
  EXPECT_GT(compared_, 3000);
}

// As in kfree(): text here, half text and half syntax there.
bool has_text_parenthesis(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i)
    if (text[i] == '(' && std::string_view(" ()+-:").find(text[i - 1]) == std::string_view::npos) return true;
  return false;
}

// Anything at all, so long as their parser does not give up. (Exact values are left out: one that follows a syntax
// error makes their parser forget the error.)
TEST_F(QueryOracle, RandomTokens) {
  std::mt19937 random(42);
  const std::vector<std::string> tokens = {
      "foo",   "Bar",    "s:",           "f:",       "\"",   "(", ")", " ", " ", " ", "-", "+", "AND",
      "OR",    "NOT",    "XOR",          "*",        ".",    "/", "@", "'", "&", "#", "x", "2", "NEAR",
      "ADJ/2", "NEAR/3", "\xe2\x80\x9d", "\xc3\xa9", "\xff", "_", ",", "~"};
  const std::vector<std::string> behind = {"foo", "Bar", "\"", "(", "x-y", "a*"};
  for (int round = 0; round < 40000 && !HasFailure(); ++round) {
    std::string text;
    for (auto n = 1 + random() % 12; n > 0; --n) {
      const auto& token = tokens[random() % tokens.size()];
      text += token;
      // Other punctuation behind a prefix means something else here, on purpose. Behind a sign it makes theirs exclude
      // all words that follow.
      if (token == "s:" || token == "f:" || token == "-" || token == "+") text += behind[random() % behind.size()];
    }
    if (!has_text_parenthesis(text)) expect_same(text);
  }
  EXPECT_GT(compared_, 3000);
}

}  // namespace
}  // namespace lorelei::search
