// SPDX-License-Identifier: GPL-3.0-or-later
// The charsets that mail/charset.hh knows, in one table: for its names and for its bytes.
#pragma once
#include <iterator>

namespace lorelei::mail::charsets {

enum class Kind { kUtf8, kUtf8Lax, kAscii, kLatin1, kSingleByte, kMultiByte, kStateful, kWide, kNothing };

struct Row {
  const char* name;  // lower case
  Kind kind;
  const char* iconv;      // the C library's name; null for our own code
  const char* mime_name;  // lower case; where encoded words know it by a registered name; null if by none
};

inline constexpr Row kRows[] = {
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
inline constexpr int kRowCount = static_cast<int>(std::size(kRows));

}  // namespace lorelei::mail::charsets
