// SPDX-License-Identifier: GPL-3.0-or-later
// What `dig` says of what it found. All that mails brought along is safe for a terminal.
#pragma once
#include <string>
#include <vector>

#include "workflow/dig.hh"
#include "workflow/settings.hh"

namespace lorelei::workflow {

// "[PATCH v2 1/2] demo: a, Ann, 2026-11-20 (link, patch-id)" and its link, indented; without a line end.
std::string text_of(const DigCandidate&, const Settings&);

// What was asked for beside the mail itself.
struct DigExtras {
  const PostedRevisions* revisions = nullptr;
  const std::vector<patch::Person>* people = nullptr;
};
std::string json_of(const Dug&, const DigExtras&, const Settings&);  // one line

}  // namespace lorelei::workflow
