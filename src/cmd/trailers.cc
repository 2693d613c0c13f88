// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei trailers: reviews from the list, put into the commits here.
#include <fmt/core.h>
#include <unistd.h>

#include <iostream>

#include "base/command.hh"
#include "base/files.hh"
#include "base/plural.hh"
#include "base/text.hh"
#include "cmd/thread_rows.hh"
#include "git/editor.hh"
#include "workflow/trailer_block.hh"
#include "workflow/trailer_update.hh"
#include "workflow/trailers_left.hh"

namespace lorelei::cmd {

namespace {

using Kind = Error::Kind;

struct Wishes {
  workflow::TrailerWishes trailers;
  ThreadChoice thread;
  bool updates = false, is_interactive = false, asks = true;
};

std::string listing(const workflow::TrailerUpdate& update, const workflow::Settings& settings) {
  std::string text;
  std::set<std::string> shown;
  for (const auto& commit : update.commits) {
    if (commit.added.empty()) continue;
    text += printable(commit.title) + "\n";
    for (const auto& one : commit.added) {
      const auto line = workflow::line_of(one.trailer);
      text += fmt::format("  + {}\n", printable(line));
      if (shown.insert(line).second)
        text += fmt::format("    via: {}\n", printable(settings.link_to(one.giver->message_id)));
    }
  }
  return text;
}

// Whether somebody can be asked. Before anything is fetched or edited.
Result<void> check_wishes(const Env& env, const Wishes& wishes) {
  if (wishes.is_interactive && !wishes.updates)
    return err(Kind::kUsage, "choose trailers with", "-i", "what is chosen is for --update", "lorelei trailers -u -i");
  const bool would_ask = wishes.updates && wishes.asks && !wishes.is_interactive;
  if (would_ask && (!isatty(0) || !env.err_is_terminal))
    return err(Kind::kUsage, "rewrite commits", "", "nobody is here to say yes", "--yes");
  return {};
}

bool says_yes(const Args& args, std::size_t count) {
  args.tell(fmt::format("Rewrite {}, and what is above? [y/N]", plural(count, "commit")));
  std::string answer;
  std::getline(std::cin, answer);
  const auto word = to_lower(trim(answer));
  return word == "y" || word == "yes";
}

// In an editor; what is left there is what the user wants. False: nothing is left.
Result<bool> choose(Env& env, workflow::TrailerUpdate& update, const workflow::Settings& settings) {
  const auto file = update.tree.git_directory() / "TRAILERS_EDITMSG";
  TRY(const auto sheet, git::edit_text(env, update.tree.config(), file, workflow::trailer_sheet(update, settings)));
  std::error_code ignored;
  fs::remove(file, ignored);
  const auto unwanted = workflow::take_trailer_sheet(update, sheet);
  if (!unwanted) return false;
  TRY_VOID(workflow::remember_unwanted(update, *unwanted));
  return true;
}

Result<int> run(Env& env, const Args& args, Wishes& wishes) {
  TRY_VOID(check_wishes(env, wishes));
  TRY(const auto settings, workflow::Settings::load(env));
  const workflow::Say say = [&](const std::string& line) { args.remark(line); };
  wishes.trailers.source = wishes.thread.source;
  wishes.trailers.source.root = workflow::MailSource::Root::kOfThread;
  TRY(auto update, workflow::find_trailer_update(env, settings, wishes.trailers, say));
  if (const auto left = workflow::trailers_left_text(update, settings); !left.empty()) args.tell(trim_end(left));
  if (update.count() > 0 && wishes.is_interactive) {
    TRY(const bool goes_on, choose(env, update, settings));
    if (!goes_on) {
      args.remark("Nothing is left in it: nothing is changed");
      return 0;
    }
  }
  if (update.count() == 0) {
    args.remark("No trailer updates found");
    return 0;
  }
  print(env, listing(update, settings));
  if (!wishes.updates) {
    args.remark("Nothing is changed without --update");
    return 0;
  }
  if (wishes.asks && !wishes.is_interactive && !says_yes(args, update.count())) {
    args.remark("Nothing is changed");
    return 0;
  }
  TRY_VOID(workflow::carry_out(env, update, [&](const std::string& line) { args.tell(line); }));
  args.remark(fmt::format("{} with new trailers", plural(update.count(), "commit")));
  return 0;
}

}  // namespace

static int trailers(Env& env, Args& args) {
  Wishes wishes;
  std::vector<Option> rows = {
      {"-u --update", "", "put them into the commits; else they are only shown", &wishes.updates},
      {"-i --interactive", "", "choose in an editor, without another question; what is left out is never offered again",
       &wishes.is_interactive},
      {"-S --sloppy-trailers", "", "also those that another address gives", &wishes.trailers.is_sloppy},
      {"-F --trailers-from", "MSGID", "of the thread of this mail", &wishes.trailers.from},
      {"--since", "DATE", "your own commits since then, where no series is prepared; 1.month if not said",
       &wishes.trailers.since},
      {"--since-commit", "COMMIT", "from this one on", &wishes.trailers.since_commit},
      {"--fuzzy", "", "also to commits that were changed since, by a link in them or their title",
       &wishes.trailers.is_fuzzy},
      {"-y --yes", "", "do not ask", Target(Target::Setter([&](std::string_view) -> Result<void> {
         wishes.asks = false;
         return {};
       }))},
  };
  add_thread_rows(rows, wishes.thread);
  if (const auto done = args.parse(std::move(rows))) return *done;
  const auto status = run(env, args, wishes);
  return status ? *status : args.fail(status.error());
}

extern const Command kTrailers = {
    .also = "b4",
    .verb = "trailers",
    .operands = "",
    .help = "put reviews that the list gave into the commits on this branch",
    .description =
        "Commits are those of the series that prep manages, else your own newest ones. A review goes to the commit "
        "with "
        "the same change, in whatever revision it was given; one of the cover letter to all. What reaches no commit is "
        "told, with who "
        "gave it for which mail: of a commit that was changed since, --fuzzy takes it. A Nacked-by is told first, and "
        "put "
        "into no commit. Where trailers stand, and who may give them, is as for "
        "am.\n\n"
        "Messages alone change: trees and authors stay, work tree and index are not touched, what was there is kept as "
        "refs/original/BRANCH. What stands below a line --- in a commit message stays there.",
    .examples = {{"lorelei trailers", "what there is"},
                 {"lorelei trailers -u", "take it"},
                 {"lorelei trailers -u -m thread.mbox --since-commit HEAD~3", "from a mailbox, to the last four"}},
    .run = trailers,
};

}  // namespace lorelei::cmd
