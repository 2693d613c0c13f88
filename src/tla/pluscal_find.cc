// SPDX-License-Identifier: GPL-3.0-or-later
#include "tla/pluscal_find.hh"

#include <fmt/core.h>
#include <zlib.h>

#include <algorithm>

#include "base/text.hh"

namespace lorelei::tla::pluscal {
namespace {

constexpr std::string_view kAlgorithm = "--algorithm", kFair = "--fair";

bool is_word_character(char c) { return is_alnum(c) || c == '_'; }

std::uint32_t narrow(std::size_t at) { return static_cast<std::uint32_t>(at); }

// The offset of "--algorithm" or "--fair algorithm" in [begin, end), or npos.
std::size_t algorithm_in(std::string_view text, std::size_t begin, std::size_t end) {
  text = text.substr(0, end);
  for (auto at = text.find("--", begin); at != text.npos; at = text.find("--", at + 1)) {
    const auto here = text.substr(at);
    const auto ends_at = [&](std::size_t length) { return here.size() <= length || !is_word_character(here[length]); };
    if (here.starts_with(kAlgorithm) && ends_at(kAlgorithm.size())) return at;
    if (!here.starts_with(kFair)) continue;
    auto word = kFair.size();
    while (word < here.size() && is_space(here[word])) ++word;
    if (word > kFair.size() && here.substr(word).starts_with("algorithm") && ends_at(word + 9)) return at;
  }
  return text.npos;
}

// Goes through a file and notes its modules' outermost extent and its comments.
class Comments {
 public:
  explicit Comments(std::string_view text) : text_(text) {}

  struct Comment {
    Span span;  // with its marks
    bool is_block = false, is_closed = true, is_in_module = false;
  };
  // The module around offset; of the file's first one, if it is in none.
  Span module_around(std::uint32_t offset) const {
    for (const auto& module : modules_)
      if (module.begin <= offset && offset < module.end) return module;
    return modules_.empty() ? Span{} : modules_.front();
  }
  std::vector<Comment> read() {
    while (at_ < text_.size()) {
      if (has("(*") && (depth_ > 0 || !is_open_outside_)) {
        block();
      } else if (has("\\*")) {
        const auto end = std::min(text_.find('\n', at_), text_.size());
        found_.push_back({{narrow(at_), narrow(end)}, false, true, depth_ > 0});
        at_ = end;
      } else if (text_[at_] == '"' && depth_ > 0) {
        string();
      } else if (has("----") || has("====")) {
        rule();
      } else {
        ++at_;
      }
    }
    if (depth_ > 0) modules_.push_back({first_, narrow(text_.size())});
    return std::move(found_);
  }

 private:
  bool has(std::string_view what) const { return text_.substr(at_).starts_with(what); }

  void string() {
    for (++at_; at_ < text_.size() && text_[at_] != '\n'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] != '\n') {
        ++at_;
      } else if (text_[at_] == '"') {
        ++at_;
        return;
      }
    }
  }

  // "---- MODULE" opens one, "====" closes one.
  void rule() {
    const char c = text_[at_];
    const auto begin = narrow(at_);
    while (at_ < text_.size() && text_[at_] == c) ++at_;
    if (c == '=') {
      if (depth_ > 0 && --depth_ == 0) modules_.push_back({first_, narrow(at_)});
      return;
    }
    auto word = at_;
    while (word < text_.size() && (text_[word] == ' ' || text_[word] == '\t')) ++word;
    if (!text_.substr(word).starts_with("MODULE")) return;
    if (depth_++ == 0) first_ = begin;
    at_ = word;
  }

  // Within an algorithm a string, and what stands behind \* on a line, may hold marks of comments; \* does not hide the
  // end of the comment that it is in.
  void block() {
    const auto begin = at_;
    const auto algorithm = next_algorithm(begin);
    std::size_t depth = 0;
    bool is_algorithm = false;
    while (at_ < text_.size()) {
      is_algorithm |= at_ >= algorithm;
      if (has("(*")) {
        ++depth, at_ += 2;
      } else if (has("*)")) {
        at_ += 2;
        if (--depth == 0) break;
      } else if (is_algorithm && has("\\*")) {
        line_comment();
      } else if (is_algorithm && text_[at_] == '"') {
        closed_string();
      } else {
        ++at_;
      }
    }
    if (depth > 0 && depth_ == 0) {  // a text before the module has no comments, and may look as if
      is_open_outside_ = true;
      at_ = begin + 2;
      return;
    }
    found_.push_back({{narrow(begin), narrow(at_)}, true, depth == 0, depth_ > 0});
  }

  // Searched once for all comments, or many of them would make it quadratic.
  std::size_t next_algorithm(std::size_t from) {
    if (!next_ || *next_ < from) next_ = algorithm_in(text_, from, text_.size());
    return *next_;
  }

  void line_comment() {
    std::size_t inner = 0;
    for (at_ += 2; at_ < text_.size() && text_[at_] != '\n'; ++at_) {
      if (has("(*")) {
        ++inner, ++at_;
      } else if (has("*)")) {
        if (inner == 0) return;
        --inner, ++at_;
      }
    }
  }

  void closed_string() {
    for (auto end = at_ + 1; end < text_.size() && text_[end] != '\n'; ++end) {
      if (text_[end] == '\\') {
        ++end;
      } else if (text_[end] == '"') {
        at_ = end + 1;
        return;
      }
    }
    ++at_;
  }

  std::string_view text_;
  std::size_t at_ = 0, depth_ = 0;
  std::optional<std::size_t> next_;  // algorithm from where was last asked on; npos: none
  std::vector<Comment> found_;
  std::vector<Span> modules_;  // the outermost ones
  std::uint32_t first_ = 0;    // where the one begins that is open
  bool is_open_outside_ = false;
};

void complain(std::vector<Diagnostic>& diagnostics, Diagnostic::Severity severity, Place place, std::string text,
              std::string hint) {
  diagnostics.push_back({severity, 0, place, std::move(text), std::move(hint)});
}

// Two words of a line, with blanks between them.
bool says(std::string_view line, std::string_view first, std::string_view second) {
  const auto at = line.find(first);
  if (at == line.npos || (at > 0 && is_word_character(line[at - 1]))) return false;
  auto word = at + first.size();
  const auto behind = word;
  while (word < line.size() && is_space(line[word])) ++word;
  if (word == behind || !line.substr(word).starts_with(second)) return false;
  word += second.size();
  return word == line.size() || !is_word_character(line[word]);
}

// Outside of the algorithm's own comment.
std::optional<Region> find_region(const Source& source, Span algorithm, std::vector<Diagnostic>& diagnostics) {
  const auto text = source.text();
  std::optional<Span> begin;
  for (std::size_t at = 0; at < text.size();) {
    const auto stop = std::min(text.find('\n', at), text.size());
    const auto next = std::min(stop + 1, text.size());
    const auto line = text.substr(at, stop - at);
    const bool is_outside = next <= algorithm.begin || at >= algorithm.end;
    if (is_outside && !begin && says(line, "BEGIN", "TRANSLATION")) {
      begin = Span{narrow(at), narrow(next)};
    } else if (is_outside && begin && says(line, "END", "TRANSLATION")) {
      return Region{*begin, {begin->end, narrow(at)}, {narrow(at), narrow(next)}};
    }
    at = next;
    if (stop == text.size()) break;
  }
  if (begin)
    complain(diagnostics, Diagnostic::Severity::kError, {&source, begin->begin, begin->end - 1},
             "this BEGIN TRANSLATION has no END TRANSLATION", "add the line \\* END TRANSLATION behind it");
  return std::nullopt;
}

// Where in the file a line begins that begins at offset of the source, in which tabs have become blanks.
std::size_t line_start(std::string_view file, const Source& source, std::uint32_t offset) {
  const auto before = source.text().substr(0, offset);
  if (offset == source.text().size() && !before.ends_with('\n')) return file.size();
  std::size_t at = 0;
  for (auto lines = std::count(before.begin(), before.end(), '\n'); lines > 0; --lines)
    at = std::min(file.find('\n', at), file.size() - 1) + 1;
  return at;
}

bool has_error(const std::vector<Diagnostic>& diagnostics, std::size_t from) {
  for (auto i = from; i < diagnostics.size(); ++i)
    if (diagnostics[i].severity == Diagnostic::Severity::kError) return true;
  return false;
}

}  // namespace

std::optional<Found> find_algorithm(const Source& source, std::vector<Diagnostic>& diagnostics) {
  using Severity = Diagnostic::Severity;
  const auto text = source.text();
  const auto before = diagnostics.size();
  Comments reader(text);
  const auto comments = reader.read();
  std::optional<Found> found;
  std::vector<Span> spans;
  for (const auto& comment : comments) {
    spans.push_back(comment.span);
    if (!comment.is_block) continue;
    const auto at = algorithm_in(text, comment.span.begin, comment.span.end);
    if (at == text.npos) continue;
    const Place place{&source, narrow(at), narrow(at + kAlgorithm.size())};
    if (!comment.is_in_module) {
      complain(diagnostics, Severity::kWarning, place, "this algorithm is outside of the module and does not count",
               "move it to behind the line with MODULE");
    } else if (found) {
      complain(diagnostics, Severity::kWarning, place, "this is the second algorithm of the module and does not count",
               "a module has one algorithm");
    } else {
      if (!comment.is_closed)
        complain(diagnostics, Severity::kError, place, "the comment that this algorithm is in has no end",
                 "close it with *)");
      found = Found{.module = reader.module_around(narrow(at)),
                    .begin = narrow(at),
                    .end = comment.span.end - (comment.is_closed ? 2 : 0)};
      const auto stop = std::min(text.find('\n', comment.span.end), text.size());
      found->behind = narrow(std::min(stop + 1, text.size()));
      const auto rest = trim(text.substr(comment.span.end, stop - comment.span.end));
      if (!rest.empty() && !rest.starts_with("\\*"))
        complain(diagnostics, Severity::kError, {&source, comment.span.end, narrow(stop)},
                 "nothing may stand behind the comment with the algorithm", "move it to a line of its own");
      found->region = find_region(source, comment.span, diagnostics);
    }
  }
  if (!found) return std::nullopt;
  found->options = options_in_file(source, spans, diagnostics);
  if (has_error(diagnostics, before)) return std::nullopt;
  return found;
}

std::string translation_checksum(std::string_view lines) {
  uLong sum = crc32(0, nullptr, 0);
  for (const auto line : split(lines, '\n'))
    sum = crc32(sum, reinterpret_cast<const Bytef*>(line.data()), static_cast<uInt>(line.size()));
  return fmt::format("{:x}", sum);
}

std::string with_translation(std::string_view file, const Source& source, const Found& found, std::string_view lines) {
  const auto begin = line_start(file, source, found.region ? found.region->begin_line.begin : found.behind);
  const auto end = line_start(file, source, found.region ? found.region->end_line.begin : found.behind);
  auto region = fmt::format("\\* BEGIN TRANSLATION (chksum(pcal) \\in STRING /\\ chksum(tla) = \"{}\")\n{}{}",
                            translation_checksum(lines), lines, found.region ? "" : "\\* END TRANSLATION\n");
  const auto newline = file.find('\n');
  const bool has_returns = newline != file.npos && newline > 0 && file[newline - 1] == '\r';
  const std::string line_end = has_returns ? "\r\n" : "\n";
  if (has_returns) region = replace_all(region, "\n", line_end);
  std::string out(file.substr(0, begin));
  if (!out.empty() && out.back() != '\n') out += line_end;
  out += region;
  out += file.substr(end);
  return out;
}

}  // namespace lorelei::tla::pluscal
