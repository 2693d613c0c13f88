// SPDX-License-Identifier: GPL-3.0-or-later
// One found message as text: JSON in lei's form, or a line of a list.
//
// JSON     members in this order, those that are empty left out:
//   blob   of the message in git            m     Message-ID without <>
//   c f t  Cc, From, To: [[name or null, address], ...]   pct   relevance 0..99, of direct hits only
//   dt rt  sent, received: 2026-01-31T12:00:00Z           refs  [Message-ID, ...]
//   kw L   keywords, labels                             s     subject
// and where a command says so: depth in a thread, text of the message
//
// json       [ object, ... null ]: a null ends the array, so that each object ends in a comma
// jsonl      an object a line
// concatjson objects, then an empty line
#pragma once
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "archive/over_reader.hh"

namespace lorelei::search {

enum class JsonForm { kJson, kLines, kConcatenated };
enum class JsonLook { kCompact, kPretty };
enum class JsonLetters { kAll, kAscii };  // kAscii: others are \\uXXXX
enum class Mark { kNone, kFlagged };

class JsonResults {
 public:
  JsonResults(JsonForm form, JsonLook look, JsonLetters letters = JsonLetters::kAll)
      : form_(form), look_(look), letters_(letters) {}

  // Each appends to out.
  void begin(std::string& out) const;
  struct More {
    std::optional<int> percent = {};
    std::set<std::string> keywords = {}, labels = {};
    std::optional<int> depth = {};              // in a thread
    std::optional<std::string_view> text = {};  // of the message, decoded
  };
  void add(std::string& out, const archive::OverRow&, const More&) const;
  void end(std::string& out) const;

 private:
  JsonForm form_;
  JsonLook look_;
  JsonLetters letters_;
};

// "2026-01-31T12:00:00Z"
std::string iso8601(std::int64_t seconds);

// A line of a list on a terminal: day, sender, subject; `columns` wide, without a line end. Dates of the year of now
// have their month and day and time, others year, month and day.
inline constexpr unsigned kUnlimitedColumns = 100'000;  // for a pipe
struct ListLook {
  std::int64_t now = 0;
  unsigned columns = 80;
  enum Colour { kPlain, kColour } colour = kPlain;
};
std::string list_line(const archive::OverRow&, const ListLook&, Mark = Mark::kNone);
// The same with something else for the subject, which is printable() already; without a row nothing is before it.
std::string list_line(const archive::OverRow*, const ListLook&, Mark, std::string_view subject);

}  // namespace lorelei::search
