// SPDX-License-Identifier: GPL-3.0-or-later
// What git's configuration says about applying patches: b4's keys, so that nothing changes for whoever has set them.
//
//   user.name, user.email
//   b4.midmask, .linkmask, .linktrailermask, .listid-preference, .trailer-order, .trailers-ignore-from,
//   .save-maildirs, .attestation-policy, .attestation-checkmarks, .shazam-am-flags, .shazam-merge-flags,
//   .shazam-merge-template
//
// Below git's own files counts `.b4-config` at the top of the work tree, but only for keys that name no program and no
// file, no server and no trailer: the masks of links, the order of trailers, what a tree is called. It came with the
// tree, from whoever wrote that; what is wrong in it is passed over.
//
// For letters of thanks:
//
//   b4.thanks-from-name, .thanks-from-email, .thanks-treename, .thanks-commit-url-mask, .thanks-am-template,
//   .thanks-pr-template, .email-exclude
//   remote.REMOTE.b4-treename, .b4-commit-url-mask, .b4-am-template, .b4-pr-template
//
// those of a remote come before; it is the one of the branch.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/env.hh"
#include "patch/trailers.hh"

namespace lorelei::workflow {

struct Settings {
  // Errors: kUsage, with the place of the entry.
  static Result<Settings> load(const Env&);

  std::optional<patch::Person> me;                          // nothing: name or address is not set
  std::string archive_url = "https://lore.kernel.org/all";  // where threads are fetched; without "/" at its end
  std::string link_mask = "https://patch.msgid.link/%s";
  std::string link_name = "Link";
  std::vector<std::string> list_preference = {"*.feeds.kernel.org", "*.linux.dev", "*.kernel.org", "*"};
  std::vector<std::string> trailer_order;  // empty: as they come
  std::vector<std::string> ignored_from;
  bool saves_maildirs = false;
  bool shows_attestation = true;
  bool has_fancy_marks = true;
  std::vector<std::string> am_flags;  // for `git am`
  std::vector<std::string> merge_flags = {"--signoff"};
  std::string merge_template;  // a text; empty: ours

  std::string link_to(const std::string& message_id) const;  // all but unreserved bytes and "@+=" is %XX
  const char* mark(bool is_good) const;                      // of a signature
};

struct ThanksSettings {
  // branch: as git log takes it. Errors: kUsage, nobody is configured to write as, a mask without %s; those of reading
  // a template.
  static Result<ThanksSettings> load(const Env&, const std::string& branch);

  patch::Person from;                                   // who writes
  std::string committer;                                // user.email
  std::vector<std::string> excluded;                    // patterns of addresses that get no letter
  std::string tree_name;                                // "mia/linux.git"; of a tree that is nowhere else "local tree"
  std::string branch;                                   // as the remote calls it
  std::string commit_url_mask;                          // with one %s or %.12s
  std::optional<std::string> am_template, pr_template;  // nothing: the built-in one
  std::string signature;                                // of ~/.signature, else who writes

  std::string commit_url(std::string_view commit) const;
};

}  // namespace lorelei::workflow
