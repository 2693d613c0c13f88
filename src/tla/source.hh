// SPDX-License-Identifier: GPL-3.0-or-later
// The text of a module, and places in it that messages name.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lorelei::tla {

inline constexpr std::size_t kMaxSourceBytes = 16 << 20;

struct Position {
  std::uint32_t line = 1, column = 1;  // from 1; columns are code points, with tabs at every eighth
};

class Source {
 public:
  // text: as it was read; tabs become blanks here, nothing else changes.
  Source(std::string file, std::string_view text);

  const std::string& file() const { return file_; }
  std::string_view text() const { return text_; }
  Position position(std::uint32_t offset) const;       // offset: bytes; at most the size
  std::string_view line_at(std::uint32_t line) const;  // from 1, without its end

 private:
  std::string file_, text_;
  std::vector<std::uint32_t> starts_;  // of the lines
};

// Bytes of a source: [begin, end).
struct Place {
  const Source* source = nullptr;  // null: it stands nowhere, as what is made by a translation
  std::uint32_t begin = 0, end = 0;
};

// One thing that is wrong or doubtful.
struct Diagnostic {
  enum class Severity { kError, kWarning } severity = Severity::kError;
  int code = 0;  // of the usual checker, 4200 and the like; 0: it has none
  Place place;
  std::string text, hint;  // hint: what to do, or ""
};
// "FILE:LINE:COLUMN: error: TEXT", the line, a caret below it, and the hint.
std::string to_text(const Diagnostic&);

}  // namespace lorelei::tla
