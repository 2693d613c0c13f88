// SPDX-License-Identifier: GPL-3.0-or-later
// Everything in the page comes from a file that somebody else may have written: all of it goes through escaped().
#include <fmt/format.h>

#include <map>
#include <set>

#include "base/text.hh"
#include "modelcheck/report.hh"

namespace lorelei::modelcheck {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

constexpr std::string_view kStyle = R"(body{font:15px/1.5 sans-serif;margin:2em auto;max-width:75em;padding:0 1em}
h1{font-size:1.3em}h2{font-size:1.1em;margin-top:2em}
table{border-collapse:collapse}th{text-align:left}td,th{padding:.15em .8em .15em 0;vertical-align:top}
tbody tr{border-top:1px solid #ccc}td.number,td.line{text-align:right}tr.loop td.number{border-left:4px solid #c60}
code,pre,td{font-family:monospace}summary{cursor:pointer}
ol.source{font-family:monospace;white-space:pre;overflow-x:auto}ol.source li::marker{color:#888}
li.step{background:#ffc}li:target{background:#fc8}
@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}a{color:#8bf}li.step{background:#330}
li:target{background:#630}tbody tr{border-color:#444}}
)";

class Page {
 public:
  Page(const Model& model, const Verdict& verdict)
      : model_(model), verdict_(verdict), words_(model, first_state(verdict)) {}

  std::string text() {
    const auto title = escaped(fmt::format("{}: {}", model_.name, headline(model_, verdict_)));
    out_ = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n<style>\n{}</style>\n</head>\n"
        "<body>\n<h1>{}</h1>\n<p>{}</p>\n",
        title, kStyle, title, escaped(counts_text(verdict_.explored)));
    if (verdict_.trace && !verdict_.trace->states.empty()) {
      table();
      last();
      sources();
    }
    out_ += "</body>\n</html>\n";
    return std::move(out_);
  }

 private:
  // Where a step stands: a link to its line, which sources() then shows.
  std::string line_of(const StepName& step) {
    const auto line = Wording::line_of(step.place);
    if (!line) return "";
    const auto known = files_.try_emplace(step.place.source, files_.size()).first->second;
    lines_[step.place.source].insert(line);
    return fmt::format("<a href=\"#f{}l{}\">{}</a>", known, line, line);
  }

  void table() {
    const auto& trace = *verdict_.trace;
    const auto rows = rows_of(words_, trace);
    out_ +=
        "<table>\n<thead><tr><th></th><th>process</th><th>step</th><th>line</th><th>what it changes</th></tr></thead>\n"
        "<tbody>\n";
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto& row = rows[i];
      const auto& step = i < trace.states.size() ? trace.states[i].step : trace.back_step;
      out_ += fmt::format("<tr{}><td class=\"number\">{}{}</td><td>{}</td><td>{}</td><td class=\"line\">{}</td><td>",
                          row.is_loop ? " class=\"loop\"" : "", row.is_back ? "&#8593; " : "", row.number,
                          escaped(row.process), escaped(row.label), line_of(step));
      std::vector<std::string> changes;
      for (const auto& change : row.changes) changes.push_back(escaped(change));
      out_ += join(changes, "<br>");
      if (!row.is_back) all_variables(trace.states[i]);
      out_ += "</td></tr>\n";
    }
    out_ += "</tbody>\n</table>\n";
    if (const auto ending = ending_of(trace); !ending.empty()) out_ += fmt::format("<p>{}</p>\n", escaped(ending));
  }
  void all_variables(const TraceState& state) {
    out_ += "<details><summary>all</summary>";
    for (const auto& [name, value] : words_.shown(state))
      out_ += escaped(fmt::format("{} = {}", name, to_text(model_.heap, value))) + "<br>";
    out_ += "</details>";
  }

  void last() {
    const auto lines = last_lines(model_, words_, verdict_);
    if (lines.empty()) return;
    out_ += "<pre>";
    for (const auto& line : lines) out_ += escaped(line) + "\n";
    out_ += "</pre>\n";
  }

  // Each file that a step is in, in the order in which the steps come to them.
  void sources() {
    std::vector<const tla::Source*> ordered(files_.size());
    for (const auto& [source, number] : files_) ordered[number] = source;
    for (std::size_t file = 0; file < ordered.size(); ++file) {
      out_ += fmt::format("<h2>{}</h2>\n<ol class=\"source\">\n", escaped(ordered[file]->file()));
      unsigned number = 0;
      const auto text = std::string(ordered[file]->text());
      for (const auto line : split(text, '\n')) {
        ++number;
        const bool is_step = lines_[ordered[file]].contains(number);
        out_ += is_step ? fmt::format("<li class=\"step\" id=\"f{}l{}\">", file, number) : std::string("<li>");
        out_ += escaped(line) + "</li>\n";
      }
      out_ += "</ol>\n";
    }
  }

  const Model& model_;
  const Verdict& verdict_;
  Wording words_;
  std::string out_;
  std::map<const tla::Source*, std::size_t> files_;
  std::map<const tla::Source*, std::set<unsigned>> lines_;
};

}  // namespace

std::string to_html(const Model& model, const Verdict& verdict) { return Page(model, verdict).text(); }

}  // namespace lorelei::modelcheck
