// SPDX-License-Identifier: GPL-3.0-or-later
// Threads in which patches of a series were posted, too: what was said of them there counts here, as long as they
// change the same. Found by patch-id, in the archives here, and on a server only if the thread came from one.
#pragma once
#include <optional>

#include "workflow/mail_source.hh"

namespace lorelei::workflow {

inline constexpr std::size_t kMaxThreadsElsewhere = 50, kMaxMailsElsewhere = 10'000;

// Adds their mails to thread.elsewhere. revision: whose patches; nothing: the latest. The series is there without them:
// what cannot be read is said, and is no failure.
void add_reviews_elsewhere(const Env&, const Settings&, const MailSource&, std::optional<int> revision, FetchedThread&,
                           const Say&);

}  // namespace lorelei::workflow
