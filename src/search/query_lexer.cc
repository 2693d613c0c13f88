// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/query_lexer.hh"

#include <fmt/core.h>
#include <xapian.h>

#include <algorithm>

#include "base/text.hh"

namespace lorelei::search {

namespace {

using Kind = QueryToken::Kind;
using Op = Query::Op;
using Stem = Query::Stem;

constexpr char32_t kNone = 0xFFFFFFFF;  // past the end
constexpr unsigned kMaxWindow = 100'000;

bool is_white(char32_t c) { return c != kNone && Xapian::Unicode::is_whitespace(c); }
bool is_quote(char32_t c) { return c == '"' || c == 0x201C || c == 0x201D; }
bool is_ascii_upper(char32_t c) { return c >= 'A' && c <= 'Z'; }
bool is_decimal(char32_t c) { return Xapian::Unicode::get_category(c) == Xapian::Unicode::DECIMAL_DIGIT_NUMBER; }
bool is_one_of(char32_t c, std::string_view set) {
  return c < 128 && c && set.find(static_cast<char>(c)) != std::string_view::npos;
}
bool joins_phrase(char32_t c) { return is_one_of(c, ".-/:\\@"); }
bool prevents_stem(char32_t c) { return is_one_of(c, "(/\\@<>=*[{\""); }
bool is_suffix(char32_t c) { return c == '+' || c == '#'; }
// A value or range ends here.
bool ends_value(char32_t c) { return c == kNone || c <= ' ' || c == ')'; }

constexpr char32_t kIgnored = 0xFFFFFFFE;  // a character inside a word that is left out of it

bool is_invisible(char32_t c) { return (c >= 0x200B && c <= 0x200D) || c == 0x2060 || c == 0xFEFF; }

// What stands for c between two word characters of one word; 0 if c ends the word.
char32_t infix(char32_t c) {
  if (c == '\'' || c == '&' || c == 0xB7 || c == 0x5F4 || c == 0x2027) return c;
  if (c == 0x2019 || c == 0x201B) return '\'';
  return is_invisible(c) ? kIgnored : 0;
}
char32_t infix_of_digits(char32_t c) {
  constexpr char32_t kJoin[] = {',', '.', ';', 0x037E, 0x0589, 0x060D, 0x07F8, 0x2044, 0xFE10, 0xFE13, 0xFE14};
  if (std::find(std::begin(kJoin), std::end(kJoin), c) != std::end(kJoin)) return c;
  return is_invisible(c) ? kIgnored : 0;
}

bool starts_like_a_stemmed_word(char32_t c) {
  using namespace Xapian::Unicode;
  const auto category = get_category(c);
  return category == LOWERCASE_LETTER || category == TITLECASE_LETTER || category == MODIFIER_LETTER ||
         category == OTHER_LETTER;
}

class Lexer {
 public:
  Lexer(std::string_view text, std::size_t begin, std::size_t end, const PrefixSet& prefixes)
      : text_(text), at_(begin), end_(end), prefixes_(prefixes), groups_{{Group::kWhole, ""}} {}

  Result<QueryTokens> run();

 private:
  struct Group {
    enum Kind { kWhole, kReal, kText };  // kText: a parenthesis that is part of the text, as in kfree()
    Kind kind;
    std::string prefix;
  };
  struct Scanned {
    std::string text;
    std::size_t end;
    enum { kPlain, kAcronym } form;
  };
  struct Char {
    char32_t value;
    std::size_t next;
  };

  Char at(std::size_t) const;
  char32_t peek(std::size_t offset) const { return at(offset).value; }
  std::size_t skip_white(std::size_t) const;

  Result<void> punctuation();
  Result<void> open_parenthesis(std::size_t offset, char32_t before);
  Result<void> close_parenthesis(std::size_t offset);
  void sign(std::size_t offset, char32_t before, Kind);

  Result<bool> prefixed();  // false: what stands here is not a prefix
  Result<void> after_text_prefix(const Prefix&, std::size_t value);
  Result<void> exact(const Prefix&, std::size_t value);
  Result<void> range(const Prefix&, std::size_t value);
  std::string quoted_value();
  std::string bare_value();
  std::string_view braces_value();
  Result<void> quoted(const std::string& prefix, std::size_t offset);

  bool is_operator(const Scanned&);
  Scanned scan_word(std::size_t);
  std::optional<Scanned> scan_acronym(std::size_t);
  void take_suffix(Scanned&) const;
  void words(std::string_view prefix, std::size_t offset, Scanned first);
  Query::Word make_word(const Scanned&);
  bool has_dots_ahead();
  Error range_error(std::size_t offset) const;

  void push(Kind kind, std::size_t offset) { out_.tokens.push_back({.kind = kind, .offset = offset}); }
  Query& push_leaf(Op op, std::string_view prefix, std::size_t offset) {
    out_.tokens.push_back({.kind = Kind::kLeaf, .offset = offset});
    Query& leaf = out_.tokens.back().leaf;
    leaf.op = op, leaf.prefix = prefix, leaf.offset = offset;
    return leaf;
  }
  void note(std::size_t offset, std::string_view what) {
    out_.notes.push_back(fmt::format("{} (column {} of the query)", what, offset + 1));
  }

  std::string_view text_;
  std::size_t at_, end_;
  const PrefixSet& prefixes_;
  std::vector<Group> groups_;
  char32_t before_ = ' ';             // the last character that was not part of a word; 'A' behind a word
  unsigned position_ = 0;             // of the last word
  std::size_t dots_ = 0;              // the next "..", once it has been looked for
  std::size_t barrier_ = 0;           // the next character that no range spans, the same
  std::size_t no_acronym_until_ = 0;  // capitals with dots between them that end in a word
  QueryTokens out_;
};

Lexer::Char Lexer::at(std::size_t offset) const {
  if (offset >= end_) return {kNone, end_};
  const auto byte = static_cast<unsigned char>(text_[offset]);
  if (byte < 0x80) return {byte, offset + 1};
  // A byte that is not UTF-8 is the character of that number, as it is to the indexer.
  Xapian::Utf8Iterator it(text_.data() + offset, end_ - offset);
  const char32_t value = *it;
  ++it;
  return {value, end_ - it.left()};
}

std::size_t Lexer::skip_white(std::size_t offset) const {
  for (auto c = at(offset); is_white(c.value); c = at(offset)) offset = c.next;
  return offset;
}

Result<QueryTokens> Lexer::run() {
  for (;;) {
    const auto start = skip_white(at_);
    if (start != at_) before_ = ' ';
    at_ = start;
    if (at_ >= end_) break;
    if (!is_word_char(peek(at_))) {
      TRY_VOID(punctuation());
      continue;
    }
    TRY(const bool done, prefixed());
    if (done) continue;
    if (has_dots_ahead()) return tl::unexpected(range_error(at_));
    const auto offset = at_;
    const auto word = scan_word(at_);
    before_ = 'A';
    if (!is_operator(word)) words(groups_.back().prefix, offset, word);
  }
  for (; groups_.size() > 1; groups_.pop_back()) {
    if (groups_.back().kind != Group::kReal) continue;
    push(Kind::kClose, end_);
    out_.notes.push_back("a '(' is never closed; it ends with the query");
  }
  push(Kind::kEnd, end_);
  return std::move(out_);
}

// Is there a ".." before the next space, parenthesis or quote? Looks at every byte of the text once.
bool Lexer::has_dots_ahead() {
  if (dots_ < at_ || dots_ == 0) dots_ = std::min(text_.substr(0, end_).find("..", at_), end_);
  if (barrier_ < at_ || barrier_ == 0) {
    barrier_ = at_;
    while (barrier_ < end_ && text_[barrier_] != '(' && text_[barrier_] != '"' &&
           static_cast<unsigned char>(text_[barrier_]) > ' ')
      ++barrier_;
  }
  return dots_ < barrier_;
}

Error Lexer::range_error(std::size_t offset) const {
  return query_error(text_, offset, "'..' is only for ranges of dates and numbers", "no range begins here",
                     "in double quotes it is searched as text");
}

Result<void> Lexer::punctuation() {
  const auto offset = at_;
  const auto c = at(at_);
  const auto before = std::exchange(before_, c.value);
  at_ = c.next;
  if (c.value == '.' && peek(at_) == '.') {  // dots alone are nothing
    if (!ends_value(peek(at_ + 1))) return tl::unexpected(range_error(offset));
    ++at_;
    return {};
  }
  if (is_quote(c.value)) {
    const auto first = skip_white(at_);
    if (first >= end_) return at_ = end_, Result<void>{};  // a quote that quotes nothing
    if (!is_quote(peek(first))) return quoted(groups_.back().prefix, offset);
    at_ = at(first).next;
    return {};
  }
  switch (c.value) {
    case '(':
      return open_parenthesis(offset, before);
    case ')':
      return close_parenthesis(offset);
    case '+':
      return sign(offset, before, Kind::kPlus), Result<void>{};
    case '-':
      return sign(offset, before, Kind::kMinus), Result<void>{};
    default:
      return {};  // other characters only separate words
  }
}

// A sign counts at the start of a word, and only with something behind it.
void Lexer::sign(std::size_t offset, char32_t before, Kind kind) {
  if (at_ >= end_ || (before > ' ' && before != '(')) return;
  const auto next = at(at_);
  if (is_white(next.value) || next.value == '+' || next.value == '-') {
    before_ = next.value;
    at_ = next.next;
    return;
  }
  push(kind, offset);
}

Result<void> Lexer::open_parenthesis(std::size_t offset, char32_t before) {
  at_ = skip_white(at_);
  if (at_ >= end_) return {};
  if (before > ' ' && !is_one_of(before, "()+-")) {
    groups_.push_back({Group::kText, groups_.back().prefix});
    return {};
  }
  if (peek(at_) == ')') {
    before_ = ')';
    ++at_;
    return {};
  }
  groups_.push_back({Group::kReal, groups_.back().prefix});
  push(Kind::kOpen, offset);
  return {};
}

Result<void> Lexer::close_parenthesis(std::size_t offset) {
  if (groups_.size() == 1) return tl::unexpected(query_error(text_, offset, "there is no '(' for this ')'"));
  if (groups_.back().kind == Group::kReal) push(Kind::kClose, offset);
  groups_.pop_back();
  return {};
}

Result<bool> Lexer::prefixed() {
  auto c = at(at_);
  std::size_t colon = at_;
  for (; is_word_char(c.value); c = at(colon)) colon = c.next;
  if (c.value != ':' || colon == at_ || ends_value(peek(colon + 1))) return false;
  const auto name = text_.substr(at_, colon - at_);
  const auto value = colon + 1;
  const Prefix* prefix = prefixes_.find(name);
  if (!prefix) {
    const Prefix* guess = is_one_of(peek(value), ":/") ? nullptr : prefixes_.guess(name);
    if (!guess && has_dots_ahead()) guess = prefixes_.guess_of_range(name);
    if (!guess) return false;
    return tl::unexpected(query_error(text_, at_, fmt::format("unknown prefix '{}:'", printable(name)),
                                      fmt::format("did you mean {}: ({})?", guess->name, guess->help),
                                      "in double quotes it is searched as text"));
  }
  if (prefix->kind == Prefix::Kind::kText) {
    if (peek(value) == ':' || has_dots_ahead()) return false;
    TRY_VOID(after_text_prefix(*prefix, value));
    return true;
  }
  before_ = 'A';
  if (prefix->kind == Prefix::Kind::kRange || prefix->kind == Prefix::Kind::kDate)
    TRY_VOID(range(*prefix, value));
  else
    TRY_VOID(exact(*prefix, value));
  return true;
}

Result<void> Lexer::after_text_prefix(const Prefix& prefix, std::size_t value) {
  const auto offset = at_;
  const auto first = peek(value);
  at_ = at(value).next;
  if (is_quote(first)) return quoted(std::string(prefix.name), offset);
  if (first == '(') {
    before_ = '(';
    groups_.push_back({Group::kReal, std::string(prefix.name)});
    push(Kind::kOpen, offset);
    return {};
  }
  at_ = value;  // a word, behind any punctuation: dfn:/usr/src, s:[PATCH
  for (auto c = at(at_); !is_word_char(c.value); c = at(at_)) {
    if (ends_value(c.value) || is_white(c.value) || c.value == '(' || c.value == '*' || is_quote(c.value))
      return tl::unexpected(query_error(text_, offset, fmt::format("there is no word behind '{}:'", prefix.name), {},
                                        fmt::format("{} finds {}", prefix.example, prefix.help)));
    at_ = c.next;
  }
  before_ = 'A';
  words(prefix.name, offset, scan_word(at_));
  return {};
}

Result<void> Lexer::exact(const Prefix& prefix, std::size_t value) {
  const auto offset = std::exchange(at_, value);
  const bool is_thread = prefix.kind == Prefix::Kind::kThread;
  auto& leaf = push_leaf(is_thread ? Op::kThread : Op::kExact, prefix.name, offset);
  if (is_thread && peek(at_) == '{') {
    out_.tokens.back().inner = at_ + 1;
    leaf.value = braces_value();
    out_.tokens.back().kind = Kind::kBraces;
    return {};
  }
  const bool is_quoted = is_quote(peek(at_));
  leaf.value = is_quoted ? quoted_value() : bare_value();
  if (is_thread && is_quoted && leaf.value.starts_with('{') && leaf.value.ends_with('}')) {
    out_.tokens.back().inner = value + 2;
    leaf.value = leaf.value.substr(1, leaf.value.size() - 2);
    out_.tokens.back().kind = Kind::kBraces;
    return {};
  }
  if (prefix.value == Prefix::Value::kLowerCase) leaf.value = to_lower(leaf.value);
  if (prefix.value == Prefix::Value::kMessageId && leaf.value.starts_with('<') && leaf.value.ends_with('>'))
    leaf.value = leaf.value.substr(1, leaf.value.size() - 2);
  return {};
}

std::string Lexer::bare_value() {
  std::string value;
  for (auto c = at(at_); !ends_value(c.value); c = at(at_)) {
    Xapian::Unicode::append_utf8(value, c.value);
    at_ = c.next;
  }
  return value;
}

// From an opening quote to the closing one. "" is one ". Only a typographic opening quote ends at a typographic one.
std::string Lexer::quoted_value() {
  std::string value;
  const auto open = at(at_);
  at_ = open.next;
  for (auto c = at(at_); c.value != kNone; c = at(at_)) {
    at_ = c.next;
    if (c.value == '"') {
      if (peek(at_) != '"') break;
      ++at_;
    } else if (open.value != '"' && is_quote(c.value)) {
      break;
    }
    Xapian::Unicode::append_utf8(value, c.value);
  }
  return value;
}

// From { to its }; braces nest, and do not count inside double quotes.
std::string_view Lexer::braces_value() {
  const auto begin = ++at_;
  int depth = 1;
  bool in_quotes = false;
  for (; at_ < end_; ++at_) {
    const char c = text_[at_];
    if (c == '"') in_quotes = !in_quotes;
    if (in_quotes) continue;
    depth += c == '{' ? 1 : c == '}' ? -1 : 0;
    if (depth == 0) return text_.substr(begin, at_++ - begin);
  }
  note(begin - 1, "the '{' is never closed; it ends with the query");
  return text_.substr(begin, end_ - begin);
}

Result<void> Lexer::range(const Prefix& prefix, std::size_t value) {
  const auto offset = std::exchange(at_, value);
  if (is_quote(peek(at_)))
    return tl::unexpected(query_error(text_, value, fmt::format("what follows '{}:' cannot be quoted", prefix.name),
                                      "write dots for spaces", fmt::format("{}:5.days.ago..", prefix.name)));
  push_leaf(Op::kRange, prefix.name, offset).value = bare_value();
  return {};
}

Result<void> Lexer::quoted(const std::string& prefix, std::size_t offset) {
  std::vector<Query::Word> found;
  for (;;) {
    const auto c = at(at_);
    if (c.value == kNone) {
      note(offset, "the quote that opens here is never closed; it ends with the query");
      break;
    }
    if (is_word_char(c.value)) {
      auto word = scan_word(at_);
      at_ = word.end;
      found.push_back(make_word(word));
      found.back().stem = Stem::kNo;
      continue;
    }
    at_ = c.next;
    if (!is_quote(c.value)) continue;
    before_ = c.value;
    if (c.value != '"' || peek(at_) != '"') break;
    ++at_;  // "" is a quote inside the quotes: it separates words
  }
  if (found.empty()) return tl::unexpected(query_error(text_, offset, "there is no word between the quotes"));
  push_leaf(found.size() == 1 ? Op::kWord : Op::kPhrase, prefix, offset).words = std::move(found);
  return {};
}

// AND, OR, NOT, XOR, NEAR, ADJ, and NEAR/3, ADJ/3 in front of a space. Takes it if it is one.
bool Lexer::is_operator(const Scanned& word) {
  static constexpr struct {
    std::string_view text;
    Kind kind;
  } kOperators[] = {{"AND", Kind::kAnd}, {"OR", Kind::kOr},     {"NOT", Kind::kNot},
                    {"XOR", Kind::kXor}, {"NEAR", Kind::kNear}, {"ADJ", Kind::kAdjacent}};
  if (word.form == Scanned::kAcronym) return false;
  for (const auto& op : kOperators) {
    if (word.text != op.text) continue;
    auto after = word.end;
    unsigned window = 0;
    if ((op.kind == Kind::kNear || op.kind == Kind::kAdjacent) && peek(after) == '/') {
      for (++after; peek(after) < 128 && is_digit(static_cast<char>(peek(after))); ++after)
        window = std::min(window * 10 + (peek(after) - '0'), kMaxWindow);
      if (window == 0 || (after < end_ && !is_white(peek(after)))) return false;
    }
    push(op.kind, at_);
    out_.tokens.back().window = window;
    at_ = after;
    return true;
  }
  return false;
}

// One word, or words that punctuation ties to a phrase, or the start of words (a wildcard). first begins at at_.
void Lexer::words(std::string_view prefix, std::size_t offset, Scanned first) {
  at_ = first.end;
  auto& leaf = push_leaf(Op::kWord, prefix, offset);
  leaf.words.push_back(make_word(first));
  if (peek(at_) == '*' && !is_word_char(peek(at_ + 1))) {
    leaf.op = Op::kWildcard;
    ++at_;
    return;
  }
  while (joins_phrase(peek(at_))) {
    auto next = at_;
    while (joins_phrase(peek(next))) ++next;
    at_ = next;
    if (!is_word_char(peek(next))) break;
    auto word = scan_word(next);
    at_ = word.end;
    leaf.words.push_back(make_word(word));
  }
  if (leaf.words.size() == 1) return;
  leaf.op = Op::kPhrase;
  for (auto& word : leaf.words) word.stem = Stem::kNo;
  if (peek(at_) == '*') note(at_, "'*' behind several words is ignored: a wildcard is the start of one word");
}

Query::Word Lexer::make_word(const Scanned& word) {
  const auto first = *Xapian::Utf8Iterator(word.text);
  const bool stem = starts_like_a_stemmed_word(first) && !prevents_stem(peek(word.end));
  return {Xapian::Unicode::tolower(word.text), stem ? Stem::kYes : Stem::kNo, ++position_, {}};
}

Lexer::Scanned Lexer::scan_word(std::size_t offset) {
  if (auto acronym = scan_acronym(offset)) return *std::move(acronym);
  Scanned word{{}, offset, Scanned::kPlain};
  auto c = at(offset);
  char32_t previous = c.value;
  Xapian::Unicode::append_utf8(word.text, c.value);
  for (word.end = c.next; word.end < end_; word.end = c.next) {
    c = at(word.end);
    char32_t value = c.value;
    if (!is_word_char(value)) {
      const auto next = peek(c.next);
      if (!is_word_char(next)) break;
      value = is_decimal(previous) && is_decimal(next) ? infix_of_digits(value) : infix(value);
      if (!value) break;
      if (value == kIgnored) continue;
    }
    Xapian::Unicode::append_utf8(word.text, value);
    previous = value;
  }
  take_suffix(word);
  return word;
}

// U.N.C.L.E: capitals with dots between them, and nothing of a word behind.
std::optional<Lexer::Scanned> Lexer::scan_acronym(std::size_t offset) {
  if (offset < no_acronym_until_) return std::nullopt;
  Scanned word{{}, offset, Scanned::kAcronym};
  while (is_ascii_upper(peek(word.end))) {
    word.text += text_[word.end++];
    if (peek(word.end) != '.') break;
    ++word.end;
  }
  if (word.text.size() >= 2 && !is_word_char(peek(word.end))) return word;
  no_acronym_until_ = word.end;
  return std::nullopt;
}

// Up to three + or # belong to the word: c++.
void Lexer::take_suffix(Scanned& word) const {
  auto after = word.end;
  while (is_suffix(peek(after))) ++after;
  if (after - word.end > 3 || is_word_char(peek(after))) return;
  word.text += text_.substr(word.end, after - word.end);
  word.end = after;
}

}  // namespace

bool is_word_char(char32_t c) { return c != kNone && Xapian::Unicode::is_wordchar(c); }

Error query_error(std::string_view text, std::size_t offset, std::string why, std::string_view note, std::string next) {
  constexpr std::size_t kAround = 60;  // bytes shown on either side
  offset = std::min(offset, text.size());
  const auto is_inside = [&](std::size_t at) {
    return at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
  };
  std::size_t begin = offset > kAround ? offset - kAround : 0;
  std::size_t end = std::min(offset + kAround, text.size());
  while (is_inside(begin)) --begin;
  while (is_inside(end)) ++end;
  const std::string before = begin ? "..." : "", after = end < text.size() ? "..." : "";
  std::string shown = before + printable(text.substr(begin, offset - begin));
  const auto caret = shown.size();
  shown += printable(text.substr(offset, end - offset)) + after;
  return {Error::Kind::kUsage, "read the query", "",
          std::move(why),      std::move(next),  excerpt_with_caret(shown, caret, note)};
}

Result<QueryTokens> tokenise_query(std::string_view text, std::size_t begin, std::size_t end,
                                   const PrefixSet& prefixes) {
  return Lexer(text, begin, end, prefixes).run();
}

}  // namespace lorelei::search
