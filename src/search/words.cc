// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/words.hh"

#include <xapian.h>

#include <array>
#include <cstring>

#include "base/text.hh"

namespace lorelei::search {
namespace {

// What an ASCII character can be in a word; several may hold.
enum Class : unsigned char {
  kRun = 1,
  kCapital = 2,
  kDigit = 4,
  kJoinsWords = 8,
  kJoinsDigits = 16,
  kSuffix = 32,
};

struct AsciiTable {
  std::array<unsigned char, 256> classes{};  // nothing is said of bytes from 128 on
  std::array<char, 256> lower{};
  std::array<char, 256> spelling{};  // in a run; 0 for what is in none
};

constexpr AsciiTable kAscii = [] {
  AsciiTable table;
  for (int i = 0; i < 128; ++i) {
    const char c = static_cast<char>(i);
    unsigned char classes = 0;
    if (is_alnum(c) || c == '_') classes |= kRun;
    if (is_upper(c)) classes |= kCapital;
    if (is_digit(c)) classes |= kDigit;
    if (c == '\'' || c == '&') classes |= kJoinsWords;
    if (c == ',' || c == '.' || c == ';') classes |= kJoinsDigits;
    if (c == '+' || c == '#') classes |= kSuffix;
    table.classes[static_cast<std::size_t>(i)] = classes;
    table.lower[static_cast<std::size_t>(i)] = to_lower(c);
    table.spelling[static_cast<std::size_t>(i)] = (classes & kRun) != 0 ? to_lower(c) : '\0';
  }
  return table;
}();

unsigned byte_at(const char* at) { return static_cast<unsigned char>(*at); }
bool is_ascii(unsigned code_point) { return code_point < 0x80; }
bool has_class(unsigned code_point, unsigned classes) {
  return is_ascii(code_point) && (kAscii.classes[code_point] & classes) != 0;
}
bool is_run(unsigned code_point) {
  return is_ascii(code_point) ? has_class(code_point, kRun) : Xapian::Unicode::is_wordchar(code_point);
}
bool is_decimal(unsigned code_point) {
  return is_ascii(code_point) ? has_class(code_point, kDigit)
                              : Xapian::Unicode::get_category(code_point) == Xapian::Unicode::DECIMAL_DIGIT_NUMBER;
}
unsigned lower(unsigned code_point) {
  return is_ascii(code_point) ? static_cast<unsigned char>(kAscii.lower[code_point])
                              : Xapian::Unicode::tolower(code_point);
}

struct Decoded {
  unsigned code_point;
  std::size_t length;
};

Decoded decode_long(const char* at, const char* end) {
  const unsigned first = byte_at(at);
  const Decoded itself{first, 1};
  if (first < 0xc2 || first > 0xf4) return itself;
  const std::size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (static_cast<std::size_t>(end - at) < length) return itself;
  const unsigned second = byte_at(at + 1);
  if ((first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) {
    return itself;
  }
  unsigned code_point = first & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const unsigned next = byte_at(at + i);
    if ((next & 0xc0) != 0x80) return itself;
    code_point = code_point << 6 | (next & 0x3f);
  }
  return {code_point, length};
}

// Before: at < end. Well-formed UTF-8 up to U+10FFFF, surrogates included; any other byte stands for itself.
inline Decoded decode(const char* at, const char* end) {
  const unsigned first = byte_at(at);
  return is_ascii(first) ? Decoded{first, 1} : decode_long(at, end);
}

// What an infix leaves in the spelling.
constexpr unsigned kNoInfix = 0;
constexpr unsigned kUnspelled = ~0U;

bool has_no_width(unsigned code_point) {
  return (code_point >= 0x200b && code_point <= 0x200d) || code_point == 0x2060 || code_point == 0xfeff;
}

unsigned infix_between_words(unsigned code_point) {
  switch (code_point) {
    case '\'':
    case '&':
    case 0xb7:    // middle dot
    case 0x5f4:   // Hebrew gershayim
    case 0x2027:  // hyphenation point
      return code_point;
    case 0x2019:  // typographic apostrophe
    case 0x201b:  // and its mirror image
      return '\'';
    default:
      return has_no_width(code_point) ? kUnspelled : kNoInfix;
  }
}

// The full stops, commas and semicolons that Unicode lets stand inside numbers.
unsigned infix_between_digits(unsigned code_point) {
  switch (code_point) {
    case ',':
    case '.':
    case ';':
    case 0x37e:
    case 0x589:
    case 0x60d:
    case 0x7f8:
    case 0x2044:
    case 0xfe10:
    case 0xfe13:
    case 0xfe14:
      return code_point;
    default:
      return has_no_width(code_point) ? kUnspelled : kNoInfix;
  }
}

}  // namespace

inline void Word::append(unsigned code_point) {
  if (size_ >= kFull) return;
  if (is_ascii(code_point)) {
    bytes_[size_++] = static_cast<char>(code_point);
  } else {
    size_ += Xapian::Unicode::nonascii_to_utf8(code_point, bytes_ + size_);
  }
}

bool WordScanner::next(Word& word) {
  while (skip_to_word()) {
    word.size_ = 0;
    if (!take_initials(word)) take_runs(word);
    if (word.size_ > kMaxWord) continue;
    std::memset(word.bytes_ + word.size_, 0, sizeof(std::uint64_t));
    return true;
  }
  return false;
}

bool WordScanner::skip_to_word() {
  while (at_ != end_) {
    const unsigned byte = byte_at(at_);
    if (is_ascii(byte)) {
      if ((kAscii.classes[byte] & kRun) != 0) return true;
      ++at_;
      continue;
    }
    const Decoded here = decode_long(at_, end_);
    if (is_run(here.code_point)) return true;
    at_ += here.length;
  }
  return false;
}

bool WordScanner::take_initials(Word& word) {
  const auto capital_at = [this](const char* at) { return at != end_ && has_class(byte_at(at), kCapital); };
  if (at_ < no_initials_before_ || !capital_at(at_)) return false;
  if (at_ + 1 == end_ || at_[1] != '.' || !capital_at(at_ + 2)) return false;
  const char* at = at_;
  for (;;) {
    word.append(lower(byte_at(at++)));
    if (at == end_ || *at != '.') break;
    ++at;
    if (!capital_at(at)) break;
  }
  if (at != end_ && is_run(decode(at, end_).code_point)) {
    word.size_ = 0;
    no_initials_before_ = at;  // a chain that starts later in this one ends here too
    return false;
  }
  at_ = at;
  return true;
}

// Nearly all of it: ASCII, copied in lower case up to the first byte that is something else.
inline void WordScanner::take_ascii_run(Word& word) {
  const char* at = at_;
  const char* const end = end_;
  std::size_t size = word.size_;
  for (; at != end; ++at) {
    const char spelling = kAscii.spelling[byte_at(at)];
    if (spelling == '\0') break;
    word.bytes_[size] = spelling;
    size += size < Word::kFull ? 1 : 0;
  }
  word.size_ = size;
  at_ = at;
}

void WordScanner::take_runs(Word& word) {
  unsigned last = 0;
  do {
    while (at_ != end_) {
      const char* const start = at_;
      take_ascii_run(word);
      if (at_ != start) last = byte_at(at_ - 1);  // a digit, or no digit: its case does not matter
      if (at_ == end_) return;
      if (is_ascii(byte_at(at_))) break;
      const Decoded here = decode_long(at_, end_);
      if (!is_run(here.code_point)) break;
      last = lower(here.code_point);
      word.append(last);
      at_ += here.length;
    }
    if (at_ == end_) return;
    const unsigned byte = byte_at(at_);
    if (is_ascii(byte) && (kAscii.classes[byte] & (kJoinsWords | kJoinsDigits | kSuffix)) == 0) return;
  } while (take_infix(word, last));
  take_suffix(word);
}

// Before: at_ is at a character that is no word character. Leaves at_ at the word character behind the infix.
bool WordScanner::take_infix(Word& word, unsigned before) {
  const Decoded here = decode(at_, end_);
  const char* const behind = at_ + here.length;
  if (behind == end_) return false;
  const unsigned after = decode(behind, end_).code_point;
  if (!is_run(after)) return false;
  const bool in_number = is_decimal(before) && is_decimal(after);
  const unsigned infix = in_number ? infix_between_digits(here.code_point) : infix_between_words(here.code_point);
  if (infix == kNoInfix) return false;
  if (infix != kUnspelled) word.append(infix);
  at_ = behind;
  return true;
}

// Before: at_ is at a character that is no word character and no infix.
void WordScanner::take_suffix(Word& word) {
  const std::size_t without = word.size_;
  for (int taken = 0; has_class(byte_at(at_), kSuffix); ++taken) {
    if (taken == 3) {
      word.size_ = without;
      return;
    }
    word.append(byte_at(at_));
    if (++at_ == end_) return;
  }
  if (word.size_ != without && is_run(decode(at_, end_).code_point)) word.size_ = without;
}

}  // namespace lorelei::search
