// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei am: a series out of a thread, ready for git am.
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

#include "base/command.hh"
#include "base/exit_code.hh"
#include "base/files.hh"
#include "base/shell_word.hh"
#include "base/text.hh"
#include "mail/maildir.hh"
#include "workflow/am.hh"
#include "workflow/am_text.hh"

namespace lorelei::cmd {

namespace {

constexpr std::size_t kMaxStdin = 64 << 20;

struct Wishes {
  workflow::MailSource source;
  workflow::AmWishes am;
  std::string directory = ".", name;
  bool as_maildir = false, as_quilt = false, keeps_cover = true, reads_stdin = true, with_parent = true;
  bool allows_incomplete = false;
  bool ignored_t = false;

  bool to_stdout() const { return directory == "-"; }
};

// The Message-ID of a mail on standard input, if nothing names one.
Result<std::string> asked_for(const Args& args, const Wishes& wishes) {
  if (!args.operands().empty()) return args.operand(0);
  if (!wishes.source.mailbox.empty()) return std::string();
  if (!wishes.reads_stdin || isatty(0))
    return err(Error::Kind::kUsage, "find the thread", "", "no Message-ID is given", "a MSGID, or -m MBOX");
  TRY(const auto text, read_all(0, "standard input", kMaxStdin));
  return workflow::message_id_in(text);
}

// What am wrote before may be written anew; any other file stays.
Result<void> write_output(const fs::path& file, const std::string& text) {
  std::error_code failed;
  if (fs::exists(fs::symlink_status(file, failed))) {
    if (!fs::is_regular_file(fs::symlink_status(file, failed)))
      return err(Error::Kind::kConflict, "write the patches", file, "something else is there", "-n NAME, or -o DIR");
    TRY(const auto before, read_file(file, 1 << 30));
    if (!before.starts_with("From git@z ") && !before.starts_with("From mboxrd@z "))
      return err(Error::Kind::kConflict, "write the patches", file, "another file is there", "-n NAME, or -o DIR");
  }
  TRY_VOID(make_directories(file.parent_path()));
  return replace_file(file, text);
}

Result<void> write_quilt(const fs::path& directory, const workflow::AmSeries& series) {
  std::error_code failed;
  if (fs::exists(directory, failed))
    return err(Error::Kind::kConflict, "write the patches", directory, "it exists", "-n NAME, or -o DIR");
  TRY_VOID(make_directories(directory));
  std::string names;
  for (const auto& entry : series.entries) {
    const auto name = fmt::format("{:04}_{}.patch", entry.number, workflow::slug_of(entry.patch.title));
    TRY_VOID(create_file(directory / name, entry.text));
    names += name + "\n";
  }
  return create_file(directory / "series", names);
}

Result<void> write_maildir(const fs::path& directory, const workflow::AmSeries& series) {
  std::error_code failed;
  if (fs::exists(directory, failed))
    return err(Error::Kind::kConflict, "write the patches", directory, "it exists", "-n NAME, or -o DIR");
  TRY(auto writer, mail::MaildirWriter::create(directory));
  for (const auto& entry : series.entries)
    TRY_VOID(writer.deliver(entry.text, {"", std::nullopt, {}, mail::MaildirWriter::Folder::kNew}));
  return writer.finish();
}

void print_base(const Args& args, const workflow::AmSeries& series, const std::string& file) {
  if (series.base_commit.empty()) {
    args.remark(" Base: not specified");
  } else {
    args.remark(" Base: " + series.base_commit);
    args.remark(fmt::format("       git checkout -b {} {}", series.branch(), series.base_commit));
  }
  args.remark(fmt::format("       git am {}{}", series.is_mboxrd() ? "--patch-format=mboxrd " : "", shell_word(file)));
}

Result<void> write_files(Env& env, const Args& args, const Wishes& wishes, const workflow::AmSeries& series,
                         bool saves_maildirs) {
  if (wishes.to_stdout()) {
    print(env, series.mbox());
    return {};
  }
  auto name = wishes.name.empty() ? series.slug() : wishes.name;
  for (const std::string_view end : {".mbx", ".mbox", ".maildir"})
    if (name.ends_with(end)) name.erase(name.rfind(end));
  const auto place = fs::path(wishes.directory) / name;
  if (const auto* cover = series.revision->cover(); cover && wishes.keeps_cover) {
    const auto file = place.string() + ".cover";
    TRY_VOID(write_output(file, workflow::cover_mail(*cover)));
    args.remark("Cover: " + printable(file));
  }
  if (wishes.as_quilt) {
    const auto directory = place.string() + ".patches";
    TRY_VOID(write_quilt(directory, series));
    args.remark("Quilt: " + printable(directory));
  }
  const bool as_maildir = wishes.as_maildir || saves_maildirs;
  const auto file = place.string() + (as_maildir ? ".maildir" : ".mbx");
  TRY_VOID(as_maildir ? write_maildir(file, series) : write_output(file, series.mbox()));
  args.remark(" Link: " + printable(series.link));
  print_base(args, series, file);
  return {};
}

}  // namespace

static int am(Env& env, Args& args) {
  Wishes wishes;
  auto& am = wishes.am;
  auto& source = wishes.source;
  std::optional<std::uint64_t> revision;
  if (const auto done = args.parse({
          {"-m --use-local-mbox", "FILE|DIR|-", "take the mails from this mbox or Maildir, or from standard input",
           &source.mailbox},
          {"-I --include", "NAME|DIR", "look in this archive too", &source.archives.include},
          {"-O --only", "NAME|DIR", "look in this archive and no other", &source.archives.only},
          {"--exclude", "NAME|DIR", "not in this one of the registered archives", &source.archives.exclude},
          {"--offline", "", "ask no server, and no DNS", &source.is_offline},
          {"--no-stdin", "", "do not look for a mail on standard input", &wishes.reads_stdin},
          {"--no-parent", "", "the mail is the root of its thread, whatever it answers", &wishes.with_parent},
          {"-v --use-version", "N", "this revision instead of the latest", &revision},
          {"-P --cherry-pick", "WHICH",
           "of the patches: 1-3,5,7-, -1 (the last), <4, a glob of titles, _ (the one of MSGID)", &am.cherry_pick},
          {"--no-partial-reroll", "", "do not take patches that were not sent again from the revision before",
           &am.completes_rerolls},
          {"--allow-incomplete", "", "exit with 0 also where patches are missing", &wishes.allows_incomplete},
          heading("Trailers"),
          {"-T --no-add-trailers", "", "add none of those that replies give", &am.adds_trailers},
          {"-S --sloppy-trailers", "", "also those of somebody else than who sent the reply", &am.is_sloppy},
          {"-s --add-my-sob", "", "add your own Signed-off-by", &am.signs_off},
          {"-l --add-link", "", "add a Link to each mail", &am.adds_link},
          {"-i --add-message-id", "", "add the Message-ID of each mail", &am.adds_message_id},
          {"--cc-trailers", "", "add a Cc for everybody in To and Cc", &am.adds_cc},
          {"-t --apply-cover-trailers", "", "always done; for those who are used to it", &wishes.ignored_t},
          heading("Output"),
          {"-o --outdir", "DIR|-", "where to; - is standard output", &wishes.directory},
          {"-n --mbox-name", "NAME", "of the files", &wishes.name},
          {"-M --save-as-maildir", "", "a Maildir instead of an mbox", &wishes.as_maildir},
          {"-Q --quilt-ready", "", "a directory of patches for quilt, too", &wishes.as_quilt},
          {"--no-cover", "", "no file of the cover letter", &wishes.keeps_cover},
          {"--allow-unicode-control-chars", "", "take patches with characters that hide what is there",
           &am.allows_hidden_characters},
      }))
    return *done;
  source.has_own_root = !wishes.with_parent;
  am.is_offline = source.is_offline;
  if (revision && *revision == 0)
    return args.fail({Error::Kind::kUsage, "use the revision", "v0", "the first one is v1", "-v1", "", 0});
  if (wishes.to_stdout() && (wishes.as_maildir || wishes.as_quilt))
    return args.fail(
        {Error::Kind::kUsage, "write to", "-", "a Maildir and patches for quilt are directories", "-o DIR", "", 0});
  if (revision) am.revision = static_cast<int>(std::clamp<std::uint64_t>(*revision, 1, 9999));
  const auto settings = workflow::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  if (am.signs_off && !settings->me)
    return args.fail({Error::Kind::kUsage, "sign off", "", "user.name or user.email is not set",
                      "git config --global user.name NAME", "", 0});
  const auto asked = asked_for(args, wishes);
  if (!asked) return args.fail(asked.error());
  auto thread =
      workflow::fetch_thread(env, *settings, source, *asked, [&](const std::string& line) { args.remark(line); });
  if (!thread) return args.fail(thread.error());
  args.remark(fmt::format("Analyzing {} messages in the thread", thread->mails.size()));
  const auto series = workflow::make_am_series(env, *settings, am, *std::move(thread));
  if (!series) return args.fail(series.error());
  for (const auto& note : series->notes) args.remark(printable(note));
  auto listing = workflow::am_listing(*series, *settings);
  if (listing.ends_with('\n')) listing.pop_back();
  args.remark(listing);
  args.remark("---");
  if (!series->is_complete()) args.tell("WARNING: Thread incomplete!");
  const auto written = write_files(env, args, wishes, *series, settings->saves_maildirs);
  if (!written) return args.fail(written.error());
  return series->is_complete() || wishes.allows_incomplete ? 0 : static_cast<int>(ExitCode::kIncomplete);
}

extern const Command kAm = {
    .verb = "am",
    .operands = "[MSGID]",
    .help = "make a series ready for git am: its latest revision, with the trailers of the replies",
    .description =
        "MSGID is the Message-ID of any mail of the thread, or its URL; without one, that of the mail on standard "
        "input. "
        "The thread comes from the mailbox of -m, else from the archives here, without any network, else from the "
        "server of b4.midmask. "
        "Trailers that replies give are added to their patches, those for a cover letter to all of them, and those for "
        "another revision where the patch is the same; only who sent a reply can give his own. Signatures are shown, "
        "and "
        "what a good one covers is what is written. An mbox or a cover of an earlier run is written anew; other files, "
        "and directories, stay. The "
        "exit status is 4 where patches are missing. Settings are those of b4.",
    .examples = {{"lorelei am 20260103-tls@example.org", "a file for git am, and one of the cover letter"},
                 {"lorelei am -sl -o - 20260103-tls@example.org | git am", "with Link and your Signed-off-by, at once"},
                 {"lorelei am -m thread.mbox -v2", "of a mailbox, the second revision"}},
    .run = am,
};

}  // namespace lorelei::cmd
