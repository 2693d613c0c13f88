// SPDX-License-Identifier: GPL-3.0-or-later
// Trailers put into a commit's message. The author's text stays as it is, byte for byte: lines are inserted, and, where
// that is asked for, lines of the last section are put into another order.
//
//   block     the last paragraph, if it has a trailer with an address or of a known name, and at least a quarter of it
//             is trailers; else the new ones are a paragraph of their own
//   custody   what stands up to the last Signed-off-by of somebody else is theirs; new trailers come behind it, and
//             an order applies to what is behind it
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "patch/trailers.hh"

namespace lorelei::workflow {

struct TrailerChange {
  std::vector<patch::Trailer> add = {};             // in this order; none that is there already
  std::optional<patch::Person> signed_off_by = {};  // this one stands at the end, once
  std::vector<std::string> order = {};              // globs of names, any letter case; empty: as they come
  std::optional<patch::Person> me = {};             // whose Signed-off-by does not end a custody
};

// message: without the part below "---", here and below. The block as above; empty: there is none.
std::string_view trailer_block(std::string_view message);
std::string with_trailers(std::string_view message, const TrailerChange&);
std::string line_of(const patch::Trailer&);  // "Name: value  # note" or with "[note]" on a line below; no line end

}  // namespace lorelei::workflow
