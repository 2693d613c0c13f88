// SPDX-License-Identifier: GPL-3.0-or-later
// The text of a patch mail, divided: the commit's message, then below "---" or from the first "diff" what is not
// committed as text. Also the few facts that stand on lines of their own.
//
//   body := message ("---" LF notes | "diff " ...)? ("-- " LF signature)?
//
// Only a body that has a diff or a diffstat is cut at "---": in a letter it is a line like any other.
// Text is without CR. Foreign bytes: linear.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lorelei::patch {

// A "diff --git x/.. y/.." or "GIT binary patch" line, or a line that starts with "---" above one with "+++".
bool has_diff(std::string_view text);
// A line "2 files changed, 3 insertions(+)".
bool has_diffstat(std::string_view text);

// What `git am` would take for the commit's message.
std::string_view message_of(std::string_view body);
// The lines after the last empty one: where a patch's own trailers are.
std::string_view last_paragraph(std::string_view message);

// The first word after "name:" on the first line that starts with it; empty if there is none. For base-commit,
// change-id.
std::string_view labelled_word(std::string_view text, std::string_view name);
// That of each such line, at most so many.
std::vector<std::string_view> labelled_words(std::string_view text, std::string_view name, std::size_t limit);

// Files that a diff touches, in order and once each: new names, and old ones of renamed and deleted files. Line counts
// of hunks are respected: a removed line "-- a/x" is no file name.
std::vector<std::string> touched_paths(std::string_view text);

}  // namespace lorelei::patch
