// SPDX-License-Identifier: GPL-3.0-or-later
// A kernel tree's MAINTAINERS: who looks after which files, and which sections a path or a text belongs to.
//
//   file    := (title | entry | blank | comment)*
//   entry   := letter ":" white* value              at the start of the line, the letter a capital
//   comment := white* "#" ...
//   title   := any other line; a section is the title right before its entries
//
//   F, X  files: "*" any bytes ("/" too), "?" any byte, all else as in a regular expression but "." itself. Matches how
//   a
//         path starts: with "/" at its end everything below, else only paths with as many "/". A pattern that is the
//         name of a directory counts as if it ended in "/".
//   N     a regular expression found in the path          K  one found in a file, or in a patch (see Content)
//   M maintainer  R reviewer  L list  S status  T tree  W page  Q patchwork  B bugs  C chat  P profile
//
// That is how scripts/get_maintainer.pl of Linux 6.1 reads it, odd corners included: blank lines do not end a section,
// an indented entry is a title, blanks and #-comments in N and K do not count, a path that X matches is in none of the
// section's F and N. What there most likely is not meant goes into notes(); nothing is an error but size.
//
// Foreign bytes: linear in the file; a path costs one comparison a pattern and one pass for all regular expressions, a
// text one pass for all K.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "patch/regex_set.hh"

namespace lorelei::patch {

inline constexpr std::size_t kMaxMaintainersBytes = 16 << 20;  // twenty times Linux 6.1's
inline constexpr std::size_t kMaxMaintainersNotes = 100;

struct MaintainersEntry {
  std::string_view value;
  std::uint32_t line = 0;   // from 1
  std::uint32_t place = 0;  // among all titles and entries, from 0
  char letter = 0;
};

// What it refers to is of the Maintainers that it is from.
struct MaintainersSection {
  std::string title;
  std::size_t line = 0;  // of the title
  std::span<const MaintainersEntry> entries;

  std::vector<std::string_view> values(char letter) const;
};

class Maintainers {
 public:
  struct Note {
    std::size_t line = 0;
    std::string text;
  };
  struct Match {
    std::size_t section = 0;  // index into sections()
    // How close: the depth of the F pattern that matched last, 0 for N, -1 for a pattern that starts with "*".
    int strength = 0;
    bool is_exact = false;  // an F pattern is as deep as the path
  };
  struct KeywordMatch {
    std::size_t section = 0;
    std::size_t place = 0;  // of the K
  };
  enum class Content {
    kFile,   // K is looked for anywhere in it
    kPatch,  // K is looked for in each line until the first "--- " or "+++ ", then only in added and removed ones
  };
  // Asked when a path is looked for, and only where it begins like the pattern.
  using IsDirectory = std::function<bool(std::string_view path)>;  // of the tree; nothing: patterns are as they are

  // Errors: kTooLarge.
  static Result<Maintainers> parse(std::string text, IsDirectory = {});
  Maintainers() = default;  // without sections
  Maintainers(Maintainers&&) = default;
  Maintainers& operator=(Maintainers&&) = default;

  const std::vector<MaintainersSection>& sections() const { return sections_; }
  const std::vector<Note>& notes() const { return notes_; }  // in the order of the lines

  // The strongest first; of equals, as in the file. levels: F patterns that are so many levels above the path, or more,
  // do not count; 0: all do. Not const: regular expressions remember.
  std::vector<Match> sections_of(std::string_view path, int levels = 0);
  // Each K that the text has, as in the file.
  std::vector<KeywordMatch> keywords_in(std::string_view text, Content);
  // Indexes of the sections with a K that the text has, in ascending order.
  std::vector<std::size_t> sections_with_keyword(std::string_view text, Content);

  // By its whole title; else the one whose title is that but for letter case; else the only one that has it as a part,
  // in any letter case. Errors: kNotFound, with the nearest title; kUsage, with those that fit.
  Result<const MaintainersSection*> find(std::string_view title) const;

 private:
  // Of an F or X, without a "/" at its end. Of an N, which has a regular expression only.
  struct Rule {
    enum class Kind : char { kStart, kGlob, kRegex, kNever } kind = Kind::kNever;
    char letter = 0;
    bool ends_in_slash = false;
    bool may_be_directory = false;  // it is taken as if it ended in a slash where the tree has such a directory
    std::uint32_t section = 0;
    std::uint32_t regex = 0;  // kRegex: index into path_regexes_
    int slashes = 0;
    std::string_view text;  // kStart, kGlob: what a path starts with
  };
  struct Keyword {
    std::size_t section = 0;
    std::size_t anywhere = 0, in_changes = 0;
    std::size_t place = 0;
  };
  struct Path;  // one that is looked for

  void read_lines();
  void read_line(std::string_view line, std::size_t number);
  void read_rules();
  void read_file_pattern(const MaintainersEntry&, Rule&);
  void read_name_pattern(const MaintainersEntry&, Rule&);
  void add_keyword(const MaintainersEntry&, std::size_t section);
  void note(std::size_t line, std::string text);
  std::optional<int> strength_of(const Rule&, const Path&) const;

  std::shared_ptr<const std::string> text_;  // where it lies does not change when this moves
  IsDirectory is_directory_;
  std::vector<MaintainersEntry> entries_;
  std::vector<MaintainersSection> sections_;
  std::vector<Note> notes_;
  std::vector<Rule> rules_;  // in the order of the entries
  RegexSet path_regexes_;
  RegexSet keywords_anywhere_, keywords_in_changes_;
  std::vector<Keyword> keywords_;  // the same numbers in both
  std::uint32_t places_ = 0;       // while reading: titles and entries so far
  std::string title_;              // while reading: the last line that is neither entry nor blank
  std::size_t title_line_ = 0;
  std::vector<std::size_t> first_entries_;  // while reading: by section
  bool title_is_new_ = true;                // it has no entries yet
};

// Whether text starts with what the glob ("*": any bytes, "?": any but a line end) stands for.
bool starts_with_glob(std::string_view text, std::string_view glob);

}  // namespace lorelei::patch
