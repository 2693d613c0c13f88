// SPDX-License-Identifier: GPL-3.0-or-later
// The mails of a mailbox replaced by the copies of an archive, which no list server and no mail program has changed.
//
// Archives here are asked first, then the server, unless we are offline. A mail that none has, or that has no
// Message-ID, stays as it is. The same mail is one with that Message-ID, address of From, Date and title, and number
// and revision of a patch; others with the Message-ID are not taken for it.
//
//   mbox      becomes an mboxrd, made beside it and moved in at one go; not if mail came into it in the meantime. It is
//             another file then: nobody may deliver into it who does not heed its dotlock
//   Maildir   each file by itself, in one step; its name stays, and the marks in it, its mode and its time; sizes in
//             the name (",S=", ",W=") are put right
//
// What killed runs left beside an mbox or in tmp/ is removed.
#pragma once
#include <sys/stat.h>

#include <cstddef>

#include "base/files.hh"
#include "workflow/mail_source.hh"

namespace lorelei::workflow {

struct Refetched {
  std::size_t replaced = 0, equal = 0;  // equal: they were the archive's already
  std::size_t kept = 0;                 // nobody has them
  std::size_t unlike = 0;               // kept as well: what there is of their Message-ID is another mail
};

class RefetchedMbox {
 public:
  // Makes the new one. Errors: kNotFound, kCorrupt, kRefused (it is packed), those of archives and the network.
  static Result<RefetchedMbox> make(const Env&, const Settings&, const MailSource&, const fs::path&, const Say&);
  // For whoever has the mbox locked. Errors: kConflict, it is not what was read any more.
  Result<void> move_in();

  const fs::path& place() const { return path_; }  // without links: what is to be locked

  Refetched count = {};

 private:
  RefetchedMbox(fs::path path, struct stat status, TempDir beside)
      : path_(std::move(path)), status_(status), beside_(std::move(beside)) {}
  fs::path result() const { return beside_.path() / "result"; }

  fs::path path_;  // without links
  struct stat status_;
  TempDir beside_;
};

Result<Refetched> refetch_maildir(const Env&, const Settings&, const MailSource&, const fs::path&, const Say&);

}  // namespace lorelei::workflow
