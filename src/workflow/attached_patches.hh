// SPDX-License-Identifier: GPL-3.0-or-later
// Patches that came as attachments of one mail, made a series: each part that is a patch with a header of its own
// (From, Subject, Date) becomes a mail, and what the mail itself says becomes their cover letter.
//
//   Message-IDs   att1-ID, att2-ID, ... of the mail's ID, in the order of the parts
//   counters      those of the subjects; where one of them has none, the order of the parts
//
// Foreign bytes: linear, at most kMaxAttached parts.
#pragma once
#include <cstdint>
#include <vector>

#include "workflow/patch_mail.hh"

namespace lorelei::workflow {

inline constexpr std::size_t kMaxAttached = 1000;

// The cover, then the patches. Empty: no part of it is such a patch. now: for mail without any date. Errors: kTooLarge.
Result<std::vector<PatchMail>> attached_patches(const PatchMail&, std::int64_t now);

}  // namespace lorelei::workflow
