// SPDX-License-Identifier: GPL-3.0-or-later
// What is said of trailers of replies that go into no commit: who gave which, for what, why it is left, and what takes
// it.
//
//   objections   Nacked-by and the like: first, as they are to be answered and not to be collected
//   not theirs   the address of who sent it is another; ignored by a setting
//   lost         of a patch that was changed since, of none that is here, of another revision's cover, of a mail that
//   is
//                not here
#pragma once
#include <string>

#include "workflow/settings.hh"
#include "workflow/trailer_update.hh"

namespace lorelei::workflow {

// Lines for a terminal, each with a line end; empty: nothing is left.
std::string trailers_left_text(const TrailerUpdate&, const Settings&);

}  // namespace lorelei::workflow
