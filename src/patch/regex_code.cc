// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/regex_code.hh"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/text.hh"

namespace lorelei::patch {

namespace {

using Instruction = RegexInstruction;
using Op = Instruction::Op;
using Code = std::vector<Instruction>;

std::int32_t length(const Code& code) { return static_cast<std::int32_t>(code.size()); }
void append(Code& to, const Code& what) { to.insert(to.end(), what.begin(), what.end()); }

ByteSet range(unsigned from, unsigned to) {
  ByteSet set;
  for (unsigned c = from; c <= to; ++c) set.set(c);
  return set;
}
ByteSet bytes(std::string_view text) {
  ByteSet set;
  for (const char c : text) set.set(static_cast<unsigned char>(c));
  return set;
}
ByteSet digits() { return range('0', '9'); }
ByteSet letters() { return range('a', 'z') | range('A', 'Z'); }
ByteSet folded(const ByteSet& set) {
  ByteSet out = set;
  for (unsigned c = 'a'; c <= 'z'; ++c) {
    const unsigned upper = c - 32;
    if (set[c] || set[upper]) out.set(c), out.set(upper);
  }
  return out;
}

// \w and its like; nothing if the letter names no set.
std::optional<ByteSet> named_set(char letter) {
  switch (letter) {
    case 'w':
      return digits() | letters() | bytes("_");
    case 'd':
      return digits();
    case 's':
      return bytes(" \t\n\v\f\r");
    case 'h':
      return bytes(" \t");
    case 'v':
      return bytes("\n\v\f\r");
    case 'W':
    case 'D':
    case 'S':
    case 'H':
    case 'V':
      return ~*named_set(to_lower(letter));
    case 'N':
      return ~bytes("\n");
    default:
      return std::nullopt;
  }
}

std::optional<char> control_byte(char letter) {
  switch (letter) {
    case 't':
      return '\t';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 'f':
      return '\f';
    case 'e':
      return '\x1b';
    case 'a':
      return '\a';
    case '0':
      return '\0';
    default:
      return std::nullopt;
  }
}

std::optional<ByteSet> posix_set(std::string_view name) {
  const struct {
    std::string_view name;
    ByteSet set;
  } sets[] = {{"alpha", letters()},
              {"digit", digits()},
              {"alnum", letters() | digits()},
              {"word", *named_set('w')},
              {"space", *named_set('s')},
              {"blank", *named_set('h')},
              {"lower", range('a', 'z')},
              {"upper", range('A', 'Z')},
              {"xdigit", digits() | range('a', 'f') | range('A', 'F')},
              {"punct", range(33, 47) | range(58, 64) | range(91, 96) | range(123, 126)},
              {"cntrl", range(0, 31) | range(127, 127)},
              {"graph", range(33, 126)},
              {"print", range(32, 126)},
              {"ascii", range(0, 127)}};
  for (const auto& entry : sets)
    if (entry.name == name) return entry.set;
  return std::nullopt;
}

struct Flags {
  bool ignore_case = false, multi_line = false, dot_is_any = false, ignore_blanks = false;
};

// An open parenthesis, or the whole: the branches that are done, and the one at work, whose last atom still waits for
// its quantifier.
struct Group {
  Flags flags;  // of what surrounds it
  std::vector<Code> branches;
  Code branch;
  std::optional<Code> atom;
};

class Parser {
 public:
  Parser(std::string_view pattern, Blanks blanks) : text_(pattern) {
    flags_.ignore_blanks = blanks == Blanks::kIgnored;
    groups_.emplace_back();
  }

  Result<RegexCode> parse() {
    if (text_.size() > kMaxRegexBytes)
      return too_large(fmt::format("{} bytes, the limit is {}", text_.size(), kMaxRegexBytes));
    while (at_ < text_.size()) TRY_VOID(item());
    if (groups_.size() > 1) return wrong(text_.size(), "a '(' is never closed");
    TRY(out_.instructions, close());
    return std::move(out_);
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool is_at(std::string_view what) const { return text_.substr(at_).starts_with(what); }

  tl::unexpected<Error> wrong(std::size_t offset, std::string why) const {
    auto error = err(Error::Kind::kUsage, "understand the regular expression", printable(text_), std::move(why));
    error.value().excerpt = excerpt_with_caret(text_, std::min(offset, text_.size()));
    return error;
  }
  tl::unexpected<Error> too_large(std::string why) const {
    return err(Error::Kind::kTooLarge, "compile the regular expression", printable(text_.substr(0, 60)),
               std::move(why));
  }

  Result<void> item() {
    const char c = text_[at_];
    if (flags_.ignore_blanks && is_space(c)) return ++at_, Result<void>{};
    if (flags_.ignore_blanks && c == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
      return {};
    }
    switch (c) {
      case '|':
        return ++at_, branch();
      case '(':
        return open();
      case ')':
        if (groups_.size() == 1) return wrong(at_, "there is no '(' for this ')'");
        return ++at_, close_group();
      case '*':
        return ++at_, repeat(0, kNoLimit);
      case '+':
        return ++at_, repeat(1, kNoLimit);
      case '?':
        return ++at_, repeat(0, 1);
      case '{':
        return braces();
      case '[':
        return bracket();
      case '^':
        return ++at_, assertion(flags_.multi_line ? Op::kLineStart : Op::kTextStart);
      case '$':
        return ++at_, assertion(flags_.multi_line ? Op::kLineEnd : Op::kTextEndOrLastLineEnd);
      case '.':
        return ++at_, one_of(flags_.dot_is_any ? ~ByteSet() : ~bytes("\n"));
      case '\\':
        return escape();
      default:
        return ++at_, one_of(bytes(text_.substr(at_ - 1, 1)));
    }
  }

  Result<void> flush() {
    Group& group = groups_.back();
    if (group.atom) append(group.branch, *group.atom);
    group.atom.reset();
    return within_limit(group.branch.size());
  }
  Result<void> within_limit(std::size_t size) const {
    if (size <= kMaxRegexCode) return {};
    return too_large(fmt::format("more than {} instructions", kMaxRegexCode));
  }
  Result<void> atom(Code code) {
    TRY_VOID(flush());
    groups_.back().atom = std::move(code);
    return {};
  }
  Result<void> assertion(Op op) { return atom({{.op = op}}); }
  Result<void> one_of(const ByteSet& set) {
    out_.sets.push_back(flags_.ignore_case ? folded(set) : set);
    return atom({{.op = Op::kBytes, .set = static_cast<std::uint32_t>(out_.sets.size() - 1)}});
  }

  Result<void> branch() {
    TRY_VOID(flush());
    groups_.back().branches.push_back(std::exchange(groups_.back().branch, {}));
    return {};
  }

  // a|b|c: split(a, rest), a, jump behind the rest.
  Result<Code> close() {
    TRY_VOID(branch());
    auto& branches = groups_.back().branches;
    std::size_t size = 0;
    for (const Code& code : branches) size += code.size() + 2;
    TRY_VOID(within_limit(size));
    Code whole;
    auto rest = static_cast<std::int32_t>(size - 2);
    for (std::size_t i = 0; i < branches.size(); ++i) {
      const std::int32_t own = length(branches[i]);
      const bool is_last = i + 1 == branches.size();
      if (!is_last) whole.push_back({.op = Op::kSplit, .first = 1, .second = own + 2});
      append(whole, branches[i]);
      rest -= own + (is_last ? 0 : 2);
      if (!is_last) whole.push_back({.op = Op::kJump, .first = rest + 1});
    }
    return whole;
  }

  Result<void> open() {
    const std::size_t start = at_++;
    Flags inner = flags_;
    if (peek() == '?') {
      ++at_;
      if (peek() == '#') return comment(start);
      if (!read_flags(inner)) return wrong(start, "this kind of group is not supported");
      if (peek() == ')') {
        ++at_;
        flags_ = inner;  // to the end of the group around it
        return {};
      }
      ++at_;
    } else if (peek() == '*') {
      return wrong(start, "this kind of group is not supported");
    }
    if (groups_.size() > kMaxRegexDepth) return too_large(fmt::format("more than {} open groups", kMaxRegexDepth));
    TRY_VOID(flush());
    groups_.push_back({flags_, {}, {}, {}});
    flags_ = inner;
    return {};
  }

  Result<void> comment(std::size_t start) {
    const auto end = text_.find(')', at_);
    if (end == std::string_view::npos) return wrong(start, "a '(' is never closed");
    at_ = end + 1;
    return {};
  }

  // Stops at the ':' or ')' behind them.
  bool read_flags(Flags& flags) {
    bool value = true;
    if (peek() == '^') flags = {}, ++at_;
    for (;; ++at_) {
      switch (peek()) {
        case 'i':
          flags.ignore_case = value;
          break;
        case 'm':
          flags.multi_line = value;
          break;
        case 's':
          flags.dot_is_any = value;
          break;
        case 'x':
          flags.ignore_blanks = value;
          break;
        case '-':
          if (!value) return false;
          value = false;
          break;
        case ':':
        case ')':
          return at_ < text_.size();
        default:
          return false;
      }
    }
  }

  Result<void> close_group() {
    TRY(Code whole, close());
    flags_ = groups_.back().flags;
    groups_.pop_back();
    groups_.back().atom = std::move(whole);
    return {};
  }

  static constexpr std::size_t kNoLimit = SIZE_MAX;
  static constexpr std::size_t kMaxCount = 1000;

  Result<void> repeat(std::size_t least, std::size_t most) {
    auto& atom = groups_.back().atom;
    const std::size_t behind = at_;
    if (!atom) return wrong(behind - 1, "there is nothing to repeat");
    if (peek() == '?') ++at_;  // few or many: the same texts match
    if (peek() == '+') return wrong(at_, "possessive quantifiers are not supported");
    if (peek() == '*' || (peek() == '?' && at_ == behind)) return wrong(at_, "a quantifier of a quantifier");
    const std::size_t copies = most == kNoLimit ? least + 1 : most;
    TRY_VOID(within_limit((atom->size() + 2) * std::max<std::size_t>(copies, 1)));
    Code out;
    for (std::size_t i = 0; i < least; ++i) append(out, *atom);
    const std::int32_t size = length(*atom);
    if (most == kNoLimit) {
      out.push_back({.op = Op::kSplit, .first = 1, .second = size + 2});
      append(out, *atom);
      out.push_back({.op = Op::kJump, .first = -(size + 1)});
    } else {
      for (std::size_t left = most - least; left > 0; --left) {
        const auto rest = static_cast<std::int32_t>(left) * (size + 1);
        out.push_back({.op = Op::kSplit, .first = 1, .second = rest});
        append(out, *atom);
      }
    }
    TRY_VOID(flush_as(std::move(out)));
    return {};
  }
  // What has its quantifier can have no other.
  Result<void> flush_as(Code code) {
    groups_.back().atom = std::move(code);
    return flush();
  }

  std::size_t number() {
    std::size_t value = 0;
    for (; is_digit(peek()); ++at_)
      value = std::min<std::size_t>(value * 10 + static_cast<std::size_t>(peek() - '0'), kMaxCount + 1);
    return value;
  }

  Result<void> braces() {
    const std::size_t start = at_++;
    const bool has_number = is_digit(peek());
    const std::size_t least = number();
    std::size_t most = least;
    if (peek() == ',') {
      ++at_;
      most = is_digit(peek()) ? number() : kNoLimit;
    }
    if (!has_number || peek() != '}') {  // an ordinary brace
      at_ = start + 1;
      return one_of(bytes("{"));
    }
    ++at_;
    if (least > kMaxCount || (most != kNoLimit && most > kMaxCount))
      return too_large(fmt::format("repeated more than {} times", kMaxCount));
    if (most < least) return wrong(start, "the second number is lower than the first");
    return repeat(least, most);
  }

  std::optional<char> hex_byte() {
    std::string digits;
    for (; digits.size() < 2 && is_hex(peek()); ++at_) digits += peek();
    if (digits.empty()) return std::nullopt;
    return static_cast<char>(std::stoi(digits, nullptr, 16));
  }

  Result<void> escape() {
    const std::size_t start = at_++;
    if (at_ >= text_.size()) return wrong(start, "nothing follows the backslash");
    const char c = text_[at_++];
    switch (c) {
      case 'b':
      case 'B':
        if (peek() == '{') break;
        return assertion(c == 'b' ? Op::kWordBoundary : Op::kNoWordBoundary);
      case 'A':
        return assertion(Op::kTextStart);
      case 'z':
        return assertion(Op::kTextEnd);
      case 'Z':
        return assertion(Op::kTextEndOrLastLineEnd);
      case 'x':
        if (const auto byte = hex_byte()) return one_of(bytes({&*byte, 1}));
        break;
      default:
        if (const auto set = named_set(c); set && (c != 'N' || peek() != '{')) return one_of(*set);
        if (const auto byte = control_byte(c); byte && (c != '0' || !is_digit(peek())))
          return one_of(bytes({&*byte, 1}));
        if (!is_alnum(c)) return one_of(bytes({&c, 1}));
    }
    return wrong(start, "this escape is not supported");
  }

  // One byte or set within brackets.
  struct Member {
    ByteSet set;
    std::optional<unsigned char> byte;
  };
  static Member member(char c) { return {bytes({&c, 1}), static_cast<unsigned char>(c)}; }

  Result<Member> class_member() {
    const std::size_t start = at_;
    if (is_at("[:")) {
      if (const auto end = text_.find(":]", at_); end != std::string_view::npos) {
        auto name = text_.substr(at_ + 2, end - at_ - 2);
        const bool negated = name.starts_with('^');
        if (const auto set = posix_set(name.substr(negated ? 1 : 0))) {
          at_ = end + 2;
          return Member{negated ? ~*set : *set, {}};
        }
      }
      return wrong(start, "this class is not known");
    }
    const char c = text_[at_++];
    if (c != '\\') return member(c);
    if (at_ >= text_.size()) return wrong(start, "nothing follows the backslash");
    const char letter = text_[at_++];
    if (letter == 'b') return member('\b');
    if (letter == 'x')
      if (const auto byte = hex_byte()) return member(*byte);
    if (letter != 'N')
      if (const auto set = named_set(letter)) return Member{*set, {}};
    if (const auto byte = control_byte(letter); byte && (letter != '0' || !is_digit(peek()))) return member(*byte);
    if (is_alnum(letter)) return wrong(start, "this escape is not supported");
    return member(letter);
  }

  Result<void> bracket() {
    const std::size_t start = at_++;
    const bool negated = peek() == '^';
    if (negated) ++at_;
    ByteSet set;
    for (bool first = true; first || peek() != ']'; first = false) {
      if (at_ >= text_.size()) return wrong(start, "a '[' is never closed");
      TRY(const Member low, class_member());
      if (!low.byte || peek() != '-' || peek(1) == ']' || at_ + 1 >= text_.size()) {
        set |= low.set;
        continue;
      }
      ++at_;
      TRY(const Member high, class_member());
      if (!high.byte) {
        set |= low.set | high.set | bytes("-");
        continue;
      }
      if (*high.byte < *low.byte) return wrong(start, "a range that ends before it begins");
      set |= range(*low.byte, *high.byte);
    }
    ++at_;
    if (flags_.ignore_case) set = folded(set);
    out_.sets.push_back(negated ? ~set : set);
    return atom({{.op = Op::kBytes, .set = static_cast<std::uint32_t>(out_.sets.size() - 1)}});
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Flags flags_;
  std::vector<Group> groups_;
  RegexCode out_;
};

}  // namespace

Result<RegexCode> compile_regex(std::string_view pattern, Blanks blanks) { return Parser(pattern, blanks).parse(); }

}  // namespace lorelei::patch
