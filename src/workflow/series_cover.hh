// SPDX-License-Identifier: GPL-3.0-or-later
// What belongs to a series that is being prepared and is no patch: the cover letter, and what is tracked of it, in the
// form of b4, so that a branch can be worked on with either.
//
//   TITLE LF LF body LF LF "--- b4-submit-tracking ---" LF "# ..." LF JSON
//
//   {"series": {"revision": 2, "change-id": "20260101-my-topic-0123456789ab", "prefixes": ["net-next"],
//     "presubject": "[x]", "base-branch": "master", "from-thread": "ID", "prerequisites": ["change-id: ID:v3"],
//     "history": {"v1": ["ID of the first mail"]}}}
//
// Members that are not known stay as they are. In the letter, lines that begin with "#" are notes to oneself and do not
// go out; ">#" is a "#" that does. A line "---" begins a section of its own, as for the changes between revisions.
//
// Foreign bytes (a branch may come from anybody): linear; 1 MiB at most.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "patch/trailers.hh"

namespace lorelei::workflow {

inline constexpr std::size_t kMaxCover = 1 << 20;
inline constexpr std::string_view kTrackingMark = "--- b4-submit-tracking ---";
inline constexpr std::string_view kEditMe = "EDITME";  // where it stands, the user has still to write

struct Tracking {
  int revision = 1;
  std::string change_id;
  std::vector<std::string> prefixes;  // RESEND and the like not among them
  std::string presubject, base_branch, from_thread;
  std::vector<std::string> prerequisites;
  std::map<int, std::vector<std::string>> history;  // by revision: Message-IDs, that of the first mail first
  std::string others;                               // the JSON it was read from, for what is not above
};

struct SeriesCover {
  std::string text;  // title, empty line, body, with the notes to oneself
  Tracking tracking;

  bool needs_editing() const { return text.find(kEditMe) != std::string::npos; }
};

// Where the first line begins that has the mark; npos: none has. Behind something else, as where it is quoted, it is
// text.
std::size_t find_tracking_mark(std::string_view text);
// Nothing: the message of a commit has no such mark, or what is behind it makes no sense.
std::optional<SeriesCover> read_cover_message(std::string_view message);
std::string cover_message(const SeriesCover&);
// The JSON alone, on one line or as b4 writes it.
std::optional<Tracking> read_tracking(std::string_view json);
enum class TrackingForm { kLines, kOneLine };
std::string tracking_json(const Tracking&, TrackingForm);

// What goes out: without notes to oneself, with at most one empty line between others.
struct CoverLetter {
  std::string title, body;             // body: without trailers that name people to write to
  std::vector<patch::Trailer> to_cc;   // its To and Cc
  std::vector<patch::Trailer> others;  // its further trailers that name people; they stay in the body
};
CoverLetter letter_of(std::string_view text);

// The text with these trailers at the end of its first section, To and Cc first, none twice.
std::string with_recipients(std::string_view text, const std::vector<patch::Trailer>& add);
// The text for revision `next`: an entry for its changes, with a link to the last one, before those of older ones.
std::string with_changelog(std::string_view text, int next, std::string_view link_to_last);

// "20260101-SLUG-0123456789ab". random: 6 bytes.
std::string new_change_id(std::string_view slug, std::int64_t now, std::string_view random);
std::string slug_in_change_id(std::string_view change_id);  // the middle; the whole, if it is built otherwise
std::string slug_for(std::string_view title_or_name);       // letters, digits and "-", lower case

}  // namespace lorelei::workflow
