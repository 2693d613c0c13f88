// SPDX-License-Identifier: GPL-3.0-or-later
// Where the mails of a thread come from, in this order:
//
//   a mailbox that was named     mbox of any dialect, packed or not, Maildir, one message, standard input
//   the archives here            all that are registered, or those that were chosen; no network is touched
//   a public-inbox server        the one of the URL that was given, else the configured one; unless we are offline
//
// A mail without Message-ID is left out, and said so. Of several copies one is taken, by its list.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hh"
#include "search/sources.hh"
#include "workflow/patch_mail.hh"
#include "workflow/settings.hh"

namespace lorelei::workflow {

struct MailSource {
  std::string mailbox;            // FILE, DIR or "-"; empty: archives and servers
  std::string separator;          // between the mails of "-", instead of "From " lines; empty: those
  search::SourceChoice archives;  // of those that are here
  bool is_offline = false;
  // Where the thread begins.
  enum class Root {
    kOfSeries,  // with all that is connected, but not above a series that was posted as an answer to something else
    kAsked,     // with the mail that was asked for
    kOfThread,  // with all that is connected
    kMailAlone  // that mail and nothing else, or the patches that are attached to it (workflow/attached_patches)
  } root = Root::kOfSeries;
};

struct FetchedThread {
  std::string id;  // the Message-ID asked for; of a whole mailbox the first one
  std::vector<PatchMail> mails;
  bool is_from_archive = false;           // one that is here: then nobody else is asked for anything
  std::vector<PatchMail> elsewhere = {};  // of other threads with the same patches (workflow/reviews_elsewhere)
};
using Say = std::function<void(const std::string&)>;  // a line of talk

// asked: a Message-ID or a URL; "": the whole mailbox. Errors: kNotFound, nobody has it; those of reading and of the
// network.
Result<FetchedThread> fetch_thread(const Env&, const Settings&, const MailSource&, const std::string& asked,
                                   const Say&);

// A Message-ID in any form that people copy: <id>, mid:id, URLs of public-inbox and Patchwork. base: of the server, if
// the URL is one of a public-inbox; else empty.
struct AskedMail {
  std::string id, base;
};
AskedMail asked_mail(std::string_view text);
// The Message-ID of the message whose header this begins with. Errors: kUsage.
Result<std::string> message_id_in(std::string_view header);

}  // namespace lorelei::workflow
