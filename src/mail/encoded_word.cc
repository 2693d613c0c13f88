// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/encoded_word.hh"

#include <optional>

#include "base/text.hh"
#include "mail/charset.hh"
#include "mail/transfer.hh"

namespace lorelei::mail {

namespace {

struct Word {
  std::string_view charset, language;  // language with its "*"; may be empty
  char encoding = 'q';
  std::string text;
  std::size_t end = 0;  // behind its "?="

  bool same_kind(const Word& other) const {
    return charset == other.charset && language == other.language && encoding == other.encoding;
  }
};

// "*en-US"; returns the end of it, or at if there is none, or npos if it is damaged.
std::size_t skip_language(std::string_view in, std::size_t at) {
  if (at == in.size() || in[at] != '*') return at;
  bool first = true;
  do {
    const std::size_t start = ++at;
    while (at < in.size() && at - start < 8 && (first ? is_alpha(in[at]) : is_alnum(in[at]))) ++at;
    if (at == start) return in.npos;
    first = false;
  } while (at < in.size() && in[at] == '-');
  return at;
}

// The word that starts at in[at], if one does.
std::optional<Word> word_at(std::string_view in, std::size_t at) {
  if (!in.substr(at).starts_with("=?")) return std::nullopt;
  Word word;
  const std::size_t charset = at + 2;
  std::size_t end = charset;
  while (end < in.size() && is_charset_char(in[end])) ++end;
  if (end == charset) return std::nullopt;
  word.charset = in.substr(charset, end - charset);
  const std::size_t after = skip_language(in, end);
  if (after == in.npos) return std::nullopt;
  word.language = in.substr(end, after - end);
  if (in.size() < after + 3 || in[after] != '?' || in[after + 2] != '?') return std::nullopt;
  word.encoding = in[after + 1];
  if (word.encoding != 'B' && word.encoding != 'b' && word.encoding != 'Q' && word.encoding != 'q') return std::nullopt;
  const std::size_t text = after + 3;
  const std::size_t close = in.find('?', text);
  if (close == in.npos || close + 1 == in.size() || in[close + 1] != '=') return std::nullopt;
  word.text = in.substr(text, close - text);
  word.end = close + 2;
  return word;
}

std::size_t skip_space(std::string_view in, std::size_t at) {
  while (at < in.size() && is_space(in[at])) ++at;
  return at;
}

std::string decode_b(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::size_t end = text.find('=');
    while (end < text.size() && text[end] == '=') ++end;
    end = std::min(end, text.size());
    out += decode_base64(text.substr(0, end));
    text.remove_prefix(end);
  }
  return out;
}

std::string decode_q(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '=' && at + 2 < text.size() && is_hex(text[at + 1]) && is_hex(text[at + 2])) {
      out += *unhex(text.substr(at + 1, 2));
      at += 2;
    } else {
      out.push_back(text[at] == '_' ? ' ' : text[at]);
    }
  }
  return out;
}

std::string without_line_ends(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text)
    if (c != '\r' && c != '\n') out.push_back(c);
  return out;
}

void append_as_it_is(Text& out, const Word& word, std::string_view space_after) {
  if (!out.bytes.empty() && out.bytes.back() != ' ' && out.bytes.back() != '\t') append(out, " ");
  append(out, "=?");
  append(out, word.charset);
  append(out, word.language);
  append(out, std::string{'?', word.encoding, '?'} + word.text + "?=");
  append(out, space_after);
}

void append_decoded(Text& out, const Word& word, std::string_view space_after) {
  const auto charset = Charset::find_mime(word.charset);
  if (!charset) return append_as_it_is(out, word, space_after);
  const std::string text = without_line_ends(word.text);
  append(out, charset->decode_lossy(to_lower(word.encoding) == 'b' ? decode_b(text) : decode_q(text)));
}

// Text between words: line ends go. `in` has the form that the whole value has.
void append_plain(Text& out, std::string_view in, Text::Form form) {
  if (!in.empty()) append(out, Text{without_line_ends(in), form});
}

// The same text with neighbours of one kind made one word.
std::string with_joined_words(std::string_view in) {
  std::string out;
  std::size_t copied = 0;
  for (std::size_t at = in.find("=?"); at != in.npos; at = in.find("=?", at)) {
    auto word = word_at(in, at);
    if (!word) {
      ++at;
      continue;
    }
    std::size_t end = word->end;
    while (const auto next = word_at(in, skip_space(in, end))) {
      if (!next->same_kind(*word)) break;
      out.append(in.substr(copied, end - 2 - copied)).append(next->text);
      copied = (end = next->end) - 2;
    }
    at = end - 1;  // its last "=" may begin another
  }
  return out.append(in.substr(copied));
}

// in: one line, though it may be folded.
void decode_line(std::string_view line, Text::Form form, Text& out) {
  const std::string in = with_joined_words(line);
  const std::string_view view = in;
  std::size_t plain = 0;  // start of what has not been appended yet
  for (std::size_t at = in.find("=?"); at != in.npos; at = in.find("=?", at)) {
    auto word = word_at(in, at);
    if (!word) {
      ++at;
      continue;
    }
    append_plain(out, view.substr(plain, at - plain), form);
    while (word) {
      const std::size_t next = skip_space(in, word->end);
      auto following = word_at(in, next);
      append_decoded(out, *word, view.substr(word->end, following ? next - word->end : 0));
      at = plain = word->end;
      if (following) at = plain = next;
      word = std::move(following);
    }
  }
  append_plain(out, view.substr(plain), form);
}

bool is_line_end(char c) { return c == '\r' || c == '\n'; }

// The end of the line that starts at `at`: its line end, if any, is not followed by a blank.
std::size_t end_of_line(std::string_view in, std::size_t at) {
  for (; at < in.size(); ++at) {
    if (!is_line_end(in[at])) continue;
    const std::size_t next = at + (in.substr(at).starts_with("\r\n") ? 2 : 1);
    if (next == in.size() || (in[next] != ' ' && in[next] != '\t')) return at;
    at = next;
  }
  return in.size();
}

}  // namespace

Text decode_encoded_words(const Text& value) {
  const std::string_view in = value.bytes;
  Text out{{}, value.form};
  for (std::size_t at = 0; at < in.size();) {
    const std::size_t end = end_of_line(in, at);
    decode_line(in.substr(at, end - at), value.form, out);
    at = end + (in.substr(end).starts_with("\r\n") ? 2 : 1);
    if (end < in.size()) append(out, Text{std::string(in.substr(end, at - end)), value.form});
  }
  return out;
}

}  // namespace lorelei::mail
