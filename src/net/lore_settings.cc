// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/lore_settings.hh"

#include <fmt/format.h>

#include <cstdlib>

#include "base/text.hh"
#include "net/url.hh"

namespace lorelei::net {

namespace {

constexpr double kMaxProbeSeconds = 600;

tl::unexpected<Error> bad_entry(const git::ConfigEntry& entry, std::string why) {
  return err(Error::Kind::kUsage, "read the setting", entry.key(),
             fmt::format("{}:{}: {}", entry.file, entry.line, why));
}

Result<std::string> mirror_in(const git::ConfigEntry& entry) {
  const auto url = parse_url(entry.value.value_or(""));
  const bool is_web = url && (url->scheme == "http" || url->scheme == "https");
  if (!is_web || (url->path.size() > 1) || url->has_query || !url->user.empty())
    return bad_entry(entry, "a mirror is https:// and a host, without a path");
  return url->origin();
}

Result<void> add(LoreSettings& to, const git::ConfigEntry& entry) {
  if (entry.name == "fallback") {
    TRY(auto mirror, mirror_in(entry));
    to.mirrors.push_back(std::move(mirror));
  } else if (entry.name == "autoprobe") {
    TRY(to.probes, git::as_bool(entry));
  } else if (entry.name == "probetimeout") {
    const std::string value = entry.value.value_or("");
    char* end = nullptr;
    const double seconds = std::strtod(value.c_str(), &end);
    if (value.empty() || *end || !(seconds > 0 && seconds <= kMaxProbeSeconds))
      return bad_entry(entry, fmt::format("'{}' is no number of seconds", value));
    to.probe_limit = std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
  } else if (entry.name == "useragentplus") {
    to.user_agent_plus = printable(entry.value.value_or(""));
  }
  return {};
}

}  // namespace

Result<LoreSettings> lore_settings(const std::vector<git::Config>& configs, std::string_view origin) {
  const bool is_lore = origin == "https://lore.kernel.org" || origin == "http://lore.kernel.org";
  LoreSettings own, general;
  bool has_own = false;
  for (const auto& config : configs)
    for (const auto& entry : config.entries()) {
      if (entry.section == "liblore" && entry.subsection == origin) {
        has_own = true;
        TRY_VOID(add(own, entry));
      } else if (is_lore && entry.section == "lore" && !entry.subsection) {
        TRY_VOID(add(general, entry));
      }
    }
  return has_own ? own : general;
}

}  // namespace lorelei::net
