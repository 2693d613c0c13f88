// SPDX-License-Identifier: GPL-3.0-or-later
// A series as a repository remembers it: what one has to know later to find its commits, to answer its author, and to
// tell a revision that was dealt with from one that was not. No mail is kept, and nothing here is a view.
//
//   state      how far it has come; only ever said by us after what it says is durable
//
//     seen        somebody has looked at it
//     prepared    made ready for git (`am`)
//     applied     its commits are known
//     due         a letter is being written (letter); a kill leaves it so, and the next run finds out what became of it
//     thanked     the letter is there
//     discarded   no letter is wanted
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "patch/trailers.hh"

namespace lorelei::workflow {

struct AmSeries;
struct PatchMail;

enum class SeriesProgress { kSeen, kPrepared, kApplied, kDue, kThanked, kDiscarded };
std::string_view name_of(SeriesProgress);
std::optional<SeriesProgress> progress_named(std::string_view);

enum class Thanks { kNone, kDue, kDone };  // kDue: the letter that is being written names it

struct RecordedPatch {
  int number = 1;  // from 1 on
  std::string title, message_id;
  std::string patch_id, patchwork_hash;  // hexadecimal; empty: it has none
  std::string commit = {};               // hexadecimal; empty: not known to be applied
  Thanks thanks = Thanks::kNone;
};

// A letter that was begun: it keeps its Message-ID however often it has to be written.
struct RecordedLetter {
  std::string message_id, file;
};

struct SeriesRecord {
  std::string message_id;  // of the first mail: the cover letter, else the first patch; the name of the record
  std::string change_id;   // as the author says; may be empty
  int revision = 1;
  std::string subject, title;  // with and without tags, on one line
  patch::Person author;        // not the address of a web endpoint that sent it for somebody
  std::vector<patch::Person> to, cc;
  std::vector<std::string> references;  // of the first mail, with its parent; the nearest last
  std::string date;                     // of the first mail, as a header has it
  std::string quote;                    // of its text, with "> "
  int expected = 1;                     // patches that the series has
  std::vector<RecordedPatch> patches;   // those that were prepared, by number
  std::string pull_tip = {};            // of a pull request: the commit; then there are no patches

  SeriesProgress progress = SeriesProgress::kPrepared;
  std::string branch = {};          // that it was applied to
  std::int64_t changed_at = 0;      // seconds since 1970
  RecordedLetter letter = {};       // of kDue, and of what was thanked
  std::string foreign_record = {};  // the file of b4 that says the same

  bool is_pull() const { return !pull_tip.empty(); }
  // The same series, perhaps in another revision: of the same author, by its change-id, else by its title.
  bool is_revision_of(const SeriesRecord&) const;
  // An earlier revision of it, or another posting of the same one. Two of the same revision are that only if they have
  // the same change-id or the same changes: one title often stands over several patches, as for several branches.
  bool is_older_revision_of(const SeriesRecord&) const;
};

SeriesRecord series_record(const AmSeries&);
// Of a pull request; tip: the commit, hexadecimal.
SeriesRecord pull_record(const PatchMail&, const std::string& tip);

// The first lines of a text, for the answer to it: without a greeting, without trailers, in all at most 12 lines; never
// empty.
std::string quote_of(std::string_view message);

}  // namespace lorelei::workflow
