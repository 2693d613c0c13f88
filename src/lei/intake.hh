// SPDX-License-Identifier: GPL-3.0-or-later
// Mail from wherever it is named, one message after the other:
//
//   files, Maildirs                         source/mail_files.hh
//   imap[s]://[USER@]HOST/MAILBOX           all of a mailbox but what is marked deleted; with ;UIDVALIDITY=N only if
//                                           that is its UIDVALIDITY, with /;UID=N one message
//   nntp[s]://HOST/GROUP[/FIRST[-LAST]]     a newsgroup, or articles of it
//   http[s]://.../t.mbox.gz, /raw, ?q=...   source/remote_archive.hh
//
// Memory: one message.
#pragma once
#include <string>
#include <vector>

#include "lei/blob_finder.hh"
#include "lei/box.hh"
#include "lei/destination.hh"
#include "lei/marks.hh"
#include "lei/request.hh"
#include "lei/settings.hh"
#include "lei/sources.hh"
#include "source/mail_files.hh"

namespace lorelei::lei {

Result<std::vector<source::MailPlace>> parse_places(const std::vector<std::string>& words, const std::string& format);

// Who reads the same places again and again, and wants what is new.
class Follower {
 public:
  virtual ~Follower() = default;
  // How far a folder of numbered messages was read. 0: from its start.
  virtual Result<std::uint64_t> read_up_to(const std::string& folder) = 0;
  // Whether messages up to there are of interest at all: their keywords may have changed.
  virtual bool looks_back() const = 0;
  // A message before it is read (raw is empty). False: it is not read.
  virtual Result<bool> wants(const source::FoundMail&) = 0;
  // Everything up to the number was handed on.
  virtual Result<void> reached(const std::string& folder, std::uint64_t number) = 0;
  // Its numbers mean other messages than before; all up to the last one were handed on.
  virtual Result<void> renumbered(const std::string& folder, std::uint64_t last) = 0;
};

struct Intake {
  Follower* follower = nullptr;  // null: everything is read
  Say say = {};                  // what was passed over
};
// Errors: also kConflict, a UIDVALIDITY that is not the mailbox's.
Result<void> take_in(Env&, const Settings&, const std::vector<source::MailPlace>&, const source::MailSink&,
                     const Intake& = {});

enum class Flags { kTake, kDrop };
struct Converted {
  std::uint64_t written = 0, duplicates = 0;
  std::vector<Error> refused;  // messages that the destination does not take
};
// Errors: also kUsage, a place that cannot be read; what was written before it stays.
Result<Converted> convert(Env&, const Settings&, const std::vector<std::string>& words, const std::string& format,
                          const Destination&, Flags, const BoxOptions&);

// Which messages the store and the known archives have.
class KnownMail {
 public:
  enum class Scope { kEverywhere, kOwn };  // kOwn: the store, and what is only indexed
  static Result<KnownMail> open(Env&, const Settings&, Manner, Scope = Scope::kEverywhere);
  // Blobs with one of the ids and the same content; empty if it is nowhere.
  Result<std::vector<git::ObjectId>> copies_of(const Likeness&);

 private:
  struct Place;
  std::vector<std::shared_ptr<Place>> places_;
  // For what is only indexed.
  std::shared_ptr<Marks> marks_;
  std::shared_ptr<SeatReader> seats_;
};

}  // namespace lorelei::lei
