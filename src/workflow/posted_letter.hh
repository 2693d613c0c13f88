// SPDX-License-Identifier: GPL-3.0-or-later
// The cover letter of a series that was posted, as the text and the tracking of a branch again.
//
//   text       what stands above shortlog and diffstat; of a single patch, what stands between "---" and its diffstat.
//              A line that begins with "#" begins with ">#", so that it goes out again
//   tracking   X-B4-Tracking: "v=1; b=" and base64 of gzip of the JSON (workflow/series_cover), folded anywhere
//
// Foreign bytes: linear; a header of kMaxTrackingField, which is at most kMaxCover unpacked. Words that could do harm
// in a subject or a configuration are left out.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "workflow/revisions.hh"
#include "workflow/series_cover.hh"

namespace lorelei::workflow {

inline constexpr std::size_t kMaxTrackingField = 256 << 10;  // real ones have some 500 bytes

// Of the value of the header. Nothing: it is none that makes sense.
std::optional<Tracking> read_tracking_field(std::string_view value);
// Of the cover, else of the first patch.
std::optional<Tracking> posted_tracking(const Revision&);

// Without what stands at the end of a cover letter for programs: shortlog, diffstat, base-commit, signature.
std::string text_above_diffstat(std::string_view body);
// Title, empty line, text; for a series of several patches without a cover a title that is still to be written.
std::string posted_text(const Revision&);

}  // namespace lorelei::workflow
