// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "base/text.hh"
#include "modelcheck/dot.hh"
#include "modelcheck/report.hh"

namespace lorelei::modelcheck {

std::string dot_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : printable(text, Lines::kKeep)) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out += '"';
}

std::string to_dot(const Model& model, const Verdict& verdict) {
  std::string out = "digraph trace {\n";
  out += fmt::format("  label={};\n  labelloc=t;\n  node [shape=box, fontname=monospace];\n",
                     dot_text(fmt::format("{}: {}", model.name, headline(model, verdict))));
  const Wording words(model, first_state(verdict));
  const auto count = verdict.trace ? verdict.trace->states.size() : 0;
  const auto rows = count > 0 ? rows_of(words, *verdict.trace) : std::vector<TraceRow>{};
  const auto edge = [&](std::size_t from, std::size_t to, const TraceRow& row) {
    auto text = row.process;
    if (!text.empty()) text += ": ";
    text += row.label;
    out += fmt::format("  {} -> {} [label={}];\n", from + 1, to + 1, dot_text(text));
  };
  for (std::size_t i = 0; i < count; ++i) {
    auto text = std::to_string(i + 1);
    for (const auto& change : rows[i].changes) text += "\n" + change;
    out += fmt::format("  {} [label={}{}];\n", i + 1, dot_text(text), i == 0 ? ", style=filled" : "");
    if (i > 0) edge(i - 1, i, rows[i]);
  }
  if (rows.size() > count) edge(count - 1, *verdict.trace->back_to, rows.back());
  if (count > 0 && verdict.trace->is_stuttering)
    out += fmt::format("  {} -> {} [label=\"nothing happens any more\", style=dashed];\n", count, count);
  return out + "}\n";
}

}  // namespace lorelei::modelcheck
