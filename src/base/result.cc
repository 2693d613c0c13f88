// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/result.hh"

#include <cerrno>
#include <cstring>

#include "base/text.hh"

namespace lorelei {

tl::unexpected<Error> err_errno(int number, std::string doing, std::string subject) {
  using Kind = Error::Kind;
  struct Advice {
    int number;
    Kind kind;
    const char* next;
  };
  static constexpr Advice kAdvice[] = {
      {ENOENT, Kind::kNotFound, ""},
      {EEXIST, Kind::kConflict, ""},
      {EACCES, Kind::kFailed, "check the owner and mode of the path and of the directories above it"},
      {EPERM, Kind::kFailed, "check the owner and mode of the path and of the directories above it"},
      {EROFS, Kind::kFailed, "choose a place that is writable"},
      {ENOSPC, Kind::kFailed, "free some space and run the command again"},
      {EDQUOT, Kind::kFailed, "free some space and run the command again"},
      {EAGAIN, Kind::kTemporary, "run the command again"},
      {EMFILE, Kind::kTemporary, "raise the limit on open files (ulimit -n)"},
  };
  for (const auto& a : kAdvice)
    if (a.number == number) return err(a.kind, std::move(doing), std::move(subject), std::strerror(number), a.next);
  return err(Kind::kFailed, std::move(doing), std::move(subject), std::strerror(number));
}

std::string to_text(const Error& e) {
  std::string text = "cannot " + e.doing;
  if (!e.subject.empty()) text += " '" + e.subject + "'";
  text += ": " + e.why;
  if (!e.excerpt.empty()) text += "\n" + e.excerpt;
  if (!e.next.empty()) text += "\n  try: " + e.next;
  return text;
}

std::string excerpt_with_caret(std::string_view text, std::size_t offset, std::string_view note) {
  if (offset > text.size()) offset = text.size();
  const auto newline_before = text.substr(0, offset).rfind('\n');
  const auto begin = newline_before == std::string_view::npos ? 0 : newline_before + 1;
  auto line = text.substr(begin, text.find('\n', begin) - begin);
  const auto column = display_width(line.substr(0, offset - begin));
  std::string out = "    " + std::string(line) + "\n    " + std::string(column, ' ') + "^";
  if (!note.empty()) out += " " + std::string(note);
  return out;
}

}  // namespace lorelei
