// SPDX-License-Identifier: GPL-3.0-or-later
// Where in a file the algorithm is, and where its translation stands or is to stand.
//
//   (* --algorithm Name ... end algorithm; *)       in a comment of the module; the first one counts
//   \* BEGIN TRANSLATION (chksum(pcal) \in STRING /\ chksum(tla) = "1f3")
//   ...                                             what any translator has written before
//   \* END TRANSLATION
//
// In comments of the module only: the usual translator takes any text of the file that looks like an algorithm, and
// goes on in silence when there are two.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tla/pluscal_options.hh"
#include "tla/source.hh"

namespace lorelei::tla::pluscal {

// Lines, in bytes; end is behind the end of the last of them.
struct Region {
  Span begin_line, inner, end_line;
};

struct Found {
  Span module = {};          // from its "----" to behind its "====", or to the end of the file
  std::uint32_t begin = 0;   // of "--algorithm" or "--fair algorithm"
  std::uint32_t end = 0;     // of the comment that it is in: the first byte of its "*)"
  std::uint32_t behind = 0;  // the line behind that comment: where a translation goes that is not there yet
  std::optional<Region> region = {};
  Options options = {};  // those in the file
};

// Nothing if there is no algorithm, or if it cannot be used (there is an error among the diagnostics then).
std::optional<Found> find_algorithm(const Source&, std::vector<Diagnostic>&);

// CRC-32 (that of zlib and gzip) of the lines of a translation, without their ends, as "chksum(tla)" has it: lower-case
// hexadecimal digits without leading zeros.
std::string translation_checksum(std::string_view lines);

// The text of a file with its translation put in. file: as it was read, of which the source was made; lines: whole
// ones, as Translation::text has them; the BEGIN line is written anew. The checksum of the algorithm is left open
// ("\in STRING"): it is over what one program prints for itself.
std::string with_translation(std::string_view file, const Source&, const Found&, std::string_view lines);

}  // namespace lorelei::tla::pluscal
