// SPDX-License-Identifier: GPL-3.0-or-later
// What a user has told b4, korgalore and us (all by way of git's configuration) about servers of archives: mirrors, and
// who the user is.
//
//   [liblore "https://lore.kernel.org"]            one server, by scheme and host
//       fallback = https://tor.lore.kernel.org     tried before the server itself, in this order; any number of them
//       autoprobe = true                           the fastest first instead
//       probetimeout = 5.0                         seconds to wait for each in that race
//       useragentplus = 550e8400-e29b-41d4         goes into our User-Agent
//   [lore]                                         short for [liblore "https://lore.kernel.org"], if that is not there
//
// A mirror is a scheme and a host: what is fetched has the same path there.
// Source: liblore, LoreNode.from_git_config.
#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "git/config.hh"

namespace lorelei::net {

struct LoreSettings {
  std::vector<std::string> mirrors;  // origins; without the server itself
  bool probes = false;
  std::chrono::milliseconds probe_limit{5000};
  std::string user_agent_plus;
};
// origin: Url::origin(). Errors: kUsage, with the place of the entry.
Result<LoreSettings> lore_settings(const std::vector<git::Config>&, std::string_view origin);

}  // namespace lorelei::net
