// SPDX-License-Identifier: GPL-3.0-or-later
// Which of the mails at hand belong together.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "workflow/patch_mail.hh"

namespace lorelei::workflow {

// One of each Message-ID, in the order of the first: the copy whose List-Id fits the earliest glob; of equals the
// first. A copy without List-Id fits "*" alone.
std::vector<PatchMail> one_of_each(std::vector<PatchMail>, const std::vector<std::string>& list_preference);

// What a mail answers to, and what its references name, may be another posting.
enum class Parents { kFollowed, kIgnored };
// What is connected with the mail of that id through references, in either direction, also through mail that is not
// there. kIgnored: the mail is a root; what it refers to connects nothing.
std::vector<PatchMail> connected(std::vector<PatchMail>, std::string_view id, Parents);

// Whether the mail of that id, a first revision, was posted as an answer to something that is no part of its series: a
// single patch, or a patch below a cover letter, which is the root then. The id of the root; empty: it is not so.
std::string root_of_own_posting(const std::vector<PatchMail>&, std::string_view id);

}  // namespace lorelei::workflow
