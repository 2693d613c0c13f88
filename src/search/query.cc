// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/query.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hh"
#include "search/query_lexer.hh"

namespace lorelei::search {

namespace {

using Kind = QueryToken::Kind;
using Op = Query::Op;

const char* operator_name(Kind kind) {
  switch (kind) {
    case Kind::kAnd:
      return "AND";
    case Kind::kOr:
      return "OR";
    case Kind::kXor:
      return "XOR";
    case Kind::kNot:
      return "NOT";
    case Kind::kNear:
      return "NEAR";
    case Kind::kAdjacent:
      return "ADJ";
    default:
      return "-";
  }
}

// "a NEAR b" is "a at most ten words away from b".
constexpr unsigned kDefaultWindow = 10;

// One part needs no operator, none is nothing.
Query combine(Op op, std::vector<Query> parts) {
  if (parts.empty()) return {};
  if (parts.size() == 1) return std::move(parts.front());
  Query all;
  all.op = op;
  all.offset = parts.front().offset;
  all.parts = std::move(parts);
  return all;
}

// What must match and what must not; without the first, everything else matches.
Query without(std::vector<Query> wanted, std::vector<Query> excluded) {
  if (excluded.empty()) return combine(Op::kAnd, std::move(wanted));
  Query result;
  result.op = Op::kNot;
  result.parts.reserve(excluded.size() + 1);
  if (wanted.empty()) {
    result.parts.emplace_back().op = Op::kEverything;
  } else {
    result.parts.push_back(combine(Op::kAnd, std::move(wanted)));
  }
  std::move(excluded.begin(), excluded.end(), std::back_inserter(result.parts));
  return result;
}

// For a part that was a text of its own.
void place_at(std::size_t offset, Query& query) {
  query.offset = offset;
  for (auto& part : query.parts) place_at(offset, part);
}

class Parser {
 public:
  Parser(std::string_view text, const PrefixSet& prefixes, std::vector<std::string>& notes)
      : text_(text), prefixes_(prefixes), notes_(notes) {}

  // The query in text[begin, end).
  Result<Query> parse(std::size_t begin, std::size_t end, int depth);

 private:
  // The tokens of one query; that of a thread:{...} has its own.
  struct Input {
    std::vector<QueryToken> tokens;
    std::size_t at = 0;
    QueryToken& peek() { return tokens[at]; }
    QueryToken& take() { return tokens[at++]; }
    bool take_if(Kind kind) { return tokens[at].kind == kind && ++at; }
  };
  using Level = Result<Query> (Parser::*)(Input&, int depth);

  // The levels of the grammar, loosest first. Each returns kNothing if no item is there.
  Result<Query> any_of(Input& input, int depth) { return separated(input, Kind::kOr, Op::kOr, &Parser::odd, depth); }
  Result<Query> odd(Input& input, int depth) { return separated(input, Kind::kXor, Op::kXor, &Parser::both, depth); }
  Result<Query> separated(Input&, Kind separator, Op, Level operand, int depth);
  Result<Query> both(Input&, int depth);
  Result<Query> beside(Input&, int depth);

  Result<Query> item(Input&, int depth);
  Result<Query> parenthesis(Input&, int depth);
  Result<Query> braces(QueryToken, int depth);
  Result<Query> window(Input&, Query first);

  Result<void> count_terms(const std::vector<QueryToken>&);

  tl::unexpected<Error> fail(std::size_t offset, std::string why, std::string next = {}) const {
    return tl::unexpected(query_error(text_, offset, std::move(why), {}, std::move(next)));
  }
  tl::unexpected<Error> too_deep(std::size_t offset) const {
    auto error = query_error(text_, offset, fmt::format("parentheses are nested deeper than {}", kMaxQueryDepth));
    error.kind = Error::Kind::kTooLarge;
    return tl::unexpected(std::move(error));
  }
  tl::unexpected<Error> lonely(const QueryToken& op, const char* side) const {
    return fail(op.offset, fmt::format("there is nothing on the {} of {}", side, operator_name(op.kind)),
                "operators are upper case; in lower case, or in double quotes, it is a word");
  }

  std::string_view text_;
  const PrefixSet& prefixes_;
  std::vector<std::string>& notes_;
  std::size_t terms_ = 0;  // of all that has been read, see kMaxQueryTerms
};

Result<Query> Parser::parse(std::size_t begin, std::size_t end, int depth) {
  if (depth > kMaxQueryDepth) return too_deep(begin);
  TRY(auto read, tokenise_query(text_, begin, end, prefixes_));
  std::move(read.notes.begin(), read.notes.end(), std::back_inserter(notes_));
  TRY_VOID(count_terms(read.tokens));
  Input input{std::move(read.tokens)};
  TRY(auto query, any_of(input, depth));
  if (input.peek().kind != Kind::kEnd) return lonely(input.peek(), "left");
  return query;
}

Result<void> Parser::count_terms(const std::vector<QueryToken>& tokens) {
  for (const auto& token : tokens) {
    if (token.kind != Kind::kLeaf && token.kind != Kind::kBraces) continue;
    const auto* prefix = prefixes_.find(token.leaf.prefix);
    const auto targets = prefix ? prefix->targets.size() : 0;  // none: a range, a thread
    terms_ += std::max<std::size_t>(targets, 1) * std::max<std::size_t>(token.leaf.words.size(), 1);
    if (terms_ <= kMaxQueryTerms) continue;
    auto error = query_error(text_, token.offset,
                             fmt::format("it asks for more than {} terms of the index, up to here", kMaxQueryTerms), {},
                             fmt::format("a word without a prefix is looked for in {} places: s:word, f:word in one",
                                         prefixes_.find("")->targets.size()));
    error.kind = Error::Kind::kTooLarge;
    return tl::unexpected(std::move(error));
  }
  return {};
}

Result<Query> Parser::separated(Input& input, Kind separator, Op op, Level operand, int depth) {
  std::vector<Query> parts;
  for (;;) {
    const auto start = input.at;
    TRY(auto part, (this->*operand)(input, depth));
    const bool is_more = input.peek().kind == separator;
    if (part.op != Op::kNothing)
      parts.push_back(std::move(part));
    else if (!parts.empty())
      return lonely(input.tokens[start - 1], "right");
    else if (is_more)
      return lonely(input.peek(), "left");
    if (!is_more) return combine(op, std::move(parts));
    input.take();
  }
}

Result<Query> Parser::both(Input& input, int depth) {
  std::vector<Query> wanted, excluded;
  TRY(auto first, beside(input, depth));
  if (first.op != Op::kNothing)
    wanted.push_back(std::move(first));
  else if (input.peek().kind == Kind::kAnd)
    return lonely(input.peek(), "left");
  while (input.peek().kind == Kind::kAnd || input.peek().kind == Kind::kNot) {
    const auto op = input.take();
    // "AND -a b" is "AND NOT (a b)".
    const bool is_not = op.kind == Kind::kNot || input.take_if(Kind::kNot) || input.take_if(Kind::kMinus);
    TRY(auto part, beside(input, depth));
    if (part.op == Op::kNothing) return lonely(op, "right");
    (is_not ? excluded : wanted).push_back(std::move(part));
  }
  return without(std::move(wanted), std::move(excluded));
}

Result<Query> Parser::beside(Input& input, int depth) {
  std::vector<Query> wanted, excluded;
  std::vector<std::size_t> exact;  // places in wanted of the exact values that stand here themselves
  for (;;) {
    bool is_excluded = false;
    const auto sign = input.at;
    while (input.peek().kind == Kind::kMinus || input.peek().kind == Kind::kPlus)
      is_excluded = input.take().kind == Kind::kMinus;
    const bool is_leaf = input.peek().kind != Kind::kOpen;
    TRY(auto part, item(input, depth));
    if (part.op == Op::kNothing) {
      if (sign != input.at) return lonely(input.tokens[sign], "right");
      return without(std::move(wanted), std::move(excluded));
    }
    if (is_excluded) {
      excluded.push_back(std::move(part));
      continue;
    }
    const bool is_exact = is_leaf && (part.op == Op::kExact || part.op == Op::kThread);
    const auto same = is_exact ? std::find_if(exact.begin(), exact.end(),
                                              [&](std::size_t i) {
                                                const auto& q = wanted[i];
                                                return (q.op == Op::kOr ? q.parts[0] : q).prefix == part.prefix;
                                              })
                               : exact.end();
    if (same != exact.end()) {
      auto& group = wanted[*same];
      if (group.op != Op::kOr)
        group = combine(Op::kOr, {group, std::move(part)});
      else
        group.parts.push_back(std::move(part));
      continue;
    }
    if (is_exact) exact.push_back(wanted.size());
    wanted.push_back(std::move(part));
  }
}

Result<Query> Parser::item(Input& input, int depth) {
  switch (input.peek().kind) {
    case Kind::kLeaf: {
      auto leaf = std::move(input.take().leaf);
      const auto next = input.peek().kind;
      if (next == Kind::kNear || next == Kind::kAdjacent) return window(input, std::move(leaf));
      return leaf;
    }
    case Kind::kBraces:
      return braces(std::move(input.take()), depth);
    case Kind::kOpen:
      return parenthesis(input, depth);
    default:
      return Query{};
  }
}

Result<Query> Parser::parenthesis(Input& input, int depth) {
  const auto open = input.take().offset;
  if (depth >= kMaxQueryDepth) return too_deep(open);
  TRY(auto query, any_of(input, depth + 1));
  if (input.peek().kind != Kind::kClose) return lonely(input.peek(), "left");
  input.take();
  if (query.op == Op::kNothing) return fail(open, "there is nothing between the parentheses");
  return query;
}

Result<Query> Parser::braces(QueryToken token, int depth) {
  auto query = std::move(token.leaf);
  const auto inner = std::exchange(query.value, {});
  // Quotes inside a quoted value are written twice: such a query is a text of its own, columns count from there.
  const bool is_part = text_.substr(std::min(token.inner, text_.size()), inner.size()) == inner;
  TRY(auto part, is_part ? parse(token.inner, token.inner + inner.size(), depth + 1)
                         : Parser(inner, prefixes_, notes_).parse(0, inner.size(), depth + 1));
  if (part.op == Op::kNothing) return fail(token.offset, "there is nothing between the braces");
  if (!is_part) place_at(token.offset, part);
  query.parts.push_back(std::move(part));
  return query;
}

Result<Query> Parser::window(Input& input, Query first) {
  const auto kind = input.peek().kind;
  Query query;
  query.op = kind == Kind::kNear ? Op::kNear : Op::kAdjacent;
  query.offset = first.offset;
  unsigned width = 0;
  for (auto leaf = std::move(first);; leaf = std::move(input.take().leaf)) {
    if (leaf.op != Op::kWord)
      return fail(leaf.offset, fmt::format("{} takes single words on both sides", operator_name(kind)),
                  "use AND, or a phrase in double quotes");
    query.words.push_back(std::move(leaf.words[0]));
    query.words.back().stem = Query::Stem::kNo;
    query.words.back().prefix = leaf.prefix;
    const auto& op = input.peek();
    if (op.kind != Kind::kNear && op.kind != Kind::kAdjacent) break;
    if (op.kind != kind) return fail(op.offset, "NEAR and ADJ do not mix", "use parentheses and AND");
    width = std::max(width, input.take().window);
    if (input.peek().kind != Kind::kLeaf) return lonely(input.tokens[input.at - 1], "right");
  }
  query.window = (width ? width : kDefaultWindow) + static_cast<unsigned>(query.words.size()) - 1;
  return query;
}

// ---- printing

void print(const Query&, std::string& out);

void print_words(const std::vector<Query::Word>& words, std::string& out) {
  for (std::size_t i = 0; i < words.size(); ++i) out += (i ? " " : "") + words[i].text;
}

void print_window(const Query& query, const char* name, std::string& out) {
  out += fmt::format("({}/{}", name, query.window);
  for (const auto& word : query.words)
    out += fmt::format(" {}{}{}", word.prefix, word.prefix.empty() ? "" : ":", word.text);
  out += ')';
}

void print_parts(const Query& query, const char* name, std::string& out) {
  out += '(';
  out += name;
  for (const auto& part : query.parts) {
    out += ' ';
    print(part, out);
  }
  out += ')';
}

void print_range(const Query& query, std::string& out) {
  if (!query.value.empty()) {
    out += query.value;
    return;
  }
  if (query.low) out += std::to_string(*query.low);
  out += "..";
  if (query.high) out += std::to_string(*query.high);
}

void print(const Query& query, std::string& out) {
  if (!query.prefix.empty()) out += query.prefix + ":";
  switch (query.op) {
    case Op::kNothing:
      out += "nothing";
      break;
    case Op::kEverything:
      out += "everything";
      break;
    case Op::kWord:
      out += query.words[0].stem == Query::Stem::kYes ? query.words[0].text : "'" + query.words[0].text + "'";
      break;
    case Op::kWildcard:
      out += query.words[0].text + "*";
      break;
    case Op::kPhrase:
      out += '"';
      print_words(query.words, out);
      out += '"';
      break;
    case Op::kNear:
      print_window(query, "near", out);
      break;
    case Op::kAdjacent:
      print_window(query, "adj", out);
      break;
    case Op::kExact:
      out += query.value;
      break;
    case Op::kRange:
      print_range(query, out);
      break;
    case Op::kThread:
      if (query.parts.empty()) {
        out += query.value;
      } else {
        out += '{';
        print(query.parts[0], out);
        out += '}';
      }
      break;
    case Op::kAnd:
      print_parts(query, "and", out);
      break;
    case Op::kOr:
      print_parts(query, "or", out);
      break;
    case Op::kXor:
      print_parts(query, "xor", out);
      break;
    case Op::kNot:
      print_parts(query, "not", out);
      break;
  }
}

}  // namespace

Result<ParsedQuery> parse_query(std::string_view text, const PrefixSet& prefixes) {
  if (text.size() > kMaxQueryBytes)
    return err(Error::Kind::kTooLarge, "read the query", {},
               fmt::format("it has {} bytes, the limit is {}", text.size(), kMaxQueryBytes));
  // Both are white space: NUL, and what a shell leaves of a line that is continued inside single quotes.
  std::string clean(text);
  std::replace(clean.begin(), clean.end(), '\0', ' ');
  for (auto at = clean.find("\\\n"); at != std::string::npos; at = clean.find("\\\n", at)) clean[at] = ' ';
  ParsedQuery parsed;
  TRY(parsed.query, Parser(clean, prefixes, parsed.notes).parse(0, clean.size(), 0));
  return parsed;
}

std::string to_text(const Query& query) {
  std::string out;
  print(query, out);
  return out;
}

}  // namespace lorelei::search
