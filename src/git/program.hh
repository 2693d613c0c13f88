// SPDX-License-Identifier: GPL-3.0-or-later
// The git program as a child: for what libgit2 does worse (clone, fetch, fast-import, fsck, writing configuration).
//
// It runs with the user's configuration (remotes need credentials and proxies), but without what would surprise: no
// hooks, no prompts, no automatic gc in the background, no repository that the caller's environment points to.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/process.hh"
#include "base/result.hh"

namespace lorelei::git {

// The command line `git ARGUMENTS`, to be run in a repository if one is given ("" for none), and what it runs with.
Argv git_argv(const std::string& repository, const std::vector<std::string>& arguments);
ProcessOptions git_options();
// The same for what the user talks to: his language, his prompts, his templates.
ProcessOptions git_options_for_user();

// Its standard output. doing, subject: what we are about, for the error of a status that is not 0; git's own last
// words say why.
Result<std::string> run_git(const std::string& repository, const std::vector<std::string>& arguments,
                            const std::string& doing, const std::string& subject,
                            const std::atomic<bool>* cancelled = nullptr);

// "fatal: " and "error: " lines of git's talk, as one phrase in our wording, with the line after one that ends in ":";
// the last line if there is none.
std::string git_complaint(std::string_view talk);

}  // namespace lorelei::git
