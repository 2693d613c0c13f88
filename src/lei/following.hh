// SPDX-License-Identifier: GPL-3.0-or-later
// What people follow, as a search: a mailing list, a thread, a subsystem of the kernel. What comes out is an ordinary
// query, which the program shows and a saved search keeps.
//
//   linux-block@vger.kernel.org, linux-block.vger.kernel.org     l:linux-block.vger.kernel.org
//   toys, https://lore.kernel.org/linux-block/                   all of that archive: it is the list
//   <ID>, https://lore.kernel.org/all/ID/                        mid:ID, with --threads
//   FLOPPY DRIVER                                                its section of MAINTAINERS (patch/subsystem_query.hh)
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lei/settings.hh"

namespace lorelei::lei {

struct Following {
  std::string query;
  std::vector<std::string> only;   // archives: where to look, and nowhere else
  std::string name;                // for a mailbox; empty if there is no obvious one
  std::vector<std::string> notes;  // one line each
};

// since: a date as users write it; "never" for all there is. Errors: kUsage (the date, archives and lists mixed),
// kNotFound (a name that is no archive).
Result<Following> follow_lists(const Env&, const Settings&, const std::vector<std::string>& lists,
                               const std::string& since);
// Errors: kUsage, no Message-ID in it.
Result<Following> follow_thread(const std::string& id_or_url);
// maintainers: the file; empty: that of the tree which the current directory is in. Errors: kNotFound (no such file or
// section), kUsage (several sections; nothing in it can be searched for; the date).
Result<Following> follow_subsystem(const Env&, const std::string& title, const std::string& maintainers,
                                   const std::string& since);

// A mailbox below lorelei.maildir. Errors: kUsage, that is not set, or there is no name.
Result<std::string> mailbox_for(const Env&, const Settings&, const Following&);

}  // namespace lorelei::lei
