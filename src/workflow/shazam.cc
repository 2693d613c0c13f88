// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/shazam.hh"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

#include "base/leftovers.hh"
#include "base/process.hh"
#include "base/shell_word.hh"
#include "base/text.hh"
#include "git/history.hh"
#include "git/program.hh"
#include "git/tree_edit.hh"
#include "mail/mbox.hh"
#include "workflow/base_commit.hh"
#include "workflow/merge_message.hh"
#include "workflow/series_in_branch.hh"
#include "workflow/series_state.hh"

namespace lorelei::workflow {

namespace {

using Kind = Error::Kind;
using Stage = ShazamRecord::Stage;

constexpr const char* kTreePrefix = "lorelei-shazam-tree-";
constexpr std::uint64_t kMaxCheckedFile = 1 << 30;
constexpr const char* kAbort = "lorelei shazam --abort";
constexpr const char* kContinue = "lorelei shazam --continue";

// Those of git am that change nothing of what we make.
bool is_native(const std::string& flag) {
  return flag == "-3" || flag == "--3way" || flag == "--no-3way" || flag == "-q" || flag == "--quiet";
}

bool is_on(const git::Config& config, const char* key) {
  const auto* entry = config.find(key);
  return entry && git::as_bool(*entry).value_or(true);
}

std::string short_name(const std::string& ref) { return ref.starts_with("refs/heads/") ? ref.substr(11) : ref; }

std::string count(std::size_t number, const char* what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "es");
}

// Whether a file and what is staged of it are as one of the commits has it, or not there where one has none. A file may
// be the begin of what one has: a kill has stopped the writing.
Result<bool> is_of_either(const git::WorkTree& tree, git::NewObjects& objects, const std::string& path,
                          const std::vector<git::ObjectId>& commits) {
  std::error_code failed;
  const auto file = tree.directory() / path;
  const auto kind = fs::symlink_status(file, failed).type();
  const bool is_there = kind != fs::file_type::not_found;
  std::string bytes;
  if (kind == fs::file_type::symlink) {
    bytes = fs::read_symlink(file, failed).string();
  } else if (kind == fs::file_type::regular) {
    TRY(bytes, read_file(file, kMaxCheckedFile));
  } else if (is_there && kind != fs::file_type::directory) {
    return false;
  }
  TRY(const auto staged, tree.staged(path));
  bool is_file_known = kind == fs::file_type::directory, is_staged_known = false;
  for (const auto& commit : commits) {
    TRY(const auto object, objects.read(commit, git::ObjectType::kCommit));
    const auto fields = git::scan_commit(object.bytes());
    if (!fields) continue;
    TRY(auto entry, git::TreeEdit(objects, fields->tree).find(path));
    if (entry && entry->mode == git::kModeDirectory) entry.reset();
    is_staged_known |= entry ? staged == entry->id : !staged;
    if (!entry) {
      is_file_known |= !is_there;
    } else if (entry->mode == git::kModeModule) {
      is_file_known = true;
    } else if (is_there && !is_file_known) {
      TRY(const auto blob, objects.read(entry->id, git::ObjectType::kBlob));
      is_file_known = blob.bytes().starts_with(bytes);
    }
  }
  return is_file_known && is_staged_known;
}

}  // namespace

Result<Shazam> Shazam::here(const Env& env, const Settings& settings, Say say) {
  TRY(auto tree, git::WorkTree::here(env));
  TRY(auto lock, FileLock::take(tree.git_directory() / "lorelei-shazam.lock", LockMode::kExclusive, LockWait::kFail));
  return Shazam(env, settings, std::move(tree), std::move(lock), std::move(say));
}

Result<void> Shazam::check_ready(Landing landing) const {
  TRY(const auto last, read_shazam_record(tree_.git_directory()));
  if (last && last->stage == Stage::kParked)
    return err(Kind::kRefused, "apply the series in", tree_.directory(),
               "one is waiting in " + (tree_.git_directory() / last->tree).string(),
               std::string(kContinue) + ", or " + kAbort);
  if (last && last->stage == Stage::kApplying) {
    TRY(const auto head, tree_.head());
    TRY(const auto changed, tree_.changed_files(1));
    if (head == last->before && !changed.empty())
      return err(Kind::kRefused, "apply the series in", tree_.directory(), "the last shazam was interrupted", kAbort);
  }
  if (landing == Landing::kFetchHead) return {};
  if (const auto what = tree_.unfinished(); !what.empty())
    return err(Kind::kRefused, "apply the series in", tree_.directory(), what + " is not finished", "git status");
  TRY(const auto changed, tree_.changed_files(4));
  if (changed.empty()) return {};
  std::vector<std::string> shown(changed.begin(), changed.begin() + std::min<std::ptrdiff_t>(3, std::ssize(changed)));
  if (changed.size() > shown.size()) shown.emplace_back("...");
  return err(Kind::kRefused, "apply the series in", tree_.directory(),
             "files are changed and not committed: " + join(shown, ", "), "git stash, or git commit");
}

// Hooks and signatures are policy, which only git knows to follow in all its ways.
std::string Shazam::why_git() const {
  for (const char* name : {"applypatch-msg", "pre-applypatch", "post-applypatch", "reference-transaction"})
    if (const auto hook = tree_.hook(name); !hook.empty()) return fmt::format("there is a hook '{}'", name);
  if (is_on(tree_.config(), "commit.gpgsign")) return "commit.gpgSign is set";
  for (const char* key : {"am.messageid", "am.keepcr", "mailinfo.scissors"})
    if (is_on(tree_.config(), key)) return fmt::format("{} is set", key);
  for (const char* key : {"apply.whitespace", "apply.ignorewhitespace", "mailinfo.quotedcr"})
    if (const auto* set = tree_.config().find(key); set && set->value != "warn" && set->value != "nowarn")
      return fmt::format("{} is set", key);
  if (const auto* encoding = tree_.config().find("i18n.commitencoding");
      encoding && encoding->value && !equal_ignore_case(*encoding->value, "utf-8"))
    return "i18n.commitEncoding is set";
  for (const auto& flag : settings_.am_flags)
    if (!is_native(flag)) return fmt::format("b4.shazam-am-flags has '{}'", flag);
  return "";
}

Result<git::ObjectId> Shazam::choose_base(const AmSeries& series, const ShazamWishes& wishes) {
  TRY(const auto head, tree_.head());
  if (!head)
    return err(Kind::kNotFound, "apply the series in", tree_.directory(), "there is no commit yet", "git commit");
  record_.before = *head;
  if (wishes.landing == Landing::kBranch) return *head;
  if (!wishes.base.empty()) {
    TRY(const auto base, tree_.resolve(wishes.base));
    if (!base) return err(Kind::kNotFound, "apply the series to", wishes.base, "there is no such commit", "git log");
    return *base;
  }
  if (!series.base_commit.empty()) {
    const auto base = tree_.resolve(series.base_commit);
    if (base && *base) {
      say_(fmt::format(" Base: {} (use --merge-base to override)", series.base_commit));
      return **base;
    }
    say_(fmt::format("Base commit {} is not known here, ignoring", printable(series.base_commit)));
  }
  // HEAD if it fits; else what it was made for, as far as that can be guessed.
  TRY(const auto first, not_in_history(env_, wishes.prerequisites, tree_.objects(), *head));
  TRY(const auto fit, fit_of(series, tree_.objects(), *head, patch::ThreeWay::kIfNeeded, first));
  if (!fit.applies) {
    TRY(const auto guess, guess_base(series, tree_.objects(), {*head}, wishes.guess_days));
    if (guess) {
      say_(fmt::format(" Base: {} \"{}\" ({} of {} files are as it names them; use --merge-base to override)",
                       guess->commit.hex().substr(0, 12), printable(guess->title), guess->matched, guess->wanted));
      return guess->commit;
    }
  }
  say_(" Base: HEAD (use --merge-base to override)");
  return *head;
}

std::string Shazam::mboxrd(const AmSeries& series) const {
  std::string text;
  for (const auto& mail : first_) text += mail::to_plain_mboxrd(mail);
  return text + series.mboxrd();
}

Result<void> Shazam::run(const AmSeries& series, const ShazamWishes& wishes) {
  record_ = {};
  record_.landing = wishes.landing;
  record_.branch = tree_.branch().empty() ? "HEAD" : tree_.branch();
  record_.patches = series.entries.size();
  record_.link = series.link;
  record_.title = series.revision->first().tags.title;
  record_.message_id = series.revision->first().message_id;
  TRY(record_.base, choose_base(series, wishes));
  TRY(first_, not_in_history(env_, wishes.prerequisites, tree_.objects(), record_.base));
  record_.patches += first_.size();
  if (const auto there = wishes.prerequisites.size() - first_.size(); there > 0)
    say_(fmt::format(" Deps: {} of {} patches that it needs are there already", there, wishes.prerequisites.size()));
  if (wishes.landing != Landing::kBranch && !wishes.is_dry)
    TRY_VOID(replace_file(message_file(), merge_message(series, settings_)));
  const auto why = why_git();
  if (why.empty() || wishes.is_dry) return in_memory(series, wishes);
  say_("git am makes the commits: " + why);
  const bool is_here = wishes.landing == Landing::kBranch && !wishes.resolves;
  return is_here ? by_git_here(series) : in_own_tree(series, wishes.is_interactive);
}

// How many patches are commits of the base's history already, with the same change.
Result<std::size_t> Shazam::count_there(const AmSeries& series) const {
  std::vector<const AmEntry*> entries;
  for (const auto& entry : series.entries) entries.push_back(&entry);
  TRY(const auto are_there, are_in_branch(env_, tree_.objects(), record_.base, entries));
  return static_cast<std::size_t>(std::count(are_there.begin(), are_there.end(), true));
}

Result<void> Shazam::in_memory(const AmSeries& series, const ShazamWishes& wishes) {
  TRY(const auto committer, committer_line(env_, tree_.config()));
  auto mails = first_;
  for (const auto& entry : series.entries) mails.push_back(entry.text);
  const auto has = [&](const char* flag) {
    return std::find(settings_.am_flags.begin(), settings_.am_flags.end(), flag) != settings_.am_flags.end();
  };
  bool merges =
      wishes.landing != Landing::kBranch || is_on(tree_.config(), "am.threeway") || has("-3") || has("--3way");
  if (has("--no-3way")) merges = false;
  git::NewObjects objects(tree_.objects());
  TRY(auto applied, apply_series(mails, record_.base, objects, committer,
                                 merges ? patch::ThreeWay::kIfNeeded : patch::ThreeWay::kNo));
  for (const auto& one : applied.patches) {
    std::vector<std::string> notes;
    if (&one < applied.patches.data() + first_.size()) notes.emplace_back("needed first");
    if (one.was_there) notes.emplace_back("is there already, left out");
    if (one.is_merged && !one.was_there) notes.emplace_back("merged three-way");
    if (one.moved_hunks)
      notes.push_back(fmt::format("{} hunk{} moved", one.moved_hunks, one.moved_hunks > 1 ? "s" : ""));
    say_("Applying: " + printable(one.title) + (notes.empty() ? "" : " (" + join(notes, ", ") + ")"));
  }
  if (applied.failure) {
    const auto done = applied.patches.size();
    Error error = *applied.failure;
    error.why = done < first_.size()
                    ? fmt::format("patch {} of {} that it needs first: {}", done + 1, first_.size(), error.why)
                    : fmt::format("patch {} of {}, \"{}\": {}", done - first_.size() + 1, series.entries.size(),
                                  printable(series.entries[done - first_.size()].patch.title), error.why);
    if (wishes.resolves && !wishes.is_dry) {
      say_("Patch does not apply: " + printable(error.why));
      return in_own_tree(series, wishes.is_interactive);
    }
    error.kind = Kind::kConflict;
    error.doing = "apply the series";
    error.subject = record_.title;
    TRY(const auto there, count_there(series));
    if (there > 0) error.why += fmt::format("; {} of its patches are commits here already", there);
    error.why += "; nothing was changed";
    if (error.next.empty()) error.next = "--resolve, to resolve it in a work tree of its own";
    return tl::unexpected(std::move(error));
  }
  commits_ = std::move(applied.patches);
  record_.after = applied.tip;
  if (applied.tip == record_.base) {
    say_("Nothing to do: all of it is there already");
    return {};
  }
  if (wishes.is_dry) {
    say_(fmt::format("All of it applies to {}", record_.base.hex().substr(0, 12)));
    return {};
  }
  TRY_VOID(objects.write_pack(tree_.common_directory() / "objects"));
  return land();
}

// Only what can be undone is recorded: what is in the way is found before that.
Result<void> Shazam::land() {
  const auto& directory = tree_.git_directory();
  if (record_.landing == Landing::kBranch) {
    TRY(const auto paths, tree_.differing_paths(record_.before, record_.after));
    TRY_VOID(tree_.check_way(record_.before, record_.after, paths));
    record_.stage = Stage::kApplying;
    TRY_VOID(write_shazam_record(directory, record_));
    TRY_VOID(replace_file(directory / "ORIG_HEAD", record_.before.hex() + "\n"));
    TRY_VOID(tree_.advance(record_.before, record_.after, paths, "shazam: " + record_.title));
    say_(fmt::format("{} on {}: {}..{}", count(record_.patches, "patch"), printable(short_name(record_.branch)),
                     record_.before.hex().substr(0, 12), record_.after.hex().substr(0, 12)));
  } else {
    TRY_VOID(tree_.write_fetch_head(record_.after, "patches from " + printable(record_.link)));
  }
  record_.stage = Stage::kDone;
  return write_shazam_record(directory, record_);
}

Result<int> Shazam::git_am(const fs::path& directory, const std::vector<std::string>& flags,
                           const std::string& mbox) const {
  // With the repository's hooks, unlike what we run git for otherwise.
  Argv argv = {"git", "am"};
  argv.insert(argv.end(), flags.begin(), flags.end());
  argv.emplace_back("--patch-format=mboxrd");
  auto options = git::git_options_for_user();
  options.directory = directory;
  TRY(auto process, Process::start(argv, {Stream::kPipe, Stream::kInherit, Stream::kInherit}, options));
  const auto written = process.write(mbox);
  process.close_input();
  TRY(const int status, process.wait());
  if (status == 0) TRY_VOID(written);
  return status;
}

// Until it has ended well it is git's own affair: git am --continue and --abort.
Result<void> Shazam::by_git_here(const AmSeries& series) {
  TRY_VOID(forget_shazam_record(tree_.git_directory()));
  TRY(const int status, git_am(tree_.directory(), settings_.am_flags, mboxrd(series)));
  if (status != 0)
    return err(Kind::kConflict, "apply the series in", tree_.directory(), "git am stopped",
               "git am --continue, or git am --abort");
  TRY(const auto head, tree_.head());
  record_.after = head.value_or(record_.before);
  record_.stage = Stage::kDone;
  return write_shazam_record(tree_.git_directory(), record_);
}

Result<void> Shazam::in_own_tree(const AmSeries& series, bool is_interactive) {
  const auto& common = tree_.common_directory();
  // Those of runs that were killed before they recorded anything; a recorded one is waited for, and we are not here.
  remove_leftovers(tree_.git_directory(), kTreePrefix);
  TRY_VOID(git::run_git(common, {"worktree", "prune"}, "tidy the work trees of", common));
  const auto path = tree_.git_directory() / (kTreePrefix + owner_tag() + "am");
  TRY_VOID(git::run_git(common, {"worktree", "add", "--quiet", "--detach", path, record_.base.hex()},
                        "make a work tree for git am in", path));
  auto flags = settings_.am_flags;
  flags.emplace_back("-3");
  record_.tree = path.filename();
  record_.stage = Stage::kParked;
  TRY_VOID(write_shazam_record(tree_.git_directory(), record_));
  TRY(const int status, git_am(path, flags, mboxrd(series)));
  if (status == 0) return go_on();
  if (is_interactive && env_.err_is_terminal) {
    say_("Resolve it here, end with git am --continue (or --skip), then exit from this shell.");
    auto options = git::git_options_for_user();
    options.directory = path;
    const auto shell = env_.variable("SHELL").value_or("/bin/sh");
    TRY(auto process, Process::start({shell}, {Stream::kInherit, Stream::kInherit, Stream::kInherit}, options));
    TRY_VOID(process.wait());
    return go_on();
  }
  return err(Kind::kConflict, "apply the series in", path, "git am waits there for the conflict to be resolved",
             fmt::format("cd {}; git am --continue; then {}, or {}", shell_word(path.string()), kContinue, kAbort));
}

Result<void> Shazam::go_on() {
  TRY(const auto last, read_shazam_record(tree_.git_directory()));
  if (!last || last->stage != Stage::kParked)
    return err(Kind::kNotFound, "go on with the series in", tree_.directory(), "none is waiting",
               "lorelei shazam MSGID");
  record_ = *last;
  TRY(const auto place, own_tree());
  TRY(const auto own,
      git::run_git("", {"-C", place, "rev-parse", "--absolute-git-dir", "HEAD"}, "see how far git am is in", place));
  const auto lines = split(own, '\n');
  const auto tip = git::ObjectId::parse(lines.size() > 1 ? trim(lines[1]) : "");
  std::error_code failed;
  if (!tip || fs::exists(fs::path(trim(lines[0])) / "rebase-apply", failed))
    return err(Kind::kConflict, "go on with the series in", place, "git am is not done there",
               fmt::format("cd {}; git am --continue", shell_word(place)));
  TRY(const auto related, tree_.is_ancestor(record_.base, *tip));
  if (!related)
    return err(Kind::kRefused, "go on with the series in", place, "what is there is not on top of what it began with",
               kAbort);
  TRY(const auto made, git::run_git("", {"-C", place, "rev-list", "--count", record_.base.hex() + "..HEAD"},
                                    "count the commits in", place));
  const auto commits = parse_uint(trim(made)).value_or(0);
  if (commits == 0)
    return err(Kind::kConflict, "go on with the series in", place, "no patch was applied there", kAbort);
  if (commits != record_.patches)
    say_(fmt::format("{} were to be applied, {} commits are there", count(record_.patches, "patch"), commits));
  record_.after = *tip;
  if (record_.landing == Landing::kBranch) {
    TRY(const auto head, tree_.head());
    const auto branch = tree_.branch().empty() ? "HEAD" : tree_.branch();
    if (head != record_.before || branch != record_.branch)
      return err(Kind::kRefused, "go on with the series in", tree_.directory(),
                 fmt::format("it is not at {} ({}) any more", record_.branch, record_.before.hex().substr(0, 12)),
                 fmt::format("git merge {}, or {}", tip->hex().substr(0, 12), kAbort));
    TRY(const auto changed, tree_.changed_files(1));
    if (!changed.empty())
      return err(Kind::kRefused, "go on with the series in", tree_.directory(), changed.front() + " is changed",
                 "git stash");
  }
  TRY_VOID(land());
  return remove_own_tree();
}

// A name from a file in the repository: no path, and one of ours.
Result<std::string> Shazam::own_tree() const {
  if (!record_.tree.starts_with(kTreePrefix) || record_.tree.find('/') != std::string::npos)
    return err(Kind::kCorrupt, "find the work tree of git am", record_.tree, "that is no name of one",
               "git worktree list; then remove lorelei-shazam in the git directory");
  return (tree_.git_directory() / record_.tree).string();
}

Result<void> Shazam::remove_own_tree() {
  if (record_.tree.empty()) return {};
  TRY(const auto path, own_tree());
  record_.tree.clear();
  const auto& common = tree_.common_directory();
  // What a killed process left may be half a work tree, which git does not remove.
  const auto removed = git::run_git(common, {"worktree", "remove", "--force", path}, "remove the work tree", path);
  std::error_code failed;
  if (!removed) {
    fs::remove_all(path, failed);
    TRY_VOID(git::run_git(common, {"worktree", "prune"}, "tidy the work trees of", common));
  }
  return write_shazam_record(tree_.git_directory(), record_);
}

Result<void> Shazam::undo() {
  TRY(const auto last, read_shazam_record(tree_.git_directory()));
  const auto nothing = [&](const std::string& why) {
    return err(Kind::kNotFound, "undo the last shazam in", tree_.directory(), why, "git reflog");
  };
  if (!last) return nothing("there was none");
  record_ = *last;
  if (record_.stage == Stage::kParked) {
    TRY_VOID(remove_own_tree());
    say_("Given up: " + printable(record_.title));
  } else if (record_.landing == Landing::kFetchHead) {
    return nothing("it only wrote FETCH_HEAD");
  } else {
    TRY_VOID(undo_branch());
  }
  // All is undone by now: what cannot be forgotten is no reason to begin again.
  if (const auto forgotten = forget_series(); !forgotten) say_("WARNING: " + to_text(forgotten.error()));
  return forget_shazam_record(tree_.git_directory());
}

Result<void> Shazam::undo_branch() {
  TRY(const auto head, tree_.head());
  const auto refuse = [&](const std::string& why, const std::string& next) {
    return err(Kind::kRefused, "undo the last shazam in", tree_.directory(), why, next);
  };
  const auto again = std::string(", then ") + kAbort;
  const auto branch = tree_.branch().empty() ? "HEAD" : tree_.branch();
  if (branch != record_.branch)
    return refuse(short_name(record_.branch) + " is not checked out",
                  "git checkout " + shell_word(short_name(record_.branch)) + again);
  if (const auto what = tree_.unfinished(); !what.empty())
    return refuse(what + " is not finished", "git status; git merge --abort, or git am --abort");
  const bool is_interrupted = record_.stage == Stage::kApplying && head == record_.before;
  auto from = record_.after;
  if (record_.landing == Landing::kMerge && head) {
    if (head == record_.before) {
      say_("Nothing to undo: it was not merged");
      return {};
    }
    TRY(const auto commit, tree_.objects().read(*head, git::ObjectType::kCommit));
    const auto parents = fmt::format("\nparent {}\nparent {}\n", record_.before.hex(), record_.after.hex());
    if (commit.bytes().substr(0, 200).find(parents) == std::string_view::npos)
      return refuse("HEAD is not the merge of it", "git log " + record_.before.hex().substr(0, 12) + "..");
    from = *head;
  }
  if (head != from && !is_interrupted)
    return refuse("HEAD has moved since",
                  "git log " + record_.before.hex().substr(0, 12) + "..; git revert, or git rebase");
  TRY(const auto paths, tree_.differing_paths(from, record_.before));
  if (is_interrupted) {
    TRY_VOID(check_ours(paths));
    TRY_VOID(tree_.restore(from, record_.before, paths, "shazam: undone"));
  } else {
    TRY(const auto changed, tree_.changed_files(1));
    if (!changed.empty()) return refuse(changed.front() + " is changed since", "git stash" + again);
    TRY_VOID(tree_.check_way(from, record_.before, paths));
    // Until this is done, it is itself something that a kill can interrupt, and that can be taken back.
    auto undoing = record_;
    undoing.landing = Landing::kBranch;
    undoing.stage = Stage::kApplying;
    undoing.before = from;
    undoing.after = record_.before;
    TRY_VOID(write_shazam_record(tree_.git_directory(), undoing));
    TRY_VOID(tree_.advance(from, record_.before, paths, "shazam: undone"));
  }
  say_(fmt::format("Undone: {}, {}; {} is at {} again", printable(record_.title), count(record_.patches, "patch"),
                   printable(short_name(branch)), record_.before.hex().substr(0, 12)));
  return {};
}

// After a kill: the tree was clean, so what is there now is ours if it is what we had or were about to write, or the
// begin of that.
Result<void> Shazam::check_ours(const std::set<std::string>& paths) {
  git::NewObjects objects(tree_.objects());
  auto all = paths;
  TRY(const auto changed, tree_.changed_files(SIZE_MAX));
  all.insert(changed.begin(), changed.end());
  for (const auto& path : all) {
    TRY(const bool is_known, is_of_either(tree_, objects, path, {record_.before, record_.after}));
    if (!is_known)
      return err(Kind::kRefused, "undo the last shazam in", tree_.directory(), path + " has changes of somebody else",
                 "move it away, then " + std::string(kAbort));
  }
  return {};
}

// What was noted of the series for letters of thanks.
Result<void> Shazam::forget_series() const {
  auto state = SeriesState::open(tree_.common_directory(), SeriesState::Access::kRead);
  if (!state && state.error().kind == Kind::kNotFound) return {};
  TRY(auto writable, SeriesState::open(tree_.common_directory(), SeriesState::Access::kWrite));
  return writable.take_back(record_.message_id, short_name(record_.branch), record_.noted_at, env_.now());
}

Result<void> Shazam::remember(const AmSeries& series) {
  const auto record = series_record(series);
  const auto now = env_.now();  // one for all: undo() sees whether something was recorded since
  TRY(auto state, SeriesState::open(tree_.common_directory(), SeriesState::Access::kWrite));
  TRY(const auto known, state.find(record.message_id));
  if (!known) {
    record_.noted_at = now;
    TRY_VOID(write_shazam_record(tree_.git_directory(), record_));
  }
  TRY_VOID(state.record_prepared(record, now));
  if (record_.landing != Landing::kBranch || commits_.empty()) return {};
  std::vector<AppliedPatch> applied;
  for (std::size_t i = 0; i + first_.size() < commits_.size() && i < series.entries.size(); ++i)
    if (const auto& made = commits_[i + first_.size()]; !made.was_there)
      applied.push_back({series.entries[i].number, made.commit.hex()});
  return state.record_applied(record.message_id, short_name(record_.branch), applied, now);
}

fs::path Shazam::message_file() const { return tree_.git_directory() / "b4-cover"; }

std::vector<std::string> Shazam::merge_command(bool is_interactive) const {
  std::error_code failed;
  auto file = fs::relative(message_file(), failed);
  if (failed || file.empty()) file = message_file();
  std::vector<std::string> words = {
      "git", "merge", "--no-ff", "-F", file, is_interactive ? "--edit" : "--no-edit", "FETCH_HEAD"};
  words.insert(words.end(), settings_.merge_flags.begin(), settings_.merge_flags.end());
  return words;
}

}  // namespace lorelei::workflow
