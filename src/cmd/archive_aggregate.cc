// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei archive aggregate: several archives as one index.
#include <fmt/format.h>

#include <algorithm>

#include "archive/config.hh"
#include "archive/settings.hh"
#include "base/command.hh"
#include "base/exit_code.hh"
#include "base/progress.hh"
#include "search/aggregate.hh"

namespace lorelei::cmd {

namespace {

// An aggregate by its NAME or directory; one that is not there yet is given a place.
Result<archive::Located> aggregate_of(const Env& env, const archive::Registry& registry, const std::string& wanted) {
  auto known = registry.locate(wanted);
  if (known && known->kind == archive::Located::Kind::kAggregate) {
    if (!archive::is_valid_name(known->name))
      known->name = known->dir.filename().string();  // of one not registered yet
    return *known;
  }
  if (known && archive::find_layout(known->dir))
    return err(Error::Kind::kConflict, "make the aggregate", wanted, "it is an archive", "choose another name");
  TRY(const auto place, archive::place_for_new(env, wanted));
  return archive::Located{archive::Located::Kind::kAggregate, place.name, place.dir, std::nullopt};
}

Result<search::Member> member_of(const archive::Located& one) {
  TRY(auto readable, archive::Readable::open(one.dir));
  const auto key = one.registered ? one.registered->aggregate_key() : readable.layout.dir.string();
  return search::Member{key, one.name, std::move(readable), one.registered ? one.registered->boost : 0};
}

// The archives that are named; those that were in it before and are registered; in the order of the configuration.
Result<std::vector<search::Member>> members_of(const Env& env, const archive::Registry& registry, const fs::path& dir,
                                               std::vector<std::string> wanted, const bool all) {
  TRY(const auto before, search::aggregate_keys(dir));
  const auto add = [&](const archive::RegisteredInbox& inbox) {
    if (std::find(wanted.begin(), wanted.end(), inbox.name) == wanted.end()) wanted.push_back(inbox.name);
  };
  for (const auto& inbox : registry.inboxes())
    if (all || std::find(before.begin(), before.end(), inbox.aggregate_key()) != before.end()) add(inbox);
  if (wanted.empty())
    return err(Error::Kind::kUsage, "aggregate archives", dir.string(),
               all ? "no archive is registered" : "no archive is named",
               all ? "lorelei archive clone" : "name them after the aggregate, or use --all");
  TRY(auto located, archive::locate_archives(env, wanted));
  const auto position = [&](const archive::Located& one) {
    for (std::size_t i = 0; i < registry.inboxes().size(); ++i)
      if (registry.inboxes()[i].name == one.name) return i;
    return registry.inboxes().size();
  };
  std::stable_sort(located.begin(), located.end(),
                   [&](const auto& a, const auto& b) { return position(a) < position(b); });
  std::vector<search::Member> members;
  for (const auto& one : located) {
    TRY(auto member, member_of(one));
    members.push_back(std::move(member));
  }
  return members;
}

}  // namespace

static int archive_aggregate(Env& env, Args& args) {
  search::IndexOptions options;
  bool reindex = false, all = false;
  ByteCount memory{options.memory_bytes};
  if (const auto done = args.parse({
          {"--all", "", "every registered archive", &all},
          {"-j --jobs", "N", "workers; one a processor unless given", &options.jobs},
          {"-L --level", "medium|full", "what can be searched; as it is, or full for a new aggregate",
           Target::choice([&](std::size_t i) { options.level = i ? search::Level::kFull : search::Level::kMedium; })},
          {"--reindex", "", "build it anew", &reindex},
          {"--shards", "N", "Xapian databases of a new aggregate; 3 unless given", &options.shards},
          {"--memory", "BYTES", "memory to aim at; 256m unless given", &memory},
      }))
    return *done;
  options.memory_bytes = memory.value;
  if (reindex) options.scope = search::IndexOptions::Scope::kRebuild;
  if (options.shards == 0) options.shards = search::IndexOptions().shards;
  const auto registry = archive::Registry::load(env);
  if (!registry) return args.fail(registry.error());
  const auto aggregate = aggregate_of(env, *registry, args.operand(0));
  if (!aggregate) return args.fail(aggregate.error());
  auto members = members_of(env, *registry, aggregate->dir, {args.operands().begin() + 1, args.operands().end()}, all);
  if (!members) return args.fail(members.error());
  Progress progress(env, "aggregate " + aggregate->name, {.unit = "messages", .talk = args.talk()});
  const auto report = search::update_aggregate(env, aggregate->dir, std::move(*members), options,
                                               [&](std::uint64_t more, std::uint64_t total) {
                                                 progress.set_total(total);
                                                 progress.advance(more);
                                               });
  if (!report) return args.fail(report.error());
  if (const auto done = archive::register_aggregate(env, aggregate->name, aggregate->dir); !done)
    return args.fail(done.error());
  auto text = fmt::format("{}: {} new messages, {} cross-posts, {} copies gone in {:.1f} s", aggregate->name,
                          count_text(report->documents), count_text(report->cross_posts), count_text(report->removed),
                          static_cast<double>(progress.elapsed().count()) / 1000);
  if (report->unreadable)
    text += fmt::format("; {} copies left out that git cannot give (lorelei archive verify names them)",
                        count_text(report->unreadable));
  progress.finish(text);
  return report->unreadable ? static_cast<int>(ExitCode::kIncomplete) : 0;
}

extern const Command kArchiveAggregate = {
    .verb = "archive aggregate",
    .operands = "AGGREGATE [NAME...]",
    .help = "search several archives as one, each cross-post once",
    .description =
        "AGGREGATE is a name or a directory; it is made and registered if it is not there. The archives named, and "
        "those that are in it already, are brought up to date in it; each must have been indexed. A message that "
        "several of them hold is one result, with all their lists. The format is public-inbox's extindex: its servers "
        "and lei read it.",
    .examples = {{"lorelei archive aggregate all --all", "everything that is registered, as /all/ is on lore"},
                 {"lorelei archive aggregate storage linux-block linux-nvme", "two lists as one"},
                 {"lorelei archive aggregate storage", "bring it up to date"}},
    .run = archive_aggregate,
};

}  // namespace lorelei::cmd
