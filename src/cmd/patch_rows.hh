// SPDX-License-Identifier: GPL-3.0-or-later
// What the commands that make patches of a thread share: which revision, which patches, which trailers.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "base/command.hh"
#include "cmd/thread_rows.hh"
#include "workflow/am.hh"

namespace lorelei::cmd {

struct PatchChoice {
  ThreadChoice thread;
  workflow::AmWishes am;
  bool allows_incomplete = false, looks_for_newer = false;

  // Of the options, once they are parsed. Errors: kUsage.
  Result<void> settle(const workflow::Settings&);
  // Something is asked for that a newer revision is not: a mailbox, a revision, single mails.
  bool is_definite() const {
    return !thread.source.mailbox.empty() || revision || is_single || is_rethreaded || am.cherry_pick == "_";
  }

  std::optional<std::uint64_t> revision;
  bool with_parent = true, is_single = false, is_rethreaded = false, ignored_t = false;
};
void add_patch_rows(std::vector<Option>&, PatchChoice&);

// The thread is fetched and made a series; notes, and what is in it, are told.
Result<workflow::AmSeries> chosen_series(const Env&, const Args&, const workflow::Settings&, const PatchChoice&);

}  // namespace lorelei::cmd
