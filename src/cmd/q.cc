// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei q: find messages in local archives; list them, or copy their mail.
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/command.hh"
#include "base/exit_code.hh"
#include "base/files.hh"
#include "base/pager.hh"
#include "search/find.hh"

namespace lorelei::cmd {

namespace {

// A pipe or a file, not a terminal and not /dev/null: something was meant to be read.
bool has_standard_input() {
  struct stat status {};
  return fstat(STDIN_FILENO, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISREG(status.st_mode));
}

Result<void> read_query_words(const Args& args, bool from_stdin, search::FindOptions& find) {
  find.arguments = args.operands();
  const bool is_dash = find.arguments == std::vector<std::string>{"-"};
  if (!from_stdin && !is_dash && (!find.arguments.empty() || !has_standard_input())) return {};
  if (!find.arguments.empty() && !is_dash)
    return err(Error::Kind::kUsage, "read the query", "", "it is on the command line and on standard input",
               "give it in one place only");
  TRY(find.text, read_all(STDIN_FILENO, "standard input", search::kMaxQueryBytes));
  return {};
}

const char* what_matched(search::Threads threads, std::uint64_t count) {
  if (threads == search::Threads::kNone) return count == 1 ? "match" : "matches";
  return count == 1 ? "thread" : "threads";
}

void report(const Args& args, const search::FindReport& found, const search::FindOptions& options, bool has_limit) {
  for (const auto& note : found.notes) args.remark("# " + note);
  const auto& summary = found.summary;
  if (!has_limit && summary.estimated > options.selection.limit)
    args.remark(fmt::format("# estimated matches ({}) exceed the default --limit={}", summary.estimated,
                            options.selection.limit));
  const auto& to = options.outbox.to;
  if (!to.path.empty())
    args.remark(fmt::format("# {} written to {}{} ({} {}{})", summary.delivered, to.path,
                            to.format == search::Format::kMaildir ? "/" : "", summary.matches,
                            what_matched(options.selection.threads, summary.matches),
                            summary.duplicates ? fmt::format(", {} duplicates", summary.duplicates) : ""));
  else if (summary.delivered == 0)
    args.remark("# no matches");
}

}  // namespace

static int q(Env& env, Args& args) {
  search::FindOptions find;
  std::string output = "-";
  std::optional<std::string> format;
  unsigned threads = 0;
  std::optional<std::uint64_t> limit;
  std::uint64_t offset = 0;
  std::optional<search::Sort> sort;
  std::optional<bool> pretty;
  bool reverse = false, save = false, from_stdin = false;
  const auto pick_sort = Target::choice([&](std::size_t index) { sort = static_cast<search::Sort>(index); });
  if (const auto done = args.parse({
          heading("Where to search"),
          {"-I --include", "NAME|DIR", "this archive too, beside the registered ones", &find.from.include},
          {"-O --only", "NAME|DIR", "this archive and no other", &find.from.only},
          {"--exclude", "NAME|DIR", "not this one of the registered archives", &find.from.exclude},
          {"--stdin", "", "read the query from standard input", &from_stdin},
          heading("What to select"),
          {"-n --limit -NUMBER", "N", "at most N messages, or threads with -t (10000)", &limit},
          {"--offset", "N", "leave the first N out", &offset},
          {"-t --threads", "", "whole threads of what is found; twice: mark what was found in them", &threads},
          {"-s --sort", "received|relevance|docid", "what comes first (received)", pick_sort},
          {"-r --reverse", "", "the oldest first", &reverse},
          {"-d --dedupe", "content|oid|mid|none", "what counts as the same message (content)",
           pick(&find.outbox.sameness)},
          heading("Where to put it"),
          {"-o --output --mfolder", "DST", "a new Maildir PATH, a new mboxrd:FILE, or - for standard output", &output},
          {"-f --format", "FORMAT", "list, json, jsonl, concatjson, text, mboxrd, mboxo, mboxcl or mboxcl2", &format},
          {"--[no-]pretty", "", "JSON for people", &pretty},
          {"--[no-]save", "", "searches are not saved yet: only --no-save is possible", &save},
      }))
    return *done;
  find.selection.sort = sort;
  find.selection.direction = reverse ? search::Direction::kOldestFirst : search::Direction::kNewestFirst;
  find.selection.threads = threads == 0   ? search::Threads::kNone
                           : threads == 1 ? search::Threads::kWhole
                                          : search::Threads::kMarked;
  constexpr std::uint64_t kMost = UINT32_MAX / 2;  // Xapian counts documents in 32 bits
  find.selection.limit = static_cast<std::uint32_t>(std::min(limit.value_or(find.selection.limit), kMost));
  find.selection.offset = static_cast<std::uint32_t>(std::min(offset, kMost));
  if (save)
    return args.fail({Error::Kind::kUsage, "save the search", "", "this release cannot do it", "--no-save", ""});
  const auto to = search::choose_destination(output, format, env);
  if (!to) return args.fail(to.error());
  find.outbox.to = *to;
  find.outbox.look = pretty.value_or(env.out_is_terminal) ? search::JsonLook::kPretty : search::JsonLook::kCompact;
  if (const auto read = read_query_words(args, from_stdin, find); !read) return args.fail(read.error());

  std::optional<Pager> pager;
  if (to->path.empty() && !search::is_mail(to->format)) pager.emplace(env);
  const auto found = search::find_messages(env, find);
  pager.reset();
  if (!found) return args.fail(found.error());
  report(args, *found, find, limit.has_value());
  for (const auto& problem : found->problems) (void)args.fail(problem);
  return static_cast<int>(found->problems.empty() ? ExitCode::kDone : ExitCode::kIncomplete);
}

extern const Command kQ = {
    .verb = "q",
    .operands = "[TERM...]",
    .help = "find messages in local archives",
    .description =
        "Searches all registered archives with the query language of public-inbox (`lorelei help query`).\n\n"
        "What is found goes to a list on a terminal, to JSON on a pipe, or with -o to a new Maildir or mbox; a place "
        "that holds mail already is refused. Nothing found is no failure: the exit status is 0.\n\n"
        "Without --sort, mailboxes and threads from a single archive go by article number, which is cheaper than the "
        "time of arrival and nearly the same.\n\n"
        "A TERM with spaces is a phrase (`'s:request queue'` is `s:\"request queue\"`), unless it has operators, "
        "parentheses or several prefixes. With -- before them, TERMs may begin with a minus.",
    .examples = {{"lorelei q s:floppy rt:1.month.ago..", "what came in the last month with floppy in the subject"},
                 {"lorelei q -t -o ~/Mail/floppy dfn:drivers/block/floppy.c",
                  "copy the threads of patches to that file into a new Maildir"},
                 {"lorelei q -f jsonl -n 10 f:torvalds", "the last ten of one sender, for a script"}},
    .run = q,
};

}  // namespace lorelei::cmd
