// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/pluscal_options.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/nearest.hh"
#include "base/text.hh"

namespace lorelei::tla::pluscal {
namespace {

struct Word {
  std::string_view text;
  std::uint32_t begin;
};

constexpr std::uint64_t kNewestMinor = 12;

bool is_separator(char c) { return is_space(c) || c == ','; }

std::vector<Word> words_of(std::string_view text, std::uint32_t begin, std::uint32_t end) {
  std::vector<Word> words;
  for (auto at = begin; at < end;) {
    if (is_separator(text[at])) {
      ++at;
      continue;
    }
    auto stop = at;
    while (stop < end && !is_separator(text[stop])) ++stop;
    words.push_back({text.substr(at, stop - at), at});
    at = stop;
  }
  return words;
}

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

// Reads the words of one or several lists.
class Reader {
 public:
  Reader(const Source& source, Options& options, std::vector<Diagnostic>& diagnostics)
      : source_(source), options_(options), diagnostics_(diagnostics) {}

  void read(const std::vector<Word>& words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      auto name = words[i].text;
      while (name.starts_with('-')) name.remove_prefix(1);
      const bool has_value = name == "labelRoot" || name == "version" || name == "lineWidth" || name == "spec";
      if (!has_value) {
        flag(name, words[i]);
      } else if (i + 1 == words.size()) {
        complain(words[i], fmt::format("the PlusCal option '{}' has no value", name), "");
      } else {
        value(name, words[++i]);
      }
    }
  }

 private:
  void fairness(Options::Fair fair, const Word& word) {
    if (options_.fair && *options_.fair != fair)
      complain(word, "two PlusCal options say different things about fairness", "leave one of nof, wf, sf, wfNext");
    options_.fair = fair;
  }

  void flag(std::string_view name, const Word& word) {
    if (name == "nof") return fairness(Options::Fair::kNone, word);
    if (name == "wf") return fairness(Options::Fair::kWeak, word);
    if (name == "sf") return fairness(Options::Fair::kStrong, word);
    if (name == "wfNext") return fairness(Options::Fair::kNext, word);
    if (name == "termination") {
      options_.has_termination = true;
    } else if (name == "label") {
      options_.may_add_labels = true;
    } else if (name == "reportLabels") {
      options_.may_add_labels = options_.reports_labels = true;
    } else if (name == "noDoneDisjunct") {
      options_.has_no_done_disjunct = true;
    } else if (name != "nocfg" && name != "myspec" && name != "readOnly" && name != "writable") {
      const auto near = nearest(name, {"wf", "sf", "wfNext", "nof", "termination", "label", "labelRoot",
                                       "noDoneDisjunct", "version", "reportLabels", "lineWidth"});
      complain(word, fmt::format("there is no PlusCal option '{}'", name),
               near.empty() ? "" : fmt::format("is '{}' meant?", near));
    }
  }

  void value(std::string_view name, const Word& word) {
    if (name == "labelRoot") {
      const bool is_name =
          !word.text.empty() && is_alpha(word.text.front()) &&
          std::all_of(word.text.begin(), word.text.end(), [](char c) { return is_alnum(c) || c == '_'; });
      if (!is_name)
        return complain(word, fmt::format("'{}' is no beginning of a label", printable(word.text)), "as in Lbl_");
      options_.label_root = std::string(word.text);
    } else if (name == "lineWidth") {
      const auto width = parse_uint(word.text);
      if (!width || *width < 60 || *width > 1000)
        return complain(word, fmt::format("'{}' is no width of a line", word.text), "write a number from 60 to 1000");
      options_.line_width = static_cast<unsigned>(*width);
    } else if (name == "version") {
      version(word);
    }
  }

  // What another version of the language means by the same algorithm.
  void version(const Word& word) {
    const auto dot = word.text.find('.');
    const auto major = parse_uint(word.text.substr(0, dot));
    const auto minor = dot == word.text.npos ? std::optional<std::uint64_t>() : parse_uint(word.text.substr(dot + 1));
    if (!major || !minor)
      return complain(word, fmt::format("'{}' is no version of PlusCal", word.text), "write one like 1.8");
    if (*major != 1 || *minor > kNewestMinor)
      return complain(word, fmt::format("there is no version {} of PlusCal here", word.text),
                      fmt::format("the newest is 1.{}", kNewestMinor));
    options_.keeps_pc = *minor < 5;
  }

  void complain(const Word& word, std::string text, std::string hint) {
    const auto end = word.begin + static_cast<std::uint32_t>(word.text.size());
    diagnostics_.push_back(
        {Diagnostic::Severity::kError, 0, {&source_, word.begin, end}, std::move(text), std::move(hint)});
  }

  const Source& source_;
  Options& options_;
  std::vector<Diagnostic>& diagnostics_;
};

}  // namespace

Options options_in_file(const Source& source, const std::vector<Span>& comments, std::vector<Diagnostic>& diagnostics) {
  constexpr std::string_view kFirst = "PlusCal", kSecond = "options";
  Options options;
  Reader reader(source, options, diagnostics);
  for (const auto& comment : comments) {
    const auto text = source.text().substr(0, comment.end);
    for (auto at = text.find(kFirst, comment.begin); at != text.npos; at = text.find(kFirst, at)) {
      at += kFirst.size();
      const auto word = skip_space(text, at);
      if (word == at || !text.substr(word).starts_with(kSecond)) continue;
      const auto open = skip_space(text, word + kSecond.size());
      if (open >= text.size() || text[open] != '(') continue;
      const auto close = std::min(text.find(')', open), text.size());
      reader.read(words_of(text, static_cast<std::uint32_t>(open + 1), static_cast<std::uint32_t>(close)));
      at = close;
    }
  }
  return options;
}

Options merged(const Options& command_line, const Options& file) {
  auto both = command_line;
  if (file.fair) both.fair = file.fair;
  if (file.label_root) both.label_root = file.label_root;
  if (file.line_width) both.line_width = file.line_width;
  both.has_termination |= file.has_termination;
  both.may_add_labels |= file.may_add_labels;
  both.reports_labels |= file.reports_labels;
  both.has_no_done_disjunct |= file.has_no_done_disjunct;
  both.keeps_pc |= file.keeps_pc;
  return both;
}

}  // namespace lorelei::tla::pluscal
