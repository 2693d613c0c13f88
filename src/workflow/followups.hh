// SPDX-License-Identifier: GPL-3.0-or-later
// Which trailers of replies go to which patch, and which do not.
//
//   to whom    up the chain of In-Reply-To to the first mail that is a patch (that one) or no reply (a cover: every
//              patch). A patch of another revision hands it on to the one with the same patch-id
//   by whom    who sent the reply: the same address but for letter case and "+extension", or in a domain that is one
//              label above or below; the same name under another address only if the mail is attested for its sender
//
// A patch's own come first, then those for the same change in another revision, then those for the cover; each in the
// order of the dates of the mails. What a patch has already is not added, and not reported either.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "workflow/revisions.hh"

namespace lorelei::workflow {

struct FollowupRules {
  bool is_sloppy = false;                 // anybody may give anything
  std::vector<std::string> ignored_from;  // globs of addresses: of the sender, or of who is named
  // Whether its sender's domain, or its sender, has signed the mail. Empty: nobody's.
  std::function<bool(const PatchMail&)> is_attested;
};

struct FollowupTrailer {
  patch::Trailer trailer;
  const PatchMail* giver = nullptr;
  bool by_name_only = false;  // the address is another one; the mail is attested
  enum class For { kPatch, kSameChange, kSeries } given_for = For::kPatch;
};

struct Followups {
  std::map<const PatchMail*, std::vector<FollowupTrailer>> added;  // by the patch
  std::vector<FollowupTrailer> mismatched, ignored;                // each once
};

Followups collect_followups(const Revisions&, const Revision& chosen, const FollowupRules&);

// Names and values in any letter case; links to the same Message-ID are equal. Notes do not count.
bool are_equal(const patch::Trailer&, const patch::Trailer&);
// Whether two addresses are one person's.
bool is_same_person(std::string_view one_address, std::string_view other_address);

}  // namespace lorelei::workflow
