// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/rfc822_list.hh"

namespace lorelei::mail {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_control(char c) { return static_cast<unsigned char>(c) < 32 || c == 127; }
bool is_special(char c) { return std::string_view("()<>@,;:\\\".[]").find(c) != std::string_view::npos; }

// What does not close, or opens nothing, stays as it is, and is no part of an address then.
std::string without_comments(std::string_view text) {
  std::string out;
  std::size_t depth = 0, opened = 0;
  bool is_quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    out += c;
    if (c == '\\' && i + 1 < text.size()) {
      out += text[++i];
    } else if (c == '"' && depth == 0) {
      is_quoted = !is_quoted;
    } else if (c == '(' && !is_quoted) {
      if (depth++ == 0) opened = out.size() - 1;
    } else if (c == ')' && depth > 0 && --depth == 0) {
      out.resize(opened);
      out += ' ';
    }
  }
  return out;
}

struct Token {
  enum class Kind { kEnd, kAtom, kQuoted, kLiteral, kSpecial, kNone } kind = Kind::kEnd;
  char special = 0;
};

class AddressReader {
 public:
  explicit AddressReader(std::string_view text) : text_(text) { next(); }

  bool at(char special) const { return token_.kind == Token::Kind::kSpecial && token_.special == special; }
  bool is_at_end() const { return token_.kind == Token::Kind::kEnd; }
  std::size_t start() const { return start_; }  // of the token
  bool take(char special) {
    if (!at(special)) return false;
    next();
    return true;
  }

  bool address() {
    std::size_t words = 0;
    bool has_dots = false;
    if (!words_and_dots(words, has_dots)) return false;
    if (at('@')) return words > 0 && at_domain();
    if (has_dots) return false;
    if (at('<')) return route_address();
    return take(':') && group_members();
  }

 private:
  bool is_word() const { return token_.kind == Token::Kind::kAtom || token_.kind == Token::Kind::kQuoted; }

  // A phrase has words only; a local part has one dot between any two.
  bool words_and_dots(std::size_t& words, bool& has_dots) {
    bool has_neighbours = false;
    while (is_word()) {
      ++words;
      next();
      if (take('.')) {
        has_dots = true;
        if (!is_word()) return false;
      } else if (is_word()) {
        has_neighbours = true;
      }
    }
    return !at('@') || !has_neighbours;
  }

  bool at_domain() {
    if (!take('@')) return false;
    do {
      if (token_.kind != Token::Kind::kAtom && token_.kind != Token::Kind::kLiteral) return false;
      next();
    } while (take('.'));
    return true;
  }

  bool local_at_domain() {
    std::size_t words = 0;
    bool has_dots = false;
    return words_and_dots(words, has_dots) && words > 0 && at_domain();
  }

  bool route_address() {
    if (!take('<')) return false;
    if (at('@')) {
      do {
        if (!at_domain()) return false;
      } while (take(','));
      if (!take(':')) return false;
    }
    return local_at_domain() && take('>');
  }

  bool mailbox() {
    std::size_t words = 0;
    bool has_dots = false;
    if (!words_and_dots(words, has_dots)) return false;
    if (at('@')) return words > 0 && at_domain();
    return !has_dots && route_address();
  }

  bool group_members() {
    if (take(';')) return true;
    do {
      if (!mailbox()) return false;
    } while (take(','));
    return take(';');
  }

  // The end of what begins here and ends with the byte; npos: it does not.
  std::size_t closed_by(char last) const {
    for (auto i = at_ + 1; i < text_.size(); ++i) {
      if (text_[i] == last) return i + 1;
      if (text_[i] == '\r' || (last == ']' && text_[i] == '[')) return text_.npos;
      if (text_[i] == '\\') ++i;
    }
    return text_.npos;
  }

  void next() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    start_ = at_;
    token_ = {};
    if (at_ == text_.size()) return;
    const char c = text_[at_];
    if (c == '"' || c == '[') {
      const auto end = closed_by(c == '"' ? '"' : ']');
      token_.kind = end == text_.npos ? Token::Kind::kNone : c == '"' ? Token::Kind::kQuoted : Token::Kind::kLiteral;
      at_ = end == text_.npos ? text_.size() : end;
    } else if (is_special(c)) {
      token_ = {Token::Kind::kSpecial, c};
      ++at_;
    } else if (is_control(c)) {
      token_.kind = Token::Kind::kNone;
    } else {
      token_.kind = Token::Kind::kAtom;
      while (at_ < text_.size() && !is_special(text_[at_]) && !is_control(text_[at_]) && text_[at_] != ' ') ++at_;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0, start_ = 0;
  Token token_;
};

}  // namespace

bool is_rfc822_address(std::string_view text) {
  const auto bare = without_comments(text);
  AddressReader reader(bare);
  return reader.address() && reader.is_at_end();
}

std::optional<std::vector<std::string>> rfc822_list(std::string_view text) {
  const auto bare = without_comments(text);
  AddressReader reader(bare);
  std::vector<std::string> addresses;
  do {
    if (reader.is_at_end() || reader.at(',')) continue;
    const auto start = reader.start();
    if (!reader.address()) return std::nullopt;
    addresses.push_back(bare.substr(start, reader.start() - start));
  } while (reader.take(','));
  if (!reader.is_at_end()) return std::nullopt;
  return addresses;
}

}  // namespace lorelei::mail
