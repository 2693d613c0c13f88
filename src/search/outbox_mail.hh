// SPDX-License-Identifier: GPL-3.0-or-later
// Outboxes that copy whole messages: a new mbox (or standard output), a new Maildir.
//
// A file or Maildir is built in a hidden directory beside its place, .NAME.XXXXXX, made durable, and moved there in one
// step. A place may be empty (no such file, an empty file, an empty directory, a Maildir without any file); anything
// else in it is a conflict, found before the search begins and looked for again when the place is taken.
#pragma once
#include <memory>

#include "search/outbox.hh"

namespace lorelei::search {

// Before: is_mail(options.to.format). Errors: kConflict.
Result<std::unique_ptr<Outbox>> open_mail_outbox(Env&, const OutboxOptions&, const Engine&);

}  // namespace lorelei::search
