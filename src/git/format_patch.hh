// SPDX-License-Identifier: GPL-3.0-or-later
// Commits as mails that git am makes the same trees of, by `git format-patch` as an mboxrd on standard output.
//
// What the user has set for patches that he looks at or sends (diff.*, format.*, submodule.*.ignore, charsets) does not
// count: a change that these leave out would be lost.
#pragma once
#include <string>
#include <vector>

namespace lorelei::git {

enum class PatchSubject { kPrefixed, kAsItIs };  // "[PATCH] TITLE", or the message's first lines alone
enum class EmptyCommits { kLeftOut, kKept };

// The arguments for git_argv() or run_git(), which have to run with git_options(). range: "FROM..TO".
std::vector<std::string> format_patch(const std::string& range, PatchSubject, EmptyCommits);

}  // namespace lorelei::git
