// SPDX-License-Identifier: GPL-3.0-or-later
// Patches that were posted as mails of their own, put together as the series that they are.
//
//   named    each by its Message-ID
//   found    of one that is named: what its author sent within kApart of it, not as a reply, with the same revision
//            and count, the first of each number; where it has no number, all patches without one
//
// The threads of all of them are fetched, so what people answered is there. A patch that already hangs below a cover
// with all the others is taken as it was posted. Else the cover, or the first patch, becomes the root of the rest;
// where one has no number, or two would have the same place, they are numbered in the order they were named, or sent.
// Mails stay what they were: only what is known of them (counter, parent) is another.
#pragma once
#include <string>
#include <vector>

#include "workflow/mail_source.hh"

namespace lorelei::workflow {

inline constexpr std::int64_t kApart = 30 * 60;
inline constexpr std::size_t kMaxRethreaded = 1000;

// ids: Message-IDs or URLs, at least one. Errors: kNotFound, one is nowhere, or is no patch; those of reading and of
// the network.
Result<FetchedThread> rethread(const Env&, const Settings&, const MailSource&, const std::vector<std::string>& ids,
                               const Say&);

}  // namespace lorelei::workflow
