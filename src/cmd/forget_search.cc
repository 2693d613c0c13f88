// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei forget-search: no more updates; the mail stays.
#include <fmt/core.h>

#include "base/command.hh"
#include "base/files.hh"
#include "lei/saving.hh"

namespace lorelei::cmd {

// What is in the directory of a saved search, and nothing else: it may be somebody's only link to somewhere else.
static Result<void> forget(const lei::SavedSearch& search) {
  TRY(const auto lock, lei::SearchLock::take(search));
  std::error_code error;
  fs::remove_all(search.directory, error);
  if (error) return err_errno(error.value(), "forget the search", search.place());
  return sync_directory(search.directory.parent_path());
}

static int forget_search(Env& env, Args& args) {
  std::optional<std::string> prune;
  bool verbose = false;
  if (const auto done = args.parse({
          {"--prune", "[local]", "those whose output on this machine is gone",
           Target::Setter([&](std::string_view which) -> Result<void> {
             prune = which;
             return {};
           })},
          {"-v --verbose", "", "say what is removed", &verbose},
      }))
    return *done;
  const lei::Home home(env);
  int status = 0;
  const auto drop = [&](const lei::SavedSearch& search) {
    if (verbose) args.remark("# forgetting " + search.place());
    if (const auto done = forget(search); !done) status = args.fail(done.error());
  };
  if (prune) {
    if (!args.operands().empty())
      return args.fail({Error::Kind::kUsage, "forget", args.operand(0), "--prune takes no output", "one of them", ""});
    for (const auto& search : lei::list_saved_searches(home).all) {
      std::error_code error;
      if (search.is_remote() || fs::exists(search.place(), error)) continue;
      args.remark("# pruning " + search.place());
      drop(search);
    }
    return status;
  }
  if (args.operands().empty())
    return args.fail({Error::Kind::kUsage, "forget", "", "no output is named", "lorelei ls-search", ""});
  for (const auto& output : args.operands()) {
    auto search = lei::find_saved_search(home, output, lei::manner_of(args.tool()));
    if (!search && search.error().kind == Error::Kind::kUsage) {  // broken, and to be forgotten all the same
      lei::SavedSearch broken;
      broken.directory = lei::directory_of(home, output);
      broken.output = output;
      search = broken;
    }
    if (search) {
      drop(*search);
    } else {
      auto error = search.error();
      error.doing = "forget";
      error.why = fmt::format("--save was not used with {} cwd={}", output, lei::absolute_path("."));
      status = args.fail(error);
    }
  }
  return status;
}

extern const Command kForgetSearch = {
    .also = "lei",
    .verb = "forget-search",
    .operands = "[DST...]",
    .help = "stop updating saved searches; the mail stays",
    .description = "",
    .examples = {{"lorelei forget-search ~/Mail/floppy", "one search"},
                 {"lorelei forget-search --prune", "all whose output was removed"}},
    .run = forget_search,
};

}  // namespace lorelei::cmd
