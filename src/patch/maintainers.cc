// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/maintainers.hh"

#include <fmt/core.h>

#include <algorithm>
#include <cassert>
#include <optional>

#include "base/nearest.hh"
#include "base/text.hh"

namespace lorelei::patch {

static constexpr std::string_view kLetters = "MRLSTWQBCPFXNK";

static int slashes_in(std::string_view text) { return static_cast<int>(std::count(text.begin(), text.end(), '/')); }

std::vector<std::string_view> MaintainersSection::values(char letter) const {
  std::vector<std::string_view> out;
  for (const auto& entry : entries)
    if (entry.letter == letter) out.push_back(entry.value);
  return out;
}

// After a mismatch the last "*" takes one byte more; earlier ones never need to, since what follows them was found as
// far left as it can be.
bool starts_with_glob(std::string_view text, std::string_view glob) {
  std::size_t in_text = 0;
  std::size_t in_glob = 0;
  std::optional<std::pair<std::size_t, std::size_t>> star;  // behind it in glob; where its rest is tried in text
  while (in_glob < glob.size()) {
    if (glob[in_glob] == '*') {
      star = {++in_glob, in_text};
    } else if (in_text < text.size() &&
               (glob[in_glob] == text[in_text] || (glob[in_glob] == '?' && text[in_text] != '\n'))) {
      ++in_glob;
      ++in_text;
    } else if (star && star->second < text.size() && text[star->second] != '\n') {
      in_glob = star->first;
      in_text = ++star->second;
    } else {
      return false;
    }
  }
  return true;
}

Result<Maintainers> Maintainers::parse(std::string_view text, const IsDirectory& is_directory) {
  if (text.size() > kMaxMaintainersBytes)
    return err(Error::Kind::kTooLarge, "read the list of maintainers", "",
               fmt::format("{} bytes, the limit is {}", text.size(), kMaxMaintainersBytes));
  Maintainers out;
  out.read_lines(text);
  out.read_rules(is_directory);
  std::stable_sort(out.notes_.begin(), out.notes_.end(), [](const Note& a, const Note& b) { return a.line < b.line; });
  return out;
}

void Maintainers::note(std::size_t line, std::string text) {
  if (notes_.size() < kMaxMaintainersNotes) notes_.push_back({line, std::move(text)});
}

void Maintainers::read_lines(std::string_view text) {
  std::size_t number = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    read_line(line, ++number);
  }
  if (title_is_new_ && !sections_.empty() && !title_.empty()) note(title_line_, "a title without entries");
}

void Maintainers::read_line(std::string_view line, std::size_t number) {
  const auto trimmed = trim(line);
  if (line.size() >= 2 && is_upper(line[0]) && line[1] == ':') {
    if (title_is_new_) {
      if (title_.empty()) note(number, "an entry without a title");
      sections_.push_back({std::exchange(title_, {}), title_line_, {}});
      title_is_new_ = false;
    }
    const auto value = line.substr(std::min(line.find_first_not_of(" \t\v\f\r", 2), line.size()));
    if (kLetters.find(line[0]) == std::string_view::npos)
      note(number, fmt::format("what '{}:' means is not known", line[0]));
    if (value.empty()) note(number, fmt::format("nothing follows '{}:'", line[0]));
    sections_.back().entries.push_back({line[0], std::string(value), number});
    return;
  }
  if (trimmed.empty() || trimmed.front() == '#') return;
  if (!sections_.empty()) {
    if (title_is_new_) note(title_line_, "a title without entries");
    if (trimmed.size() >= 2 && trimmed[1] == ':' &&
        kLetters.find(is_lower(trimmed[0]) ? static_cast<char>(trimmed[0] - 32) : trimmed[0]) != std::string_view::npos)
      note(number, "looks like an entry, but counts as a title: an entry is a capital letter at the start of its line");
  }
  title_ = std::string(line);
  title_line_ = number;
  title_is_new_ = true;
}

void Maintainers::read_rules(const IsDirectory& is_directory) {
  rules_.resize(sections_.size());
  for (std::size_t i = 0; i < sections_.size(); ++i) {
    for (const auto& entry : sections_[i].entries) {
      if (entry.value.empty()) continue;
      if (entry.letter == 'F' || entry.letter == 'X')
        rules_[i].push_back({entry.letter, file_pattern(entry, is_directory)});
      else if (entry.letter == 'N')
        rules_[i].push_back({'N', name_pattern(entry)});
      else if (entry.letter == 'K')
        add_keyword(entry, i);
    }
  }
}

// As a regular expression, the way get_maintainer.pl makes it one.
static std::string regex_of(std::string_view glob) {
  std::string out = "^";
  for (const char c : glob) {
    if (c == '.')
      out += "\\.";
    else if (c == '*')
      out += ".*";
    else
      out += c == '?' ? '.' : c;
  }
  return out;
}

Maintainers::Pattern Maintainers::file_pattern(const MaintainersEntry& entry, const IsDirectory& is_directory) {
  std::string glob = entry.value;
  if (is_space(glob.back())) note(entry.line, "white space at the end: no path matches");
  // Directories with a dot in their name are missed there as well.
  if (glob.back() != '/' && glob.find_first_of(".*?") == std::string::npos && is_directory && is_directory(glob))
    glob += '/';
  Pattern pattern;
  pattern.slashes = slashes_in(glob);
  pattern.whole_depth = glob.back() != '/';
  pattern.strength = glob.front() == '*' ? -1 : pattern.slashes + (pattern.whole_depth ? 1 : 0);
  pattern.text = glob;
  if (glob.find_first_of("[](){}+|^$\\") != std::string::npos) {
    const auto added = path_regexes_.add(regex_of(glob), Blanks::kCount);
    if (!added) {
      note(entry.line, fmt::format("matches nothing: {}", added.error().why));
      return {};
    }
    pattern.kind = Pattern::Kind::kRegex;
    pattern.regex = *added;
  } else {
    pattern.kind = glob.find_first_of("*?") == std::string::npos ? Pattern::Kind::kStart : Pattern::Kind::kGlob;
  }
  return pattern;
}

Maintainers::Pattern Maintainers::name_pattern(const MaintainersEntry& entry) {
  const auto added = path_regexes_.add(entry.value, Blanks::kIgnored);
  if (!added) {
    note(entry.line, fmt::format("matches nothing: {}", added.error().why));
    return {};
  }
  Pattern pattern;
  pattern.kind = Pattern::Kind::kRegex;
  pattern.regex = *added;
  pattern.whole_depth = false;
  return pattern;
}

// In a changed line the expression is put behind a text, as it is: only its first branch is bound to the start of the
// line. That is what get_maintainer.pl does.
void Maintainers::add_keyword(const MaintainersEntry& entry, std::size_t section) {
  const auto changed = changed_keywords_.add("^[+-].*" + entry.value, Blanks::kIgnored);
  auto added = file_keywords_.add(entry.value, Blanks::kIgnored);
  if (!changed || !added || !intro_keywords_.add(entry.value, Blanks::kIgnored)) {
    note(entry.line, fmt::format("matches nothing: {}", (added ? changed : added).error().why));
    return;
  }
  keywords_.push_back({section, *added});
}

static bool matches_depth(bool whole_depth, int pattern_slashes, int path_slashes) {
  return !whole_depth || pattern_slashes == path_slashes;
}

std::vector<Maintainers::Match> Maintainers::sections_of(std::string_view path) {
  std::vector<bool> found(path_regexes_.size(), false);
  for (const std::size_t number : path_regexes_.found_in(path)) found[number] = true;
  const int slashes = slashes_in(path);
  const auto matches = [&](const Pattern& pattern) {
    if (!matches_depth(pattern.whole_depth, pattern.slashes, slashes)) return false;
    switch (pattern.kind) {
      case Pattern::Kind::kStart:
        return path.starts_with(pattern.text);
      case Pattern::Kind::kGlob:
        return starts_with_glob(path, pattern.text);
      case Pattern::Kind::kRegex:
        return static_cast<bool>(found[pattern.regex]);
      case Pattern::Kind::kNever:
        return false;
    }
    return false;
  };
  std::vector<Match> out;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    std::optional<int> strength;
    bool excluded = false;
    for (const Rule& rule : rules_[i]) {
      if (!matches(rule.pattern)) continue;
      if (rule.letter == 'X')
        excluded = true;
      else
        strength = rule.pattern.strength;
    }
    if (strength && !excluded) out.push_back({i, *strength});
  }
  std::stable_sort(out.begin(), out.end(), [](const Match& a, const Match& b) { return a.strength > b.strength; });
  return out;
}

// The lines of a patch that say what it is about: no keyword is looked for in them. The first begins the changes.
static RegexSet structure_of_patches() {
  RegexSet set;
  for (const std::string_view line :
       {R"(^(?:---|\+\+\+)\s+\S)", R"(^diff --git a/\S+ b/\S+\s*$)", R"(^rename (?:from|to) \S+\s*$)",
        R"(^ mode change [0-7]+ => [0-7]+ \S+\s*$)", R"(^@@ -\d+,\d)", R"(^Fixes:\s+[0-9a-fA-F]{6})"}) {
    [[maybe_unused]] const auto added = set.add(line, Blanks::kCount);
    assert(added);
  }
  return set;
}

std::vector<std::size_t> Maintainers::sections_with_keyword(std::string_view text, Content content) {
  std::vector<bool> found(file_keywords_.size(), false);
  const auto look = [&found](RegexSet& set, std::string_view where) {
    for (const std::size_t number : set.found_in(where)) found[number] = true;
  };
  if (content == Content::kFile) {
    look(file_keywords_, text);
  } else {
    RegexSet structure = structure_of_patches();
    bool in_intro = true;
    while (!text.empty()) {
      const auto size = std::min(text.find('\n'), text.size() - 1) + 1;
      const auto line = text.substr(0, size);
      text.remove_prefix(size);
      const auto kinds = structure.found_in(line);
      if (!kinds.empty() && kinds.front() == 0) in_intro = false;
      if (kinds.empty()) look(in_intro ? intro_keywords_ : changed_keywords_, line);
    }
  }
  std::vector<std::size_t> sections;
  for (const Keyword& keyword : keywords_)
    if (found[keyword.regex] && (sections.empty() || sections.back() != keyword.section))
      sections.push_back(keyword.section);
  return sections;
}

Result<const MaintainersSection*> Maintainers::find(std::string_view title) const {
  const std::string wanted = to_lower(trim(title));
  std::vector<const MaintainersSection*> same;
  std::vector<const MaintainersSection*> part;
  std::vector<std::string> all;
  for (const auto& section : sections_) {
    const auto own = trim(section.title);
    if (own == trim(title)) return &section;
    const std::string lower = to_lower(own);
    if (lower == wanted) same.push_back(&section);
    if (lower.find(wanted) != std::string::npos) part.push_back(&section);
    all.emplace_back(own);
  }
  const auto& fitting = same.empty() ? part : same;
  if (!wanted.empty() && fitting.size() == 1) return fitting.front();
  const std::string doing = "find the section of MAINTAINERS";
  if (fitting.empty() || wanted.empty()) {
    const std::string near = nearest(title, all);
    return err(Error::Kind::kNotFound, doing, printable(title), "no title has it as a part",
               near.empty() ? "" : fmt::format("'{}'", printable(near)));
  }
  constexpr std::size_t kShown = 10;
  std::string listed;
  for (std::size_t i = 0; i < std::min(fitting.size(), kShown); ++i)
    listed += fmt::format("{}'{}'", i == 0 ? "" : ", ", printable(fitting[i]->title));
  if (fitting.size() > kShown) listed += fmt::format(" and {} more", fitting.size() - kShown);
  return err(Error::Kind::kUsage, doing, printable(title), fmt::format("{} titles have it as a part", fitting.size()),
             "one of " + listed);
}

}  // namespace lorelei::patch
