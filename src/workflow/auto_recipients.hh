// SPDX-License-Identifier: GPL-3.0-or-later
// To and Cc for a series: who looks after what its patches touch.
//
// By the MAINTAINERS of the tree (workflow/recipients, without history), else by the commands of b4.send-auto-to-cmd
// and b4.send-auto-cc-cmd, which get each patch on standard input and print an address a line. What is in the tree
// itself is run only if the user has configured it.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "workflow/prep_branch.hh"
#include "workflow/send_settings.hh"

namespace lorelei::workflow {

// As trailers To and Cc, each address once, those that the cover has already left out. say: what is asked.
// Errors: kNotFound, there is neither; kFailed, a command.
Result<std::vector<patch::Trailer>> auto_recipients(const Env&, const SendSettings&, const PrepBranch&,
                                                    const std::function<void(const std::string&)>& say);

}  // namespace lorelei::workflow
