// SPDX-License-Identifier: GPL-3.0-or-later
#include "mail/charset.hh"

#include <iconv.h>

#include <array>
#include <cerrno>
#include <mutex>

#include "base/text.hh"

namespace lorelei::mail {

namespace {

enum class Kind { kUtf8, kUtf8Lax, kAscii, kLatin1, kSingleByte, kMultiByte, kStateful, kWide, kNothing };

struct Row {
  const char* name;  // lower case
  Kind kind;
  const char* iconv;      // the C library's name; null for our own code
  const char* mime_name;  // lower case; where encoded words know it by a registered name; null if by none
};

constexpr Row kRows[] = {
    {"utf-8-strict", Kind::kUtf8, nullptr, "utf-8"},
    {"utf8", Kind::kUtf8Lax, nullptr, nullptr},
    {"ascii", Kind::kAscii, nullptr, "us-ascii"},
    {"iso-8859-1", Kind::kLatin1, nullptr, "iso-8859-1"},
    {"null", Kind::kNothing, nullptr, nullptr},
    {"iso-8859-2", Kind::kSingleByte, "ISO-8859-2", "iso-8859-2"},
    {"iso-8859-3", Kind::kSingleByte, "ISO-8859-3", "iso-8859-3"},
    {"iso-8859-4", Kind::kSingleByte, "ISO-8859-4", "iso-8859-4"},
    {"iso-8859-5", Kind::kSingleByte, "ISO-8859-5", "iso-8859-5"},
    {"iso-8859-6", Kind::kSingleByte, "ISO-8859-6", "iso-8859-6"},
    {"iso-8859-7", Kind::kSingleByte, "ISO-8859-7", "iso-8859-7"},
    {"iso-8859-8", Kind::kSingleByte, "ISO-8859-8", "iso-8859-8"},
    {"iso-8859-9", Kind::kSingleByte, "ISO-8859-9", "iso-8859-9"},
    {"iso-8859-10", Kind::kSingleByte, "ISO-8859-10", "iso-8859-10"},
    {"iso-8859-11", Kind::kSingleByte, "ISO-8859-11", nullptr},
    {"iso-8859-13", Kind::kSingleByte, "ISO-8859-13", "iso-8859-13"},
    {"iso-8859-14", Kind::kSingleByte, "ISO-8859-14", "iso-8859-14"},
    {"iso-8859-15", Kind::kSingleByte, "ISO-8859-15", "iso-8859-15"},
    {"iso-8859-16", Kind::kSingleByte, "ISO-8859-16", "iso-8859-16"},
    {"koi8-r", Kind::kSingleByte, "KOI8-R", "koi8-r"},
    {"koi8-u", Kind::kSingleByte, "KOI8-U", "koi8-u"},
    {"viscii", Kind::kSingleByte, "VISCII", "viscii"},
    {"hp-roman8", Kind::kSingleByte, "HP-ROMAN8", "hp-roman8"},
    {"macroman", Kind::kSingleByte, "MACINTOSH", nullptr},
    {"cp37", Kind::kSingleByte, "CP037", "ibm037"},
    {"cp437", Kind::kSingleByte, "CP437", "ibm437"},
    {"cp500", Kind::kSingleByte, "CP500", "ibm500"},
    {"cp737", Kind::kSingleByte, "CP737", nullptr},
    {"cp775", Kind::kSingleByte, "CP775", "ibm775"},
    {"cp850", Kind::kSingleByte, "CP850", "ibm850"},
    {"cp852", Kind::kSingleByte, "CP852", "ibm852"},
    {"cp855", Kind::kSingleByte, "CP855", "ibm855"},
    {"cp857", Kind::kSingleByte, "CP857", "ibm857"},
    {"cp858", Kind::kSingleByte, "CP858", nullptr},
    {"cp860", Kind::kSingleByte, "CP860", "ibm860"},
    {"cp861", Kind::kSingleByte, "CP861", "ibm861"},
    {"cp862", Kind::kSingleByte, "CP862", "ibm862"},
    {"cp863", Kind::kSingleByte, "CP863", "ibm863"},
    {"cp864", Kind::kSingleByte, "CP864", "ibm864"},
    {"cp865", Kind::kSingleByte, "CP865", "ibm865"},
    {"cp866", Kind::kSingleByte, "CP866", "ibm866"},
    {"cp869", Kind::kSingleByte, "CP869", "ibm869"},
    {"cp874", Kind::kSingleByte, "CP874", nullptr},
    {"cp1250", Kind::kSingleByte, "CP1250", "windows-1250"},
    {"cp1251", Kind::kSingleByte, "CP1251", "windows-1251"},
    {"cp1252", Kind::kSingleByte, "CP1252", "windows-1252"},
    {"cp1253", Kind::kSingleByte, "CP1253", "windows-1253"},
    {"cp1254", Kind::kSingleByte, "CP1254", "windows-1254"},
    {"cp1255", Kind::kSingleByte, "CP1255", "windows-1255"},
    {"cp1256", Kind::kSingleByte, "CP1256", "windows-1256"},
    {"cp1257", Kind::kSingleByte, "CP1257", "windows-1257"},
    {"cp1258", Kind::kSingleByte, "CP1258", "windows-1258"},
    {"euc-cn", Kind::kMultiByte, "EUC-CN", "euc-cn"},
    {"cp936", Kind::kMultiByte, "CP936", "gbk"},
    {"big5-eten", Kind::kMultiByte, "BIG5", nullptr},
    {"big5-hkscs", Kind::kMultiByte, "BIG5-HKSCS", "big5-hkscs"},
    {"cp950", Kind::kMultiByte, "CP950", nullptr},
    {"euc-jp", Kind::kMultiByte, "EUC-JP", "euc-jp"},
    {"shiftjis", Kind::kMultiByte, "SHIFT_JIS", "shift_jis"},
    {"cp932", Kind::kMultiByte, "CP932", nullptr},
    {"euc-kr", Kind::kMultiByte, "EUC-KR", "euc-kr"},
    {"cp949", Kind::kMultiByte, "CP949", nullptr},
    {"johab", Kind::kMultiByte, "JOHAB", nullptr},
    {"iso-2022-jp", Kind::kStateful, "ISO-2022-JP-3", "iso-2022-jp"},
    {"iso-2022-jp-1", Kind::kStateful, "ISO-2022-JP-3", "iso-2022-jp-1"},
    {"7bit-jis", Kind::kStateful, "ISO-2022-JP-3", nullptr},
    {"iso-2022-kr", Kind::kStateful, "ISO-2022-KR", "iso-2022-kr"},
    {"utf-7", Kind::kStateful, "UTF-7", "utf-7"},
    {"utf-16", Kind::kWide, "UTF-16", "utf-16"},
    {"utf-16be", Kind::kWide, "UTF-16BE", "utf-16be"},
    {"utf-16le", Kind::kWide, "UTF-16LE", "utf-16le"},
    {"ucs-2be", Kind::kWide, "UCS-2BE", nullptr},
    {"ucs-2le", Kind::kWide, "UCS-2LE", nullptr},
    {"utf-32", Kind::kWide, "UTF-32", "utf-32"},
    {"utf-32be", Kind::kWide, "UTF-32BE", "utf-32be"},
    {"utf-32le", Kind::kWide, "UTF-32LE", "utf-32le"},
};
constexpr int kRowCount = static_cast<int>(std::size(kRows));
constexpr std::size_t kMaxNameBytes = 64;  // longer names are of no charset; keeps matching cheap

bool is_word(char c) { return is_alnum(c) || c == '_'; }

// Aliases, tried from the top. "<" asks for the start of a word, "^" for the start of the name; "~" is "-", "_" or
// nothing, "*" any run, "#" a number that replaces "#" in the target. A pattern reaches to the end of the name, unless
// it ends in "*".
struct Alias {
  const char *pattern, *target;
};
constexpr Alias kAliases[] = {
    {"<utf-8", "utf-8-strict"},
    {"<*cp65001*", "utf-8-strict"},
    {"<*cp65000*", "utf-7"},
    {"<hkscs~big5", "big5-hkscs"},
    {"<hk~big5", "big5-hkscs"},
    {"<big5hkscs", "big5-hkscs"},
    {"<big5-hkscs", "big5-hkscs"},
    {"<big5hk", "big5-hkscs"},
    {"<big5-hk", "big5-hkscs"},
    {"<tca~big5", "big5-eten"},
    {"<big5et", "big5-eten"},
    {"<big5-et", "big5-eten"},
    {"<big5eten", "big5-eten"},
    {"<big5", "big5-eten"},
    {"<big-5", "big5-eten"},
    {"<ks_c_5601-1987", "cp949"},
    {"<windows-949", "cp949"},
    {"<uhc", "cp949"},
    {"<kr*euc", "euc-kr"},
    {"<euc*kr", "euc-kr"},
    {"<windows-31j", "cp932"},
    {"<sjis", "shiftjis"},
    {"<shift*jis", "shiftjis"},
    {"<ujis", "euc-jp"},
    {"<jp*euc", "euc-jp"},
    {"<euc*jp", "euc-jp"},
    {"<jis", "7bit-jis"},
    {"<gb~2312*", "euc-cn"},
    {"^gbk", "cp936"},
    {"<cn*euc", "euc-cn"},
    {"<euc*cn", "euc-cn"},
    {"<koi8~r", "koi8-r"},
    {"<koi8~u", "koi8-u"},
    {"^macintosh", "macroman"},
    {"^x~mac~roman", "macroman"},
    {"^mac~roman", "macroman"},
    {"<cp~#", "cp#"},
    {"<ibm~#", "cp#"},
    {"<ms~#", "cp#"},
    {"<windows~#", "cp#"},
    {"<tis620*", "iso-8859-11"},
    {"<tis-620*", "iso-8859-11"},
    {"^thai", "iso-8859-11"},
    {"^hebrew", "iso-8859-8"},
    {"^greek", "iso-8859-7"},
    {"^arabic", "iso-8859-6"},
    {"^cyrillic", "iso-8859-5"},
    {"<winlatin1", "cp1252"},
    {"<winlatin2", "cp1250"},
    {"<wincyrillic", "cp1251"},
    {"<wingreek", "cp1253"},
    {"<winturkish", "cp1254"},
    {"<winhebrew", "cp1255"},
    {"<winarabic", "cp1256"},
    {"<winbaltic", "cp1257"},
    {"<winvietnamese", "cp1258"},
    {"<latin~#", "latin#"},
    {"<iso~latin~#", "latin#"},
    {"<ansi~x3.4~1968", "ascii"},
    {"<iso8859#", "iso-8859-#"},
    {"<iso~8859-#", "iso-8859-#"},
    {"<iso~8859_#", "iso-8859-#"},
    {"<iso~2022-#", "iso-2022-#"},
    {"<iso~10646-1", "ucs-2be"},
    {"<646~us", "ascii"},
    {"<646", "ascii"},
    {"<iso~646~us", "ascii"},
    {"<iso~646", "ascii"},
    {"^c", "ascii"},
    {"^us-ascii", "ascii"},
    {"^usascii", "ascii"},
    {"^utf~16~be", "utf-16be"},
    {"^utf~16~le", "utf-16le"},
    {"^utf~16", "utf-16"},
    {"^utf~32~be", "utf-32be"},
    {"^utf~32~le", "utf-32le"},
    {"^utf~32", "utf-32"},
    {"^ucs~2~be", "ucs-2be"},
    {"^ucs~2~le", "ucs-2le"},
    {"^ucs~2", "ucs-2be"},
    {"^ucs~4~be", "utf-32be"},
    {"^ucs~4~le", "utf-32le"},
    {"^ucs~4", "utf-32"},
    {"^utf~7", "utf-7"},
    {"^unicode-1-1-utf~7", "utf-7"},
};

// Latin-N by its number as part of ISO 8859.
constexpr int kLatinToIso[] = {0, 1, 2, 3, 4, 9, 10, 13, 14, 15, 16};

// pattern without its first character, against name from at on; the number of "#" goes to digits.
bool matches_here(const char* pattern, std::string_view name, std::size_t at, std::string& digits) {
  for (; *pattern; ++pattern) {
    switch (*pattern) {
      case '~':
        if (at < name.size() && (name[at] == '-' || name[at] == '_')) ++at;
        break;
      case '#': {
        const std::size_t start = at;
        while (at < name.size() && is_digit(name[at])) ++at;
        if (at == start) return false;
        digits = name.substr(start, at - start);
        break;
      }
      case '*': {
        const std::string_view rest = pattern + 1;
        if (rest.empty()) return true;
        if (rest.back() == '*') return name.find(rest.substr(0, rest.size() - 1), at) != name.npos;
        return name.size() >= at + rest.size() && name.ends_with(rest);
      }
      default:
        if (at == name.size() || name[at] != *pattern) return false;
        ++at;
    }
  }
  return at == name.size();
}

bool matches(const char* pattern, std::string_view name, std::string& digits) {
  if (*pattern == '^') return matches_here(pattern + 1, name, 0, digits);
  for (std::size_t at = 0; at < name.size(); ++at)
    if ((at == 0 || !is_word(name[at - 1])) && matches_here(pattern + 1, name, at, digits)) return true;
  return false;
}

int row_named(std::string_view lower_name) {
  for (int row = 0; row < kRowCount; ++row)
    if (lower_name == kRows[row].name) return row;
  return -1;
}

int row_of_alias(const Alias& alias, std::string_view name) {
  std::string digits;
  if (!matches(alias.pattern, name, digits)) return -1;
  std::string target = alias.target;
  if (target == "latin#") {
    const auto number = parse_uint(digits);
    if (!number || *number >= std::size(kLatinToIso)) return -1;
    target = "iso-8859-#";
    digits = std::to_string(kLatinToIso[*number]);
  }
  return row_named(replace_all(target, "#", digits));
}

// One run of underscores between two other runs becomes a dash.
std::string dashed(const std::string& name) {
  const auto first = name.find('_');
  if (first == name.npos || first == 0) return {};
  const auto last = name.rfind('_');
  if (name.find_first_not_of('_', first) < last) return {};
  return name.substr(0, first) + "-" + name.substr(last + 1);
}

int find_row(const std::string& name) {
  if (const int row = row_named(name); row >= 0) return row;
  if (const auto other = dashed(name); !other.empty())
    if (const int row = find_row(other); row >= 0) return row;  // at most once: no underscore is left
  for (const Alias& alias : kAliases)
    if (const int row = row_of_alias(alias, name); row >= 0) return row;
  return -1;
}

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

bool is_charset_char(char c) {
  return is_alnum(c) || (c != '\0' && std::string_view("!\"#$%&'+-\\^_`{|}~").find(c) != std::string_view::npos);
}

std::optional<Charset> Charset::find(std::string_view name) {
  if (name.size() > kMaxNameBytes) return std::nullopt;
  std::string lower;
  for (const char c : name)
    if (!is_space(c)) lower.push_back(to_lower(c));
  const int row = find_row(lower);
  if (row < 0) return std::nullopt;
  return Charset(row);
}

std::optional<Charset> Charset::find_registered(std::string_view name) {
  const std::string lower = to_lower(name.substr(0, kMaxNameBytes + 1));
  for (int row = 0; row < kRowCount; ++row)
    if (kRows[row].mime_name && lower == kRows[row].mime_name) return Charset(row);
  return std::nullopt;
}

std::optional<Charset> Charset::find_mime(std::string_view name) {
  if (const auto registered = find_registered(name)) return registered;
  if (equal_ignore_case(name, "utf8")) return utf8();
  return find(name);
}

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
