// SPDX-License-Identifier: GPL-3.0-or-later
// What `pr` says of a pull request: for people, and as JSON. All that the mail and the server brought along is safe for
// a terminal.
#pragma once
#include <string>
#include <vector>

#include "workflow/attestations.hh"
#include "workflow/pull.hh"
#include "workflow/settings.hh"

namespace lorelei::workflow {

// The mail, and what its signatures say:
//
//   [GIT PULL] floppy fixes, of Ann Author <ann@example.org>
//     ✓ Signed: DKIM/example.org
std::string pull_heading(const AskedPull&, const std::vector<Attestor>&, const Settings&);

// The signature of what was fetched, and what one should know:
//
//     ✓ Signed: openpgp/ann@example.org (tag for-linus, key 175D4D71...)
//     NOTE: the mail does not say which commit it means
std::string pull_verdict(const Pull&, const Settings&);

// What became of it. Empty or nothing: not asked for, or not known.
struct PullOutcome {
  const Pull* pull = nullptr;
  std::optional<bool> is_merged;
  bool is_fetched = false;
  std::string branch, file;
  std::size_t patches = 0;
};
std::string pull_json(const AskedPull&, const PullOutcome&);

}  // namespace lorelei::workflow
