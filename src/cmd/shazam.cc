// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei shazam: a series out of a thread, applied to the repository here.
#include <fmt/core.h>
#include <unistd.h>

#include "base/command.hh"
#include "base/exit_code.hh"
#include "base/process.hh"
#include "base/shell_word.hh"
#include "base/text.hh"
#include "cmd/patch_rows.hh"
#include "git/program.hh"
#include "workflow/shazam.hh"

namespace lorelei::cmd {

namespace {

using Kind = Error::Kind;
constexpr int kInterrupted = 130;  // as shells have it

struct Wishes {
  PatchChoice patches;
  workflow::ShazamWishes shazam;
  bool makes_fetch_head = false, merges = false, goes_on = false, undoes = false, records = true;
};

Result<void> check(const Args& args, const Wishes& wishes) {
  if (wishes.makes_fetch_head && wishes.merges)
    return err(Kind::kUsage, "use", "-H and -M", "they are two things", "one of them");
  if (wishes.goes_on && wishes.undoes)
    return err(Kind::kUsage, "use", "--continue and --abort", "they are opposites", "one of them");
  if ((wishes.goes_on || wishes.undoes) && !args.operands().empty())
    return err(Kind::kUsage, "use", args.operand(0), "--continue and --abort are about the series that waits");
  const bool is_plain = !wishes.makes_fetch_head && !wishes.merges;
  if (is_plain && !wishes.shazam.base.empty())
    return err(Kind::kUsage, "use", "--merge-base", "a branch is applied to where it is", "-H, or -M");
  return {};
}

std::string shown(const std::vector<std::string>& words) {
  std::vector<std::string> quoted;
  for (const auto& word : words) quoted.push_back(shell_word(word));
  return join(quoted, " ");
}

// git's own editor and words. Files in conflict are left as git leaves them. Another failure keeps git's status.
Result<int> run_merge(const std::vector<std::string>& words, const workflow::Shazam& shazam) {
  auto options = git::git_options_for_user();
  TRY(auto process, Process::start(words, {Stream::kInherit, Stream::kInherit, Stream::kInherit}, options));
  TRY(const int status, process.wait());
  const auto& tree = shazam.work_tree();
  if (status == 0 || tree.unfinished().empty()) return status;
  TRY(const auto unmerged, git::run_git("", {"-C", tree.directory(), "ls-files", "--unmerged"},
                                        "see what git merge has left in", tree.directory()));
  if (unmerged.empty()) return status;
  return err(Kind::kConflict, "merge the series", shazam.record().title,
             "git merge has left conflicts in the files here",
             "mend them, git add, git merge --continue; or git merge --abort, and FETCH_HEAD still has the series");
}

int merge(const Env& env, const Args& args, const workflow::Shazam& shazam, bool is_interactive) {
  const auto words = shazam.merge_command(is_interactive);
  if (is_interactive) {
    args.tell("Will exec: " + shown(words) + "\nPress Enter to continue or Ctrl-C to abort");
    char c = 0;
    ssize_t length = 0;
    while ((length = read(0, &c, 1)) == 1 && c != '\n') {
    }
    if (length != 1 || env.stop_requested()) {
      args.tell("Not merged; FETCH_HEAD has the series");
      return kInterrupted;
    }
  } else {
    args.remark("Invoking: " + shown(words));
  }
  const auto merged = run_merge(words, shazam);
  return merged ? *merged : args.fail(merged.error());
}

int finish(const Env& env, const Args& args, const workflow::Shazam& shazam, bool is_interactive) {
  const auto& record = shazam.record();
  if (record.stage != workflow::ShazamRecord::Stage::kDone || record.landing == workflow::Landing::kBranch) return 0;
  if (record.landing == workflow::Landing::kMerge) return merge(env, args, shazam, is_interactive);
  args.remark("You can now merge or checkout FETCH_HEAD\n  e.g.: " + shown(shazam.merge_command(true)));
  return 0;
}

Result<void> apply(const Env& env, const Args& args, const workflow::Settings& settings, Wishes& wishes,
                   workflow::Shazam& shazam) {
  if (!wishes.shazam.is_dry) TRY_VOID(shazam.check_ready(wishes.shazam.landing));
  TRY(const auto series, chosen_series(env, args, settings, wishes.patches));
  if (!series.is_complete() && !wishes.patches.allows_incomplete)
    return err(Kind::kIncomplete, "apply the series", series.thread.id, "patches are missing",
               "--allow-incomplete, or -P");
  TRY(auto needed, workflow::find_prerequisites(env, settings, wishes.patches.thread.source, wishes.patches.am, series,
                                                [&](const std::string& line) { args.remark(line); }));
  if (!needed.missing.empty() && !wishes.patches.allows_incomplete)
    return err(Kind::kIncomplete, "apply the series", series.thread.id,
               fmt::format("it needs a patch first that is nowhere to be found: prerequisite-patch-id {}",
                           needed.missing.front()),
               "--allow-incomplete, if that is in the tree already");
  wishes.shazam.prerequisites = std::move(needed.found);
  auto done = shazam.run(series, wishes.shazam);
  // What waits for its conflict to be resolved is on its way.
  const bool is_under_way = done || shazam.record().stage == workflow::ShazamRecord::Stage::kParked;
  if (wishes.shazam.is_dry || !wishes.records || !is_under_way) return done;
  if (const auto remembered = shazam.remember(series); !remembered)
    args.tell("WARNING: " + to_text(remembered.error()));
  return done;
}

}  // namespace

static int shazam(Env& env, Args& args) {
  Wishes wishes;
  std::vector<Option> rows;
  add_patch_rows(rows, wishes.patches);
  rows.insert(
      rows.end(),
      {
          heading("Where to"),
          {"-H --make-fetch-head", "", "into FETCH_HEAD, on top of its own base; your files stay as they are",
           &wishes.makes_fetch_head},
          {"-M --merge", "", "the same, then git merge with the words of the cover letter", &wishes.merges},
          {"--merge-base", "REV", "apply it to this commit, not to the one its author names", &wishes.shazam.base},
          {"--guess-lookback", "DAYS",
           "where no base is named and HEAD does not fit: how long before the series was sent to look (21)",
           &wishes.shazam.guess_days},
          {"--no-track", "", "do not remember the series in the repository, for lorelei ty", &wishes.records},
          {"--no-interactive", "", "ask nothing, open neither editor nor shell", &wishes.shazam.is_interactive},
          {"--dry-run", "", "say whether it applies, change nothing", &wishes.shazam.is_dry},
          heading("If a patch does not apply"),
          {"--resolve", "", "let git am -3 wait in a work tree of its own, and open a shell there",
           &wishes.shazam.resolves},
          {"--continue", "", "take over what was resolved there", &wishes.goes_on},
          {"--abort", "", "give up what waits there; else undo the last shazam", &wishes.undoes},
      });
  if (const auto done = args.parse(std::move(rows))) return *done;
  wishes.shazam.is_interactive &= isatty(0) == 1;
  if (const auto checked = check(args, wishes); !checked) return args.fail(checked.error());
  if (wishes.makes_fetch_head) wishes.shazam.landing = workflow::Landing::kFetchHead;
  if (wishes.merges) wishes.shazam.landing = workflow::Landing::kMerge;
  const auto settings = workflow::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  if (const auto settled = wishes.patches.settle(*settings); !settled) return args.fail(settled.error());
  wishes.patches.looks_for_newer |= !wishes.patches.is_definite();
  auto shazam = workflow::Shazam::here(env, *settings, [&](const std::string& line) { args.remark(line); });
  if (!shazam) return args.fail(shazam.error());
  if (wishes.undoes) {
    const auto undone = shazam->undo();
    return undone ? 0 : args.fail(undone.error());
  }
  const auto done = wishes.goes_on ? shazam->go_on() : apply(env, args, *settings, wishes, *shazam);
  return done ? finish(env, args, *shazam, wishes.shazam.is_interactive) : args.fail(done.error());
}

extern const Command kShazam = {
    .also = "b4",
    .verb = "shazam",
    .operands = "[MSGID]...",
    .help = "apply a series to the repository here, as am and git am would",
    .description =
        "The series is made as by am, with -c unless something definite is asked for (a mailbox, a revision, one "
        "mail), and applied in memory: only if all of its patches apply is anything of the repository "
        "changed, and then the branch stands at the last of them. It has to be complete, and no tracked "
        "file may be changed. Commits are those of git am, and are left to it where the repository has hooks for it, "
        "commits are signed, or b4.shazam-am-flags say what we do not know.\n\n"
        "With -H the commits go on top of the base that the author names, if it is here, else of HEAD, and only "
        "FETCH_HEAD leads to them; if it fits neither, a base is guessed from the files that the patches name. git "
        "merge, whose words lie in b4-cover in the git directory, takes it from there. "
        "Three-way merges are tried with -H and -M, and where am.threeWay or b4.shazam-am-flags ask for them.\n\n"
        "Patches that the author says have to be there first (prerequisite-patch-id) are looked for in the archives, "
        "and on the server where the series came from there; those that are not in the history yet are applied before "
        "it.\n\n"
        "The exit status is 4 where patches are missing, 6 where one does not apply or git merge leaves conflicts. "
        "--abort also forgets what lorelei ty would thank for.",
    .examples = {{"lorelei shazam 20260103-tls@example.org", "onto the branch here"},
                 {"lorelei shazam -M -l 20260103-tls@example.org", "as a merge, with a Link in each commit"},
                 {"lorelei shazam --abort", "as if the last one had not been"}},
    .run = shazam,
};

}  // namespace lorelei::cmd
