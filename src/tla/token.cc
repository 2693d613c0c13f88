// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/token.hh"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.hh"

namespace lorelei::tla {
namespace {

// What is written, and what it is called from here on.
struct Spelling {
  std::string_view written, name;
};

constexpr Spelling kSpellings[] = {
    // punctuation
    {"(", "("},
    {")", ")"},
    {"[", "["},
    {"]", "]"},
    {"]_", "]_"},
    {"{", "{"},
    {"}", "}"},
    {"<<", "<<"},
    {">>", ">>"},
    {">>_", ">>_"},
    {",", ","},
    {";", ";"},
    {":", ":"},
    {"::", "::"},
    {".", "."},
    {"_", "_"},
    {"@", "@"},
    {"!", "!"},
    {"==", "=="},
    {"->", "->"},
    {"<-", "<-"},
    {"|->", "|->"},
    {"\\A", "\\A"},
    {"\\forall", "\\A"},
    {"\\E", "\\E"},
    {"\\exists", "\\E"},
    {"\\AA", "\\AA"},
    {"\\EE", "\\EE"},
    // operators
    {"=>", "=>"},
    {"<=>", "<=>"},
    {"\\equiv", "<=>"},
    {"~>", "~>"},
    {"-+->", "-+->"},
    {"/\\", "/\\"},
    {"\\land", "/\\"},
    {"\\/", "\\/"},
    {"\\lor", "\\/"},
    {"~", "~"},
    {"\\lnot", "~"},
    {"\\neg", "~"},
    {"=", "="},
    {"/=", "/="},
    {"#", "/="},
    {"<", "<"},
    {">", ">"},
    {"<=", "<="},
    {"=<", "<="},
    {"\\leq", "<="},
    {">=", ">="},
    {"\\geq", ">="},
    {"\\in", "\\in"},
    {"\\notin", "\\notin"},
    {"\\subseteq", "\\subseteq"},
    {"\\subset", "\\subset"},
    {"\\supset", "\\supset"},
    {"\\supseteq", "\\supseteq"},
    {"\\sqsubset", "\\sqsubset"},
    {"\\sqsubseteq", "\\sqsubseteq"},
    {"\\sqsupset", "\\sqsupset"},
    {"\\sqsupseteq", "\\sqsupseteq"},
    {"\\prec", "\\prec"},
    {"\\succ", "\\succ"},
    {"\\preceq", "\\preceq"},
    {"\\succeq", "\\succeq"},
    {"\\ll", "\\ll"},
    {"\\gg", "\\gg"},
    {"\\sim", "\\sim"},
    {"\\simeq", "\\simeq"},
    {"\\asymp", "\\asymp"},
    {"\\approx", "\\approx"},
    {"\\cong", "\\cong"},
    {"\\doteq", "\\doteq"},
    {"\\propto", "\\propto"},
    {"|-", "|-"},
    {"|=", "|="},
    {"-|", "-|"},
    {"=|", "=|"},
    {":=", ":="},
    {"::=", "::="},
    {"@@", "@@"},
    {":>", ":>"},
    {"<:", "<:"},
    {"\\cup", "\\cup"},
    {"\\union", "\\cup"},
    {"\\cap", "\\cap"},
    {"\\intersect", "\\cap"},
    {"\\", "\\"},
    {"..", ".."},
    {"...", "..."},
    {"+", "+"},
    {"++", "++"},
    {"(+)", "(+)"},
    {"\\oplus", "(+)"},
    {"%", "%"},
    {"%%", "%%"},
    {"|", "|"},
    {"||", "||"},
    {"-", "-"},
    {"-.", "-."},
    {"--", "--"},
    {"(-)", "(-)"},
    {"\\ominus", "(-)"},
    {"!!", "!!"},
    {"$", "$"},
    {"$$", "$$"},
    {"??", "??"},
    {"##", "##"},
    {"\\uplus", "\\uplus"},
    {"\\sqcap", "\\sqcap"},
    {"\\sqcup", "\\sqcup"},
    {"\\wr", "\\wr"},
    {"\\X", "\\X"},
    {"\\times", "\\X"},
    {"*", "*"},
    {"**", "**"},
    {"&", "&"},
    {"&&", "&&"},
    {"(.)", "(.)"},
    {"\\odot", "(.)"},
    {"(\\X)", "(\\X)"},
    {"\\otimes", "(\\X)"},
    {"\\o", "\\o"},
    {"\\circ", "\\o"},
    {"\\star", "\\star"},
    {"\\bullet", "\\bullet"},
    {"\\bigcirc", "\\bigcirc"},
    {"/", "/"},
    {"//", "//"},
    {"(/)", "(/)"},
    {"\\oslash", "(/)"},
    {"\\div", "\\div"},
    {"^", "^"},
    {"^^", "^^"},
    {"\\cdot", "\\cdot"},
    {"[]", "[]"},
    {"<>", "<>"},
    {"'", "'"},
    {"^+", "^+"},
    {"^*", "^*"},
    {"^#", "^#"},
    // Unicode
    {"≜", "=="},
    {"←", "<-"},
    {"⟵", "<-"},
    {"→", "->"},
    {"⟶", "->"},
    {"↦", "|->"},
    {"⟼", "|->"},
    {"⟨", "<<"},
    {"⟩", ">>"},
    {"⟩_", ">>_"},
    {"∷", "::"},
    {"∀", "\\A"},
    {"∃", "\\E"},
    {"⇒", "=>"},
    {"⟹", "=>"},
    {"⇔", "<=>"},
    {"⟺", "<=>"},
    {"≡", "<=>"},
    {"↝", "~>"},
    {"⇝", "~>"},
    {"⇸", "-+->"},
    {"⍆", "-+->"},
    {"∧", "/\\"},
    {"∨", "\\/"},
    {"¬", "~"},
    {"≠", "/="},
    {"≤", "<="},
    {"≥", ">="},
    {"∈", "\\in"},
    {"∉", "\\notin"},
    {"⊆", "\\subseteq"},
    {"⊂", "\\subset"},
    {"⊃", "\\supset"},
    {"⊇", "\\supseteq"},
    {"⊏", "\\sqsubset"},
    {"⊑", "\\sqsubseteq"},
    {"⊐", "\\sqsupset"},
    {"⊒", "\\sqsupseteq"},
    {"≺", "\\prec"},
    {"≻", "\\succ"},
    {"⪯", "\\preceq"},
    {"⪰", "\\succeq"},
    {"≪", "\\ll"},
    {"≫", "\\gg"},
    {"∼", "\\sim"},
    {"≃", "\\simeq"},
    {"≍", "\\asymp"},
    {"≈", "\\approx"},
    {"≅", "\\cong"},
    {"≐", "\\doteq"},
    {"∝", "\\propto"},
    {"⊢", "|-"},
    {"⊨", "|="},
    {"⊣", "-|"},
    {"⫤", "=|"},
    {"≔", ":="},
    {"⩴", "::="},
    {"∪", "\\cup"},
    {"∩", "\\cap"},
    {"∖", "\\"},
    {"‥", ".."},
    {"…", "..."},
    {"⊕", "(+)"},
    {"⊖", "(-)"},
    {"⊙", "(.)"},
    {"⊘", "(/)"},
    {"⊗", "(\\X)"},
    {"‖", "||"},
    {"‼", "!!"},
    {"⁇", "??"},
    {"⊎", "\\uplus"},
    {"⊓", "\\sqcap"},
    {"⊔", "\\sqcup"},
    {"≀", "\\wr"},
    {"×", "\\X"},
    {"∘", "\\o"},
    {"⋆", "\\star"},
    {"●", "\\bullet"},
    {"•", "\\bullet"},
    {"◯", "\\bigcirc"},
    {"○", "\\bigcirc"},
    {"÷", "\\div"},
    {"⋅", "\\cdot"},
    {"□", "[]"},
    {"◇", "<>"},
    {"′", "'"},
    {"⁺", "^+"},
};
constexpr Spelling kUnicodeNames[] = {{"ℕ", "Nat"}, {"ℤ", "Int"}, {"ℝ", "Real"}};

// By first byte, the longest first.
using Index = std::array<std::vector<Spelling>, 256>;
Index index_of_spellings() {
  Index index;
  for (const auto& spelling : kSpellings) index[static_cast<unsigned char>(spelling.written[0])].push_back(spelling);
  for (auto& all : index)
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return a.written.size() > b.written.size(); });
  return index;
}

// Of a file that is none, nobody reads more.
constexpr std::size_t kMaxDiagnostics = 1000;

bool is_word(char c) { return is_alnum(c) || c == '_'; }

class Lexer {
 public:
  Lexer(const Source& source, std::uint32_t begin, std::uint32_t end, std::vector<Diagnostic>& diagnostics)
      : source_(source),
        text_(source.text().substr(0, std::min<std::size_t>(end, source.text().size()))),
        at_(std::min<std::size_t>(begin, text_.size())),
        counted_(at_),
        position_(source.position(static_cast<std::uint32_t>(at_))),
        diagnostics_(diagnostics) {}

  std::vector<Token> run() {
    while (skip_to_word()) read_one();
    add(TokenKind::kEnd, {}, at_);
    return std::move(tokens_);
  }

 private:
  bool has(std::string_view what, std::size_t at) const { return text_.substr(at).starts_with(what); }

  // Blanks and comments are behind us; is there anything left?
  bool skip_to_word() {
    while (at_ < text_.size()) {
      if (is_space(text_[at_]))
        ++at_;
      else if (has("\\*", at_))
        at_ = std::min(text_.find('\n', at_), text_.size());
      else if (has("(*", at_))
        skip_comment();
      else
        return true;
    }
    return false;
  }

  void skip_comment() {
    const auto start = at_;
    std::size_t depth = 0;
    do {
      if (has("(*", at_)) {
        ++depth;
        at_ += 2;
      } else if (has("*)", at_)) {
        --depth;
        at_ += 2;
      } else {
        at_ = std::min(text_.find_first_of("(*", at_ + 1), text_.size());
      }
    } while (depth > 0 && at_ < text_.size());
    if (depth > 0) complain(start, start + 2, "a comment that begins here has no end", "close it with *)");
  }

  void read_one() {
    const char c = text_[at_];
    if (is_word(c) && read_word()) return;
    if (c == '"') return read_string();
    if (c == '\\' && read_based_number()) return;
    if (read_rule('-', TokenKind::kSeparator) || read_rule('=', TokenKind::kModuleEnd)) return;
    // "x=<<1>>" is an equation with a tuple: nothing could follow "=<" there.
    if (has("=<<", at_)) return add(TokenKind::kSymbol, "=", at_ + 1);
    static const Index kIndex = index_of_spellings();
    for (const auto& spelling : kIndex[static_cast<unsigned char>(c)])
      if (has(spelling.written, at_)) return add(TokenKind::kSymbol, spelling.name, at_ + spelling.written.size());
    for (const auto& name : kUnicodeNames)
      if (has(name.written, at_)) return add(TokenKind::kName, name.name, at_ + name.written.size());
    read_unknown();
  }

  bool read_word() {
    auto end = at_;
    while (end < text_.size() && is_word(text_[end])) ++end;
    const auto word = text_.substr(at_, end - at_);
    if (word.starts_with("WF_") || word.starts_with("SF_")) {
      add(TokenKind::kName, word.substr(0, 3), at_ + 3);
      return true;
    }
    if (std::any_of(word.begin(), word.end(), is_alpha)) {
      add(TokenKind::kName, word, end);
      return true;
    }
    if (!is_digit(word[0])) return false;  // "_" alone
    end = at_;
    while (end < text_.size() && is_digit(text_[end])) ++end;
    if (end + 1 < text_.size() && text_[end] == '.' && is_digit(text_[end + 1]))
      for (++end; end < text_.size() && is_digit(text_[end]);) ++end;
    add(TokenKind::kNumber, text_.substr(at_, end - at_), end);
    return true;
  }

  // \b101, \o17, \hFF; anything else behind the backslash is an operator.
  bool read_based_number() {
    if (at_ + 2 >= text_.size()) return false;
    const char base = to_lower(text_[at_ + 1]);
    const auto belongs = [&](char c) {
      if (base == 'b') return c == '0' || c == '1';
      if (base == 'o') return c >= '0' && c <= '7';
      return base == 'h' && is_hex(c);
    };
    auto end = at_ + 2;
    while (end < text_.size() && belongs(text_[end])) ++end;
    if (end == at_ + 2) return false;
    add(TokenKind::kNumber, text_.substr(at_, end - at_), end);
    return true;
  }

  void read_string() {
    const auto start = at_;
    std::string value;
    auto i = at_ + 1;
    for (; i < text_.size() && text_[i] != '"' && text_[i] != '\n'; ++i) {
      if (text_[i] != '\\') {
        value += text_[i];
        continue;
      }
      static constexpr std::string_view kEscapes = "\"\\tnfr", kValues = "\"\\\t\n\f\r";
      const auto which = i + 1 < text_.size() ? kEscapes.find(text_[i + 1]) : std::string_view::npos;
      if (which != std::string_view::npos) {
        value += kValues[which];
        ++i;
        continue;
      }
      complain(i, i + 1, "a backslash in a string stands before one of \" \\ t n f r", "write \\\\ for a backslash");
      value += '\\';
    }
    if (i < text_.size() && text_[i] == '"')
      ++i;
    else
      complain(start, start + 1, "a string that begins here has no end on this line", "close it with \"");
    add(TokenKind::kString, value, i);
  }

  bool read_rule(char c, TokenKind kind) {
    auto end = at_;
    while (end < text_.size() && text_[end] == c) ++end;
    if (end - at_ < 4) return false;
    add(kind, text_.substr(at_, end - at_), end);
    return true;
  }

  // What is no word, as far as one blank or byte that may start one: one message for all of it.
  void read_unknown() {
    const auto start = at_;
    const auto is_plain = [](char c) { return c > ' ' && c < '\x7f' && c != '`' && c != '?'; };
    do {
      at_ += code_point_at(text_, at_).length;
    } while (at_ < text_.size() && !is_plain(text_[at_]) && !is_space(text_[at_]) && !starts_known(text_[at_]));
    complain(start, at_, fmt::format("'{}' is nothing that TLA+ knows", text_.substr(start, at_ - start)), "");
  }
  // The first byte of a Unicode spelling.
  static bool starts_known(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == 0xC2 || byte == 0xC3 || byte == 0xE2;
  }

  void add(TokenKind kind, std::string_view text, std::size_t end) {
    tokens_.push_back({kind, std::string(text), place(at_, end), position()});
    at_ = end;
  }

  // Of at_. It only moves forward, so that all of them together are linear.
  Position position() {
    for (; counted_ < at_; ++counted_) {
      const char c = text_[counted_];
      if (c == '\n') {
        ++position_.line;
        position_.column = 1;
      } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
        ++position_.column;
      }
    }
    return position_;
  }

  Place place(std::size_t begin, std::size_t end) const {
    return {&source_, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }
  void complain(std::size_t begin, std::size_t end, std::string why, std::string hint) {
    if (diagnostics_.size() >= kMaxDiagnostics) return;
    diagnostics_.push_back({Diagnostic::Severity::kError, 0, place(begin, end), std::move(why), std::move(hint)});
  }

  const Source& source_;
  std::string_view text_;
  std::size_t at_, counted_;
  Position position_;  // of counted_
  std::vector<Token> tokens_;
  std::vector<Diagnostic>& diagnostics_;
};

}  // namespace

std::vector<Token> read_tokens(const Source& source, std::uint32_t begin, std::uint32_t end,
                               std::vector<Diagnostic>& diagnostics) {
  return Lexer(source, begin, end, diagnostics).run();
}

}  // namespace lorelei::tla
