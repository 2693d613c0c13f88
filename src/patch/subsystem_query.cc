// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/subsystem_query.hh"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/text.hh"
#include "patch/regex_words.hh"

namespace lorelei::patch {

namespace {

using Terms = std::vector<std::string>;

bool is_word(char c) { return is_word_byte(static_cast<unsigned char>(c)); }
bool is_wild(char c) { return c == '*' || c == '?' || c == '['; }

std::string one_of(const Terms& terms) {
  std::string out;
  for (const auto& term : terms) out += (out.empty() ? "" : " OR ") + term;
  return terms.size() > 1 ? "(" + out + ")" : out;
}

void add_once(Terms& terms, std::string term) {
  if (std::find(terms.begin(), terms.end(), term) == terms.end()) terms.push_back(std::move(term));
}

std::size_t words_in(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) count += is_word(text[i]) && (i == 0 || !is_word(text[i - 1]));
  return count;
}

// Words next to each other: bare where the language takes the text as it is, else in quotes, which also keeps a single
// word from being stemmed. Nothing if there is no word in it.
std::optional<std::string> phrase(std::string_view prefix, std::string_view text) {
  const auto first = std::find_if(text.begin(), text.end(), is_word);
  if (first == text.end()) return std::nullopt;
  const bool is_bare =
      is_word(text.front()) && is_word(text.back()) && words_in(text) > 1 &&
      std::all_of(text.begin(), text.end(), [](char c) { return is_word(c) || c == '/' || c == '.' || c == '-'; }) &&
      text.find("..") == std::string_view::npos;
  if (is_bare) return fmt::format("{}:{}", prefix, text);
  std::string words;
  for (const char c : text) words += c == '"' || static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  return fmt::format("{}:\"{}\"", prefix, words);
}

// What of a file pattern words can say.
struct PathTerms {
  Terms terms;             // all must hold
  bool is_exact = true;    // no wildcard was left out or widened, but for
  bool is_deeper = false;  // a directory's own files, which finds those below too
  bool is_open = false;    // of a name, only what does not begin it is known
  std::size_t weight = 0;  // words that say something
};

void add_phrase(PathTerms& out, std::string_view text) {
  while (text.ends_with('/')) text.remove_suffix(1);
  while (text.starts_with('/')) text.remove_prefix(1);
  if (auto term = phrase("dfn", text)) {
    out.weight += words_in(text);
    add_once(out.terms, std::move(*term));
  }
}

// Components without a wildcard are phrases; of one with it, how it starts joins what is before it, but its last word,
// which is looked for by its start. What follows a wildcard within its component is left out.
PathTerms path_terms(std::string_view pattern) {
  PathTerms out;
  std::string run;
  const auto components = split(pattern, '/');
  for (std::size_t i = 0; i < components.size(); ++i) {
    const auto component = components[i];
    const auto wild =
        static_cast<std::size_t>(std::find_if(component.begin(), component.end(), is_wild) - component.begin());
    if (wild == component.size()) {
      run += (run.empty() ? "" : "/") + std::string(component);
      continue;
    }
    auto last = wild;
    while (last > 0 && is_word(component[last - 1])) --last;
    if (last > 0) run += (run.empty() ? "" : "/") + std::string(component.substr(0, last));
    add_phrase(out, std::exchange(run, {}));
    const auto start = component.substr(last, wild - last);
    const bool is_said = start.size() >= 2 && component[wild] != '[';
    if (is_said) {
      out.weight += start.size() >= kLeastWordBytes ? 2 : 1;
      add_once(out.terms, fmt::format("dfn:{}*", start));
    }
    out.is_open = out.is_open || (!is_said && last == 0 && component != "*");
    const bool is_whole_directory = component == "*" && i > 0 && i + 1 == components.size();
    out.is_exact = out.is_exact && is_whole_directory;
    out.is_deeper = is_whole_directory;
  }
  add_phrase(out, run);
  return out;
}

class Builder {
 public:
  explicit Builder(const MaintainersSection& section) : section_(section) {}

  SubsystemQuery build() {
    for (const auto& entry : section_.entries) {
      switch (entry.letter) {
        case 'L':
          list(entry.value);
          break;
        case 'F':
          file(entry.value);
          break;
        case 'X':
          exclusion(entry.value);
          break;
        case 'N':
          expression('N', "dfn", entry.value);
          break;
        case 'K':
          expression('K', "nq", entry.value);
          break;
        default:
          break;
      }
    }
    out_.lists = one_of(lists_);
    // N and K are not subject to X's paths in a way that words could say; what X takes is taken from F alone.
    Terms patches;
    if (!files_.empty())
      patches.push_back(excluded_.empty() ? one_of(files_)
                                          : fmt::format("({} NOT {})", one_of(files_), one_of(excluded_)));
    patches.insert(patches.end(), expressions_.begin(), expressions_.end());
    out_.patches = one_of(patches);
    return std::move(out_);
  }

 private:
  void note(char letter, std::string_view value, std::string_view what) {
    out_.notes.push_back(fmt::format("{}: {}: {}", letter, printable(value), what));
  }

  // Name <list@host> (remark)
  void list(std::string_view value) {
    auto address = trim(value);
    if (const auto open = address.find('<'); open != std::string_view::npos)
      address = address.substr(open + 1, address.find('>', open) - open - 1);
    address = address.substr(0, address.find_first_of(" \t("));
    const auto at = address.find('@');
    const bool is_plain = std::all_of(address.begin(), address.end(), [](char c) {
      return is_alnum(c) || std::string_view("@._+-").find(c) != std::string_view::npos;
    });
    if (!is_plain || at == 0 || at >= address.size() - 1 || address.find('@', at + 1) != std::string_view::npos)
      return note('L', value, "left out, not an address");
    if (is_list_of_everything(address)) return note('L', address, "left out, it gets the mail of all subsystems");
    std::string id = to_lower(address);
    id[at] = '.';
    if (auto term = phrase("l", id)) add_once(lists_, std::move(*term));
  }

  void file(std::string_view value) {
    const auto path = path_terms(value);
    if (path.terms.empty()) return note('F', value, "left out, it names nothing");
    if (path.is_open) return note('F', value, "left out, words cannot say how the name starts");
    if (!path.is_exact && path.weight < 2) return note('F', value, "left out, one common word would find too much");
    if (path.is_exact && path.weight < 2 && value.find('/') != std::string_view::npos)
      note('F', value, "also finds other paths with this word");
    std::string all;
    for (const auto& term : path.terms) all += (all.empty() ? "" : " ") + term;
    add_once(files_, path.terms.size() > 1 ? "(" + all + ")" : all);
  }

  // Only what is said exactly may take something away.
  void exclusion(std::string_view value) {
    const auto path = path_terms(value);
    if (!path.is_exact || path.is_deeper || path.terms.size() != 1 || path.weight < 2)
      return note('X', value, "not excluded, words cannot say it exactly");
    add_once(excluded_, path.terms.front());
  }

  void expression(char letter, std::string_view prefix, std::string_view pattern) {
    const auto ways = words_of_regex(pattern, Blanks::kIgnored);
    if (!ways || ways->empty()) return note(letter, pattern, "left out, not a few words");
    bool within_words = false;
    for (const auto& way : *ways) {
      within_words = within_words || way.open_start;
      std::string text;
      for (const auto& word : way.words) text += (text.empty() ? "" : " ") + word;
      if (way.words.size() == 1 && way.open_end)
        add_once(expressions_, fmt::format("{}:{}*", prefix, text));
      else
        add_once(expressions_, fmt::format("{}:\"{}\"", prefix, text));
    }
    if (within_words) note(letter, pattern, "not found in the middle of words");
  }

  const MaintainersSection& section_;
  Terms lists_, files_, excluded_, expressions_;
  SubsystemQuery out_;
};

}  // namespace

bool is_list_of_everything(std::string_view address) {
  return equal_ignore_case(address, "linux-kernel@vger.kernel.org") ||
         equal_ignore_case(address, "patches@lists.linux.dev");
}

std::string SubsystemQuery::text() const {
  if (lists.empty() || patches.empty()) return lists + patches;
  return lists + " OR " + patches;
}

SubsystemQuery subsystem_query(const MaintainersSection& section) { return Builder(section).build(); }

}  // namespace lorelei::patch
