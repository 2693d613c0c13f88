// SPDX-License-Identifier: GPL-3.0-or-later
// Header lines as git mailinfo reads them: of the message, of a part, and on top of the body (mail/mailinfo.hh).
#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace lorelei::mail {

// The lines of a message, one after the other.
class MailinfoLines {
 public:
  explicit MailinfoLines(std::string_view raw) : rest_(raw) {}
  bool at_end() const { return rest_.empty(); }
  char peek() const { return rest_.front(); }   // Before: not at_end().
  std::string_view next();                      // with its LF, if it has one. Before: not at_end().
  void skip_byte() { rest_.remove_prefix(1); }  // Before: not at_end().
  std::string_view rest() const { return rest_; }
  void skip_all() { rest_ = {}; }

 private:
  std::string_view rest_;
};

// What of a header block ended it; the line is in raw or in the storage that was given.
enum class HeaderLine { kHeader, kOther, kEnd };
// Reads a header with its continuation lines, or the first line that is none, right-trimmed and with LF (kOther). At
// the end of the text line is as it was (kEnd).
HeaderLine next_mailinfo_header(MailinfoLines&, std::string_view& line, std::string& storage);

enum class MailinfoField { kFrom, kSubject, kDate, kContentType, kTransferEncoding, kMessageId };
inline constexpr std::size_t kMailinfoShown = 3;  // the first three are shown, and may stand on top of the body
struct MailinfoHeader {
  MailinfoField field;
  std::string_view value;  // without white space in front
};
// Nothing for a header that means nothing to git.
std::optional<MailinfoHeader> known_mailinfo_header(std::string_view line);

// Decoded values of From, Subject, Date.
using MailinfoValues = std::array<std::optional<std::string>, kMailinfoShown>;

// What stands behind the first "name=" anywhere in a value: up to a quote if one follows, else to ";", SP, HT.
std::optional<std::string_view> mailinfo_attribute(std::string_view value, std::string_view name_and_equals);
std::size_t find_ignore_case(std::string_view text, std::string_view lower_case);

}  // namespace lorelei::mail
