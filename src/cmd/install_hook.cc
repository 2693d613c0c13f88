// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei install-hook: let git send-email sign what it sends.
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attest/sign.hh"
#include "base/files.hh"
#include "base/leftovers.hh"
#include "base/process.hh"
#include "base/shell_word.hh"
#include "base/text.hh"
#include "cmd/attest_rows.hh"

namespace lorelei::cmd {

namespace {

// Where git looks for hooks here: worktrees share them, core.hooksPath moves them.
Result<fs::path> hook_path() {
  TRY(const auto found, run_process({"git", "rev-parse", "--git-path", "hooks"}));
  if (found.status != 0)
    return err(Error::Kind::kNotFound, "install the hook", "", "this is no git repository",
               "lorelei -C DIR install-hook");
  return fs::path(trim(found.out)) / "sendemail-validate";
}

Result<fs::path> install(const std::string& tool, const std::string& section) {
  TRY(const auto path, hook_path());
  TRY_VOID(make_directories(path.parent_path()));
  const auto sign = tool + " sign --hook" + (section.empty() ? "" : " --section=" + shell_word(section));
  const auto script = fmt::format("#!/bin/sh\n# installed by {} install-hook\nexec {} \"$1\"\n", tool, sign);
  // It is complete and executable when it appears.
  const auto draft = path.string() + ".new-" + owner_tag();
  TRY_VOID(create_file(draft, script));
  const bool is_made = chmod(draft.c_str(), 0755) == 0 && link(draft.c_str(), path.c_str()) == 0;
  const int why = errno;
  unlink(draft.c_str());
  if (!is_made && why == EEXIST)
    return err(Error::Kind::kConflict, "install the hook", path, "there is one already",
               fmt::format("a line in it: {} \"$1\"", sign));
  if (!is_made) return err_errno(why, "install the hook", path);
  return path;
}

}  // namespace

static int install_hook(Env&, Args& args) {
  AttestOptions options;
  std::vector<Option> rows;
  add_attest_rows(rows, options);
  if (const auto done = args.parse(std::move(rows))) return *done;
  const auto path = install(args.tool(), options.section);
  if (!path) return args.fail(path.error());
  args.tell("Hook installed as " + printable(path->string()));
  return 0;
}

extern const Command kInstallHook = {
    .also = "patatt",
    .verb = "install-hook",
    .operands = "",
    .help = "let git send-email sign what it sends",
    .description =
        "Writes the hook sendemail-validate of the repository of the current directory, which signs each message "
        "before "
        "it goes out. A hook that is there stays as it is.",
    .examples = {{"lorelei -C ~/linux install-hook", "for one repository"},
                 {"git config sendemail.validate true", "the default; without it the hook is not asked"},
                 {"git send-email --dry-run -1", "see what would be sent; files are signed"}},
    .run = install_hook,
};

}  // namespace lorelei::cmd
