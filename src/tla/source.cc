// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/source.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hh"

namespace lorelei::tla {
namespace {

constexpr std::size_t kTabStop = 8;
constexpr std::size_t kMaxShownLine = 1000;  // bytes; what is longer was not written to be read

bool starts_code_point(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

std::string without_tabs(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::size_t column = 0;
  for (const char c : text) {
    if (c == '\t') {
      const auto blanks = kTabStop - column % kTabStop;
      out.append(blanks, ' ');
      column += blanks;
      continue;
    }
    out += c;
    if (c == '\n')
      column = 0;
    else if (starts_code_point(c))
      ++column;
  }
  return out;
}

}  // namespace

Source::Source(std::string file, std::string_view text) : file_(std::move(file)), text_(without_tabs(text)) {
  starts_.push_back(0);
  for (std::size_t i = 0; i < text_.size(); ++i)
    if (text_[i] == '\n') starts_.push_back(static_cast<std::uint32_t>(i + 1));
}

Position Source::position(std::uint32_t offset) const {
  offset = std::min(offset, static_cast<std::uint32_t>(text_.size()));
  const auto line = std::upper_bound(starts_.begin(), starts_.end(), offset) - starts_.begin();
  const auto start = starts_[line - 1];
  const auto before = std::string_view(text_).substr(start, offset - start);
  const auto column = std::count_if(before.begin(), before.end(), starts_code_point) + 1;
  return {static_cast<std::uint32_t>(line), static_cast<std::uint32_t>(column)};
}

std::string_view Source::line_at(std::uint32_t line) const {
  if (line == 0 || line > starts_.size()) return {};
  const auto start = starts_[line - 1];
  const auto end = line < starts_.size() ? starts_[line] : text_.size();
  auto text = std::string_view(text_).substr(start, end - start);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

std::string to_text(const Diagnostic& diagnostic) {
  const auto kind = diagnostic.severity == Diagnostic::Severity::kError ? "error" : "warning";
  std::string out;
  if (const auto* source = diagnostic.place.source) {
    const auto at = source->position(diagnostic.place.begin);
    const auto line = source->line_at(at.line);
    out = fmt::format("{}:{}:{}: {}: {}", printable(source->file()), at.line, at.column, kind,
                      printable(diagnostic.text));
    if (line.size() <= kMaxShownLine) {
      // The caret stands below the character as a terminal shows it, wide ones before it counted as two.
      std::size_t bytes = 0;
      for (std::uint32_t i = 1; i < at.column && bytes < line.size(); ++i) bytes += code_point_at(line, bytes).length;
      const auto before = printable(line.substr(0, bytes));
      out += fmt::format("\n  {}\n  {}^", printable(line), std::string(display_width(before), ' '));
    }
  } else {
    out = fmt::format("{}: {}", kind, printable(diagnostic.text));
  }
  if (!diagnostic.hint.empty()) out += fmt::format("\n  try: {}", printable(diagnostic.hint));
  return out;
}

}  // namespace lorelei::tla
