// SPDX-License-Identifier: GPL-3.0-or-later
// A posting on its way, from an outbox over a carrier, and what is done when all of it has arrived there.
//
//   deliver         all that is to be done for an outbox, again and again until it is done
//   send_all        mail after mail; stops at the first that does not go
//   hand_in_all     all at once to a web endpoint
//   finish_series   of a revision: the tag of what was sent, the Message-ID in the tracking, the next revision with an
//                   entry for its changes in the cover letter. Each step is left out where it is done already, so that
//                   a kill between them does no harm.
#pragma once
#include <functional>
#include <string>

#include "workflow/mail_carrier.hh"
#include "workflow/outbox.hh"
#include "workflow/prep_branch.hh"
#include "workflow/settings.hh"

namespace lorelei::workflow {

using Told = std::function<void(const std::string&)>;  // a line of talk

// Everything that is pending or was refused is sent, what is unknown is not; if one of them cannot go there at all,
// none is. Errors: the first failure, with what to do
// next; what was sent before it is written down.
Result<void> send_all(const Env&, Outbox&, MailCarrier&, const Told&);

// The same to the endpoint that the posting names, which takes all or nothing. What nobody knows of is handed in again
// if the endpoint recognises copies.
Result<void> hand_in_all(const Env&, Outbox&, const Told&);

// Sends what is not sent yet, and finishes and removes the outbox when all is. Errors: those of both; kIncomplete,
// nobody knows of some mails.
Result<void> deliver(const Env&, Outbox&, const Told&);

// The tag object for what is on the branch, made but not referred to. letter: its text.
Result<git::ObjectId> make_tag(const Env&, PrepBranch&, const std::string& name, const std::string& letter);
std::string tag_name(const PrepBranch&, int revision);

// What would keep finish_series() from its work, told before the first mail is sent: that a commit cannot be signed,
// too, which is tried with one that is not kept. Errors: see git/rewrite.
enum class Signing { kTried, kNotTried };
Result<void> check_finish(const Env&, const PrepBranch&, Signing);
Result<void> finish_series(const Env&, const Settings&, const OutboxPosting&, const Told&);

}  // namespace lorelei::workflow
