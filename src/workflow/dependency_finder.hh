// SPDX-License-Identifier: GPL-3.0-or-later
// The patches behind what a series needs first (workflow/dependencies), looked for in this order:
//
//   change-id    the tag of what was sent from here, sent/ID-vN; the mailbox that was named; the archives here; the
//                server
//   message-id   as threads are (workflow/mail_source), and of the thread the revision that has this mail
//   patch-id     as `shazam` does (workflow/prerequisites)
//
// Anybody can write a change-id into a mail; so whoever shows what was found names its sender.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "workflow/am.hh"
#include "workflow/dependencies.hh"
#include "workflow/posting.hh"
#include "workflow/sent_tag.hh"

namespace lorelei::workflow {

struct FoundDependency {
  Dependency wanted;
  // One of them, or neither: it is nowhere.
  std::optional<SentTag> tag;
  std::optional<AmSeries> series;  // as am makes it, without new trailers

  std::string title;                                    // of the tag's letter, or of the first mail
  int newest = 0;                                       // the highest revision that is known; 0: nothing is
  std::vector<std::string> mails = {}, patch_ids = {};  // in order; mails: for git am
  std::string doubt = {};                               // why it is not taken, though something is there

  bool is_there() const { return tag || series; }
};

class DependencyFinder {
 public:
  // What it is given must outlive it.
  DependencyFinder(const Env& env, const Settings& settings, const git::WorkTree& tree, const MailSource& source,
                   Say say)
      : env_(env), settings_(settings), tree_(tree), source_(source), say_(std::move(say)) {}

  // Not of a base-commit. Errors: of reading and of the network; those of make_am_series but that nothing is there.
  Result<FoundDependency> find(const Dependency&);

 private:
  Result<bool> find_tag(FoundDependency&);
  Result<void> find_by_change_id(FoundDependency&);
  Result<void> find_by_message_id(FoundDependency&);
  Result<void> find_by_patch_id(FoundDependency&);
  Result<void> find_in_archives(FoundDependency&);
  Result<bool> find_in_mails(FoundDependency&, const std::vector<PatchMail>&, bool is_from_archive);
  Result<void> take(FoundDependency&, FetchedThread, int revision);

  const Env& env_;
  const Settings& settings_;
  const git::WorkTree& tree_;
  const MailSource& source_;
  Say say_;
};

// What the mails of a series say of what its tracking names; without any network. What is not here, or is and would not
// be taken, is in `unresolved` with why. Errors: kNotFound, a base-commit that is not here; of reading.
Result<void> add_dependencies(const Env&, const git::WorkTree&, PostingSource&);

}  // namespace lorelei::workflow
