// SPDX-License-Identifier: GPL-3.0-or-later
// Outboxes that copy whole messages: a new mbox (or standard output), a new Maildir.
//
// How a new place is taken, and what may be there: mail/new_place.hh.
#pragma once
#include <memory>

#include "search/outbox.hh"

namespace lorelei::search {

// Before: is_mail(options.to.format). Errors: kConflict.
Result<std::unique_ptr<Outbox>> open_mail_outbox(Env&, const OutboxOptions&, const Engine&);

}  // namespace lorelei::search
