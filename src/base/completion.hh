// SPDX-License-Identifier: GPL-3.0-or-later
// What may stand at the end of a command line, read from the tables of the commands: verbs, options, the words of an
// enumerated value. What a free value or an operand is called says what it may be: DIR a directory, FILE and its like
// files; what else is in upper case (NAME, DST, LABEL) only the program's own data can tell, so it is handed back.
//
// The shells ask the program itself: their scripts call `TOOL _complete --shell=SHELL WORDS...` (cmd/complete.cc) and
// read a line that is "files", "directories" or "nothing", then a line for each candidate.
#pragma once
#include <string>
#include <vector>

#include "base/command.hh"

namespace lorelei {

struct Placeholder {
  std::string name;    // "LABEL"
  std::string prefix;  // what stands before it in the same word: "+L:", "--only="
};

struct Completions {
  struct Word {
    std::string text;
    std::string help = {};
  };
  std::string typed;                      // of the last word
  const Command* command = nullptr;       // once the verb is known
  bool is_operand = false;                // it would be one, not the value of an option
  std::vector<Word> words;                // not yet held against what is typed
  std::vector<Placeholder> placeholders;  // what is to be looked up
  bool files = false, directories = false;
  // The last word is a verb or an option already: what may come behind it is there, too.
  bool is_whole = false;
  // Whether it goes on where typed ends.
  bool fits(std::string_view word) const { return word.starts_with(typed); }
};

// words: all behind the name of the program; the last one is being typed and may be empty.
Completions complete(Commands, std::string_view tool, const std::vector<std::string>& words);

std::string bash_completion(std::string_view tool);
std::string zsh_completion(std::string_view tool);

}  // namespace lorelei
