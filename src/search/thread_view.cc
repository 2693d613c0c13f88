// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/thread_view.hh"

#include <fmt/core.h>

#include <algorithm>
#include <bitset>

#include "base/text.hh"
#include "mail/bracketed_ids.hh"
#include "mail/reply_tree.hh"

namespace lorelei::search {

namespace {

std::string_view without_re(std::string_view subject) {
  while (starts_with_ignore_case(subject, "re:")) subject = trim(subject.substr(3));
  return subject;
}

// Which of the columns in front of a line have a branch that goes on below; 0 is the one nearest to its text.
using Branches = std::bitset<kMaxIndent>;

std::vector<Branches> branches_below(const std::vector<ThreadLine>& lines) {
  std::vector<Branches> all(lines.size());
  std::vector<bool> open;  // by depth: something of that depth follows before anything less deep
  for (std::size_t i = lines.size(); i-- > 0;) {
    const auto depth = static_cast<std::size_t>(lines[i].depth);
    open.resize(depth + 1, false);
    for (std::size_t column = 0; column < std::min(all[i].size(), depth); ++column)
      all[i][column] = open[depth - column];
    open[depth] = true;
  }
  return all;
}

// "│  └─ " before the subject of a line.
std::string branch(const Branches& below, int depth) {
  std::string text;
  const int skipped = std::max(0, depth - kMaxIndent);
  if (skipped) text += "\u2026  ";
  for (int level = 1 + skipped; level < depth; ++level)
    text += below[static_cast<std::size_t>(depth - level)] ? "\u2502  " : "   ";
  if (depth > 0) text += below[0] ? "\u251c\u2500 " : "\u2514\u2500 ";
  return text;
}

}  // namespace

std::vector<ThreadLine> thread_lines(const std::vector<Located>& messages) {
  std::vector<mail::ReplyTreeMessage> input;
  for (const auto& message : messages)
    input.push_back({message.row.message_id, mail::bracketed_ids(message.row.references), message.row.sent});
  std::vector<ThreadLine> lines;
  for (auto& line : mail::reply_tree(input))
    lines.push_back({line.message ? &messages[*line.message].row : nullptr, std::move(line.id), line.depth});
  return lines;
}

std::string thread_text(const std::vector<ThreadLine>& lines, const ListLook& look, std::string_view marked) {
  const auto below = branches_below(lines);
  std::string text, subject_of_thread;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& line = lines[i];
    const auto prefix = branch(below[i], line.depth);
    if (!line.row) {
      const auto gap = fmt::format("{}(not in the archive) <{}>", prefix, printable(line.message_id));
      text += list_line(nullptr, look, Mark::kNone, gap) + "\n";
      continue;
    }
    const auto subject = without_re(line.row->subject);
    const bool is_repeated = line.depth > 0 && subject == subject_of_thread;
    if (line.depth == 0) subject_of_thread = subject;
    const auto mark = line.message_id == marked ? Mark::kFlagged : Mark::kNone;
    text += list_line(line.row, look, mark, prefix + (is_repeated ? "Re:" : printable(line.row->subject))) + "\n";
  }
  return text;
}

}  // namespace lorelei::search
