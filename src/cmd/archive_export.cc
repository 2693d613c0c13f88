// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei archive export: write the mail of an archive to a mailbox or a Maildir.
#include <fmt/format.h>

#include "archive/config.hh"
#include "archive/export.hh"
#include "base/command.hh"
#include "base/exit_code.hh"
#include "base/progress.hh"

namespace lorelei::cmd {

static int archive_export(Env& env, Args& args) {
  archive::ExportOptions options;
  bool gzip = false;
  if (const auto done = args.parse({
          {"-f --format", "mboxrd|mboxo|mboxcl|mboxcl2|maildir", "what to write; mboxrd unless given",
           pick(&options.format)},
          {"-z --gzip", "", "pack it; a file called NAME.gz is packed anyway", &gzip},
          {"--since", "N", "only articles from number N on", &options.since},
          {"--until", "N", "only articles up to number N", &options.until},
      }))
    return *done;
  if (gzip) options.packing = archive::ExportOptions::Packing::kGzip;
  const auto archives = archive::locate_archives(env, {args.operand(0)});
  if (!archives) return args.fail(archives.error());
  const auto& one = archives->front();
  const auto inbox = archive::Inbox::open(one.dir);
  if (!inbox) return args.fail(inbox.error());
  const std::string destination = args.operands().size() > 1 ? args.operand(1) : "-";
  Progress progress(env, "export " + one.name, {.unit = "messages", .talk = args.talk()});
  const auto report = archive::export_mail(env, *inbox, destination, options, [&] { progress.advance(); });
  if (!report) return args.fail(report.error());
  progress.finish(fmt::format("{}: {} messages written to {}", one.name, count_text(report->written),
                              destination == "-" ? "standard output" : destination));
  for (const auto& problem : report->problems) (void)args.fail(problem);
  return static_cast<int>(report->problems.empty() ? ExitCode::kDone : ExitCode::kIncomplete);
}

extern const Command kArchiveExport = {
    .verb = "archive export",
    .operands = "ARCHIVE [DESTINATION]",
    .help = "write the mail of an archive to a mailbox or a Maildir",
    .description =
        "ARCHIVE is a name or a directory. DESTINATION is a new file, a new or empty Maildir, or - for standard "
        "output, which it also is if left out. Everything that is live in git is written, also what could not be "
        "indexed; a range of numbers comes from the index.",
    .examples = {{"lorelei archive export io-uring io-uring.mbox.gz", "everything, packed"},
                 {"lorelei archive export -f maildir floppy ~/Maildir/.floppy", "for a mail program"},
                 {"lorelei archive export --since 5000 io-uring | formail -s ...", "the newest, into a pipe"}},
    .run = archive_export,
};

}  // namespace lorelei::cmd
