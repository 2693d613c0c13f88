// SPDX-License-Identifier: GPL-3.0-or-later
// The user's editor, as git chooses it: $GIT_EDITOR, core.editor, $VISUAL, $EDITOR, vi; a command line for the shell.
#pragma once
#include <string>

#include "base/env.hh"
#include "base/files.hh"
#include "git/config.hh"

namespace lorelei::git {

std::string editor_of(const Env&, const Config&);
// Waits until it has ended. Errors: kFailed, it could not be started or said that it failed: then what is in the file
// does not count.
Result<void> edit_file(const Env&, const Config&, const fs::path&);
// The text as the user left it, which stays in the file: whoever has made use of it removes that. Errors: also
// kConflict, the file is there: of an edit that was broken off, or of another that goes on.
Result<std::string> edit_text(const Env&, const Config&, const fs::path& file, std::string_view text);

}  // namespace lorelei::git
