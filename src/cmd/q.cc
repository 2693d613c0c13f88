// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei q: find messages; show them, or deliver them to a mailbox and remember the search.
#include <fcntl.h>
#include <fmt/core.h>

#include <algorithm>

#include "base/exit_code.hh"
#include "base/files.hh"
#include "base/pager.hh"
#include "base/text.hh"
#include "cmd/lei_request.hh"
#include "lei/find.hh"
#include "lei/mua.hh"
#include "lei/saving.hh"

namespace lorelei::cmd {

namespace {

constexpr std::uint64_t kMost = UINT32_MAX / 2;  // Xapian counts documents in 32 bits

struct Wish {
  SourceOptions sources;
  lei::Request request;
  lei::DeliveryOptions delivery;
  lei::ListingOptions listing;
  std::string output = "-";
  std::optional<std::string> format, mua;
  std::vector<std::string> alerts;
  std::optional<bool> save, pretty;
  lei::ImportWish imports;
  bool from_stdin = false, augment = false, overwrite = false;
};

int show(Env& env, const Args& args, const lei::Settings& settings, Wish& wish) {
  std::optional<Pager> pager;
  if (wish.listing.to.path.empty() && !is_mail(wish.listing.to.format)) pager.emplace(env);
  const auto found = lei::find_messages(env, settings, wish.request, wish.listing, progress_lines(args));
  pager.reset();
  if (!found) return args.fail(found.error());
  for (const auto& note : found->notes) args.remark("# " + note);
  if (!wish.request.has_limit && found->estimated > wish.request.selection.limit)
    args.remark(fmt::format("# estimated matches ({}) exceeds default --limit={}", found->estimated,
                            wish.request.selection.limit));
  if (!wish.listing.to.path.empty())
    args.remark(fmt::format("# {} written to {} ({} matches)", found->shown, wish.listing.to.path, found->matches));
  else if (found->shown == 0)
    args.remark("# no matches");
  for (const auto& problem : found->problems) (void)args.fail(problem);
  return failure_status(args, found->problems, found->status);
}

Result<lei::DeliveryReport> deliver(Env& env, const Args& args, const lei::Settings& settings, const Wish& wish,
                                    bool is_saved) {
  const auto say = progress_lines(args);
  if (!is_saved) return lei::deliver(env, settings, wish.request, nullptr, wish.delivery, say);
  return lei::deliver_and_save(env, settings, wish.request,
                               lei::to_be_saved(settings, wish.request, wish.delivery.to, wish.imports), wish.delivery,
                               say);
}

// The rules of --save, in lei's words.
Result<bool> shall_save(const Wish& wish) {
  const auto& to = wish.delivery.to;
  const auto refuse = [&](std::string why, std::string next) {
    return err(Error::Kind::kUsage, "save the search", wish.output, std::move(why), std::move(next));
  };
  if (wish.save.value_or(false) && wish.request.selection.sort)
    return refuse("--save and --sort are incompatible", "--no-save");
  if (to.is_stream) {
    if (wish.delivery.shared) return refuse("--shared is only for v2 inbox output", "-o v2:DIR");
    if (!to.path.empty() && wish.imports.before.value_or(false)) {
      const Fd opened(::open(to.path.c_str(), O_WRONLY | O_CLOEXEC));  // who waits for mail there learns of its end
      return refuse(to.path + " is not seekable, --import-before cannot look at it", "--no-import-before");
    }
    if (wish.save.value_or(false)) return refuse("there is nothing to be updated", "-o with a place that stays");
    return false;
  }
  const bool is_archive = to.format == lei::Format::kV2;
  if (wish.delivery.shared && !is_archive) return refuse("--shared is only for v2 inbox output", "-o v2:DIR");
  if (is_archive && wish.request.sameness == search::Sameness::kOid)
    return refuse("--dedupe=oid and v2 are incompatible", "--dedupe=content or --dedupe=mid");
  const bool save = wish.save.value_or(true) || is_archive;
  if (save && wish.request.sameness == search::Sameness::kNone)
    return refuse("--dedupe=none requires --no-save", "--no-save");
  return save;
}

int run(Env& env, Args& args, Wish& wish) {
  const auto settings = lei::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  const auto manner = lei::manner_of(args.tool());
  wish.request.manner = wish.listing.manner = manner;
  const auto to = lei::choose_destination(wish.output, wish.format, env, manner);
  if (!to) return args.fail(to.error());
  wish.delivery.to = wish.listing.to = *to;
  const auto save = shall_save(wish);
  if (!save) return args.fail(save.error());
  auto query = read_query_words(args, wish.from_stdin);
  if (!query) return args.fail(query.error());
  if (std::all_of(query->words.begin(), query->words.end(), [](const auto& word) { return trim(word).empty(); }))
    return args.fail({Error::Kind::kUsage, "search", "", "--stdin or SEARCH_TERMS... must be set",
                      "lorelei help query; d:.. is everything", ""});
  if (wish.augment && wish.overwrite)
    return args.fail(
        {Error::Kind::kUsage, "deliver to", wish.output, "--augment and --overwrite do not mix", "one of them", ""});
  wish.request.query = *std::move(query);
  auto sources = settle(env, *settings, wish.sources, manner);
  if (!sources) return args.fail(sources.error());
  wish.request.wish = *std::move(sources);
  if (to->is_stream) return show(env, args, *settings, wish);

  wish.delivery.import_before = wish.imports.before.value_or(true);
  wish.delivery.memoize = lei::stores_what_servers_send(*settings, manner, wish.imports.remote);
  const auto* overwrite = settings->find("lei.overwrite");
  const bool sets_aside = overwrite ? overwrite->value == "backup" : manner == lei::Manner::kLei;
  wish.delivery.foreign = wish.augment                   ? lei::Foreign::kAugment
                          : wish.overwrite || sets_aside ? lei::Foreign::kSetAside
                                                         : lei::Foreign::kRefuse;
  const auto report = deliver(env, args, *settings, wish, *save);
  if (!report) return args.fail(report.error());
  const int status = report_delivery(args, *to, *report, lei::Run::kFirst, wish.delivery.dry_run);
  if (wish.delivery.dry_run) return status;
  if (const auto alerted = lei::alert(env, wish.alerts); !alerted) return args.fail(alerted.error());
  if (!wish.mua) return status;
  const auto started = lei::become_mua(env, *wish.mua, to->path);
  return args.fail(started.error());
}

}  // namespace

static int q(Env& env, Args& args) {
  Wish wish;
  auto& selection = wish.request.selection;
  unsigned threads = 0;
  std::optional<std::uint64_t> limit;
  std::uint64_t offset = 0;
  bool reverse = false, ascii = false;
  std::string jobs;
  const auto pick_sort = Target::choice([&](std::size_t index) { selection.sort = static_cast<search::Sort>(index); });
  std::vector<Option> rows;
  add_source_rows(rows, wish.sources);
  const std::vector<Option> own = {
      {"--stdin", "", "read the query from standard input", &wish.from_stdin},
      heading("What to select"),
      {"-n --limit -NUMBER", "N", "at most N messages, or threads with -t (10000); updates bring all that is new",
       &limit},
      {"--offset", "N", "leave the first N out", &offset},
      {"-t --threads", "", "whole threads of what is found; twice: mark what was found in them", &threads},
      {"-s --sort", "received|relevance|docid", "what comes first (received)", pick_sort},
      {"-r --reverse", "", "the oldest first", &reverse},
      {"-d --dedupe", "content|oid|mid|none", "what counts as the same message (content)",
       pick(&wish.request.sameness)},
      heading("Where to put it"),
      {"-o --output --mfolder", "DST",
       "a Maildir PATH, mboxrd:FILE, imaps://HOST/MAILBOX, v2:DIR, or - for standard output", &wish.output},
      {"-f --format", "FORMAT", "list, json, jsonl, concatjson, text, mboxrd, mboxo, mboxcl or mboxcl2", &wish.format},
      {"--[no-]save", "", "remember the search for `up` (the default, but for standard output)", &wish.save},
      {"-a --augment", "", "keep what is in DST already, and add to it", &wish.augment},
      {"--overwrite", "", "set aside what is in DST already, in a backup beside it", &wish.overwrite},
      {"--shared", "", "with v2:DIR: borrow what the archives have that are searched, do not copy it",
       &wish.delivery.shared},
      {"--[no-]import-before", "", "store what is set aside, and flags that were changed in DST", &wish.imports.before},
      {"--[no-]import-remote", "", "store what servers send (lei does)", &wish.imports.remote},
      {"--dry-run", "", "say what would be written, and change nothing", &wish.delivery.dry_run},
      {"--lock", "METHOD", "of an mbox: fcntl, dotlock, flock, none; timeout=S, delay=S (fcntl,dotlock)",
       &wish.delivery.locks},
      {"--mua", "COMMAND", "read DST with this program then: mutt, or a command with %f for DST", &wish.mua},
      {"--alert", "COMMAND", "run this when all is written; :bell rings, :WINCH wakes the MUA", &wish.alerts},
      heading("How it looks"),
      {"--[no-]pretty", "", "JSON for people", &wish.pretty},
      {"--[no-]ascii", "", "JSON in ASCII", &ascii},
      {"-j --jobs", "N[,M]", "accepted for scripts; there is one job", &jobs},
  };
  rows.insert(rows.end(), own.begin(), own.end());
  rows.push_back(heading("How servers are asked"));
  for (auto& row : net::rows(wish.request.http)) rows.push_back(std::move(row));
  if (const auto done = args.parse(std::move(rows))) return *done;
  selection.direction = reverse ? search::Direction::kOldestFirst : search::Direction::kNewestFirst;
  selection.threads = threads == 0   ? search::Threads::kNone
                      : threads == 1 ? search::Threads::kWhole
                                     : search::Threads::kMarked;
  wish.request.has_limit = limit.has_value();
  selection.limit = static_cast<std::uint32_t>(std::min<std::uint64_t>(limit.value_or(selection.limit), kMost));
  selection.offset = static_cast<std::uint32_t>(std::min(offset, kMost));
  wish.listing.look =
      wish.pretty.value_or(env.out_is_terminal) ? search::JsonLook::kPretty : search::JsonLook::kCompact;
  wish.listing.letters = ascii ? search::JsonLetters::kAscii : search::JsonLetters::kAll;
  wish.listing.sameness = wish.request.sameness;
  return run(env, args, wish);
}

extern const Command kQ = {
    .also = "lei",
    .verb = "q",
    .operands = "[TERM...]",
    .help = "find messages; show them or deliver them to a mailbox",
    .description =
        "Searches all known archives with the query language of public-inbox (`lorelei help query`).\n\n"
        "What is found goes to a list on a terminal, to JSON on a pipe, or with -o to a mailbox: a Maildir, an mbox, "
        "a mailbox on an IMAP server, an archive of public-inbox (v2:DIR, which only grows and is always remembered). "
        "The search is remembered then, and `lorelei up DST` "
        "delivers what is new. Nothing found is no failure: the exit status is 0.\n\n"
        "The same command again starts anew: what is in DST and still found stays, with its flags; what is not found "
        "any more goes; nothing changes before everything has been found. Mail in DST that the search has not written "
        "is refused, unless --augment or --overwrite says what to do with it (or the setting lei.overwrite = "
        "backup).\n\n"
        "On a server, what a kill or a broken connection has left in doubt is looked for before it is sent again; a "
        "copy that comes before the end of the run is removed. A server that takes even longer has such a mail twice: "
        "nobody can ask it what it is about to do. A mail that it refuses is told, and tried again by each update, "
        "unless the server will never take it (it is too large): that is told once.\n\n"
        "A TERM with spaces is a phrase (`'s:request queue'` is `s:\"request queue\"`), unless it has operators, "
        "parentheses or several prefixes. With -- before them, TERMs may begin with a minus.",
    .examples = {{"lorelei q s:floppy rt:1.month.ago..", "what came in the last month with floppy in the subject"},
                 {"lorelei q -t -o ~/Mail/floppy dfn:drivers/block/floppy.c",
                  "deliver the threads of patches to that file to a Maildir"},
                 {"lorelei q -f jsonl -n 10 f:torvalds", "the last ten of one sender, for a script"}},
    .run = q,
};

}  // namespace lorelei::cmd
