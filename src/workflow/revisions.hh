// SPDX-License-Identifier: GPL-3.0-or-later
// The mails of a thread as revisions of a series: which mail is which patch of which revision.
//
// The one idea: every decision that the subject does not make by itself is noted in words, so that whoever applies the
// result sees why.
//
//   revision   of the subject; without one that of the mail it answers, where that is its cover or its first patch
//   slots      0 the cover, then 1..expected, which is what the cover counts to, else most patches; a counter beyond it
//              makes room ("[PATCH 6/5]"). Of two mails for a slot the author's is taken, then the one that counts to
//              the same total, else the first; patches without numbers are left out where others have them
//   reroll     a revision of which only some patches were sent again, each as an answer to its older self, takes the
//              others from the revision before
//   cover      also a mail without a tag that the first patch answers, if it is by the same author
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "workflow/patch_mail.hh"

namespace lorelei::workflow {

struct Slot {
  const PatchMail* mail = nullptr;  // null: it is missing
  int revision = 1;                 // that it was sent in
};

struct Revision {
  int number = 1;
  bool is_explicit = false;  // some subject says the number
  bool is_reroll = false;    // some of its patches are of the one before
  int expected = 1;
  std::vector<Slot> slots = {{}, {}};  // [0]: the cover

  const PatchMail* cover() const { return slots[0].mail; }
  std::vector<int> missing() const;  // numbers from 1 on
  // The cover, else the first patch that is there. Never null.
  const PatchMail& first() const;
  std::string label(std::string_view name) const;  // the first word behind "NAME:" in cover or first patch
  // Behind each of them, in order; at most so many of each mail.
  std::vector<std::string> labels(std::string_view name, std::size_t limit) const;
};

class Revisions {
 public:
  enum class Rerolls { kCompleted, kLeft };
  // Views into the mails, which must outlive it.
  explicit Revisions(const std::vector<PatchMail>&, Rerolls = Rerolls::kCompleted);

  const std::map<int, Revision>& all() const { return revisions_; }
  // The highest that a subject names; only among those that none does, the last that was sent. Null: there is none.
  const Revision* latest() const;
  const std::vector<const PatchMail*>& replies() const { return replies_; }  // by date
  const PatchMail* find(const std::string& message_id) const;
  // Sentences, in the order of the decisions.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  void add(const PatchMail&);
  const std::string& author_of(const std::vector<const PatchMail*>&) const;
  Revision put_together(int number, const std::vector<const PatchMail*>&);
  void put_in(Slot&, const PatchMail&, const Revision&, const std::string& author);
  int revision_of(const PatchMail&);
  void adopt_cover(Revision&);
  void complete_reroll(Revision&);
  bool answers_older_self(const PatchMail&) const;

  std::map<std::string, const PatchMail*> by_id_;
  std::map<const PatchMail*, int> numbers_;
  std::map<int, std::vector<const PatchMail*>> posted_;  // covers and patches, by revision
  std::map<int, Revision> revisions_;
  std::vector<const PatchMail*> replies_;
  std::vector<std::string> notes_;
};

}  // namespace lorelei::workflow
