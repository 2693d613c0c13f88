// SPDX-License-Identifier: GPL-3.0-or-later
// Which list an archive is of, read from its newest mail: servers want its address, and nothing in git says it.
//
// A mail of a list says "List-Id: words <name.host>" and is sent to name@host. What most of the newest mails agree on
// is taken if some of them are addressed to it.
#pragma once
#include <optional>
#include <string>

#include "archive/inbox.hh"
#include "base/result.hh"

namespace lorelei::archive {

struct ListIdentity {
  std::string list_id;  // "linux-block.vger.kernel.org"
  std::string address;  // "linux-block@vger.kernel.org"
};
// Nothing if the mail does not say. Errors: kCorrupt, kNotFound from git.
Result<std::optional<ListIdentity>> guess_list_identity(const Inbox&);

}  // namespace lorelei::archive
