// SPDX-License-Identifier: GPL-3.0-or-later
// What `prep` does beyond the branch that is checked out: with mails that were posted, with what a series needs first,
// with branches that are done.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/command.hh"
#include "cmd/outgoing.hh"
#include "workflow/mail_source.hh"
#include "workflow/prep_branch.hh"

namespace lorelei::cmd {

// -F: a branch of a posted series. name, fork_point: may be empty.
Result<void> make_branch_of_thread(const Env&, const Args&, const workflow::MailSource&, const std::string& id,
                                   const std::string& name, const std::string& fork_point);
// --manual-reroll
Result<void> take_posted_as_sent(const Env&, const Args&, const workflow::MailSource&, const std::string& id,
                                 workflow::PrepBranch&);

// --edit-deps
Result<void> edit_dependencies(const Env&, const Args&, workflow::PrepBranch&);
// --check-deps: success is that all of it is there and applies; the list is printed. Errors: also kFailed, it is not.
Result<void> check_dependencies(Env&, const Args&, const workflow::MailSource&, const workflow::PrepBranch&);

// --cleanup: of branches, else of all, but only of those that were sent last so long ago, if that is given; neither:
// they are listed. One that is in use is not touched.
Result<void> clean_up(Env&, const Args&, Consent, const std::vector<std::string>& branches,
                      std::optional<std::uint64_t> older_than_days);

}  // namespace lorelei::cmd
