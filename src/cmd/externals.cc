// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei add-external, ls-external, forget-external: the archives that every search looks at.
#include <fmt/core.h>

#include <algorithm>

#include "base/command.hh"
#include "base/files.hh"
#include "lei/settings.hh"

namespace lorelei::cmd {

static int add_external(Env& env, Args& args) {
  std::int64_t boost = 0;
  if (const auto done = args.parse({{"--boost", "N", "what is higher is searched first (0)", &boost}})) return *done;
  constexpr auto kDoing = "add the archive";
  const auto settings = lei::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  const auto location = lei::canonical_location(args.operand(0));
  std::error_code error;
  if (location.find('\n') != std::string::npos)
    return args.fail(
        {Error::Kind::kUsage, kDoing, location, "`\\n' not allowed in `" + location + "'", "another name", ""});
  if (!lei::is_web_url(location) && !fs::is_directory(location, error))
    return args.fail({Error::Kind::kNotFound, kDoing, args.operand(0), location + " not a directory",
                      "lorelei archive clone URL DIR makes one", ""});
  const auto& known = settings->externals();
  const auto same = std::find_if(known.begin(), known.end(), [&](const auto& e) { return e.location == location; });
  if (same != known.end() && same->boost == boost) return 0;
  const auto set = settings->set(env, fmt::format("external.{}.boost", location), std::to_string(boost), args.talk());
  return set ? 0 : args.fail(set.error());
}

// A pattern, the last part of a name, or a part of the name.
static bool is_meant(const std::string& filter, std::string_view location, lei::Globs globs) {
  if (globs == lei::Globs::kYes)
    if (const auto matches = lei::glob_matches(filter, location)) return *matches;
  if (filter.find('/') != std::string::npos) return location.find(filter) != std::string_view::npos;
  if (location.ends_with('/')) location.remove_suffix(1);
  return location.ends_with("/" + filter);
}

static int ls_external(Env& env, Args& args) {
  bool nul = false, literal = false, invert = false, local = false, remote = false;
  std::string format;
  if (const auto done = args.parse({
          {"-z -0", "", "NUL instead of the space, two instead of the line end", &nul},
          {"-g --globoff", "", "FILTER is no pattern", &literal},
          {"-v --invert-match", "", "what does not match FILTER", &invert},
          {"--[no-]local", "", "only those here", &local},
          {"--[no-]remote", "", "only those on servers", &remote},
          {"-f --format", "FORMAT", "accepted for scripts: plain", &format},
      }))
    return *done;
  const auto settings = lei::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  const auto filter = args.operands().empty() ? "*" : args.operand(0);
  for (const auto& external : settings->externals()) {
    const auto& location = external.location;
    if (is_meant(filter, location, literal ? lei::Globs::kNo : lei::Globs::kYes) == invert) continue;
    if (local != remote && external.is_remote() != remote) continue;
    const std::string between(1, nul ? '\0' : ' '), end = nul ? std::string(2, '\0') : "\n";
    print(env, location + between + "boost=" + std::to_string(external.boost) + end);
  }
  return 0;
}

static int forget_external(Env& env, Args& args) {
  bool prune = false;
  if (const auto done = args.parse({{"--prune", "", "all whose directory is gone", &prune}})) return *done;
  const auto settings = lei::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  auto locations = args.operands();
  if (prune)
    for (const auto& external : settings->externals()) {
      std::error_code error;
      if (!external.is_remote() && !fs::is_directory(external.location, error)) locations.push_back(external.location);
    }
  for (const auto& location : locations) {
    const auto canonical = lei::canonical_location(location);
    for (const auto& each : {location, canonical}) {
      if (&each != &location && canonical == location) continue;
      const auto unset = settings->unset(env, fmt::format("external.{}.boost", each), args.talk());
      if (!unset) return args.fail(unset.error());
      args.remark(*unset == lei::Settings::Unset::kDone ? fmt::format("# {} forgotten ", each)
                                                        : fmt::format("# {} not found", each));
    }
  }
  return 0;
}

extern const Command kAddExternal = {
    .also = "lei",
    .verb = "add-external",
    .operands = "LOCATION",
    .help = "let every search look at an archive, too",
    .description = "LOCATION is the directory of an archive or aggregate, or the URL of one on a server.",
    .examples = {{"lorelei add-external /srv/archives/linux-block", "one on this machine"},
                 {"lorelei add-external https://lore.kernel.org/all/", "one on a server"}},
    .run = add_external,
};
extern const Command kLsExternal = {
    .also = "lei",
    .verb = "ls-external",
    .operands = "[FILTER]",
    .help = "list the archives that every search looks at",
    .description = "FILTER is a pattern (* ? [a-z] {a,b}), or the last part of a name.",
    .examples = {{"lorelei ls-external", "all of them"}},
    .run = ls_external,
};
extern const Command kForgetExternal = {
    .also = "lei",
    .verb = "forget-external",
    .operands = "[LOCATION...]",
    .help = "let searches no longer look at an archive",
    .description = "",
    .examples = {{"lorelei forget-external https://lore.kernel.org/all/", "one of them"}},
    .run = forget_external,
};

}  // namespace lorelei::cmd
