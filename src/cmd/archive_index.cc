// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei archive index: bring the index of archives up to date with their git history.
#include <fmt/format.h>

#include "archive/config.hh"
#include "attest/record.hh"
#include "attest/settings.hh"
#include "base/command.hh"
#include "base/joint_status.hh"
#include "base/progress.hh"
#include "search/index.hh"

namespace lorelei::cmd {

namespace {

std::string summary(const std::string& name, const search::IndexReport& report, const Progress& progress) {
  auto text = fmt::format("{}: {} messages indexed in {:.1f} s", name, count_text(report.indexed),
                          static_cast<double>(progress.elapsed().count()) / 1000);
  if (report.removed) text += fmt::format(", {} removed", count_text(report.removed));
  if (report.skipped)
    text += fmt::format(", {} skipped (lorelei archive ls --skipped {})", count_text(report.skipped), name);
  for (const auto epoch : report.rewritten) text += fmt::format(", epoch {} was rewritten upstream", epoch);
  if (report.interrupted) text += "; stopped before the end, run it again to go on";
  return text;
}

// What the archive's section says of its index, where the command line says nothing.
std::optional<search::Level> level_of(const archive::Located& one) {
  if (!one.registered || !one.registered->index_level) return std::nullopt;
  for (const auto level : {search::Level::kBasic, search::Level::kMedium, search::Level::kFull})
    if (to_text(level) == *one.registered->index_level) return level;
  return std::nullopt;
}

Result<search::IndexReport> index_one(Env& env, Args& args, const archive::Located& one, search::IndexOptions options) {
  if (one.kind == archive::Located::Kind::kAggregate)
    return err(Error::Kind::kUsage, "index the archive", one.name, "it is an aggregate",
               "lorelei archive aggregate " + one.name);
  TRY(const auto inbox, archive::Inbox::open(one.dir));
  if (!options.level) options.level = level_of(one);
  if (one.registered) options.altids = one.registered->altids;
  Progress progress(env, "index " + one.name, {.unit = "messages", .talk = args.talk()});
  TRY(const auto report, search::index_archive(env, inbox, options, [&](std::uint64_t more, std::uint64_t total) {
        progress.set_total(total);
        progress.advance(more);
      }));
  progress.finish(summary(one.name, report, progress));
  return report;
}

// What signatures say of mail that was not judged yet. The index is there already.
Result<void> record_one(Env& env, Args& args, const archive::Located& one) {
  TRY(const auto inbox, archive::Inbox::open(one.dir));
  TRY(const auto settings, attest::Settings::load(env, ""));
  attest::AttesterOptions options;
  options.sources = settings.sources;
  options.verify = attest::verify_options(settings);
  if (settings.checks_dkim.value_or(false))
    options.dkim = attest::DkimSources{.is_offline = false, .keys_file = "", .resolvers = settings.dns_resolvers};
  Progress progress(env, "attest " + one.name, {.unit = "messages", .talk = args.talk()});
  TRY(const auto report, attest::record_verdicts(env, inbox, options, [&] { progress.advance(); }));
  progress.finish(fmt::format("{}: verdicts on {} messages recorded, {} were known{}", one.name,
                              count_text(report.judged), count_text(report.known),
                              report.is_interrupted ? "; stopped before the end" : ""));
  return {};
}

}  // namespace

static int archive_index(Env& env, Args& args) {
  search::IndexOptions options;
  bool reindex = false, attests = false;
  ByteCount memory{options.memory_bytes}, max_size{options.max_message_bytes};
  if (const auto done = args.parse({
          {"-j --jobs", "N", "workers; one a processor unless given", &options.jobs},
          {"-L --level", "basic|medium|full", "what can be searched; as it is, or full for a new index",
           Target::choice([&](std::size_t i) { options.level = static_cast<search::Level>(i); })},
          {"--reindex", "", "build the index anew from git; article numbers are kept", &reindex},
          {"--shards", "N", "Xapian databases of a new index; 3 unless given", &options.shards},
          {"--max-size", "BYTES", "skip larger messages, and list them; 20m is 20 MiB", &max_size},
          {"--attest", "",
           "record what signatures say of each message, and by which key; DKIM if lorelei.attest.checkDkim", &attests},
          {"--memory", "BYTES", "memory to aim at; 256m unless given", &memory},
      }))
    return *done;
  options.memory_bytes = memory.value;
  options.max_message_bytes = max_size.value;
  if (reindex) options.scope = search::IndexOptions::Scope::kRebuild;
  if (options.shards == 0) options.shards = search::IndexOptions().shards;
  const auto archives = archive::locate_archives(env, args.operands());
  if (!archives) return args.fail(archives.error());
  JointStatus status;
  for (const auto& one : *archives) {
    const auto report = index_one(env, args, one, options);
    if (!report) {
      status.failed(args.fail(report.error()));
      continue;
    }
    if (report->interrupted) return static_cast<int>(ExitCode::kFailed);
    status.done();
    if (const auto recorded = attests ? record_one(env, args, one) : Result<void>(); !recorded)
      status.failed(args.fail(recorded.error()));
    if (report->damaged) status.failed(static_cast<int>(ExitCode::kIncomplete));
  }
  return status.status();
}

extern const Command kArchiveIndex = {
    .verb = "archive index",
    .operands = "[NAME...]",
    .help = "make archives searchable, or bring their index up to date",
    .description =
        "Without a NAME all registered archives are indexed; a NAME may be a directory. Only what is new in git is "
        "read. The index is public-inbox's own format: its servers and lei read it, and either program goes on where "
        "the other stopped. Readers are not disturbed; a run that is killed is repeated by the next one from its last "
        "whole step. Messages that cannot be indexed are kept in git, counted and listed.",
    .examples = {{"lorelei archive index", "bring every registered archive up to date"},
                 {"lorelei archive index --reindex linux-block", "build one index anew; article numbers stay"},
                 {"lorelei archive index -L basic ./mirror", "overview and threads only, without search"}},
    .run = archive_index,
};

}  // namespace lorelei::cmd
