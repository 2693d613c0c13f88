// SPDX-License-Identifier: GPL-3.0-or-later
#include "patch/maintainers.hh"

#include <fmt/core.h>

#include <algorithm>
#include <array>
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

Result<Maintainers> Maintainers::parse(std::string text, IsDirectory is_directory) {
  if (text.size() > kMaxMaintainersBytes)
    return err(Error::Kind::kTooLarge, "read the list of maintainers", "",
               fmt::format("{} bytes, the limit is {}", text.size(), kMaxMaintainersBytes));
  Maintainers out;
  out.text_ = std::make_shared<const std::string>(std::move(text));
  out.is_directory_ = std::move(is_directory);
  out.read_lines();
  out.read_rules();
  std::stable_sort(out.notes_.begin(), out.notes_.end(), [](const Note& a, const Note& b) { return a.line < b.line; });
  return out;
}

void Maintainers::note(std::size_t line, std::string text) {
  if (notes_.size() < kMaxMaintainersNotes) notes_.push_back({line, std::move(text)});
}

void Maintainers::read_lines() {
  constexpr std::size_t kUsualLine = 30;  // bytes; more lines than that make the vectors grow
  std::string_view text = *text_;
  entries_.reserve(text.size() / kUsualLine);
  std::size_t number = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    read_line(line, ++number);
  }
  if (title_is_new_ && !sections_.empty() && !title_.empty()) note(title_line_, "a title without entries");
  first_entries_.push_back(entries_.size());
  for (std::size_t i = 0; i < sections_.size(); ++i)
    sections_[i].entries = std::span(entries_).subspan(first_entries_[i], first_entries_[i + 1] - first_entries_[i]);
}

void Maintainers::read_line(std::string_view line, std::size_t number) {
  const auto trimmed = trim(line);
  if (line.size() >= 2 && is_upper(line[0]) && line[1] == ':') {
    if (title_is_new_) {
      if (title_.empty()) note(number, "an entry without a title");
      sections_.push_back({std::exchange(title_, {}), title_line_, {}});
      first_entries_.push_back(entries_.size());
      title_is_new_ = false;
    }
    const auto value = line.substr(std::min(line.find_first_not_of(" \t\v\f\r", 2), line.size()));
    if (kLetters.find(line[0]) == std::string_view::npos)
      note(number, fmt::format("what '{}:' means is not known", line[0]));
    if (value.empty()) note(number, fmt::format("nothing follows '{}:'", line[0]));
    entries_.push_back({value, static_cast<std::uint32_t>(number), places_++, line[0]});
    return;
  }
  if (trimmed.empty() || trimmed.front() == '#') return;
  ++places_;
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

void Maintainers::read_rules() {
  rules_.reserve(entries_.size() / 2);
  for (std::size_t i = 0; i < sections_.size(); ++i) {
    for (const auto& entry : sections_[i].entries) {
      if (entry.value.empty()) continue;
      Rule rule;
      rule.letter = entry.letter;
      rule.section = static_cast<std::uint32_t>(i);
      if (entry.letter == 'F' || entry.letter == 'X')
        read_file_pattern(entry, rules_.emplace_back(rule));
      else if (entry.letter == 'N')
        read_name_pattern(entry, rules_.emplace_back(rule));
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

// What a character of a pattern makes of it. find_first_of() searches its set for each character: that was half of what
// reading MAINTAINERS cost.
enum Mark : unsigned { kOfRegex = 1, kWildcard = 2, kDot = 4 };
static constexpr auto kMarks = [] {
  std::array<unsigned char, 256> marks{};
  for (const unsigned char c : std::string_view("[](){}+|^$\\")) marks[c] = kOfRegex;
  marks['*'] = marks['?'] = kWildcard;
  marks['.'] = kDot;
  return marks;
}();

void Maintainers::read_file_pattern(const MaintainersEntry& entry, Rule& rule) {
  const auto glob = entry.value;
  unsigned marks = 0;
  for (const unsigned char c : glob) marks |= kMarks[c];
  if (is_space(glob.back())) note(entry.line, "white space at the end: no path matches");
  rule.slashes = slashes_in(glob);
  rule.ends_in_slash = glob.ends_with('/');
  rule.text = glob;
  if (marks & kOfRegex) {
    const auto added = path_regexes_.add(regex_of(glob), Blanks::kCount);
    if (!added) {
      note(entry.line, fmt::format("matches nothing: {}", added.error().why));
      return;
    }
    rule.kind = Rule::Kind::kRegex;
    rule.regex = static_cast<std::uint32_t>(*added);
  } else {
    rule.kind = (marks & kWildcard) ? Rule::Kind::kGlob : Rule::Kind::kStart;
    // Directories with a dot in their name are missed there as well.
    rule.may_be_directory = !rule.ends_in_slash && !(marks & (kWildcard | kDot));
  }
}

void Maintainers::read_name_pattern(const MaintainersEntry& entry, Rule& rule) {
  const auto added = path_regexes_.add(entry.value, Blanks::kIgnored);
  if (!added) {
    note(entry.line, fmt::format("matches nothing: {}", added.error().why));
    return;
  }
  rule.kind = Rule::Kind::kRegex;
  rule.regex = static_cast<std::uint32_t>(*added);
}

// In a changed line the expression is put behind a text, as it is: only its first branch is bound to the start of the
// line. That is what get_maintainer.pl does.
void Maintainers::add_keyword(const MaintainersEntry& entry, std::size_t section) {
  const auto changed = keywords_in_changes_.add(fmt::format("^[+-].*{}", entry.value), Blanks::kIgnored);
  const auto added = keywords_anywhere_.add(entry.value, Blanks::kIgnored);
  if (!changed || !added) {
    note(entry.line, fmt::format("matches nothing: {}", (added ? changed : added).error().why));
    return;
  }
  keywords_.push_back({section, *added, *changed, entry.place});
}

struct Maintainers::Path {
  std::string_view text;
  int slashes = 0;
  std::vector<bool> regexes;  // that are found in it
};

// Nothing: the path does not match.
std::optional<int> Maintainers::strength_of(const Rule& rule, const Path& path) const {
  if (rule.letter == 'N' || rule.kind == Rule::Kind::kRegex) {
    if (rule.kind != Rule::Kind::kRegex || !path.regexes[rule.regex]) return std::nullopt;
    if (rule.letter == 'N') return 0;
  } else if (rule.kind == Rule::Kind::kGlob ? !starts_with_glob(path.text, rule.text)
                                            : !path.text.starts_with(rule.text)) {
    return std::nullopt;
  }
  int slashes = rule.slashes;
  bool ends_in_slash = rule.ends_in_slash;
  if (rule.may_be_directory && is_directory_ && is_directory_(rule.text)) {
    if (!path.text.substr(rule.text.size()).starts_with('/')) return std::nullopt;
    ++slashes;
    ends_in_slash = true;
  }
  if (!ends_in_slash && slashes != path.slashes) return std::nullopt;
  return rule.text.front() == '*' ? -1 : slashes + (ends_in_slash ? 0 : 1);
}

std::vector<Maintainers::Match> Maintainers::sections_of(std::string_view path, int levels) {
  Path wanted{path, slashes_in(path), std::vector<bool>(path_regexes_.size(), false)};
  for (const std::size_t number : path_regexes_.found_in(path)) wanted.regexes[number] = true;
  std::vector<Match> out;
  for (auto rule = rules_.begin(); rule != rules_.end();) {
    const auto section = rule->section;
    std::optional<int> last;
    bool is_excluded = false;
    bool is_exact = false;
    for (; rule != rules_.end() && rule->section == section; ++rule) {
      const auto strength = strength_of(*rule, wanted);
      if (!strength) continue;
      if (rule->letter == 'X') is_excluded = true;
      if (rule->letter == 'N') last = 0;
      if (rule->letter != 'F') continue;
      is_exact |= *strength >= wanted.slashes;
      if (levels == 0 || wanted.slashes - *strength < levels) last = *strength;
    }
    if (last && !is_excluded) out.push_back({section, *last, is_exact});
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

std::vector<Maintainers::KeywordMatch> Maintainers::keywords_in(std::string_view text, Content content) {
  // An expression may make sense in one of the two alone, so that they do not count alike.
  std::vector<bool> found(keywords_anywhere_.size()), found_in_changes(keywords_in_changes_.size());
  const auto look = [](RegexSet& set, std::string_view where, std::vector<bool>& in) {
    for (const std::size_t number : set.found_in(where)) in[number] = true;
  };
  if (content == Content::kFile) {
    look(keywords_anywhere_, text, found);
  } else {
    RegexSet structure = structure_of_patches();
    bool in_intro = true;
    while (!text.empty()) {
      const auto size = std::min(text.find('\n'), text.size() - 1) + 1;
      const auto line = text.substr(0, size);
      text.remove_prefix(size);
      const auto kinds = structure.found_in(line);
      if (!kinds.empty() && kinds.front() == 0) in_intro = false;
      if (!kinds.empty()) continue;
      if (in_intro)
        look(keywords_anywhere_, line, found);
      else
        look(keywords_in_changes_, line, found_in_changes);
    }
  }
  std::vector<KeywordMatch> out;
  for (const Keyword& keyword : keywords_)
    if (found[keyword.anywhere] || found_in_changes[keyword.in_changes])
      out.push_back({keyword.section, keyword.place});
  return out;
}

std::vector<std::size_t> Maintainers::sections_with_keyword(std::string_view text, Content content) {
  std::vector<std::size_t> sections;
  for (const KeywordMatch& match : keywords_in(text, content))
    if (sections.empty() || sections.back() != match.section) sections.push_back(match.section);
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
