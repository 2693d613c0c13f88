// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei archive import: put mail from files into an archive.
#include <fmt/format.h>

#include "archive/create.hh"
#include "archive/import.hh"
#include "archive/settings.hh"
#include "base/command.hh"
#include "base/exit_code.hh"
#include "base/progress.hh"

namespace lorelei::cmd {

static std::string summary(const std::string& name, const archive::ImportReport& report, std::string_view took) {
  auto text =
      fmt::format("{}: {} messages added of {} in {}", name, count_text(report.added), count_text(report.read), took);
  if (report.duplicates) text += fmt::format(", {} were there already", count_text(report.duplicates));
  if (report.given_ids) text += fmt::format(", {} were given a Message-ID", count_text(report.given_ids));
  if (report.interrupted) text += "; stopped before the end, the same command goes on";
  return text;
}

static int archive_import(Env& env, Args& args) {
  archive::NewArchive wanted;
  archive::ImportOptions options;
  bool is_new = false;
  if (const auto done = args.parse({
          {"--dialect", "mboxrd|mboxo|mboxcl|mboxcl2", "how mailboxes are written; found out unless given",
           Target::choice([&](std::size_t i) { options.dialect = static_cast<mail::MboxDialect>(i); })},
          heading("For a new archive"),
          {"--new", "", "make it, even if it is called much like another", &is_new},
          {"--address", "ADDRESS", "address of the list; several may be given", &wanted.addresses},
          {"--description", "TEXT", "what it is about, one line", &wanted.description},
          {"--url", "URL", "where it is published; several may be given", &wanted.urls},
          {"--newsgroup", "GROUP", "its name on NNTP servers and in aggregates", &wanted.newsgroup},
      }))
    return *done;
  wanted.name_or_dir = args.operand(0);
  using archive::Creation;
  const auto target = locate_or_create(env, wanted, is_new ? Creation::kEvenIfNear : Creation::kUnlessNear);
  if (!target) return args.fail(target.error());
  const auto& name = target->located.name;
  if (target->origin == archive::Target::Origin::kCreated)
    args.remark(fmt::format("{}: a new archive in {}", name, target->located.dir.string()));
  auto inbox = archive::Inbox::open(target->located.dir);
  if (!inbox) return args.fail(inbox.error());
  const auto branch = archive::default_branch(env);
  if (!branch) return args.fail(branch.error());
  options.importer.epochs.branch = *branch;
  options.importer.committer_name = name;
  if (target->located.registered && !target->located.registered->addresses.empty())
    options.importer.committer_address = target->located.registered->addresses.front();

  std::vector<std::string> sources(args.operands().begin() + 1, args.operands().end());
  if (sources.empty()) sources = {"-"};
  Progress progress(env, "import " + name, {.unit = "messages", .talk = args.talk()});
  const auto report = import_mail(env, *inbox, sources, options,
                                  {.progress = [&](std::uint64_t) { progress.advance(); },
                                   .remark = [&](const std::string& text) { args.remark(name + ": " + text); }});
  if (!report) return args.fail(report.error());
  progress.finish(summary(name, *report, duration_text(progress.elapsed())));
  for (const auto& problem : report->problems) (void)args.fail(problem);
  if (report->problems.empty()) return report->interrupted ? static_cast<int>(ExitCode::kIncomplete) : 0;
  return static_cast<int>(report->read > 0 ? ExitCode::kIncomplete : exit_code(report->problems.front().kind));
}

extern const Command kArchiveImport = {
    .verb = "archive import",
    .operands = "ARCHIVE [SOURCE...]",
    .help = "put mail from files into an archive",
    .description =
        "A SOURCE is a mailbox (mbox of any dialect), a single message, a Maildir, or a directory of NAME.eml files; "
        "files may be packed by gzip. Without one, or for -, standard input is read.\n\n"
        "ARCHIVE is a name or a directory; one that does not exist is made. Messages that are there already are not "
        "stored again, so that a run which was stopped is simply repeated. A message whose Message-ID belongs to "
        "another one, or that has none, is given one more.",
    .examples = {{"lorelei archive import floppy floppy.mbox", "a mailbox into the archive floppy"},
                 {"zcat old/*.gz | lorelei archive import floppy", "several packed ones"},
                 {"lorelei archive import --address me@example.com sent ~/Maildir/.Sent",
                  "a new archive of a Maildir"}},
    .run = archive_import,
};

}  // namespace lorelei::cmd
