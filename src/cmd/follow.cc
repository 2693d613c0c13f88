// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei subscribe, track, track-subsystem: saved searches of what people follow.
#include <fmt/core.h>

#include "base/git_date.hh"
#include "base/shell_word.hh"
#include "cmd/lei_request.hh"
#include "lei/following.hh"
#include "lei/saving.hh"

namespace lorelei::cmd {

namespace {

struct Wish {
  SourceOptions sources;
  lei::Request request;
  lei::DeliveryOptions delivery;
  std::optional<std::string> output;
  std::optional<bool> threads;
  bool augment = false, overwrite = false, dry_run = false;
  std::optional<std::int64_t> expire_after, follow_days;
};

constexpr std::int64_t kAlways = 36'500;  // days

std::vector<Option> rows_of(Wish& wish, std::vector<Option> own) {
  std::vector<Option> rows = std::move(own);
  const std::vector<Option> more = {
      {"-o --output --mfolder", "DST", "a Maildir PATH, mboxrd:FILE or imaps://HOST/MAILBOX (one in lorelei.maildir)",
       &wish.output},
      {"-d --dedupe", "content|oid|mid", "what counts as the same message (mid)", pick(&wish.request.sameness)},
      {"-a --augment", "", "keep what is in DST already, and add to it", &wish.augment},
      {"--overwrite", "", "set aside what is in DST already, in a backup beside it", &wish.overwrite},
      {"--dry-run", "", "print the query, and do nothing", &wish.dry_run},
      {"--lock", "METHOD", "of an mbox, as for q", &wish.delivery.locks},
  };
  rows.insert(rows.end(), more.begin(), more.end());
  add_source_rows(rows, wish.sources);
  rows.push_back(heading("How servers are asked"));
  for (auto& row : net::rows(wish.request.http)) rows.push_back(std::move(row));
  return rows;
}

Result<lei::Destination> destination(Env& env, const lei::Settings& settings, const Wish& wish,
                                     const lei::Following& following) {
  auto output = wish.output;
  if (!output) {
    TRY(output, lei::mailbox_for(env, settings, following));
  }
  TRY(auto to, lei::choose_destination(*output, std::nullopt, env, lei::Manner::kOurs));
  if (to.is_stream || to.format == lei::Format::kV2)
    return err(Error::Kind::kUsage, "deliver to", *output, "mail for reading has to stay somewhere", "a Maildir");
  const auto there = lei::find_saved_search(settings.home(), to.text(), lei::Manner::kOurs);
  if (there && !wish.augment && !wish.overwrite)
    return err(Error::Kind::kConflict, "deliver to", there->place(), "a search is saved for it already",
               "lorelei up " + shell_word(there->place()) + ", or another output with -o");
  return to;
}

Result<int> follow(Env& env, const Args& args, const lei::Settings& settings, Wish& wish,
                   const lei::Following& following) {
  for (const auto& note : following.notes) args.remark("# " + note);
  if (wish.dry_run) return print(env, following.query + "\n"), 0;
  TRY(wish.delivery.to, destination(env, settings, wish, following));
  auto& request = wish.request;
  request.query = {{following.query}, true};
  request.selection.limit = UINT32_MAX / 2;
  if (wish.sources.wish.only.empty()) wish.sources.wish.only = following.only;
  TRY(request.wish, settle(env, settings, wish.sources, request.manner));
  const auto* policy = settings.find("lei.overwrite");
  const bool sets_aside = wish.overwrite || (policy && policy->value == "backup");
  wish.delivery.foreign = wish.augment ? lei::Foreign::kAugment
                          : sets_aside ? lei::Foreign::kSetAside
                                       : lei::Foreign::kRefuse;
  args.remark("# query: " + following.query);
  auto search = lei::to_be_saved(settings, request, wish.delivery.to, {});
  search.expire_after = wish.expire_after;
  if (wish.expire_after) search.expires = env.now() + *wish.expire_after;
  search.follow_days = wish.follow_days;
  TRY(const auto report, lei::deliver_and_save(env, settings, request, search, wish.delivery, progress_lines(args)));
  return report_delivery(args, wish.delivery.to, report, lei::Run::kFirst, false);
}

// What all three do behind their option table. what: makes the query.
template <typename What>
int run(Env& env, const Args& args, Wish& wish, const What& what) {
  const auto settings = lei::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  const auto following = what(*settings);
  if (!following) return args.fail(following.error());
  const auto status = follow(env, args, *settings, wish, *following);
  return status ? *status : args.fail(status.error());
}

search::Threads threads_if(bool wanted) { return wanted ? search::Threads::kWhole : search::Threads::kNone; }

// --expire: how long, as a date that lies so far back.
Result<std::optional<std::int64_t>> duration(const Env& env, const std::string& text) {
  if (text == "never") return std::nullopt;
  const auto date = parse_date(text, env.now());
  if (!date) return err(Error::Kind::kUsage, "use", "--expire=" + text, date.error().why, date.error().suggestion);
  if (*date >= env.now()) return err(Error::Kind::kUsage, "use", "--expire=" + text, "it is no time at all", "30.days");
  return env.now() - *date;
}

}  // namespace

static int subscribe(Env& env, Args& args) {
  Wish wish;
  wish.request.sameness = search::Sameness::kMid;
  std::string since = "1.week.ago";
  if (const auto done = args.parse(rows_of(
          wish, {
                    {"--since", "TIME", "how far back the mail goes that comes first; never: all (1.week.ago)", &since},
                    {"-t --[no-]threads", "", "whole threads, also where they leave the list", &wish.threads},
                })))
    return *done;
  wish.request.selection.threads = threads_if(wish.threads.value_or(false));
  return run(env, args, wish,
             [&](const lei::Settings& s) { return lei::follow_lists(env, s, args.operands(), since); });
}

static int track(Env& env, Args& args) {
  Wish wish;
  wish.request.sameness = search::Sameness::kMid;
  std::string expire = "30.days";
  if (const auto done = args.parse(
          rows_of(wish, {{"--expire", "TIME", "stop so long after the last new message; never (30.days)", &expire}})))
    return *done;
  const auto end = duration(env, expire);
  if (!end) return args.fail(end.error());
  wish.expire_after = *end;
  if (!*end) wish.follow_days = kAlways;
  wish.delivery.follow_from_now = true;
  wish.request.selection.threads = search::Threads::kWhole;
  return run(env, args, wish, [&](const lei::Settings&) { return lei::follow_thread(args.operand(0)); });
}

static int track_subsystem(Env& env, Args& args) {
  Wish wish;
  wish.request.sameness = search::Sameness::kMid;
  std::string since = "1.week.ago", maintainers;
  if (const auto done = args.parse(rows_of(
          wish, {
                    {"--maintainers", "FILE", "where sections are (MAINTAINERS of this tree)", &maintainers},
                    {"--since", "TIME", "how far back the mail goes that comes first; never: all (1.week.ago)", &since},
                    {"-t --[no-]threads", "", "whole threads (the default)", &wish.threads},
                })))
    return *done;
  wish.request.selection.threads = threads_if(wish.threads.value_or(true));
  return run(env, args, wish,
             [&](const lei::Settings&) { return lei::follow_subsystem(env, args.operand(0), maintainers, since); });
}

extern const Command kSubscribe = {
    .verb = "subscribe",
    .operands = "LIST...",
    .help = "get the mail of lists, without their knowing",
    .description =
        "LIST is an address, a list-id, or an archive that is known: then all of that archive. Their mail is looked "
        "for "
        "in all known archives, delivered once, and from then on by `lorelei up` or `lorelei watch`: an ordinary "
        "saved search.\n\n"
        "Without -o the mailbox is named after the list, below the setting lorelei.maildir.",
    .examples = {{"lorelei subscribe -o ~/Mail/block linux-block@vger.kernel.org", "a list, in a Maildir"},
                 {"lorelei subscribe -I https://lore.kernel.org/all/ --since=1.month.ago linux-scsi.vger.kernel.org",
                  "from a server, below lorelei.maildir"}},
    .run = subscribe,
};
extern const Command kTrack = {
    .verb = "track",
    .operands = "MSGID",
    .help = "follow a thread",
    .description =
        "MSGID is that of any message of the thread, or its URL. What is there is delivered, and replies by `lorelei "
        "up` or `lorelei watch`, until nothing has come for a while: the search is paused then, and the mail stays.",
    .examples = {{"lorelei track -o ~/Mail/floppy-fix https://lore.kernel.org/all/20260103-tls@example.org/T/",
                  "until 30 days after the last reply"},
                 {"lorelei track --expire=never 20260103-tls@example.org", "for good, below lorelei.maildir"}},
    .run = track,
};
extern const Command kTrackSubsystem = {
    .verb = "track-subsystem",
    .operands = "NAME",
    .help = "follow what MAINTAINERS says of a subsystem",
    .description =
        "NAME is the title of a section, or a part of it. The search is for mail of its lists (L:) and for patches to "
        "its files (F: X: N: K:) wherever they were sent. What words of an index cannot say is told.",
    .examples = {{"lorelei track-subsystem --dry-run floppy", "the query, to be tried or changed"},
                 {"lorelei track-subsystem -o ~/Mail/nvme 'NVM EXPRESS DRIVER'", "its threads, in a Maildir"}},
    .run = track_subsystem,
};

}  // namespace lorelei::cmd
