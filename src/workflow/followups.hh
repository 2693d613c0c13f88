// SPDX-License-Identifier: GPL-3.0-or-later
// Which trailers of replies go to which patch, and which do not.
//
//   to whom    up the chain of In-Reply-To to the first mail that is a patch (that one) or no reply (a cover: every
//              patch). A patch of another revision hands it on to the one with the same patch-id, and so does one of
//              another thread, if it is the same to the last blank; a cover of another thread to those that are the
//              same as a patch of its own, right below it
//   by whom    who sent the reply: the same address but for letter case and "+extension", or in a domain that is one
//              label above or below; the same name under another address only if the mail is attested for its sender
//
//   to nobody  what reaches no patch by that is reported as lost, where a rule says which patch it may be meant for: a
//              patch that was changed since, or dropped; the cover of another revision; a mail that is not here
//
// A patch's own come first, then those for the same change in another revision, then those for the cover; each in the
// order of the dates of the mails. What a patch has already is not added, and not reported either.
#pragma once
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "git/object_id.hh"
#include "workflow/revisions.hh"

namespace lorelei::workflow {

struct FollowupRules {
  bool is_sloppy = false;                 // anybody may give anything
  std::vector<std::string> ignored_from;  // globs of addresses: of the sender, or of who is named
  // Whether its sender's domain, or its sender, has signed the mail. Empty: nobody's.
  std::function<bool(const PatchMail&)> is_attested;
  // Whether a posted patch is a chosen one although the change is another. Empty: never.
  std::function<bool(const PatchMail& posted, const PatchMail& chosen)> is_also_same = {};
  // Whether a posted patch may have become a chosen one. Empty: what is lost is not reported.
  std::function<bool(const PatchMail& posted, const PatchMail& chosen)> is_like = {};
};

struct FollowupTrailer {
  patch::Trailer trailer;
  const PatchMail* giver = nullptr;
  bool by_name_only = false;  // the address is another one; the mail is attested
  bool is_elsewhere = false;  // the reply is in another thread
  enum class For { kPatch, kSameChange, kSeries } given_for = For::kPatch;
};

// One that no patch gets, though it may be given.
struct LostTrailer {
  FollowupTrailer given;
  const PatchMail* posted = nullptr;     // what it answers: a patch, a cover; null: that is not here
  std::vector<const PatchMail*> likely;  // the chosen patches that may be meant, all for a cover
};

struct Followups {
  std::map<const PatchMail*, std::vector<FollowupTrailer>> added;  // by the patch
  std::vector<FollowupTrailer> mismatched, ignored;                // each once
  // By the date of the mail. Not what all the likely patches have anyway.
  std::vector<LostTrailer> lost;
};

// elsewhere: mails of other threads in which some of the patches were posted, too; must outlive the result.
Followups collect_followups(const Revisions&, const Revision& chosen, const std::vector<PatchMail>& elsewhere,
                            const FollowupRules&);

// What a patch changes, however it was posted.
struct Change {
  std::optional<git::ObjectId> id;  // the patch-id; nothing: it is no patch
  std::size_t headings = 0;         // of files and hunks: a patch-id ends with the first patch of a text
  git::ObjectId lines = {};         // of all lines that go and come, as they are: a patch-id is blind to white space
  bool operator==(const Change&) const = default;
};
Change change_of(const PatchMail&);

// Names and values in any letter case; links to the same Message-ID are equal. Notes do not count.
bool are_equal(const patch::Trailer&, const patch::Trailer&);
// "Nacked-by" and the other ways to write it.
bool is_objection(const patch::Trailer&);
// Whether two addresses are one person's.
bool is_same_person(std::string_view one_address, std::string_view other_address);

}  // namespace lorelei::workflow
