// SPDX-License-Identifier: GPL-3.0-or-later
// Who gets a patch: the people and lists that a kernel tree's MAINTAINERS names for what the patch touches, and people
// found in its history where MAINTAINERS names nobody closely enough.
//
// The one idea: the answer is that of scripts/get_maintainer.pl of Linux 6.1, in its order and its words, since that is
// what scripts and habits are built upon. Differs: where sections match equally well, or people signed equally often,
// the script's order is random; here sections are in the order of the file, people in that of the alphabet.
//
//   for each path                 its sections, the closest first; addresses in a device tree binding
//   for all of it                 sections with a K: that the patch has
//   for each path that no maintained section names by all of its depth
//                                 who signed and wrote its commits of the last year
//   for each commit that is fixed who signed it
//
// What people are called is looked up in .mailmap. Nobody is there twice. No process is started but a `git log` for
// each path of the third kind, and one for all of the fourth.
//
//   TRY(auto finder, RecipientFinder::open(env, tree, options));
//   TRY(const auto found, finder.of_patch(text));      found.people into To, found.lists into Cc
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hh"
#include "base/files.hh"
#include "base/result.hh"
#include "patch/maintainers.hh"
#include "workflow/commit_signers.hh"
#include "workflow/mailmap.hh"
#include "workflow/recipient_list.hh"

namespace lorelei::workflow {

inline constexpr std::size_t kMaxPatchBytes = 256 << 20;  // of one patch, or file that is looked at

struct RecipientOptions {
  bool people = true;  // any at all; lists are lists
  bool maintainers = true, reviewers = true, lists = true;
  bool moderated_lists = true;
  bool subscriber_lists = false;
  bool fixes = true;            // who signed the commits that are fixed
  bool keywords = true;         // K
  bool file_addresses = false;  // also of files that are no device tree bindings
  bool history = false;         // of every path
  bool history_fallback = true;
  bool penguins = false;        // the chief one, who is left out otherwise
  bool any_signatures = false;  // whatever ends in "by:", not only Signed-off-by, Reviewed-by and Acked-by
  std::int64_t least_signatures = 1, most_maintainers = 5, least_percent = 5;
  std::string since = "1-year-ago";
  std::int64_t levels = 0;  // F patterns so many levels above a path, or more, do not count; 0: all do
  bool mailmap = true;
  bool names = true;   // in texts
  bool once = true;    // whoever has the name or the address of somebody who is there is the same
  bool counts = true;  // in the roles of people found in history
};

// What a patch, or several together, or files that are named, say.
struct RecipientQuestion {
  std::vector<std::string> paths;  // relative to the tree
  std::vector<std::string> fixes;
  std::vector<patch::Maintainers::KeywordMatch> keywords;
};

struct Recipients {
  std::vector<Recipient> people, lists;
  // Of the sections, each once: L: T: B: W: S: and titles.
  std::vector<std::string> trees, bugs, pages, statuses, subsystems;
  std::vector<std::string> notes;  // what went wrong, one line each
};

class RecipientFinder {
 public:
  using Shares = std::vector<std::pair<Contact, std::uint64_t>>;  // of commits or lines

  // tree: where MAINTAINERS lies, unless maintainers names another file. Errors: those of reading them; kUsage, a date.
  static Result<RecipientFinder> open(const Env&, const fs::path& tree, const RecipientOptions&,
                                      const fs::path& maintainers = {});

  // Of one patch: a mail or a diff. Errors: kTooLarge, kCancelled.
  Result<Recipients> of_patch(std::string_view text);
  // Of files of the tree, whether they exist or not; a directory ends in "/".
  Result<Recipients> of_files(const std::vector<std::string>& paths);

  // The same in steps, for questions that have several parts. False: the text is no patch.
  bool add_patch(std::string_view text, RecipientQuestion&);
  Result<void> add_file(const std::string& path, RecipientQuestion&);
  Result<Recipients> answer(const RecipientQuestion&);

 private:
  explicit RecipientFinder(const Env& env) : env_(&env) {}

  struct Answer;
  void add_section(std::size_t, Answer&) const;
  void add_list(std::string_view value, std::string_view subsystem, RecipientList&) const;
  bool add_sections_of(const std::string& path, Answer&);
  void add_keywords(const RecipientQuestion&, Answer&) const;
  void add_penguin(RecipientList&) const;
  Result<void> add_history(const std::string& path, Answer&) const;
  Result<void> add_fixed(const std::vector<std::string>& commits, Answer&) const;
  void add_addresses_of(const std::string& path, std::vector<Contact>&) const;
  static Shares authors_of(const FileHistory&, RecipientList&);
  static Shares signers_of(const FileHistory&, RecipientList&);
  void assign(std::string_view role, std::uint64_t all, const Shares&, RecipientList&) const;
  bool is_ignored(const std::string& text) const;

  const Env* env_;
  fs::path tree_;
  RecipientOptions options_;
  patch::Maintainers maintainers_;
  Mailmap mailmap_;
  std::vector<std::string> ignored_;
  std::int64_t since_ = 0;
  bool has_history_ = false;  // .git is there
};

// The directory around the current one that has a MAINTAINERS. Errors: kNotFound.
Result<fs::path> kernel_tree_here();
// A file that says how people are found there: in the tree, at home, or in .scripts of the tree. Empty: there is none.
fs::path recipients_file(const Env&, const fs::path& tree, const std::string& name);

}  // namespace lorelei::workflow
