// SPDX-License-Identifier: GPL-3.0-or-later
// Mail as it also comes: every odd form that a reader of mail has to survive, one message each, all within the last
// hundred days. The titles say what is odd.
#pragma once
#include "sample_mail/stories.hh"

namespace lorelei::sample {

void odd_mails(Stage&);

}  // namespace lorelei::sample
