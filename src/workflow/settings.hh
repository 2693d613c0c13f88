// SPDX-License-Identifier: GPL-3.0-or-later
// What git's configuration says about applying patches: b4's keys, so that nothing changes for whoever has set them.
//
//   user.name, user.email
//   b4.midmask, .linkmask, .linktrailermask, .listid-preference, .trailer-order, .trailers-ignore-from,
//   .save-maildirs, .attestation-policy, .attestation-checkmarks
//
// Below git's own files counts `.b4-config` at the top of the work tree, but only for keys that name no program and no
// file, and no trailer: masks of URLs and the order of trailers. It came with the tree, from whoever wrote that.
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

  std::string link_to(const std::string& message_id) const;
};

}  // namespace lorelei::workflow
