// SPDX-License-Identifier: GPL-3.0-or-later
// C code that could stand in a kernel, and changes to it as unified diffs.
//
// A function is a list of statements drawn from a small stock and filled with the names of its subsystem; a change
// takes one or two of the statements away, puts others in their place, and shows three lines around them. Nothing of it
// compiles, but it is worded like the real thing: names with underscores, error codes, locks.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "sample_mail/random.hh"

namespace lorelei::sample {

struct Subsystem {
  std::string_view prefix;              // of subjects: "floppy"
  std::vector<std::string_view> files;  // "drivers/block/floppy.c"
  std::string_view names;               // what functions start with: "floppy"
  std::string_view object;              // the struct they work on: "floppy_drive"
  std::string_view variable;            // and the variable: "drive"
};
const std::vector<Subsystem>& subsystems();
const Subsystem& floppy();

// Words for prose about the change.
struct Words {
  std::string subsystem, file, function, object, variable, field, lock, error, noun, verb;
};
Words words_for(const Subsystem&, Random&);

struct FileChange {
  std::string path;
  std::string hunks;
  int added = 0, removed = 0;
};
// One or more hunks in the function that the words name and its neighbours.
FileChange change_file(const Subsystem&, const Words&, Random&);

// Everything from "---" on: diffstat, diffs, blob names drawn from random.
std::string diff_part(const std::vector<FileChange>&, Random&);
// The lines of a diffstat, its sum included.
std::string diffstat(const std::vector<FileChange>&);

// {name} in text becomes the word; unknown names stay.
std::string fill(std::string_view text, const Words&);

}  // namespace lorelei::sample
