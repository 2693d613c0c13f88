// SPDX-License-Identifier: GPL-3.0-or-later
// The grouping key of a subject (mail/overview.hh):
//
//   trimmed, white space squeezed to one space, trailing dots dropped, one leading "re:" and the space behind it
//   dropped; each run of what is no word character nor one of . ~ / - becomes "_"; lower case; SHA-1 of that if it is
//   not plain
//
// Characters of a decoded subject are those of Unicode; bytes of one that is not are themselves, and letters only
// within ASCII. "[PATCH v2]" stays: revisions of a patch have keys of their own.
#include "base/sha1.hh"
#include "base/text.hh"
#include "mail/overview.hh"
#include "mail/unicode_words.hh"

namespace lorelei::mail {

namespace {

constexpr std::size_t kMaxKeyCharacters = 40;  // as many as a SHA-1 has digits

bool is_plain(std::string_view key) {
  for (const char c : key)
    if (!is_alnum(c) && c != '_' && c != '-') return false;
  return key.size() <= kMaxKeyCharacters;
}

using Characters = std::u32string;

Characters characters_of(const Text& text) {
  Characters out;
  out.reserve(text.bytes.size());
  for (std::size_t at = 0; at < text.bytes.size();) {
    if (text.form == Text::Form::kBytes) {
      out.push_back(static_cast<unsigned char>(text.bytes[at++]));
    } else {
      const auto point = code_point_at(text.bytes, at);
      out.push_back(point.value);
      at += point.length;
    }
  }
  return out;
}

Characters squeezed(const Characters& in, bool (*is_blank)(char32_t)) {
  Characters out;
  out.reserve(in.size());
  bool blank = false;
  for (const char32_t c : in) {
    if (is_blank(c)) {
      blank = !out.empty();
      continue;
    }
    if (blank) out.push_back(' ');
    blank = false;
    out.push_back(c);
  }
  return out;
}

std::u32string_view without_marks(std::u32string_view subject) {
  while (!subject.empty() && subject.back() == '.') subject.remove_suffix(1);
  const auto is_letter = [&](std::size_t at, char32_t small) { return (subject[at] | 0x20) == small; };
  if (subject.size() >= 4 && is_letter(0, 'r') && is_letter(1, 'e') && subject[2] == ':' && subject[3] == ' ')
    subject.remove_prefix(4);
  return subject;
}

bool is_ascii_word(char32_t c) { return c < 0x80 && is_word_character(c); }
bool is_ascii_blank(char32_t c) { return c < 0x80 && is_white_space(c); }

// The key before it is shortened, in UTF-8.
std::string path_of(const Text& subject) {
  const bool decoded = subject.form == Text::Form::kCharacters;
  const Characters all = squeezed(characters_of(subject), decoded ? is_white_space : is_ascii_blank);
  const auto is_word = decoded ? is_word_character : is_ascii_word;
  std::string path;
  bool replaced = false;
  for (const char32_t c : without_marks(all)) {
    if (is_word(c) || c == '.' || c == '~' || c == '/' || c == '-') {
      if (c == 0x130)
        path += "i\xcc\x87";  // the one capital whose small letter is two characters: I with a dot
      else
        append_utf8(path, to_lower_character(c));
      replaced = false;
    } else if (!replaced) {
      path.push_back('_');
      replaced = true;
    }
  }
  return path;
}

}  // namespace

std::string subject_key(const Text& subject) {
  std::string path = path_of(subject);
  if (is_plain(path)) return path;
  const Sha1Digest digest = sha1(path);
  return hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string subject_key(std::string_view utf8_subject) {
  return subject_key(Text{std::string(utf8_subject), Text::Form::kCharacters});
}

}  // namespace lorelei::mail
