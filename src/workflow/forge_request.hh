// SPDX-License-Identifier: GPL-3.0-or-later
// A pull request of GitHub, or of a server that speaks like it, made into the mail that would have asked for it.
//
//   https://github.com/OWNER/NAME/pull/12    asked for at https://api.github.com/repos/OWNER/NAME/pulls/12
//   https://HOST/OWNER/NAME/pull/12          at https://HOST/api/v3/repos/OWNER/NAME/pulls/12
//
// The mail has the text of git request-pull in front, made from what the server says of base and head, then what the
// author wrote. Its Message-ID is always the same for one request.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/env.hh"

namespace lorelei::workflow {

struct ForgeRequest {
  std::string server;  // "https://github.com"
  std::string owner, name, number;

  std::string repository() const { return server + "/" + owner + "/" + name; }
  std::string api_url() const;
  std::string message_id() const;
};
// Nothing if the text is no URL of one.
std::optional<ForgeRequest> parse_forge_request(std::string_view);

// answer: of the server. Errors: kCorrupt, it says not what it should.
Result<std::string> forge_mail(const ForgeRequest&, std::string_view answer);

// With the key of b4.gh-api-key, if one is set: to https://github.com, and to servers that lorelei.github.server names,
// "https://HOST"; to nobody else, whatever URL somebody has sent.
// Errors: those of the network; kNotFound, with what may be the reason.
Result<std::string> fetch_forge_mail(const Env&, const ForgeRequest&);

}  // namespace lorelei::workflow
