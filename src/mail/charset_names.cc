// SPDX-License-Identifier: GPL-3.0-or-later
// Names of charsets (mail/charset.hh), from whatever mail programs write to a row of the table.
#include <optional>
#include <string>

#include "base/text.hh"
#include "mail/charset.hh"
#include "mail/charset_table.hh"

namespace lorelei::mail {

using charsets::kRowCount;
using charsets::kRows;

namespace {

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

}  // namespace lorelei::mail
