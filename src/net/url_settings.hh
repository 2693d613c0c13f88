// SPDX-License-Identifier: GPL-3.0-or-later
// Settings that hold for some URLs only, as git has them:
//
//   [http]                             proxy = ...      for all
//   [http "https://lore.kernel.org/"]  proxy = ...      for that scheme, host, port and all below that path
//   [http "https://*.kernel.org"]      proxy = ...      "*" is one label of the host's name
//
// The entry with the longer host wins, then the one with the longer path, then the later one.
// Source: git-config(1), http.<url>.*
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "git/config.hh"

namespace lorelei::net {

// configs: the later ones win. url: one that parse_url takes; nothing matches another. "" for a name without a value.
std::optional<std::string> url_setting(const std::vector<git::Config>& configs, std::string_view section,
                                       std::string_view name, std::string_view url);

}  // namespace lorelei::net
