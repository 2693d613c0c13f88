// SPDX-License-Identifier: GPL-3.0-or-later
// The two file names of a line "diff --git A B": names with a directory ("a/x", also quoted), or /dev/null.
#pragma once
#include <string_view>

namespace lorelei::lei {

// Whether text, what stands behind "diff --git ", can be cut at a space into two such names.
bool names_two_files(std::string_view text);
// A name of that kind at the start of text.
bool starts_with_file_name(std::string_view text);

}  // namespace lorelei::lei
