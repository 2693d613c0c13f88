// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/compile.hh"

#include <fmt/core.h>
#include <xapian.h>

#include <algorithm>
#include <cassert>
#include <map>
#include <span>

namespace lorelei::search {

namespace {

using Op = Query::Op;
using XQuery = Xapian::Query;

enum class Use { kScored, kFilter };  // kFilter: its weight is not looked at

constexpr std::size_t kMaxExactBytes = 244;  // of a message-id in the index; longer ones were cut when they came

class Compiler {
 public:
  explicit Compiler(const CompileFor& target) : target_(target) {}

  struct Part {
    XQuery query;
    bool is_scored;  // has something in it that counts for relevance
  };
  Result<Part> part(const Query&, Use);
  // As it stands on its own: what does not count is scaled away.
  Result<XQuery> whole(const Query&, Use);

  std::vector<std::string> notes;
  bool has_set = false;

 private:
  Result<Part> conjunction(const Query&, Use);
  Result<Part> branches(const Query&, XQuery::op, Use);
  Result<Part> exclusion(const Query&, Use);
  XQuery word(const Query&, Use);
  XQuery phrase(const Query&);
  XQuery window(const Query&);
  XQuery together(XQuery::op, const std::vector<XQuery>& words, unsigned window, bool has_positions);
  XQuery together_in_each(XQuery::op, std::span<const std::string_view> targets, const std::vector<Query::Word>&,
                          unsigned window);
  XQuery wildcard(const Query&, Use);
  XQuery exact(const Query&);
  Result<XQuery> range(const Query&, Use);

  std::string term(std::string_view target, const Query::Word&);
  XQuery leaf(const std::string& term, unsigned position, Use);
  XQuery stoppable(XQuery);
  bool is_everywhere(const std::string& term, Xapian::doccount& shards_with_all) const;
  const Prefix& prefix_of(std::string_view name) const {
    const auto* prefix = target_.prefixes.find(name);
    assert(prefix);
    return *prefix;
  }

  const CompileFor& target_;
  Xapian::Stem stem_{"english"};
};

// Of level medium; at level full, all texts have positions.
bool has_positions_at_medium(std::string_view target) {
  return target == term::kMessageIdWords || target == term::kListWords || target == term::kAttachment ||
         target == term::kDiffFile;
}

template <typename Queries>
XQuery join(XQuery::op op, const Queries& queries) {
  return queries.size() == 1 ? queries.front() : XQuery(op, queries.begin(), queries.end());
}

Result<Compiler::Part> Compiler::part(const Query& query, Use use) {
  if (target_.weights == Weights::kUnused) use = Use::kFilter;
  switch (query.op) {
    case Op::kNothing:
      return Part{XQuery(), true};
    case Op::kEverything:
      return Part{XQuery(""), true};
    case Op::kWord:
      return Part{word(query, use), true};
    case Op::kWildcard:
      return Part{wildcard(query, use), true};
    case Op::kPhrase:
      return Part{phrase(query), true};
    case Op::kNear:
    case Op::kAdjacent:
      return Part{window(query), true};
    case Op::kExact:
      return Part{exact(query), false};
    case Op::kRange: {
      TRY(auto compiled, range(query, use));
      return Part{std::move(compiled), false};
    }
    case Op::kThread: {
      TRY(const auto set, target_.threads(query));
      has_set = true;
      return Part{XQuery(make_document_set_source(set)->release()), false};
    }
    case Op::kAnd:
      return conjunction(query, use);
    case Op::kOr:
      return branches(query, XQuery::OP_OR, use);
    case Op::kXor: {
      if (!target_.even) return branches(query, XQuery::OP_XOR, use);
      TRY(auto any, branches(query, XQuery::OP_OR, use));
      TRY(const auto even, target_.even(query));
      any.query = XQuery(XQuery::OP_AND_NOT, any.query, XQuery(make_document_set_source(even)->release()));
      return any;
    }
    case Op::kNot:
      return exclusion(query, use);
  }
  return Part{XQuery(), true};
}

Result<XQuery> Compiler::whole(const Query& query, Use use) {
  TRY(auto result, part(query, use));
  if (!result.is_scored && use == Use::kScored) return XQuery(XQuery::OP_SCALE_WEIGHT, result.query, 0.0);
  return std::move(result.query);
}

Result<Compiler::Part> Compiler::conjunction(const Query& query, Use use) {
  std::vector<XQuery> scored, filters;
  for (const auto& each : query.parts) {
    if (each.op == Op::kRange) continue;
    TRY(auto compiled, part(each, use));
    (compiled.is_scored ? scored : filters).push_back(std::move(compiled.query));
  }
  for (const auto& each : query.parts) {
    if (each.op != Op::kRange) continue;
    TRY(auto compiled, range(each, scored.empty() ? use : Use::kFilter));
    filters.push_back(std::move(compiled));
  }
  if (filters.empty()) return Part{join(XQuery::OP_AND, scored), true};
  auto filter = join(XQuery::OP_AND, filters);
  if (scored.empty()) return Part{std::move(filter), false};
  return Part{XQuery(XQuery::OP_FILTER, join(XQuery::OP_AND, scored), filter), true};
}

Result<Compiler::Part> Compiler::branches(const Query& query, XQuery::op op, Use use) {
  std::vector<Part> parts;
  bool is_scored = false;
  for (const auto& each : query.parts) {
    TRY(auto compiled, part(each, use));
    is_scored |= compiled.is_scored;
    parts.push_back(std::move(compiled));
  }
  std::vector<XQuery> queries;
  for (auto& each : parts) {
    const bool scale = is_scored && !each.is_scored && use == Use::kScored;
    queries.push_back(scale ? XQuery(XQuery::OP_SCALE_WEIGHT, each.query, 0.0) : std::move(each.query));
  }
  return Part{join(op, queries), is_scored};
}

Result<Compiler::Part> Compiler::exclusion(const Query& query, Use use) {
  TRY(auto wanted, part(query.parts[0], use));
  std::vector<XQuery> excluded;
  for (std::size_t i = 1; i < query.parts.size(); ++i) {
    TRY(auto compiled, part(query.parts[i], Use::kFilter));
    excluded.push_back(std::move(compiled.query));
  }
  wanted.query = XQuery(XQuery::OP_AND_NOT, wanted.query, join(XQuery::OP_OR, excluded));
  return wanted;
}

std::string Compiler::term(std::string_view target, const Query::Word& word) {
  if (word.stem == Query::Stem::kNo) return std::string(target) + word.text;
  return "Z" + std::string(target) + stem_(word.text);
}

// In how many shards do all documents have the term? True if a shard's document ids have gaps, too.
bool Compiler::is_everywhere(const std::string& term, Xapian::doccount& shards_with_all) const {
  bool has_gaps = false;
  for (const auto& shard : target_.shards) {
    const auto count = shard.get_doccount();
    const bool all = shard.get_termfreq(term) == count;
    shards_with_all += all;
    has_gaps |= all && count && shard.get_lastdocid() != count;
  }
  return has_gaps;
}

XQuery Compiler::leaf(const std::string& term, unsigned position, Use use) {
  Xapian::doccount shards_with_all = 0;
  if (use == Use::kScored || !is_everywhere(term, shards_with_all)) return XQuery(term, 1, position);
  if (shards_with_all == target_.shards.size()) return XQuery("");
  return XQuery(make_term_source(term)->release());
}

XQuery Compiler::word(const Query& query, Use use) {
  std::vector<XQuery> terms;
  for (const auto target : prefix_of(query.prefix).targets)
    terms.push_back(leaf(term(target, query.words[0]), query.words[0].position, use));
  return join(XQuery::OP_OR, terms);
}

XQuery Compiler::stoppable(XQuery query) {
  if (!target_.stop) return query;
  return XQuery(XQuery::OP_FILTER, query, XQuery(make_stop_source(target_.stop)->release()));
}

// Words that must stand together; in archives without their positions, words that must all be there.
XQuery Compiler::together(XQuery::op op, const std::vector<XQuery>& words, unsigned window, bool has_positions) {
  const auto exactly = [&] { return stoppable(XQuery(op, words.begin(), words.end(), window)); };
  const auto& medium = target_.medium_shards;
  if (medium.empty() || has_positions) return exactly();
  const XQuery all(XQuery::OP_AND, words.begin(), words.end());
  if (medium.size() == target_.shards.size()) return all;
  return XQuery(XQuery::OP_OR, exactly(), XQuery(XQuery::OP_FILTER, all, XQuery(make_shard_source(medium)->release())));
}

// The same words under each target.
XQuery Compiler::together_in_each(XQuery::op op, std::span<const std::string_view> targets,
                                  const std::vector<Query::Word>& words, unsigned window) {
  std::vector<XQuery> each;
  for (const auto target : targets) {
    std::vector<XQuery> terms;
    for (const auto& word : words) terms.emplace_back(std::string(target) + word.text, 1, word.position);
    each.push_back(together(op, terms, window, has_positions_at_medium(target)));
  }
  return join(XQuery::OP_OR, each);
}

XQuery Compiler::phrase(const Query& query) {
  return together_in_each(XQuery::OP_PHRASE, prefix_of(query.prefix).targets, query.words,
                          static_cast<unsigned>(query.words.size()));
}

// NEAR and ADJ. Words of one prefix meet in one of its targets; words of several meet whatever their targets.
XQuery Compiler::window(const Query& query) {
  const auto op = query.op == Op::kNear ? XQuery::OP_NEAR : XQuery::OP_PHRASE;
  const auto targets_of = [&](const Query::Word& word) { return prefix_of(word.prefix).targets; };
  const auto first = targets_of(query.words[0]);
  const bool is_uniform = std::all_of(query.words.begin(), query.words.end(), [&](const auto& word) {
    const auto targets = targets_of(word);
    return std::equal(first.begin(), first.end(), targets.begin(), targets.end());
  });
  if (is_uniform) return together_in_each(op, first, query.words, query.window);
  std::vector<XQuery> words;
  for (const auto& word : query.words) {
    std::vector<XQuery> terms;
    for (const auto target : targets_of(word)) terms.emplace_back(std::string(target) + word.text, 1, word.position);
    words.push_back(join(XQuery::OP_OR, terms));
  }
  return together(op, words, query.window, false);
}

XQuery Compiler::exact(const Query& query) {
  std::vector<XQuery> terms;
  const auto& prefix = prefix_of(query.prefix);
  const auto value = prefix.value == Prefix::Value::kMessageId ? query.value.substr(0, kMaxExactBytes) : query.value;
  for (const auto target : prefix.targets) terms.push_back(leaf(std::string(target) + value, 0, Use::kFilter));
  return join(XQuery::OP_OR, terms);
}

// As a filter only: beside alternatives that are weighed, a set of documents counts as a matching part where a
// comparison does not, and percentages would show it.
Result<XQuery> Compiler::range(const Query& query, Use use) {
  if (!query.low && !query.high) return XQuery("");
  if (const auto span = time_span(query); span && use == Use::kFilter && target_.few_in_time) {
    TRY(const auto few, target_.few_in_time(*span));
    has_set |= few != nullptr;
    if (few) return XQuery(make_document_set_source(few)->release());
  }
  const auto stored = [](std::int64_t number) { return Xapian::sortable_serialise(static_cast<double>(number)); };
  if (!query.high) return XQuery(XQuery::OP_VALUE_GE, query.slot, stored(*query.low));
  if (!query.low) return XQuery(XQuery::OP_VALUE_LE, query.slot, stored(*query.high));
  return XQuery(XQuery::OP_VALUE_RANGE, query.slot, stored(*query.low), stored(*query.high));
}

// ---- wildcards

// Is there a target and a shard where more terms than the reference takes begin so?
bool is_over_limit(std::span<const std::string_view> targets, const std::string& start,
                   const std::vector<Xapian::Database>& shards) {
  for (const auto target : targets)
    for (const auto& shard : shards) {
      const auto root = std::string(target) + start;
      unsigned count = 0;
      for (auto it = shard.allterms_begin(root), end = shard.allterms_end(root); it != end; ++it)
        if (++count > kReferenceWildcardTerms) return true;
    }
  return false;
}

// All terms that begin so, with the number of their documents.
std::map<std::string, std::uint64_t> expand(std::span<const std::string_view> targets, const std::string& start,
                                            const CompileFor& compile_for) {
  constexpr std::size_t kLookEvery = 4096;
  std::map<std::string, std::uint64_t> terms;
  std::size_t seen = 0;
  for (const auto target : targets)
    for (const auto& shard : compile_for.shards) {
      const auto root = std::string(target) + start;
      for (auto it = shard.allterms_begin(root), end = shard.allterms_end(root); it != end; ++it) {
        terms[*it] += it.get_termfreq();
        if (++seen % kLookEvery == 0 && compile_for.stop.reached()) throw Stopped{};
      }
    }
  return terms;
}

XQuery reference_wildcard(std::span<const std::string_view> targets, const std::string& start) {
  std::vector<XQuery> parts;
  for (const auto target : targets)
    parts.emplace_back(XQuery::OP_WILDCARD, std::string(target) + start, kReferenceWildcardTerms,
                       XQuery::WILDCARD_LIMIT_ERROR, XQuery::OP_OR);
  return XQuery(XQuery::OP_SYNONYM, parts.begin(), parts.end());
}

XQuery Compiler::wildcard(const Query& query, Use use) {
  const auto targets = prefix_of(query.prefix).targets;
  const auto& start = query.words[0].text;
  const bool is_over = is_over_limit(targets, start, target_.shards);
  if (!is_over && use == Use::kScored) return reference_wildcard(targets, start);
  const auto all = expand(targets, start, target_);
  std::vector<std::pair<std::uint64_t, std::string_view>> chosen;
  for (const auto& [name, frequency] : all) chosen.emplace_back(frequency, name);
  if (is_over && chosen.size() > kMaxWildcardTerms) {
    std::nth_element(
        chosen.begin(), chosen.begin() + kMaxWildcardTerms, chosen.end(),
        [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
    chosen.resize(kMaxWildcardTerms);
    notes.push_back(fmt::format("'{}{}{}*' is the start of {} words; the {} most frequent are searched", query.prefix,
                                query.prefix.empty() ? "" : ":", start, all.size(), kMaxWildcardTerms));
  }
  std::vector<XQuery> parts;
  bool is_plain = true;
  for (const auto& [frequency, name] : chosen) {
    parts.push_back(leaf(std::string(name), 0, use));
    is_plain &= parts.back().get_type() == XQuery::LEAF_TERM;
  }
  if (!is_over && is_plain) return reference_wildcard(targets, start);
  return XQuery(use == Use::kScored ? XQuery::OP_SYNONYM : XQuery::OP_OR, parts.begin(), parts.end());
}

}  // namespace

Result<Compiled> compile_query(const Query& query, const CompileFor& target) {
  Compiler compiler(target);
  const auto use = target.weights == Weights::kUsed ? Use::kScored : Use::kFilter;
  TRY(auto compiled, compiler.whole(query, use));
  if (target.stop && !compiled.empty())
    compiled = XQuery(XQuery::OP_FILTER, compiled, XQuery(make_stop_source(target.stop)->release()));
  return Compiled{std::make_shared<const XQuery>(std::move(compiled)), compiler.has_set, std::move(compiler.notes)};
}

}  // namespace lorelei::search
