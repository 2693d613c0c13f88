// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes of a charset as UTF-8 (mail/charset.hh).
#include "mail/charset.hh"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <mutex>

#include "base/text.hh"
#include "mail/charset_table.hh"

namespace lorelei::mail {

using charsets::Kind;
using charsets::kRowCount;
using charsets::kRows;
using charsets::Row;

namespace {

// iconv(3) to UTF-8, closed with the object. Opening costs about 1 us, so one a text is fine.
class Converter {
 public:
  explicit Converter(const char* from) : handle_(iconv_open("UTF-8", from)) {}
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  ~Converter() {
    if (*this) iconv_close(handle_);
  }
  explicit operator bool() const { return handle_ != reinterpret_cast<iconv_t>(-1); }

  // Converts from the front of in and appends to out. 0 when all of it is done, else errno: EILSEQ, EINVAL.
  int convert(std::string_view& in, std::string& out) {
    char buffer[4096];
    char* from = const_cast<char*>(in.data());  // iconv's signature; it does not write there
    std::size_t left = in.size();
    for (;;) {
      char* to = buffer;
      std::size_t room = sizeof buffer;
      const auto result = iconv(handle_, &from, &left, &to, &room);
      const int number = result == static_cast<std::size_t>(-1) ? errno : 0;
      out.append(buffer, static_cast<std::size_t>(to - buffer));
      if (number == E2BIG) continue;
      in = in.substr(in.size() - left);
      if (number == 0) flush(out);
      return number;
    }
  }

 private:
  void flush(std::string& out) {
    char buffer[64];
    char* to = buffer;
    std::size_t room = sizeof buffer;
    iconv(handle_, nullptr, nullptr, &to, &room);
    out.append(buffer, static_cast<std::size_t>(to - buffer));
  }
  iconv_t handle_;
};

constexpr char32_t kUndefined = 0xffffffff;

// The 256 characters of a single-byte charset; made at the first use of it.
const std::array<char32_t, 256>& byte_table(int row) {
  static std::once_flag once[kRowCount];
  static std::array<char32_t, 256> tables[kRowCount];
  std::call_once(once[row], [row] {
    Converter converter(kRows[row].iconv);
    for (int byte = 0; byte < 256; ++byte) {
      const char one = static_cast<char>(byte);
      std::string_view in(&one, 1);
      std::string utf8;
      const bool known = converter && converter.convert(in, utf8) == 0 && !utf8.empty();
      tables[row][static_cast<std::size_t>(byte)] = known ? code_point_at(utf8, 0).value : kUndefined;
    }
  });
  return tables[row];
}

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// How well a text went.
struct Outcome {
  std::string utf8;
  bool clean = true;
};

std::size_t claimed_length(unsigned char first) {
  return first < 0xc0   ? 1
         : first < 0xe0 ? 2
         : first < 0xf0 ? 3
         : first < 0xf8 ? 4
         : first < 0xfc ? 5
         : first < 0xfe ? 6
                        : 7;
}

// Proper UTF-8 for interchange: no surrogates, nothing beyond U+10FFFF, no non-characters.
bool is_interchange(std::string_view sequence) {
  if (!is_utf8(sequence)) return false;
  const char32_t value = code_point_at(sequence, 0).value;
  return (value & 0xfffe) != 0xfffe && !(value >= 0xfdd0 && value <= 0xfdef);
}

Outcome decode_utf8_bytes(std::string_view in, bool (*accepted)(std::string_view)) {
  if (is_ascii(in)) return {std::string(in), true};
  Outcome out;
  out.utf8.reserve(in.size());
  for (std::size_t at = 0; at < in.size();) {
    std::size_t run = at;
    while (run < in.size() && static_cast<unsigned char>(in[run]) < 0x80) ++run;
    out.utf8.append(in.substr(at, run - at));
    at = run;
    if (at == in.size()) break;
    const std::size_t claimed = claimed_length(static_cast<unsigned char>(in[at]));
    std::size_t length = 1;
    while (length < claimed && at + length < in.size() && (static_cast<unsigned char>(in[at + length]) & 0xc0) == 0x80)
      ++length;
    const auto sequence = in.substr(at, length);
    const bool good = length == claimed && claimed > 1 && accepted(sequence);
    out.clean = out.clean && good;
    out.utf8.append(good ? sequence : kReplacement);
    at += length;
  }
  return out;
}

Outcome decode_table(int row, std::string_view in) {
  const auto& table = byte_table(row);
  Outcome out;
  out.utf8.reserve(in.size() + in.size() / 8);
  for (const char c : in) {
    const char32_t value = table[static_cast<unsigned char>(c)];
    out.clean = out.clean && value != kUndefined;
    append_utf8(out.utf8, value == kUndefined ? 0xfffd : value);
  }
  return out;
}

Outcome decode_ascii(std::string_view in) {
  if (is_ascii(in)) return {std::string(in), true};
  Outcome out;
  out.utf8.reserve(in.size());
  for (const char c : in) {
    const bool good = static_cast<unsigned char>(c) < 0x80;
    out.clean = out.clean && good;
    if (good)
      out.utf8.push_back(c);
    else
      out.utf8.append(kReplacement);
  }
  return out;
}

// Some character of two bytes starts with this one.
bool starts_a_character(const Row& row, char first) {
  Converter converter(row.iconv);
  for (int second = 1; second < 256; ++second) {
    const char two[] = {first, static_cast<char>(second)};
    std::string_view in(two, 2);
    std::string utf8;
    if (converter && converter.convert(in, utf8) == 0) return true;
  }
  return false;
}

// A character that is cut off by the end of the text is dropped without a word. A byte that fits nowhere becomes
// U+FFFD; in charsets with shift states it is dropped too.
Outcome decode_with_iconv(const Row& row, std::string_view in) {
  Converter converter(row.iconv);
  Outcome out;
  if (!converter) return {std::string(in), false};  // the C library lacks its module
  const std::size_t unit = row.kind == Kind::kWide ? (std::string_view(row.name).starts_with("utf-32") ? 4 : 2) : 1;
  while (!in.empty()) {
    const int number = converter.convert(in, out.utf8);
    if (number == 0) break;
    if (number == EINVAL) {
      if (row.kind == Kind::kWide) out.clean = false;
      if (row.kind != Kind::kMultiByte || in.size() != 1 || starts_a_character(row, in.front())) break;
    }
    if (row.kind != Kind::kStateful) {
      out.clean = false;
      out.utf8.append(kReplacement);
    }
    in.remove_prefix(std::min(unit, in.size()));
  }
  return out;
}

Outcome decode_row(int index, std::string_view in) {
  const Row& row = kRows[index];
  switch (row.kind) {
    case Kind::kUtf8:
      return decode_utf8_bytes(in, is_interchange);
    case Kind::kUtf8Lax:
      return decode_utf8_bytes(in, is_utf8_lax);
    case Kind::kAscii:
      return decode_ascii(in);
    case Kind::kLatin1:
      return {latin1_to_utf8(in), true};
    case Kind::kSingleByte:
      return decode_table(index, in);
    case Kind::kNothing:
      return {std::string(in.empty() ? "" : kReplacement), in.empty()};
    case Kind::kMultiByte:
    case Kind::kStateful:
    case Kind::kWide:
      break;
  }
  return decode_with_iconv(row, in);
}

}  // namespace

Charset Charset::utf8() { return Charset(0); }

std::optional<Text> Charset::decode(std::string_view bytes) const {
  auto outcome = decode_row(row_, bytes);
  if (!outcome.clean) return std::nullopt;
  return Text{std::move(outcome.utf8), Text::Form::kCharacters};
}

Text Charset::decode_lossy(std::string_view bytes) const {
  return {decode_row(row_, bytes).utf8, Text::Form::kCharacters};
}

}  // namespace lorelei::mail
