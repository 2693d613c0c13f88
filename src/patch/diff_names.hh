// SPDX-License-Identifier: GPL-3.0-or-later
// The names of files in the header of a diff. A field is the rest of a header line, with its LF.
//
// Nothing in them says where a name ends: names may hold blanks, and in "diff --git a/X b/X" two of them stand side by
// side. So a name is taken from that line only if it is there twice; in a "---" or "+++" line it ends at a TAB, or
// before what looks like a time as diff -u writes it.
//
// Foreign bytes: linear in the field.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace lorelei::patch {

// Whether the first component of a name is taken off. (A name without one is none, then.)
enum class Strip { kNothing, kFirst };
enum class AtTab { kEnds, kGoesOn };

// What both names are in the field of "diff --git "; nothing if they differ or are none.
std::optional<std::string> common_name(std::string_view field, Strip);

// One name, between quotes or not.
std::optional<std::string> single_name(std::string_view field, Strip, AtTab);

// The name in a "--- " or "+++ " line of a diff without git's headers. shorter: that of the other line, preferred where
// this one only has something appended ("x.c" to "x.c.orig"), or where this is none.
std::optional<std::string> traditional_name(std::string_view field, Strip,
                                            const std::optional<std::string>& shorter = {});

bool is_dev_null(std::string_view field);

// Whether the time behind a TAB is 1970-01-01 00:00 UTC, by which diff -N says that there is no file.
bool has_epoch_time(std::string_view field);

}  // namespace lorelei::patch
