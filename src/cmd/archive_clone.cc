// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei archive clone: copy an archive from a URL, a bundle or a directory, and register it.
#include <fmt/format.h>

#include "archive/clone.hh"
#include "base/command.hh"

namespace lorelei::cmd {

static int archive_clone(Env& env, Args& args) {
  archive::CloneOptions options;
  if (const auto done = args.parse({
          {"--name", "NAME", "register it under NAME, not under the last part of DIR", &options.name},
          {"--address", "ADDRESS", "address of the list; several may be given", &options.addresses},
          {"--url", "URL", "where it is published; several may be given", &options.urls},
          {"--newsgroup", "GROUP", "its name on NNTP servers and in aggregates", &options.newsgroup},
      }))
    return *done;
  options.talk = args.talk();
  const auto report = archive::clone_archive(env, args.operand(0), args.operand(1), options);
  if (!report) return args.fail(report.error());
  args.remark(fmt::format("{}: {} epoch{} in {}\n  try: lorelei archive index {}", report->name, report->epochs,
                          report->epochs == 1 ? "" : "s", report->dir.string(), report->name));
  return 0;
}

extern const Command kArchiveClone = {
    .verb = "archive clone",
    .operands = "SOURCE NAME-OR-DIR",
    .help = "copy an archive from a URL, a bundle or a directory",
    .description =
        "SOURCE is the URL of a public-inbox archive (its epochs are found as URL/0, URL/1 and so on), a git bundle, a "
        "directory with an archive, with epochs (N.git) or with bundles (N.bundle), or one bare repository.\n\n"
        "A NAME without a slash makes the archive below the directory that lorelei.archives names. The archive is "
        "registered in public-inbox's configuration file. A clone that was stopped goes on when the same command is "
        "given again.",
    .examples = {{"lorelei archive clone https://lore.kernel.org/io-uring io-uring", "mirror a list of lore"},
                 {"lorelei archive clone linux-block.bundle linux-block", "make an archive of a bundle"},
                 {"lorelei archive clone /srv/mirror/netdev ~/mail/netdev", "copy one of this machine"}},
    .run = archive_clone,
};

}  // namespace lorelei::cmd
