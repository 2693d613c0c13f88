// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/url_settings.hh"

#include <algorithm>

#include "base/text.hh"
#include "net/url.hh"

namespace lorelei::net {

namespace {

struct Rank {
  std::size_t host = 0, path = 0;
  bool operator<=(const Rank& other) const { return host != other.host ? host < other.host : path <= other.path; }
};

bool hosts_match(std::string_view pattern, std::string_view host) {
  const auto wanted = split(pattern, '.'), given = split(host, '.');
  return wanted.size() == given.size() &&
         std::equal(wanted.begin(), wanted.end(), given.begin(), [](auto a, auto b) { return a == "*" || a == b; });
}

bool is_below(std::string_view path, std::string_view prefix) {
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

// How well the subsection of an entry fits; nothing if it does not. A "*" is no part of a host name for parse_url.
std::optional<Rank> rank_of(const std::string& subsection, const Url& url) {
  constexpr std::string_view kStar = "--any--";
  const auto pattern = parse_url(replace_all(subsection, "*", kStar));
  if (!pattern || pattern->scheme != url.scheme || pattern->port_or_default() != url.port_or_default())
    return std::nullopt;
  const std::string host = replace_all(pattern->host, kStar, "*");
  const std::string path = replace_all(pattern->path, kStar, "*");
  if (!hosts_match(host, url.host) || !is_below(url.path, path)) return std::nullopt;
  return Rank{host.size(), path.size()};
}

}  // namespace

std::optional<std::string> url_setting(const std::vector<git::Config>& configs, std::string_view section,
                                       std::string_view name, std::string_view text) {
  const auto url = parse_url(text);
  if (!url) return std::nullopt;
  std::optional<std::string> best;
  Rank best_rank;
  for (const auto& config : configs)
    for (const auto& entry : config.entries()) {
      if (entry.section != section || entry.name != name) continue;
      const auto rank = entry.subsection ? rank_of(*entry.subsection, *url) : Rank{};
      if (!rank || !(best_rank <= *rank)) continue;
      best_rank = *rank;
      best = entry.value.value_or("");
    }
  return best;
}

}  // namespace lorelei::net
