// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei add-external, ls-external, forget-external: the archives that every search looks at.
#include <fmt/core.h>

#include <set>

#include <algorithm>

#include "archive/epoch_source.hh"
#include "base/command.hh"
#include "base/files.hh"
#include "base/progress.hh"
#include "base/run_setting.hh"
#include "lei/manner.hh"
#include "lei/mirror.hh"
#include "lei/settings.hh"
#include "net/http.hh"
#include "net/url.hh"

namespace lorelei::cmd {

namespace {

constexpr auto kDoing = "add the archive";

struct MirrorWish {
  std::optional<std::string> source;
  lei::MirrorOptions options;
  ByteCount memory{search::IndexOptions().memory_bytes}, max_size{UINT64_MAX};
  bool ignored = false;
};

std::vector<Option> mirror_rows(MirrorWish& wish) {
  auto& copy = wish.options.copy;
  auto& index = wish.options.index;
  std::vector<Option> rows = {
      heading("A copy of an archive"),
      {"--mirror", "URL", "make LOCATION first: a copy of the archive there, indexed", &wish.source},
      {"--inbox-version", "1|2", "the version it must have (what it is)",
       Target::choice([&copy](std::size_t i) { copy.version = static_cast<archive::Layout::Kind>(i); })},
      {"--epoch", "LOW..HIGH", "only these epochs; ~0 is the newest", &copy.epochs},
      {"-L --level --indexlevel --index-level", "basic|medium|full", "what can be searched (full)",
       Target::choice([&index](std::size_t i) { index.level = static_cast<search::Level>(i); })},
      {"-j --jobs", "N", "workers of the indexer; one a processor unless given", &index.jobs},
      {"--max-size", "BYTES", "skip larger messages; 20m is 20 MiB", &wish.max_size},
      {"--batch-size", "BYTES", "memory that the indexer aims at; 256m unless given", &wish.memory},
      {"--[no-]compact --[no-]sequential-shard --[no-]skip-docdata --[no-]fsync", "",
       "accepted for scripts; the index is compact and durable", &wish.ignored},
      heading("How servers are asked"),
  };
  for (auto& row : net::rows(wish.options.http)) rows.push_back(std::move(row));
  return rows;
}

// The archive that LOCATION is to be, made there.
Result<void> make_mirror(Env& env, const Args& args, const lei::Settings& settings, MirrorWish& wish,
                         const std::string& location) {
  if (lei::is_web_url(location))
    return err(Error::Kind::kUsage, kDoing, location, "a mirror is a directory", "add-external DIR --mirror URL");
  auto& options = wish.options;
  options.copy.talk = args.talk();
  options.index.memory_bytes = wish.memory.value;
  options.index.max_message_bytes = wish.max_size.value;
  options.say = [&args](const std::string& line) { args.remark(line); };
  const auto source = lei::canonical_location(*wish.source);
  const bool is_elsewhere = lei::is_web_url(source) || archive::is_remote_url(*wish.source);
  const auto from = lei::is_web_url(source) || !is_elsewhere ? source : *wish.source;
  if (lei::is_web_url(from)) {
    TRY(auto user, git::Config::user(env));
    const net::Http web(env, {std::move(user), settings.config()}, options.http);
    if (const auto proxy = web.proxy_for(from); options.http.proxy || !proxy.empty())
      TRY_VOID(set_for_this_run("http.proxy=" + proxy));
  }
  Progress progress(env, "index " + location, {.unit = "messages", .talk = args.talk()});
  TRY_VOID(lei::mirror_archive(env, settings, from, location, options, [&](std::uint64_t more, std::uint64_t total) {
    progress.set_total(total);
    progress.advance(more);
  }));
  progress.finish("# mirrored " + net::without_password(from) + " => " + location);
  return {};
}

}  // namespace

static int add_external(Env& env, Args& args) {
  std::int64_t boost = 0;
  MirrorWish mirror;
  std::vector<Option> rows = {{"--boost", "N", "what is higher is searched first (0)", &boost}};
  for (auto& row : mirror_rows(mirror)) rows.push_back(std::move(row));
  if (const auto done = args.parse(std::move(rows))) return *done;
  const auto settings = lei::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  const auto location = lei::canonical_location(args.operand(0));
  std::error_code error;
  if (location.find('\n') != std::string::npos)
    return args.fail(
        {Error::Kind::kUsage, kDoing, location, "`\\n' not allowed in `" + location + "'", "another name", ""});
  if (mirror.source) {
    const auto made = make_mirror(env, args, *settings, mirror, location);
    if (!made) return args.fail(made.error());
  }
  if (!lei::is_web_url(location) && !fs::is_directory(location, error))
    return args.fail(
        {Error::Kind::kNotFound, kDoing, args.operand(0), location + " not a directory", "--mirror URL makes one", ""});
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
  const bool is_lei = lei::manner_of(args.tool()) == lei::Manner::kLei;
  int status = 0;
  for (const auto& location : locations) {
    bool any = false;
    // As it is written, and as it is kept.
    for (const auto& each : std::set<std::string>{location, lei::canonical_location(location)}) {
      const auto unset = settings->unset(env, fmt::format("external.{}.boost", each), args.talk());
      if (!unset) return args.fail(unset.error());
      const bool is_done = *unset == lei::Settings::Unset::kDone;
      any |= is_done;
      if (is_done)
        args.remark(fmt::format("# {} forgotten ", each));
      else if (is_lei)
        args.remark(fmt::format("# {} not found", each));
    }
    if (!any && !is_lei)
      status = args.fail({Error::Kind::kNotFound, "forget the external", location, "it is none",
                          "lorelei ls-external lists them", ""});
  }
  return status;
}

extern const Command kAddExternal = {
    .also = "lei",
    .verb = "add-external",
    .operands = "LOCATION",
    .help = "let every search look at an archive, too",
    .description =
        "LOCATION is the directory of an archive or aggregate, or the URL of one on a server.\n\n"
        "With --mirror LOCATION is a directory that is not there yet, and becomes a copy of an archive: it is cloned "
        "from a server of public-inbox (or a directory), indexed, and put in place when it is whole; what fails leaves "
        "nothing behind. `lorelei archive fetch` and `lorelei archive index` bring it up to date. An archive of "
        "version 1 is indexed by public-inbox-index, which has to be installed for it, and brought up to date by "
        "`git fetch` and the same. `make` in the copy does what is right for it.",
    .examples = {{"lorelei add-external /srv/archives/linux-block", "one on this machine"},
                 {"lorelei add-external https://lore.kernel.org/all/", "one on a server"},
                 {"lorelei add-external ~/mail/io-uring --mirror https://lore.kernel.org/io-uring/",
                  "a copy of one on a server"}},
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
