// SPDX-License-Identifier: GPL-3.0-or-later
// What becomes of the messages a search selects: they are listed, or their mail is copied.
//
// An outbox takes one message after the other and knows which of them it has (search/dedupe.hh). finish() ends it: what
// goes to a file or Maildir is built beside it, and takes its place only then, whole and durable; without finish()
// nothing is left behind. A place that holds something already is never touched.
//
// This is the seam for deliveries to come: saved searches keep a ledger behind take(), IMAP is one more implementation.
#pragma once
#include <memory>
#include <string>

#include "base/env.hh"
#include "search/dedupe.hh"
#include "search/destination.hh"
#include "search/selection.hh"

namespace lorelei::search {

class Outbox {
 public:
  virtual ~Outbox() = default;
  virtual Result<Taken> take(const Selected&) = 0;
  virtual Result<void> finish() = 0;
};

struct OutboxOptions {
  Destination to;
  JsonLook look = JsonLook::kCompact;
  Sameness sameness = Sameness::kContent;
};
// Errors: kConflict, the destination holds something.
Result<std::unique_ptr<Outbox>> open_outbox(Env&, const OutboxOptions&, const Engine&);

}  // namespace lorelei::search
