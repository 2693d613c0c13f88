// SPDX-License-Identifier: GPL-3.0-or-later
// What stands above the hunks of one file in a diff: its names, its modes, what becomes of it. Part of patch/diff.
//
// A header is read line by line into one DiffHeader. Each line may only say what those before it did not deny: a file
// is not new and renamed, "---" names the file that "rename from" named.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hh"
#include "patch/diff_names.hh"

namespace lorelei::patch {

// The place in the text: what is left of it, and the number of the line that it begins with.
struct DiffCursor {
  std::string_view rest;
  std::size_t line = 1;

  // The line it is at, with its LF.
  std::string_view here() const {
    return rest.substr(0, rest.find('\n') == rest.npos ? rest.npos : rest.find('\n') + 1);
  }
  void pass(std::string_view line_here) {
    rest.remove_prefix(line_here.size());
    ++line;
  }
};

tl::unexpected<Error> bad_diff(std::size_t line, std::string_view why, std::string_view file = {});

struct DiffHeader {
  enum class Known { kNo, kYes, kMaybe };

  // The lines from "diff --git" on, up to the first that is no header line. False, and only that line passed, if no
  // header line follows: then it was prose, but its names are kept, as git keeps them.
  Result<bool> read_git(DiffCursor&, Strip);
  // The "---" and "+++" lines of a diff without git's headers. Strip becomes kNothing if the new name has no directory.
  Result<void> read_traditional(DiffCursor&, Strip&);

  bool changes_metadata() const;

  std::optional<std::string> old_name, new_name;
  std::optional<std::string> common;  // of the "diff --git" line
  Known is_new = Known::kMaybe, is_deleted = Known::kMaybe;
  bool is_renamed = false, is_copied = false;
  std::optional<unsigned> old_mode, new_mode;
  std::string old_id, new_id;

 private:
  Result<bool> read_line(std::string_view line, std::size_t number, Strip);
  Result<void> check_name(std::optional<std::string>&, Known absent, std::string_view field, std::size_t line, Strip);
  void read_index(std::string_view field, std::size_t line, Result<void>& outcome);
};

}  // namespace lorelei::patch
