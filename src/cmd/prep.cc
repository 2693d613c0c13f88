// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei prep: a series of patches on a branch, with its cover letter, until it is sent.
#include <fmt/core.h>

#include <algorithm>

#include "base/command.hh"
#include "base/files.hh"
#include "base/text.hh"
#include "cmd/prep_check.hh"
#include "cmd/prep_series.hh"
#include "cmd/thread_rows.hh"
#include "git/editor.hh"
#include "git/program.hh"
#include "workflow/auto_recipients.hh"
#include "workflow/posting.hh"
#include "workflow/preflight.hh"
#include "workflow/prep_create.hh"
#include "workflow/prep_info.hh"
#include "workflow/sending.hh"
#include "workflow/sent_tag.hh"

namespace lorelei::cmd {

namespace {

using Kind = Error::Kind;
using workflow::PrepBranch;

struct Wishes {
  workflow::NewSeries fresh;
  std::optional<std::string> base, info, claimed, presubject;
  std::vector<std::string> set_prefixes, add_prefixes, words;
  std::string compared, range_diff, directory;
  std::uint64_t revision = 0;
  bool edits = false, shows_revision = false, finds_recipients = false, checks = false;
  bool enrolls = false, shows_info = false, claims = false;
  std::string imported, posted;  // Message-IDs
  workflow::MailSource source;   // of theirs
  bool edits_dependencies = false, checks_dependencies = false, cleans_up = false;
  std::optional<std::string> done_branch;
  std::optional<std::uint64_t> done_days;
  Consent consent = Consent::kAsked;

  bool changes_tracking() const { return revision || !set_prefixes.empty() || !add_prefixes.empty() || presubject; }
  int actions() const {
    return int{!fresh.name.empty() || !imported.empty()} + int{!posted.empty()} + int{edits_dependencies} +
           int{checks_dependencies} + int{cleans_up || done_days} + int{changes_tracking()} + int{enrolls} +
           int{edits} + int{shows_info} + int{shows_revision} + int{!compared.empty()} + int{claims} +
           int{finds_recipients} + int{checks} + int{!directory.empty()};
  }
  // The value of an option that may stand apart from it, as b4 takes it.
  std::string value_or_word(const std::optional<std::string>& value) const {
    if (value && !value->empty()) return *value;
    return words.empty() ? "" : words.front();
  }
};

Result<void> begin(const Env& env, const Args& args, const Wishes& wishes) {
  TRY(auto tree, git::WorkTree::here(env));
  TRY(const auto branch, workflow::begin_series(env, std::move(tree), wishes.fresh));
  args.remark("Created new branch " + branch.name);
  args.remark("Created the default cover letter, you can edit it with --edit-cover");
  return {};
}

Result<void> enroll(const Env& env, const Args& args, const Wishes& wishes) {
  TRY(auto tree, git::WorkTree::here(env));
  TRY(const auto branch, workflow::enroll_branch(env, std::move(tree), wishes.value_or_word(wishes.base),
                                                 [&](const std::string& line) { args.tell(line); }));
  args.remark(fmt::format("Enrolled the branch {}: {} commit{} above {}", branch.name, branch.patches.size(),
                          branch.patches.size() == 1 ? "" : "s", branch.base.hex().substr(0, 12)));
  args.remark("Created the default cover letter, you can edit it with --edit-cover");
  return {};
}

Result<void> take_cover(const Env& env, const Args& args, PrepBranch& branch, const std::string& text) {
  const auto edited = std::string(trim(text));
  if (edited.empty())
    return err(Kind::kUsage, "change the cover letter of", branch.name, "nothing is left of it", "it stays as it was");
  if (workflow::find_tracking_mark(edited) != std::string::npos)
    return err(Kind::kUsage, "change the cover letter of", branch.name,
               fmt::format("it has the line {}", workflow::kTrackingMark), "");
  if (edited == branch.cover.text) {
    args.remark("The cover letter is unchanged");
    return {};
  }
  branch.cover.text = edited;
  TRY_VOID(branch.save(env, "prep: edit the cover letter", workflow::Committer::kMe,
                       [&](const std::string& line) { args.tell(line); }));
  args.remark("Cover letter updated");
  return {};
}

// What was written is not lost, whatever keeps it from its place: the branch may have moved meanwhile.
Result<void> edit_cover(const Env& env, const Args& args, PrepBranch& branch) {
  TRY_VOID(workflow::check_finish(env, branch, workflow::Signing::kNotTried));
  const auto file = branch.tree.git_directory() / "COVER_EDITMSG";
  TRY(const auto text, git::edit_text(env, branch.tree.config(), file, branch.cover.text + "\n"));
  auto taken = take_cover(env, args, branch, text);
  if (!taken) {
    taken.error().next = fmt::format("your text is in {}", file.string());
    return taken;
  }
  std::error_code ignored;
  fs::remove(file, ignored);
  return {};
}

// All lines, of one key only its value; BRANCH or BRANCH:KEY of another branch.
Result<void> show_info(Env& env, const Wishes& wishes) {
  auto wanted = wishes.value_or_word(wishes.info);
  std::string name;
  TRY(auto tree, git::WorkTree::here(env));
  if (const auto colon = wanted.find(':'); colon != std::string::npos) {
    name = wanted.substr(0, colon);
    wanted.erase(0, colon + 1);
  } else if (!wanted.empty()) {
    TRY(const auto is_branch, tree.ref("refs/heads/" + wanted));
    if (is_branch) name = std::exchange(wanted, "");
  }
  TRY(const auto branch, PrepBranch::open(env, std::move(tree), name));
  TRY(const auto lines, workflow::info_of(env, branch));
  if (wanted.empty() || wanted == "_all") {
    for (const auto& [key, value] : lines) print(env, key + ": " + printable(value) + "\n");
    return {};
  }
  const auto found = std::find_if(lines.begin(), lines.end(), [&](const auto& line) { return line.first == wanted; });
  if (found == lines.end())
    return err(Kind::kNotFound, "show of the series", wanted, "there is nothing of that name",
               "lorelei prep --show-info");
  print(env, printable(found->second) + "\n");
  return {};
}

Result<void> compare(Env& env, const Args& args, const PrepBranch& branch, const Wishes& wishes) {
  const auto number = parse_uint(wishes.compared.starts_with('v') ? wishes.compared.substr(1) : wishes.compared);
  if (!number || *number < 1 || *number > 9999)
    return err(Kind::kUsage, "compare with the revision", wishes.compared, "it is no number", "--compare-to v1");
  TRY(const auto tag, workflow::sent_tag(branch, static_cast<int>(*number)));
  if (!tag)
    return err(Kind::kNotFound, "compare with the revision", wishes.compared, "it has no tag of what was sent",
               "git tag -l 'sent/*'; lorelei diff compares revisions that were posted");
  if (tag->base.empty())
    return err(Kind::kCorrupt, "compare with the revision", wishes.compared, tag->name + " names no base-commit");
  Argv words = {"range-diff"};
  for (const auto word : split_words(wishes.range_diff)) words.emplace_back(word);
  if (env.colour) words.emplace_back("--color=always");
  words.push_back(fmt::format("{}..{}", tag->base, tag->commit.hex()));
  words.push_back(fmt::format("{}..{}", branch.start().hex(), branch.end().hex()));
  TRY(const auto text, git::run_git(branch.tree.common_directory(), words, "compare the revisions of", branch.name));
  args.remark(fmt::format("v{} with what is on the branch", *number));
  print(env, text);
  return {};
}

Result<void> find_recipients(const Env& env, const Args& args, PrepBranch& branch) {
  TRY(const auto settings, workflow::SendSettings::load(env));
  TRY(const auto found,
      workflow::auto_recipients(env, settings, branch, [&](const std::string& line) { args.remark(line); }));
  if (found.empty()) {
    args.remark("Nobody new gets it");
    return workflow::note_preflight(env, branch, workflow::PreflightStep::kAutoToCc);
  }
  for (const auto& trailer : found) args.remark(fmt::format("    + {}: {}", trailer.name, printable(trailer.value)));
  branch.cover.text = workflow::with_recipients(branch.cover.text, found);
  TRY_VOID(branch.save(env, "prep: recipients", workflow::Committer::kMe,
                       [&](const std::string& line) { args.tell(line); }));
  args.remark("You can trim and expand the list with: lorelei prep --edit-cover");
  return workflow::note_preflight(env, branch, workflow::PreflightStep::kAutoToCc);
}

// As git format-patch would, with the series' own cover letter and numbers.
Result<void> write_patches(Env& env, const Args& args, const PrepBranch& branch, const std::string& directory) {
  TRY(const auto settings, workflow::SendSettings::load(env));
  TRY(const auto posting, workflow::posting_of(env, settings, branch, {}));
  for (const auto& one : posting.unresolved)
    args.tell("The patches of what is needed first are not named, " + printable(one));
  TRY_VOID(make_directories(directory));
  for (const auto& mail : posting.mails) {
    const auto path = (fs::path(directory) / mail.file_name()).replace_extension(".patch");
    TRY_VOID(create_file(path, mail.text, Sync::kNo));
    print(env, path.string() + "\n");
  }
  return {};
}

// What is only in the tracking.
Result<void> change_tracking(const Env& env, const Args& args, PrepBranch& branch, const Wishes& wishes) {
  auto& tracking = branch.cover.tracking;
  std::vector<std::string> done;
  if (wishes.revision > 9999)
    return err(Kind::kUsage, "set the revision", std::to_string(wishes.revision), "it is more than 9999");
  if (wishes.revision) {
    tracking.revision = static_cast<int>(wishes.revision);
    done.push_back(fmt::format("revision {}", wishes.revision));
  }
  const auto take = [](std::vector<std::string>& to, const std::vector<std::string>& words) {
    for (const auto& word : words) {
      const auto spaced = replace_all(word, ",", " ");
      for (const auto one : split_words(spaced))
        if (std::find(to.begin(), to.end(), one) == to.end()) to.emplace_back(one);
    }
  };
  if (!wishes.set_prefixes.empty() || !wishes.add_prefixes.empty()) {
    if (!wishes.set_prefixes.empty()) tracking.prefixes.clear();
    take(tracking.prefixes, wishes.set_prefixes);
    take(tracking.prefixes, wishes.add_prefixes);
    take(tracking.prefixes, wishes.words);
    done.push_back(tracking.prefixes.empty() ? "no prefixes" : "prefixes " + join(tracking.prefixes, " "));
  }
  for (const auto& prefix : tracking.prefixes)
    if (prefix.find_first_of("[]") != std::string::npos || printable(prefix) != prefix)
      return err(Kind::kUsage, "set the prefix", prefix, "it has a bracket or a control character",
                 "--set-prefixes RFC");
  if (wishes.presubject) {
    const auto& text = *wishes.presubject;
    if (!text.empty() && (!text.starts_with('[') || !text.ends_with(']') || printable(text) != text))
      return err(Kind::kUsage, "set the presubject", text, "it has to stand in brackets", "--set-presubject '[TEXT]'");
    tracking.presubject = text;
    done.push_back(text.empty() ? "no presubject" : "presubject " + text);
  }
  if (done.empty()) return err(Kind::kUsage, "prepare", branch.name, "nothing is to be done", "lorelei prep --help");
  TRY_VOID(branch.save(env, "prep: " + join(done, ", "), workflow::Committer::kMe,
                       [&](const std::string& line) { args.tell(line); }));
  args.remark("The series has " + printable(join(done, ", ")) + " now");
  return {};
}

Result<void> run(Env& env, const Args& args, const Wishes& wishes) {
  if (wishes.actions() > 1)
    return err(Kind::kUsage, "prepare a series", "", "these are several things at once", "one after the other");
  const bool takes_words =
      wishes.cleans_up || wishes.done_days || !wishes.set_prefixes.empty() || !wishes.add_prefixes.empty();
  if (wishes.words.size() > 1 && !takes_words)
    return err(Kind::kUsage, "use", wishes.words[1], "nothing takes it", "lorelei prep --help");
  if (!wishes.imported.empty())
    return make_branch_of_thread(env, args, wishes.source, wishes.imported, wishes.fresh.name, wishes.fresh.fork_point);
  if (wishes.cleans_up || wishes.done_days) {
    auto branches = wishes.words;
    if (wishes.done_branch && !wishes.done_branch->empty()) branches.insert(branches.begin(), *wishes.done_branch);
    return clean_up(env, args, wishes.consent, branches, wishes.done_days);
  }
  if (!wishes.fresh.name.empty()) return begin(env, args, wishes);
  if (wishes.enrolls) return enroll(env, args, wishes);
  if (wishes.shows_info) return show_info(env, wishes);
  TRY(auto tree, git::WorkTree::here(env));
  TRY(auto branch, PrepBranch::open(env, std::move(tree), wishes.claims ? wishes.value_or_word(wishes.claimed) : ""));
  if (wishes.edits) return edit_cover(env, args, branch);
  if (wishes.finds_recipients) return find_recipients(env, args, branch);
  if (wishes.checks) return check_prepared(env, args, branch);
  if (wishes.edits_dependencies) return edit_dependencies(env, args, branch);
  if (wishes.checks_dependencies) {
    const auto checked = check_dependencies(env, args, wishes.source, branch);
    if (!checked && checked.error().kind != Kind::kFailed) return checked;
    const auto outcome = checked ? workflow::PreflightOutcome::kPassed : workflow::PreflightOutcome::kFailed;
    TRY_VOID(workflow::note_preflight(env, branch, workflow::PreflightStep::kCheckDeps, outcome));
    return checked;
  }
  if (!wishes.posted.empty()) return take_posted_as_sent(env, args, wishes.source, wishes.posted, branch);
  if (!wishes.directory.empty()) return write_patches(env, args, branch, wishes.directory);
  if (!wishes.compared.empty()) return compare(env, args, branch, wishes);
  if (wishes.shows_revision) {
    print(env, fmt::format("v{}\n", branch.cover.tracking.revision));
    return {};
  }
  if (wishes.claims) {
    TRY(const auto count, workflow::claim_series(env, branch, [&](const std::string& line) { args.tell(line); }));
    args.remark(count ? fmt::format("{} {} yours now", count, count == 1 ? "commit is" : "commits are")
                      : "All commits are yours already");
    return {};
  }
  return change_tracking(env, args, branch, wishes);
}

}  // namespace

static int prep(Env& env, Args& args) {
  Wishes wishes;
  const auto optional = [](std::optional<std::string>& value, bool& is_given) {
    return Target(Target::Setter([&](std::string_view text) -> Result<void> {
      is_given = true;
      value = text;
      return {};
    }));
  };
  std::vector<Option> rows = {
      heading("Begin"),
      {"-n --new", "NAME", "a series on a new branch, b4/NAME", &wishes.fresh.name},
      {"-F --from-thread", "MSGID", "a branch of the series that was posted there, to go on with it",
       not_empty(wishes.imported)},
      {"-f --fork-point", "COMMIT", "with -n or -F: where it begins, if not here", &wishes.fresh.fork_point},
      {"-e --enroll", "[BASE]", "a series of what this branch has above BASE, or above its upstream",
       optional(wishes.base, wishes.enrolls)},
      {"--claim", "[BRANCH]", "commits of the series that another address committed become yours",
       optional(wishes.claimed, wishes.claims)},
      heading("Change"),
      {"--edit-cover", "", "the cover letter, in an editor", &wishes.edits},
      {"-c --auto-to-cc", "", "To and Cc of who looks after what the patches touch", &wishes.finds_recipients},
      {"--force-revision", "N", "the next one sent is vN", &wishes.revision},
      {"--set-prefixes", "WORD", "in the subjects instead of those that are there, as in [WORD PATCH]",
       &wishes.set_prefixes},
      {"--add-prefixes", "WORD", "beside those that are there", &wishes.add_prefixes},
      {"--set-presubject", "TEXT", "before [PATCH] in the subjects; itself in brackets, or empty",
       Target(Target::Setter([&](std::string_view text) -> Result<void> {
         wishes.presubject = text;
         return {};
       }))},
      {"--edit-deps", "", "what the series needs first, in an editor", &wishes.edits_dependencies},
      {"--manual-reroll", "MSGID", "the series was sent there by other means: tag it, begin the next revision",
       not_empty(wishes.posted)},
      heading("Look"),
      {"--show-info", "[KEY|BRANCH[:KEY]]", "all that is known of the series, or one thing",
       optional(wishes.info, wishes.shows_info)},
      {"--show-revision", "", "which will be sent next", &wishes.shows_revision},
      {"--check", "", "what is wrong with each patch; also by the commands of b4.prep-perpatch-check-cmd",
       &wishes.checks},
      {"--check-deps", "", "look for what it needs first, and try to apply all of it", &wishes.checks_dependencies},
      {"-p --format-patch", "DIR", "write the patches there", &wishes.directory},
      {"--compare-to", "REVISION", "what has changed since v1, v2... was sent, by git range-diff", &wishes.compared},
      {"--range-diff-opts", "OPTIONS", "for it", &wishes.range_diff},
      heading("End"),
      {"--cleanup", "[BRANCH]", "archive and delete branches of series that are done; without one, list those",
       optional(wishes.done_branch, wishes.cleans_up)},
      {"--cleanup-older-than", "DAYS", "the same for each that was last sent so long ago", &wishes.done_days},
      {"-y --yes", "", "do not ask", Target(Target::Setter([&](std::string_view) -> Result<void> {
         wishes.consent = Consent::kGiven;
         return {};
       }))},
      heading("Where posted mails are looked for"),
      {"-m --use-local-mbox", "FILE|DIR", "in this mbox or Maildir", &wishes.source.mailbox},
  };
  add_source_rows(rows, wishes.source);
  if (const auto done = args.parse(std::move(rows))) return *done;
  wishes.words = args.operands();
  const auto done = run(env, args, wishes);
  return done ? 0 : args.fail(done.error());
}

extern const Command kPrep = {
    .also = "b4",
    .verb = "prep",
    .operands = "[VALUE]...",
    .help = "prepare a series of patches: its branch, its cover letter, what is tracked of it",
    .description =
        "A series is a branch. Its cover letter, its revision and an id that stays the same over all revisions are "
        "kept "
        "in an empty commit below the patches, or above them, or in the branch's description: "
        "b4.prep-cover-strategy is commit, tip-commit or branch-description. Commits are made, amended and rebased "
        "with "
        "git as ever; branches of b4 work here, and these there.\n\n"
        "What changes the cover makes the commits above it anew, with the same trees and authors: work tree and index "
        "are not touched, what the branch was is kept as refs/original/BRANCH, notes go along. It is "
        "refused "
        "where a merge, or a commit of another committer, would have to be made anew.\n\n"
        "In the cover letter, lines that begin with # do not go out (\">#\" is a \"#\" that does), and as long as the "
        "word EDITME is in it, nothing is sent.\n\n"
        "--check looks at trailers (Signed-off-by, where the log has it), at Fixes and whether the commit it names is "
        "below the series, at the subject and the words that the log has before the colon, at white space and traces "
        "of debugging in added lines, at links to mails, if archives are here, and at whether others have the base. "
        "Warnings are told, failures end it with status 1. That it has passed is remembered until the code or "
        "a message changes, or for 30 days, and so is --auto-to-cc, for the code: --show-info says what is missing, as "
        "needs-checking and its like, and "
        "send asks.\n\n"
        "A posted series is looked for as by am: in the mailbox of -m, in the archives here, on the server. -F applies "
        "it in memory, on the base that its author names if that is here; --manual-reroll tags what is on the branch "
        "as what was sent, if the change-id of the mails, or else their patches, are those of the branch.\n\n"
        "--cleanup writes $XDG_DATA_HOME/b4/prep-archived/CHANGE-ID.tar.gz, with cover letter, tracking, and the "
        "patches of the branch and of all that was sent as mboxrd, before it deletes anything. A branch that a work "
        "tree has "
        "checked out or rebases, that is still being sent, or that has a copy with the same change-id, stays. With "
        "names, "
        "--cleanup-older-than is about those branches alone.",
    .examples = {{"lorelei prep -n fix-the-frob -f v6.12", "begin"},
                 {"lorelei prep --edit-cover", "say why"},
                 {"lorelei prep --show-info series-range", "for a script"}},
    .run = prep,
};

}  // namespace lorelei::cmd
