// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/diff_terms.hh"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/text.hh"
#include "mail/unicode_words.hh"
#include "patch/lines.hh"
#include "patch/quoted_path.hh"

namespace lorelei::patch {
namespace {

// The reference's regular expression for a quote repeats at most so many times; the next quote then follows an empty
// plain run.
constexpr std::size_t kMaxQuotedLines = 65535;

// Bytes of the white space character at text[at], 0 if it is none.
std::size_t space_length(std::string_view text, std::size_t at) {
  const char c = text[at];
  if (static_cast<unsigned char>(c) < 0x80) return is_space(c) ? 1 : 0;
  const auto [value, length] = code_point_at(text, at);
  return mail::is_white_space(value) ? length : 0;
}

std::size_t skip_spaces(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const auto length = space_length(text, at);
    if (!length) break;
    at += length;
  }
  return at;
}

// The leading characters up to white space.
std::string_view first_word(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && !space_length(text, end)) ++end;
  return text.substr(0, end);
}

bool is_word(std::string_view text) { return !text.empty() && first_word(text).size() == text.size(); }

// "a/x": something before the first slash and something after it; a leading quote counts as something.
bool has_directory(std::string_view name) {
  const auto slash = name.find('/');
  return slash != std::string_view::npos && slash > 0 && slash + 1 < name.size();
}

// The name as a file's, without its first component. Before: has_directory(written).
std::string without_first_component(std::string_view written) {
  const auto name = unquote_path(written);
  return name.substr(name.find('/') + 1);
}

// "a/x b/y" where it splits: at the last space that leaves a directory and a name on both sides.
std::optional<std::pair<std::string_view, std::string_view>> split_git_names(std::string_view names) {
  const auto first_slash = names.find('/');
  auto slash = std::string_view::npos;  // the first one after the position looked at
  for (auto at = names.size(); at-- > 0;) {
    if (names[at] == '/') slash = at;
    if (names[at] != ' ' || slash == std::string_view::npos) continue;
    const bool left = first_slash > 0 && first_slash + 1 < at;
    const bool right = slash > at + 1 && slash + 1 < names.size();
    if (left && right) return std::pair(names.substr(0, at), names.substr(at + 1));
  }
  return std::nullopt;
}

// "diff -OPTS A B": three pieces, the last two words without white space in them.
struct OldCommand {
  std::string_view options, a, b;
};
std::optional<OldCommand> split_old_command(std::string_view after_dash) {
  const auto b = after_dash.rfind(' ');
  if (b == std::string_view::npos || b == 0) return std::nullopt;
  const auto a = after_dash.rfind(' ', b - 1);
  if (a == std::string_view::npos || a == 0) return std::nullopt;
  const OldCommand command{after_dash.substr(0, a), after_dash.substr(a + 1, b - a - 1), after_dash.substr(b + 1)};
  if (!is_word(command.a) || !is_word(command.b)) return std::nullopt;
  return command;
}

// The path that two names share once the same number of leading components is taken from both; nothing if they share
// none. Trailing slashes do not count.
std::optional<std::string_view> common_path(std::string_view a, std::string_view b) {
  while (a.ends_with('/')) a.remove_suffix(1);
  while (b.ends_with('/')) b.remove_suffix(1);
  if (a.empty() || b.empty() || std::count(a.begin(), a.end(), '/') != std::count(b.begin(), b.end(), '/')) return {};
  std::size_t equal = 0;
  while (equal < a.size() && equal < b.size() && a[a.size() - 1 - equal] == b[b.size() - 1 - equal]) ++equal;
  if (equal == a.size() && equal == b.size()) return a;
  const auto tail = a.substr(a.size() - equal);
  const auto slash = tail.find('/');
  return slash == std::string_view::npos ? std::nullopt : std::optional(tail.substr(slash + 1));
}

constexpr auto kBase85 = [] {
  std::array<bool, 256> table{};
  for (const char c :
       std::string_view("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"))
    table[static_cast<unsigned char>(c)] = true;
  return table;
}();

bool is_base85(std::string_view line) {
  return !line.empty() &&
         std::all_of(line.begin(), line.end(), [](char c) { return kBase85[static_cast<unsigned char>(c)]; });
}

bool is_blank(std::string_view line) { return skip_spaces(line, 0) == line.size(); }

bool starts_with_any(std::string_view line, std::initializer_list<std::string_view> beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(), [&](auto begin) { return line.starts_with(begin); });
}

// Lines between a file's "diff" and its hunks that are prose and leave the state alone.
bool is_extended_header(std::string_view line) {
  if (line.starts_with("Binary files ")) return line.find(" differ", 13) != std::string_view::npos;
  return starts_with_any(
      line, {"similarity index ", "dissimilarity index", "old mode", "new mode", "deleted file mode", "new file mode",
             "copy from ", "copy to ", "rename from ", "rename to ", "\\ No newline at end of file"});
}

// The line machine of one plain run.
class Machine {
 public:
  Machine(std::string_view run, TextSink& sink) : rest_(run), sink_(sink) {}

  void run() {
    while (!rest_.empty()) step(next_line(rest_));
    sink_.prose(prose_);
  }

 private:
  using Tell = void (TextSink::*)(std::string_view);

  void step(std::string_view line) {
    if (line.empty()) return;
    if (in_diff() && line.starts_with("GIT binary patch")) return binary_patch(line);
    if (in_diff() && line[0] == ' ') return tell(&TextSink::context, line.substr(1));
    if (line == "-- ") return leave_diff();
    if (begins_file(line) || begins_old_file(line)) return;
    if (in_diff() && line[0] == '+') return tell(&TextSink::added, line.substr(1));
    if (in_diff() && line[0] == '-') return tell(&TextSink::removed, line.substr(1));
    if (blobs(line) || hunk(line)) return;
    keep(line);
    if (!is_extended_header(line)) leave_diff();
  }

  bool in_diff() const { return !old_name_.empty() && old_name_ != "0"; }
  void enter_diff() { old_name_ = "1"; }
  void leave_diff() { old_name_ = {}; }

  void keep(std::string_view line) {
    if (holds_prose_) prose_ += '\n';
    holds_prose_ = true;
    prose_ += line;
  }

  void flush() {
    if (!holds_prose_) return;
    sink_.prose(prose_);
    prose_.clear();
    holds_prose_ = false;
  }

  void tell(Tell what, std::string_view text) {
    flush();
    (sink_.*what)(text);
  }

  void tell_name(std::string_view name) {
    if (names_.contains(name)) return;
    tell(&TextSink::file_name, name);
    names_.emplace(name);
  }

  void binary_patch(std::string_view line) {
    keep(line);
    while (starts_with_any(rest_, {"literal ", "delta "})) {
      keep(next_line(rest_));
      for (auto after = rest_; !after.empty(); rest_ = after)
        if (const auto data = next_line(after); !is_base85(data) && !is_blank(data)) break;
    }
  }

  // "diff --git", and "---" or "+++" with a directory: names as git writes them.
  bool begins_file(std::string_view line) {
    if (line.starts_with("diff --git ")) {
      const auto names = split_git_names(line.substr(11));
      if (!names) return begins_old_command(line);
      keep(line);
      enter_diff();
      tell_name(without_first_component(names->first));
      tell_name(without_first_component(names->second));
      return true;
    }
    if (line.starts_with("diff -")) return begins_old_command(line);
    if (!starts_with_any(line, {"--- ", "+++ "}) || !has_directory(line.substr(4))) return false;
    tell_name(without_first_component(line.substr(4)));
    enter_diff();
    return true;
  }

  bool begins_old_command(std::string_view line) {
    const auto command = split_old_command(line.substr(6));
    if (!command) return false;
    keep(line);
    if (command->options.find_first_of("uU") != std::string_view::npos) pair(command->a, command->b);
    return true;
  }

  // "--- X" and "+++ X" without a directory.
  bool begins_old_file(std::string_view line) {
    const bool minus = line.starts_with("--- ");
    if (!minus && (old_name_.empty() || !line.starts_with("+++ "))) return false;
    const auto name = first_word(line.substr(4));
    if (name.empty()) return false;
    if (minus) {
      old_name_ = name;
      keep(line);
    } else {
      pair(old_name_, name);
    }
    return true;
  }

  void pair(std::string_view a, std::string_view b) {
    const auto path = common_path(a, b);
    if (path) tell_name(*path);
    old_name_ = path ? "1" : "0";
  }

  bool blobs(std::string_view line) {
    if (!line.starts_with("index ")) return false;
    const auto digits = [](std::string_view text) {
      std::size_t n = 0;
      while (n < text.size() && is_hex(text[n]) && !is_upper(text[n])) ++n;
      return text.substr(0, n);
    };
    const auto pre = digits(line.substr(6));
    const auto dots = line.substr(6 + pre.size());
    const auto post = dots.starts_with("..") ? digits(dots.substr(2)) : std::string_view();
    if (pre.empty() || post.empty()) return false;
    sink_.pre_blob(pre);
    sink_.post_blob(post);
    enter_diff();
    return true;
  }

  bool hunk(std::string_view line) {
    if (!line.starts_with("@@ ")) return false;
    const auto before = first_word(line.substr(3));
    const auto second = line.substr(3 + before.size());
    if (before.empty() || !second.starts_with(' ')) return false;
    const auto after = first_word(second.substr(1));
    const auto end = second.substr(1 + after.size());
    if (after.empty() || !end.starts_with(" @@")) return false;
    const auto heading = end.substr(skip_spaces(end, 3));
    if (!heading.empty()) tell(&TextSink::hunk_header, heading);
    return true;
  }

  std::string_view rest_;
  TextSink& sink_;
  std::string prose_;
  bool holds_prose_ = false;
  std::set<std::string, std::less<>> names_;
  // One variable for two things, as in the reference, whose "+++ 1" therefore finds a partner in "in a diff": empty is
  // outside; "0" outside, but a "+++" line may still pair with it; "1" in a diff; a name is that of a "---" line.
  std::string_view old_name_;
};

void plain_run(std::string_view run, TextSink& sink) {
  if (has_diff_line(run)) {
    Machine(run, sink).run();
  } else {
    sink.prose(run);
  }
}

std::size_t line_end(std::string_view text, std::size_t at) { return text.find('\n', at) + 1; }

// Before, for both: the last line of text has its LF.
std::size_t plain_end(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] != '>') at = line_end(text, at);
  return at;
}

std::size_t quote_end(std::string_view text, std::size_t at) {
  for (std::size_t lines = 0; lines < kMaxQuotedLines && at < text.size() && text[at] == '>'; ++lines)
    at = line_end(text, at);
  return at;
}

}  // namespace

bool has_diff_line(std::string_view text) {
  while (!text.empty()) {
    if (starts_with_any(text, {"diff ", "--- ", "+++ "})) return true;
    const auto* end = static_cast<const char*>(std::memchr(text.data(), '\n', text.size()));
    if (!end) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  }
  return false;
}

void scan_text(std::string_view text, TextSink& sink) {
  std::string ended;
  if (!text.ends_with('\n')) text = ended.append(text).append("\n");
  for (std::size_t at = 0; at < text.size();) {
    const auto quote = plain_end(text, at);
    plain_run(text.substr(at, quote - at), sink);
    at = quote_end(text, quote);
    if (at > quote) sink.quoted(text.substr(quote, at - quote));
  }
}

}  // namespace lorelei::patch
