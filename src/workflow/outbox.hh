// SPDX-License-Identifier: GPL-3.0-or-later
// Mails on their way: written down whole before the first is sent, and what becomes of each, so that a kill at any
// moment loses none and sends none twice.
//
//   GIT-DIR/lorelei/outbox/NAME/      NAME: CHANGE-ID-vN, and more for what is no posting of a revision
//     0000.eml ...                    final bytes
//     log                             a line for each step, durable before the step after it
//     posting.json                    written last: until it is there, nothing was begun. Written anew, if somebody is
//     left
//                                     out who could not be written to
//
//   line of log := (INDEX | "*") STATE CODE REPLY LF      "*": of all; a last line that is cut off counts for nothing
//
//   pending    nothing has left, or what left the server does not have
//   sending    all but the final dot has left: found by somebody who comes later, nobody knows what became of it
//   sent       the server has it
//   refused    the server does not take it
//   unknown    the server may have it; somebody has to decide
//
// Who has an outbox open holds its lock.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/files.hh"
#include "git/object_id.hh"

namespace lorelei::workflow {

enum class MailState { kPending, kSending, kSent, kRefused, kUnknown };

struct OutboxMail {
  std::string file, message_id, subject;
  std::string from;             // of the envelope
  std::vector<std::string> to;  // of the envelope
  MailState state = MailState::kPending;
  int code = 0;
  std::string reply;
};

// Of a mail that is written: Message-ID, subject, and To and Cc for its envelope. Errors: kRefused, nobody would get
// it.
Result<OutboxMail> outbox_mail(std::string_view text, std::string file, std::string envelope_from);

// What is to be done before the first leaves, and when all is sent.
struct OutboxPosting {
  // kLetters: they are no longer in the spool of letters then. kRevision: its tag, and the next one. kOther: nothing,
  // as for a preview.
  enum class Kind { kRevision, kLetters, kOther } kind = Kind::kOther;
  std::string branch, change_id;
  int revision = 1;
  bool is_reflection = false;   // to oneself, though the headers name others
  std::string first_id;         // Message-ID of the first mail
  std::string identity;         // sendemail.IDENTITY, whose settings count first; empty: as configured
  std::string endpoint;         // the URL, without its password, that all is handed in at; empty: by the mail settings
  std::int64_t begun = 0;       // seconds since 1970
  std::string tag, tag_object;  // name and object of it; hexadecimal
};

class Outbox {
 public:
  // texts: of the mails, in order. Errors: kConflict, there is one of that name.
  static Result<Outbox> create(const fs::path& git_directory, const std::string& name, OutboxPosting,
                               std::vector<OutboxMail>, const std::vector<std::string>& texts);
  // Errors: kNotFound; kCorrupt; kTemporary, somebody has it open.
  static Result<Outbox> open(const fs::path& git_directory, const std::string& name);
  // Of all that are there, oldest first; what a kill left before it was whole is removed.
  static std::vector<std::string> names(const fs::path& git_directory);

  const std::string& name() const { return name_; }
  fs::path git_directory() const { return directory_.parent_path().parent_path().parent_path(); }
  const OutboxPosting& posting() const { return posting_; }
  const std::vector<OutboxMail>& mails() const { return mails_; }
  bool is_all(MailState) const;
  std::size_t count(MailState) const;
  Result<std::string> text(std::size_t index) const;

  // Durable when it returns. note_all: of all mails at once or of none.
  Result<void> note_all(MailState, int code, const std::string& reply);
  Result<void> note(std::size_t index, MailState, int code, const std::string& reply);
  // Out of the envelopes of those that have not left; their headers stay as they were signed. How many that are.
  // Durable when it returns. Errors: kNotFound, none of them goes there; kRefused, one would go to nobody else.
  Result<std::size_t> leave_out(const std::string& address);
  Result<void> remove();

 private:
  Outbox(fs::path directory, std::string name, FileLock lock)
      : directory_(std::move(directory)), name_(std::move(name)), lock_(std::move(lock)) {}
  Result<void> read();
  Result<void> read_log();
  Result<void> append(std::string line);

  fs::path directory_;
  std::string name_;
  FileLock lock_;
  OutboxPosting posting_;
  std::vector<OutboxMail> mails_;
};

}  // namespace lorelei::workflow
