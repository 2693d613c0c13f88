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
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "patch/regex_set.hh"

namespace lorelei::patch {

inline constexpr std::size_t kMaxMaintainersBytes = 16 << 20;  // twenty times Linux 6.1's
inline constexpr std::size_t kMaxMaintainersNotes = 100;

struct MaintainersEntry {
  char letter = 0;
  std::string value;
  std::size_t line = 0;  // from 1
};

struct MaintainersSection {
  std::string title;
  std::size_t line = 0;  // of the title
  std::vector<MaintainersEntry> entries;

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
  };
  enum class Content {
    kFile,   // K is looked for anywhere in it
    kPatch,  // K is looked for in each line until the first "--- " or "+++ ", then only in added and removed ones
  };
  using IsDirectory = std::function<bool(std::string_view path)>;  // of the tree; nothing: patterns are as they are

  // Errors: kTooLarge.
  static Result<Maintainers> parse(std::string_view text, const IsDirectory& = {});

  const std::vector<MaintainersSection>& sections() const { return sections_; }
  const std::vector<Note>& notes() const { return notes_; }  // in the order of the lines

  // The strongest first; of equals, as in the file. Not const: regular expressions remember.
  std::vector<Match> sections_of(std::string_view path);
  // Indexes of the sections with a K that the text has, in ascending order.
  std::vector<std::size_t> sections_with_keyword(std::string_view text, Content);

  // By its whole title; else the one whose title is that but for letter case; else the only one that has it as a part,
  // in any letter case. Errors: kNotFound, with the nearest title; kUsage, with those that fit.
  Result<const MaintainersSection*> find(std::string_view title) const;

 private:
  struct Pattern {
    enum class Kind { kStart, kGlob, kRegex, kNever };
    Kind kind = Kind::kNever;
    std::string text;       // kStart, kGlob: what a path starts with
    std::size_t regex = 0;  // kRegex: index into path_regexes_
    int slashes = 0;
    bool whole_depth = true;  // no "/" at its end: as many slashes as the path
    int strength = 0;
  };
  struct Rule {  // F, X or N, in the order of the entries
    char letter = 0;
    Pattern pattern;
  };
  struct Keyword {
    std::size_t section = 0;
    std::size_t regex = 0;
  };

  void read_lines(std::string_view text);
  void read_line(std::string_view line, std::size_t number);
  void read_rules(const IsDirectory&);
  Pattern file_pattern(const MaintainersEntry&, const IsDirectory&);
  Pattern name_pattern(const MaintainersEntry&);
  void add_keyword(const MaintainersEntry&, std::size_t section);
  void note(std::size_t line, std::string text);

  std::vector<MaintainersSection> sections_;
  std::vector<Note> notes_;
  std::vector<std::vector<Rule>> rules_;  // by section
  RegexSet path_regexes_;
  RegexSet file_keywords_, intro_keywords_, changed_keywords_;
  std::vector<Keyword> keywords_;  // the same numbers in all three
  std::string title_;              // while reading: the last line that is neither entry nor blank
  std::size_t title_line_ = 0;
  bool title_is_new_ = true;  // it has no entries yet
};

// Whether text starts with what the glob ("*": any bytes, "?": any but a line end) stands for.
bool starts_with_glob(std::string_view text, std::string_view glob);

}  // namespace lorelei::patch
