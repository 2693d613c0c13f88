// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/text.hh"
#include "git/config.hh"

namespace lorelei::git {

namespace {

bool is_name_char(char c) { return is_alnum(c) || c == '-'; }

// One pass over the text, a character at a time. CR LF reads as LF, and so does the end of the file.
class Parser {
 public:
  Parser(std::string_view text, const std::string& file) : text_(text), file_(file) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  }

  Result<std::vector<ConfigEntry>> run() {
    while (at_ < text_.size()) {
      const char c = peek();
      if (is_space(c)) {
        take();
      } else if (c == '#' || c == ';') {
        skip_line();
      } else if (c == '[') {
        TRY_VOID(read_section());
      } else if (is_alpha(c)) {
        TRY_VOID(read_entry());
      } else {
        return wrong(at_, "a section, a name or a comment is expected here");
      }
    }
    return std::move(entries_);
  }

 private:
  bool at_end() const { return at_ >= text_.size(); }
  char peek() const {
    if (at_end()) return '\n';
    if (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') return '\n';
    return text_[at_];
  }
  char take() {
    const char c = peek();
    if (at_end()) return c;
    at_ += text_[at_] == '\r' && c == '\n' ? 2 : 1;
    if (c == '\n') ++line_;
    return c;
  }
  void skip_line() {
    while (peek() != '\n') take();
    take();
  }

  tl::unexpected<Error> wrong(std::size_t at, std::string why) const {
    // The caret belongs below the line that holds it, not behind a line end.
    Error error{Error::Kind::kUsage, "read the settings", file_ + ":" + std::to_string(line_), std::move(why), {}, {}};
    error.excerpt = excerpt_with_caret(text_, at);
    return tl::unexpected(std::move(error));
  }

  Result<void> read_section() {
    const auto start = at_;
    take();  // [
    section_.clear();
    subsection_.reset();
    while (is_name_char(peek())) section_ += to_lower(take());
    if (section_.empty() && peek() != '.') return wrong(at_, "the section has no name");
    if (peek() == '.') {  // the old form, without case
      take();
      subsection_.emplace();
      while (is_name_char(peek()) || peek() == '.') *subsection_ += to_lower(take());
    } else if (is_space(peek()) && peek() != '\n') {
      TRY_VOID(read_subsection());
    }
    if (peek() != ']') return wrong(peek() == '\n' ? start : at_, "the section's ] is missing");
    take();
    return {};
  }

  Result<void> read_subsection() {
    while (is_space(peek()) && peek() != '\n') take();
    if (peek() != '"') return wrong(at_, "the subsection must be in double quotes");
    const auto start = at_;
    take();
    subsection_.emplace();
    while (peek() != '"') {
      if (peek() == '\\') take();
      if (peek() == '\n') return wrong(start, "these double quotes are not closed");
      *subsection_ += take();
    }
    take();
    return {};
  }

  Result<void> read_entry() {
    ConfigEntry entry;
    entry.file = file_;
    entry.line = line_;
    while (is_name_char(peek())) entry.name += to_lower(take());
    entry.section = section_;
    entry.subsection = subsection_;
    while (peek() == ' ' || peek() == '\t') take();
    if (peek() == '=') {
      take();
      TRY(entry.value, read_value());
    } else if (peek() != '\n') {
      return wrong(at_, "= is expected here");
    }
    entries_.push_back(std::move(entry));
    return {};
  }

  Result<std::string> read_value() {
    std::string value, spaces;  // spaces are part of the value only if something comes after them
    bool quoted = false;
    std::size_t quote_at = 0;
    while (peek() != '\n') {
      const auto start = at_;
      const char c = take();
      if (!quoted && is_space(c)) {
        if (!value.empty()) spaces += c;
        continue;
      }
      if (!quoted && (c == '#' || c == ';')) {
        while (peek() != '\n') take();
        break;
      }
      value += spaces;
      spaces.clear();
      if (c == '"') {
        quoted = !quoted;
        quote_at = start;
      } else if (c == '\\') {
        TRY_VOID(read_escape(start, value));
      } else {
        value += c;
      }
    }
    if (quoted) return wrong(quote_at, "these double quotes are not closed");
    return value;
  }

  // Behind the backslash at start.
  Result<void> read_escape(std::size_t start, std::string& value) {
    static constexpr std::string_view kLetters = "tbn\\\"", kMeanings = "\t\b\n\\\"";
    if (at_end()) return wrong(start, "a backslash can't end the file");
    const char c = peek();
    if (c == '\n') {
      take();
      return {};
    }
    const auto which = kLetters.find(c);
    if (which == std::string_view::npos) return wrong(start, "only \\\\ \\\" \\n \\t \\b stand for a character");
    take();
    value += kMeanings[which];
    return {};
  }

  std::string_view text_;
  const std::string& file_;
  std::size_t at_ = 0;
  unsigned line_ = 1;
  std::string section_;
  std::optional<std::string> subsection_;
  std::vector<ConfigEntry> entries_;
};

}  // namespace

Result<std::vector<ConfigEntry>> parse_config(std::string_view text, const std::string& file) {
  return Parser(text, file).run();
}

}  // namespace lorelei::git
