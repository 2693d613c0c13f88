// SPDX-License-Identifier: GPL-3.0-or-later
// What was sent, kept as an annotated tag on the patches without the cover's commit:
//
//   sent/CHANGE-ID-vN     or, as older b4 made it, sent/BRANCH-vN with BRANCH without "b4/"
//
// Its message is "[PREFIX, PREFIX] TITLE" of the first mail, an empty line, and the cover letter with
// its lines base-commit and change-id.
#pragma once
#include <optional>
#include <string>

#include "workflow/prep_branch.hh"

namespace lorelei::workflow {

struct SentTag {
  std::string name;      // "sent/..."
  git::ObjectId commit;  // the last patch
  std::string base;      // of its line base-commit; "" if there is none
  std::string message;
};
// refs/tags/NAME. Nothing: there is none.
Result<std::optional<SentTag>> sent_tag_named(const git::WorkTree&, const std::string& name);
// Nothing: there is none for the revision.
Result<std::optional<SentTag>> sent_tag(const PrepBranch&, int revision);
// The cover of that revision, for sending it again: what the tag says, and who the present cover says gets it.
SeriesCover cover_of(const SentTag&, const PrepBranch&, int revision);
std::string prerequisite_lines(const SentTag&);  // "prerequisite-...", each with a line end

}  // namespace lorelei::workflow
