// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/address.hh"

#include <array>

#include "base/text.hh"
#include "mail/encoded_word.hh"

namespace lorelei::mail {

namespace {

constexpr std::array<bool, 256> kAtomBytes = [] {
  std::array<bool, 256> table{};
  for (std::size_t byte = 0; byte < 256; ++byte) table[byte] = byte >= 0x80 || is_alnum(static_cast<char>(byte));
  for (const char c : std::string_view("!#$%&'*+-/=?^_`{|}~")) table[static_cast<unsigned char>(c)] = true;
  return table;
}();
bool is_atom(char c) { return kAtomBytes[static_cast<unsigned char>(c)]; }

// Where reading stands after a piece of grammar.
enum class State { kMore, kEnd, kBroken };

class AddressReader {
 public:
  explicit AddressReader(std::string_view in) : in_(in) {}

  std::vector<AddressGroup> read() {
    if (skip_space() != State::kMore) return {};
    for (;;) {
      if (read_address() == State::kEnd || done() || in_[at_] != ',') break;
      ++at_;
      const State state = skip_space();
      if (state == State::kMore) continue;
      comment_.reset();
      if (state == State::kBroken) add({});
      break;
    }
    return std::move(groups_);
  }

 private:
  bool done() const { return at_ >= in_.size(); }
  bool next_is(char c) const { return !done() && in_[at_] == c; }
  State here() const { return done() ? State::kEnd : State::kMore; }

  // A comment, kept in comment_ without its backslashes. Before: at "(".
  State skip_comment() {
    comment_.emplace();
    std::string text;
    int level = 1;
    for (++at_; !done(); ++at_) {
      const char c = in_[at_];
      if (c == '\0') return State::kBroken;
      if (c == '(') ++level;
      if (c == ')' && --level == 0) {
        ++at_;
        *comment_ += text;
        return here();
      }
      if (c == '\\') {
        if (++at_ >= in_.size()) break;
        *comment_ += text;
        text.clear();
      }
      text.push_back(in_[at_]);
    }
    return State::kBroken;
  }

  // White space and comments.
  State skip_space() {
    while (!done()) {
      const char c = in_[at_];
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        ++at_;
      } else if (c == '(') {
        if (skip_comment() == State::kBroken) return State::kBroken;
      } else {
        return State::kMore;
      }
    }
    return State::kEnd;
  }

  // Before: at a quote.
  State read_quoted(std::string& out) {
    for (++at_; !done(); ++at_) {
      const char c = in_[at_];
      if (c == '"') {
        ++at_;
        return skip_space();
      }
      if (c == '\\') {
        if (++at_ >= in_.size()) break;
      } else if (c == '\n') {
        continue;
      }
      if (c == '\r' || c == '\0') odd_ = true;
      out.push_back(in_[at_]);
    }
    return State::kBroken;
  }

  void read_atom(std::string& out) {
    const std::size_t start = at_;
    while (!done() && is_atom(in_[at_])) ++at_;
    out.append(in_.substr(start, at_ - start));
  }

  // Of a domain: a dot too many does no harm.
  State read_dot_atom(std::string& out) {
    if (!done() && !is_atom(in_[at_])) return State::kBroken;
    for (;;) {
      read_atom(out);
      if (const State state = skip_space(); state != State::kMore) return state;
      if (in_[at_] != '.') return State::kMore;
      out.push_back('.');
      ++at_;
      if (skip_space() != State::kMore) return State::kEnd;
    }
  }

  State read_phrase(std::string& out) {
    if (done()) return State::kEnd;
    if (in_[at_] == '.') return State::kBroken;
    for (;;) {
      State state;
      if (in_[at_] == '"') {
        state = read_quoted(out);
      } else {
        const std::size_t start = at_;
        while (!done() && (is_atom(in_[at_]) || in_[at_] == '.')) ++at_;
        out.append(in_.substr(start, at_ - start));
        state = skip_space();
      }
      if (state != State::kMore) return state;
      if (!is_atom(in_[at_]) && in_[at_] != '"' && in_[at_] != '.') return State::kMore;
      out.push_back(' ');
    }
  }

  // Words and quoted strings with dots between them; the dot behind a quoted string gets lost. What ends in a dot, or
  // has two in a row, is odd_.
  State read_local_words(std::string& text) {
    for (;;) {
      if (next_is('"')) {
        const State state = read_quoted(text);
        if (state != State::kMore || !next_is('.')) return state;
        ++at_;
        if (skip_space() != State::kMore) return State::kEnd;
      } else {
        if (done() || !is_atom(in_[at_])) return State::kBroken;
        if (const State state = read_local_atoms(text); state != State::kMore || !next_is('"')) return state;
        if (text.back() != '.') return State::kMore;
        continue;
      }
      if (next_is('@')) {
        odd_ = true;
        return State::kMore;
      }
    }
  }

  State read_local_atoms(std::string& text) {
    for (;;) {
      read_atom(text);
      if (const State state = skip_space(); state != State::kMore) return state;
      if (in_[at_] != '.') return State::kMore;
      while (next_is('.')) {
        if (text.back() == '.') odd_ = true;
        text.push_back('.');
        ++at_;
        if (skip_space() != State::kMore) {
          at_ = in_.size();
          return State::kMore;
        }
      }
      if (next_is('@')) odd_ = true;
      if (next_is('@') || next_is('"')) return State::kMore;
      if (!is_atom(in_[at_])) return State::kBroken;
    }
  }

  State read_local_part(Mailbox& to) {
    std::string text;
    odd_ = false;
    const State state = read_local_words(text);
    if (!text.empty() && state != State::kBroken) to.user = std::move(text);
    return state;
  }

  // Before: at "@".
  State read_domain(Mailbox& to) {
    std::string text;
    ++at_;
    State state = skip_space();
    if (state == State::kMore) state = in_[at_] == '[' ? read_literal(text) : read_dot_atom(text);
    if (!text.empty() && state != State::kBroken) to.host = std::move(text);
    return state;
  }

  // "[127.0.0.1]"
  State read_literal(std::string& out) {
    const std::size_t start = at_;
    for (++at_; !done(); ++at_) {
      if (in_[at_] == '\\') {
        if (++at_ >= in_.size()) break;
      } else if (in_[at_] == ']') {
        ++at_;
        out = in_.substr(start, at_ - start);
        return skip_space();
      }
    }
    return State::kBroken;
  }

  // "@a,@b:" of old mail; dropped. A damaged one is passed over as far as it reads.
  State skip_route() {
    bool good = true;
    while (good && next_is('@')) {
      Mailbox unused;
      good = read_domain(unused) == State::kMore;
      while (good && next_is(',')) {
        ++at_;
        good = skip_space() == State::kMore;
      }
    }
    if (good && next_is(':'))
      ++at_;
    else if (done())
      return State::kBroken;
    return skip_space();
  }

  // Before: at "<".
  State read_angle(Mailbox& to) {
    ++at_;
    if (skip_space() != State::kMore) return State::kBroken;
    if (next_is('@') && skip_route() != State::kMore) return State::kBroken;
    if (!next_is('>')) {
      if (read_local_part(to) != State::kMore) return State::kBroken;
      if (next_is('@') && read_domain(to) != State::kMore) return State::kBroken;
    }
    if (!next_is('>')) return State::kBroken;
    ++at_;
    return skip_space();
  }

  State read_mailbox() {
    const std::size_t start = at_;
    std::string phrase;
    const State state = read_phrase(phrase);
    return read_mailbox_after(std::move(phrase), state, start);
  }

  // phrase: what was read from start on, in which reading may have ended in any state.
  State read_mailbox_after(std::string phrase, State after_phrase, std::size_t start) {
    Mailbox mailbox;
    if (after_phrase == State::kMore && next_is('<')) {
      if (!phrase.empty()) mailbox.phrase = std::move(phrase);
      comment_.reset();
      State state = read_angle(mailbox);
      add(std::move(mailbox));
      return state == State::kBroken ? (done() ? State::kEnd : State::kMore) : state;
    }
    at_ = start;
    comment_.reset();
    const State local = read_local_part(mailbox);
    State state = local;
    if (local != State::kEnd && next_is('@')) state = read_domain(mailbox);
    if ((local == State::kEnd || odd_) && !mailbox.host && mailbox.user) std::swap(mailbox.phrase, mailbox.user);
    add(std::move(mailbox));
    return state;
  }

  // Before: at the ":" of "phrase:".
  State read_group_after(std::string phrase) {
    ++at_;
    groups_.push_back({std::move(phrase), {}});
    in_group_ = true;
    State state = skip_space();
    if (state == State::kMore && in_[at_] != ';') {
      for (;;) {
        read_mailbox();
        if (!next_is(',')) break;
        ++at_;
        if (skip_space() != State::kMore) break;
      }
    }
    in_group_ = false;
    if (!next_is(';')) return State::kMore;
    ++at_;
    return skip_space();
  }

  State read_address() {
    const std::size_t start = at_;
    std::string phrase;
    const State state = read_phrase(phrase);
    if (state == State::kMore && next_is(':')) return read_group_after(std::move(phrase));
    return read_mailbox_after(std::move(phrase), state, start);
  }

  void add(Mailbox mailbox) {
    if (comment_ && !comment_->empty()) mailbox.comment = std::move(comment_);
    comment_.reset();
    if (!in_group_ && (groups_.empty() || groups_.back().phrase)) groups_.push_back({});
    groups_.back().mailboxes.push_back(std::move(mailbox));
  }

  std::string_view in_;
  std::size_t at_ = 0;
  std::optional<std::string> comment_;  // the last one read
  std::vector<AddressGroup> groups_;
  bool in_group_ = false;
  bool odd_ = false;  // the local part read last has dots in the wrong places, or control characters
};

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (std::string_view("\0\t\n\r\"\\", 6).find(c) != std::string_view::npos) out.push_back('\\');
    out.push_back(c);
  }
  return out + '"';
}

std::string written_user(std::string_view user) {
  bool plain = !user.empty() && user.front() != '.' && user.back() != '.';
  for (const char c : user) plain = plain && (is_atom(c) || c == '.');
  return plain ? std::string(user) : in_quotes(user);
}

// Encoded words mean nothing inside quotes, so what may be one is never put there.
Text written_phrase(Text phrase) {
  if (may_hold_encoded_words(phrase.bytes)) return phrase;
  bool plain = !phrase.bytes.empty();
  for (const char c : phrase.bytes) plain = plain && is_atom(c);
  if (!plain) phrase.bytes = in_quotes(phrase.bytes);
  return phrase;
}

// A comment can be written only if its parentheses match.
bool is_balanced(std::string_view comment) {
  int level = 0;
  for (std::size_t at = 0; at < comment.size(); ++at) {
    const char c = comment[at];
    if (c == '\\' && at + 1 < comment.size() && comment[at + 1] != '\n') {
      ++at;
    } else if (c == '\0' || (c == ')' && --level < 0)) {
      return false;
    } else if (c == '(') {
      ++level;
    }
  }
  return level == 0;
}

Text decoded(const std::string& bytes) {
  return may_hold_encoded_words(bytes) ? decode_encoded_words({bytes}) : Text{bytes};
}

// Empty for one without an address; but what of it was decoded makes the whole list decoded.
Text written(const Mailbox& mailbox) {
  const auto address = mailbox.address();
  Text out;
  const Text phrase = mailbox.phrase ? decoded(*mailbox.phrase) : Text{};
  const Text comment = mailbox.comment ? decoded(*mailbox.comment) : Text{};
  out.form = phrase.form == Text::Form::kCharacters ? phrase.form : comment.form;
  if (!address) return out;
  if (!phrase.bytes.empty()) {
    append(out, written_phrase(phrase));
    append(out, " <" + *address + ">");
  } else {
    append(out, *address);
  }
  if (mailbox.comment && is_balanced(comment.bytes)) {
    append(out, " (");
    append(out, comment);
    append(out, ")");
  }
  return out;
}

}  // namespace

std::optional<std::string> Mailbox::address() const {
  if (!user || !host || host->empty()) return std::nullopt;
  return written_user(*user) + "@" + *host;
}

std::vector<AddressGroup> parse_addresses(std::string_view value) { return AddressReader(value).read(); }

std::vector<std::string> addresses(std::string_view value) {
  std::vector<std::string> all;
  for (const auto& group : parse_addresses(value))
    for (const auto& mailbox : group.mailboxes)
      if (auto address = mailbox.address()) all.push_back(*std::move(address));
  return all;
}

std::vector<std::string> names_in(std::string_view value) {
  std::vector<std::string> all;
  for (const auto& group : parse_addresses(value))
    for (const auto& mailbox : group.mailboxes) {
      const auto user = mailbox.user.value_or("");
      if (mailbox.phrase && !mailbox.phrase->empty())
        all.push_back(mailbox.phrase == mailbox.address() ? user : *mailbox.phrase);
      else if (mailbox.comment && !mailbox.comment->empty())
        all.push_back(mailbox.comment == mailbox.address() ? user : *mailbox.comment);
      else
        all.push_back(user);
    }
  return all;
}

Text decode_addresses(std::string_view value) {
  Text out;
  std::string_view separator;
  for (const auto& group : parse_addresses(value)) {
    if (group.phrase) {
      append(out, separator);
      append(out, written_phrase(decoded(*group.phrase)));
      append(out, ":");
      separator = " ";
    }
    for (const auto& mailbox : group.mailboxes) {
      const Text text = written(mailbox);
      if (!text.bytes.empty()) append(out, separator);
      append(out, text);
      if (!text.bytes.empty()) separator = ", ";
    }
    if (group.phrase) append(out, ";");
    if (!out.bytes.empty()) separator = ", ";
  }
  if (is_ascii(out.bytes)) out.form = Text::Form::kBytes;
  return out;
}

}  // namespace lorelei::mail
