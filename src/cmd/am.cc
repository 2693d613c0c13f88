// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei am: a series out of a thread, ready for git am.
#include <fmt/core.h>

#include "base/command.hh"
#include "base/exit_code.hh"
#include "base/files.hh"
#include "base/shell_word.hh"
#include "base/text.hh"
#include "cmd/patch_rows.hh"
#include "mail/maildir.hh"
#include "workflow/am.hh"
#include "workflow/base_commit.hh"
#include "workflow/patch_check.hh"
#include "workflow/series_state.hh"
#include "workflow/three_way_blobs.hh"

namespace lorelei::cmd {

namespace {

struct Wishes {
  PatchChoice patches;
  std::string directory = ".", name;
  bool as_maildir = false, as_quilt = false, keeps_cover = true, records = true;
  bool guesses = false, prepares_three_way = false, checks = false;
  std::vector<std::string> branches;
  std::int64_t lookback = workflow::kGuessDays;

  bool to_stdout() const { return directory == "-"; }
};

// What am wrote before may be written anew; any other file stays.
Result<void> check_output(const fs::path& file) {
  std::error_code failed;
  if (fs::exists(fs::symlink_status(file, failed))) {
    if (!fs::is_regular_file(fs::symlink_status(file, failed)))
      return err(Error::Kind::kConflict, "write the patches", file, "something else is there", "-n NAME, or -o DIR");
    TRY(const auto before, read_file(file, 1 << 30));
    if (!before.starts_with("From git@z ") && !before.starts_with("From mboxrd@z "))
      return err(Error::Kind::kConflict, "write the patches", file, "another file is there", "-n NAME, or -o DIR");
  }
  return {};
}

Result<void> write_output(const fs::path& file, const std::string& text) {
  TRY_VOID(check_output(file));
  TRY_VOID(make_directories(file.parent_path()));
  return replace_file(file, text);
}

std::string file_name(const workflow::AmEntry& entry) {
  return fmt::format("{:04}_{}", entry.number, workflow::slug_of(entry.patch.title));
}

Result<void> write_quilt(const fs::path& directory, const workflow::AmSeries& series) {
  std::error_code failed;
  if (fs::exists(directory, failed))
    return err(Error::Kind::kConflict, "write the patches", directory, "it exists", "-n NAME, or -o DIR");
  TRY_VOID(make_directories(directory));
  std::string names;
  for (const auto& entry : series.entries) {
    const auto name = file_name(entry) + ".patch";
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
  // git am takes them in the order of their names.
  for (const auto& entry : series.entries)
    TRY_VOID(writer.deliver(entry.text, {file_name(entry), std::nullopt, {}, mail::MaildirWriter::Folder::kNew}));
  return writer.finish();
}

// What the series can be applied to, as far as the repository here can tell.
Result<void> print_base(const Env& env, const Args& args, const Wishes& wishes, const workflow::AmSeries& series) {
  const auto here = git::WorkTree::here(env);
  const auto suggest = [&](const std::string& base) {
    args.remark(fmt::format("       git checkout -b {} {}", series.branch(), base));
  };
  if (!here) {
    if (wishes.guesses) return tl::unexpected(here.error());
    args.remark(" Base: " + (series.base_commit.empty() ? "not specified" : series.base_commit));
    if (!series.base_commit.empty()) suggest(series.base_commit);
    return {};
  }
  TRY(const auto head, here->head());
  workflow::Fit fit;
  if (head) {
    TRY(fit, workflow::fit_of(series, here->objects(), *head, patch::ThreeWay::kNo));
  }
  if (fit.applies) {
    args.remark(fit.moved_hunks ? fmt::format(" Base: applies to current tree ({} hunk{} moved)", fit.moved_hunks,
                                              fit.moved_hunks == 1 ? "" : "s")
                                : " Base: applies clean to current tree");
    return {};
  }
  if (head) args.remark("       does not apply to current tree: " + printable(fit.why_not));
  const auto stated =
      series.base_commit.empty() ? std::nullopt : here->resolve(series.base_commit).value_or(std::nullopt);
  if (stated) {
    args.remark(" Base: " + series.base_commit);
    suggest(series.base_commit);
    return {};
  }
  if (!series.base_commit.empty()) args.remark(fmt::format(" Base: {} (not known here)", series.base_commit));
  if (!wishes.guesses) {
    if (series.base_commit.empty()) args.remark(" Base: not specified");
    return {};
  }
  std::vector<git::ObjectId> tips;
  for (const auto& branch : wishes.branches.empty() ? std::vector<std::string>{"HEAD"} : wishes.branches) {
    TRY(const auto tip, here->resolve(branch));
    if (!tip) return err(Error::Kind::kNotFound, "guess the base", branch, "there is no such branch", "git branch -a");
    tips.push_back(*tip);
  }
  TRY(const auto guess, workflow::guess_base(series, here->objects(), tips, wishes.lookback));
  if (!guess) {
    args.remark(" Base: failed to guess base (none of its files is known as it names them)");
    return {};
  }
  const auto name = guess->commit.hex().substr(0, 12);
  args.remark(fmt::format(" Base: {} \"{}\" ({})", name, printable(guess->title),
                          guess->is_exact()
                              ? "exact match"
                              : fmt::format("best guess, {}/{} blobs matched", guess->matched, guess->wanted)));
  suggest(name);
  return {};
}

// False: something is missing, and said. git am -3 goes as far as it can.
Result<bool> prepare_three_way(const Env& env, const Args& args, const workflow::AmSeries& series) {
  TRY(const auto here, git::WorkTree::here(env));
  TRY(const auto blobs, workflow::make_three_way_blobs(series, here.objects(), here.common_directory() / "objects"));
  if (!blobs.missing.empty())
    args.tell(
        fmt::format("WARNING: git am -3 will not know {} of {} files as they were before, the first is {}; fetch "
                    "what the series was made for",
                    blobs.missing.size(), blobs.wanted, printable(*blobs.missing.begin())));
  return blobs.missing.empty();
}

Result<void> write_files(Env& env, const Args& args, const Wishes& wishes, const workflow::AmSeries& series,
                         bool saves_maildirs) {
  if (wishes.to_stdout()) {
    print(env, series.mbox());
    if (series.is_mboxrd()) args.remark("NOTE: this is for git am --patch-format=mboxrd");
    return {};
  }
  auto name = wishes.name.empty() ? series.slug() : wishes.name;
  for (const std::string_view end : {".mbx", ".mbox", ".maildir"})
    if (name.ends_with(end)) name.erase(name.rfind(end));
  const auto place = fs::path(wishes.directory) / name;
  const bool as_maildir = wishes.as_maildir || saves_maildirs;
  const auto file = place.string() + (as_maildir ? ".maildir" : ".mbx");
  if (!as_maildir) TRY_VOID(check_output(file));
  if (const auto* cover = series.revision->cover(); cover && wishes.keeps_cover) {
    const auto beside = place.string() + ".cover";
    TRY_VOID(write_output(beside, workflow::cover_mail(*cover)));
    args.remark("Cover: " + printable(beside));
  }
  if (wishes.as_quilt) {
    const auto directory = place.string() + ".patches";
    TRY_VOID(write_quilt(directory, series));
    args.remark("Quilt: " + printable(directory));
  }
  TRY_VOID(as_maildir ? write_maildir(file, series) : write_output(file, series.mbox()));
  args.remark(" Link: " + printable(series.link));
  if (!series.prerequisites.empty())
    args.remark(fmt::format(" Deps: needs {} patch{} first; lorelei shazam finds and applies them",
                            series.prerequisites.size(), series.prerequisites.size() == 1 ? "" : "es"));
  TRY_VOID(print_base(env, args, wishes, series));
  args.remark(fmt::format("       git am {}{}{}", wishes.prepares_three_way ? "-3 " : "",
                          series.is_mboxrd() ? "--patch-format=mboxrd " : "", shell_word(file)));
  return {};
}

// The patches are there; that nobody remembers them is no failure.
void record(const Env& env, const Args& args, const workflow::AmSeries& series) {
  const auto recorded = workflow::record_prepared_here(env, workflow::series_record(series));
  if (!recorded) args.tell("WARNING: " + to_text(recorded.error()));
}

Result<void> check(const Env& env, const Args& args, const workflow::Settings& settings,
                   const workflow::AmSeries& series) {
  TRY(const auto commands, workflow::CheckCommands::load(env, workflow::PatchesOf::kOthers));
  for (const auto& entry : series.entries) {
    TRY(const auto result, workflow::check_patch(env, commands, entry.text));
    auto text = workflow::check_text(entry.shown, result, settings.has_fancy_marks);
    text.pop_back();
    args.tell(text);
  }
  return {};
}

}  // namespace

static int am(Env& env, Args& args) {
  Wishes wishes;
  std::vector<Option> rows;
  add_patch_rows(rows, wishes.patches);
  rows.insert(rows.end(),
              {
                  heading("What it applies to"),
                  {"-g --guess-base", "", "find the commit that it was made for, if it does not say", &wishes.guesses},
                  {"-b --guess-branch", "REV", "in the history of this one instead of HEAD's; may be repeated",
                   &wishes.branches},
                  {"--guess-lookback", "DAYS", "how long before the series was sent (21)", &wishes.lookback},
                  {"-3 --prep-3way", "", "write to the repository what git am -3 needs of the series",
                   &wishes.prepares_three_way},
                  {"-k --check", "", "hand each patch to the commands of b4.am-perpatch-check-cmd", &wishes.checks},
                  heading("Output"),
                  {"-o --outdir", "DIR|-", "where to; - is standard output", &wishes.directory},
                  {"-n --mbox-name", "NAME", "of the files", &wishes.name},
                  {"-M --save-as-maildir", "", "a Maildir instead of an mbox", &wishes.as_maildir},
                  {"-Q --quilt-ready", "", "a directory of patches for quilt, too", &wishes.as_quilt},
                  {"--no-cover", "", "no file of the cover letter", &wishes.keeps_cover},
                  {"--no-track", "", "do not remember the series in the repository, for lorelei ty", &wishes.records},
              });
  if (const auto done = args.parse(std::move(rows))) return *done;
  wishes.guesses |= !wishes.branches.empty();
  if (wishes.to_stdout() && (wishes.as_maildir || wishes.as_quilt))
    return args.fail(
        {Error::Kind::kUsage, "write to", "-", "a Maildir and patches for quilt are directories", "-o DIR", "", 0});
  if (wishes.prepares_three_way)
    if (const auto here = git::WorkTree::here(env); !here) return args.fail(here.error());
  const auto settings = workflow::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  if (const auto settled = wishes.patches.settle(*settings); !settled) return args.fail(settled.error());
  const auto series = chosen_series(env, args, *settings, wishes.patches);
  if (!series) return args.fail(series.error());
  bool is_prepared = true;
  if (wishes.prepares_three_way) {
    const auto prepared = prepare_three_way(env, args, *series);
    if (!prepared) return args.fail(prepared.error());
    is_prepared = *prepared;
  }
  const auto written = write_files(env, args, wishes, *series, settings->saves_maildirs);
  if (!written) return args.fail(written.error());
  if (wishes.records) record(env, args, *series);
  if (wishes.checks)
    if (const auto checked = check(env, args, *settings, *series); !checked) return args.fail(checked.error());
  const bool is_whole = series->is_complete() || wishes.patches.allows_incomplete;
  return is_whole && is_prepared ? 0 : static_cast<int>(ExitCode::kIncomplete);
}

extern const Command kAm = {
    .also = "b4",
    .verb = "am",
    .operands = "[MSGID]...",
    .help = "make a series ready for git am: its latest revision, with the trailers of the replies",
    .description =
        "MSGID is the Message-ID of any mail of the thread, or its URL; without one, that of the mail on standard "
        "input. "
        "The thread comes from the mailbox of -m, else from the archives here, without any network, else from the "
        "server of b4.midmask. "
        "Trailers that replies give are added to their patches, those for a cover letter to all of them, and those for "
        "another revision, or in another thread of the archives, where the patch is the same; only who sent a reply "
        "can give his own. Signatures are shown, "
        "and "
        "what a good one covers is what is written. An mbox or a cover of an earlier run is written anew; other files, "
        "and directories, stay. Inside a git repository the series is remembered there, for lorelei ty. The "
        "exit status is 4 where patches are missing. Settings are those of b4.",
    .examples = {{"lorelei am 20260103-tls@example.org", "a file for git am, and one of the cover letter"},
                 {"lorelei am -sl -o - 20260103-tls@example.org | git am", "with Link and your Signed-off-by, at once"},
                 {"lorelei am -m thread.mbox -v2", "of a mailbox, the second revision"}},
    .run = am,
};

}  // namespace lorelei::cmd
