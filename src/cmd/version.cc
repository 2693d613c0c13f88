// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei version: which program this is and what it was built with.
#include <fmt/core.h>

#include "base/command.hh"
#include "base/process.hh"
#include "base/text.hh"
#include "search/libraries.hh"

namespace lorelei::cmd {

static void print_features(Env& env) {
  print(env, "loaded features:\n");
  for (const auto& [name, number] : search::linked_libraries()) print(env, fmt::format("  {} {}\n", name, number));
  print(env, fmt::format("  {}\n", trim(output_of({"git", "--version"}).value_or("git is not installed"))));
}

static int version(Env& env, Args& args) {
  bool verbose = false;
  if (const auto done = args.parse({{"-v --verbose", "", "the versions of libraries and of git, too", &verbose}}))
    return *done;
  print(env, fmt::format("{} {}\n", args.tool(), LORELEI_VERSION));
  if (verbose) print_features(env);
  return 0;
}

static int sucks(Env& env, Args& args) {
  if (const auto done = args.parse({})) return *done;
  print_features(env);
  return 0;
}

extern const Command kVersion = {
    .also = "lei",
    .verb = "version",
    .operands = "",
    .help = "say which version this is",
    .description = "",
    .examples = {{"lorelei version -v", "what to put into a report of a fault"}},
    .run = version,
    .listed = Listed::kNo,
};
extern const Command kSucks = {
    .tool = "lei",
    .verb = "sucks",
    .operands = "",
    .help = "what lei calls `version -v`",
    .description = "",
    .examples = {},
    .run = sucks,
    .listed = Listed::kNo,
};

}  // namespace lorelei::cmd
