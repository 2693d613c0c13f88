// SPDX-License-Identifier: GPL-3.0-or-later
// What history says of who works on a file: authors, and who signed, reviewed and acked. Of one `git log` a file, which
// follows renames; of one for all commits that a patch fixes.
//
// What is a signature, and what counts, is that of scripts/get_maintainer.pl of Linux 6.1: a line of the message below
// its title, perhaps indented, that begins with its tag and has a "@".
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hh"
#include "base/files.hh"
#include "base/result.hh"

namespace lorelei::workflow {

struct SignatureChoice {
  bool of_any_kind = false;    // any tag in "by:", not only those who are responsible or have looked closely
  bool with_penguins = false;  // also those of the chief penguin
};

struct FileHistory {
  struct Author {
    std::string text;  // "NAME <ADDRESS>"
    std::uint64_t added = 0, removed = 0;
  };
  std::size_t commits = 0;
  std::vector<Author> authors;          // one a commit
  std::vector<std::string> signatures;  // "NAME <ADDRESS>", one a line
  bool has_signatures = false;          // also of penguins that do not count
  bool has_lines = false;               // each author's lines are known: all commits are about this path, and text
};

// since: seconds since 1970. Without merges. Errors: those of running git, where the tree has no history; kCancelled.
Result<FileHistory> history_of_file(const Env&, const fs::path& tree, const std::string& path, std::int64_t since,
                                    const SignatureChoice&);

// Of each commit that is there; perhaps abbreviated names. Without lines.
Result<std::vector<FileHistory>> histories_of_commits(const Env&, const fs::path& tree,
                                                      const std::vector<std::string>& commits, const SignatureChoice&);

// The text of `git log` as both ask for it; for tests.
FileHistory read_file_history(std::string_view log, std::string_view path, const SignatureChoice&);

inline constexpr std::string_view kChiefPenguin = "Linus Torvalds <torvalds@linux-foundation.org>";

}  // namespace lorelei::workflow
