// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei up: deliver what is new in saved searches.
#include <fmt/core.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>

#include "base/duration.hh"
#include "base/exit_code.hh"
#include "base/git_date.hh"
#include "base/json.hh"
#include "base/progress.hh"
#include "base/text.hh"
#include "base/time_limit.hh"
#include "cmd/lei_request.hh"
#include "lei/mua.hh"
#include "lei/update.hh"
#include "net/url.hh"

namespace lorelei::cmd {

namespace {

struct Wish {
  lei::UpdateOptions options;
  std::optional<std::string> all, mua, fudge, redeliver;
  std::vector<std::string> alerts;
  std::optional<std::chrono::milliseconds> jitter, max_time;
  bool json = false;
};

tl::unexpected<Error> usage(std::string why, std::string next) {
  return err(Error::Kind::kUsage, "update", "", std::move(why), std::move(next));
}

// The searches that are meant; what cannot be found is told.
Result<std::vector<lei::SavedSearch>> choose(Env& env, const Args& args, const lei::Home& home, const Wish& wish,
                                             int& status) {
  std::vector<lei::SavedSearch> chosen;
  if (!wish.all) {
    if (args.operands().empty()) return usage("no output is named", "DST, or --all");
    if (wish.mua && args.operands().size() > 1)
      return usage("multiple outputs and --mua= are incompatible", "one output");
    for (const auto& output : args.operands()) {
      auto search = lei::find_saved_search(home, output, lei::manner_of(args.tool()));
      if (search)
        chosen.push_back(*std::move(search));
      else
        status = args.fail(search.error());
    }
    return chosen;
  }
  if (!args.operands().empty())
    return usage("--all and " + join(args.operands(), " ") + " incompatible", "one of them");
  if (wish.mua) return usage("--all and --mua= are incompatible", "one of them");
  if (!wish.all->empty() && *wish.all != "local" && *wish.all != "remote")
    return usage("only --all=" + *wish.all + " not understood", "--all, --all=local or --all=remote");
  auto found = lei::list_saved_searches(home);
  for (const auto& problem : found.problems) status = args.fail(problem);
  for (auto& search : found.all) {
    if (!wish.all->empty() && (*wish.all == "remote") != search.is_remote()) continue;
    if (const auto why = lei::reason_to_skip(search, env.now()); !why.empty()) {
      args.remark(fmt::format("# {} is passed over: {}", search.place(), why));
      continue;
    }
    chosen.push_back(std::move(search));
  }
  return chosen;
}

// --remote-fudge-time: seconds, or a date that lies so far back.
Result<std::int64_t> fudge_seconds(const Env& env, const Args& args, const std::string& text) {
  if (const auto seconds = parse_int(text)) return *seconds;
  const auto date = parse_date(text, env.now());
  if (!date)
    return err(Error::Kind::kUsage, "use", "--remote-fudge-time=" + text, date.error().why, date.error().suggestion);
  args.remark(fmt::format("# {} => {} seconds", text, env.now() - *date));
  return env.now() - *date;
}

void add_error(JsonWriter& json, const Error& error) {
  json.begin_object();
  json.member("error", to_text(error));
  json.member("temporary", error.kind == Error::Kind::kTemporary);
  json.end_object();
}

void add_sources(JsonWriter& json, const lei::DeliveryReport& report) {
  json.key("sources");
  json.begin_array();
  for (const auto& source : report.sources) {
    json.begin_object();
    json.member("location", net::without_password(source.location));
    json.member("remote", source.is_remote);
    json.member("matches", source.matches);
    if (source.is_unchanged) json.member("unchanged", true);
    if (source.asked_at) json.member("asked", *source.asked_at);
    if (source.failed) json.member("error", to_text(*source.failed));
    json.end_object();
  }
  json.end_array();
}

void print_json(Env& env, const lei::Updated& updated, int status) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.member("output", net::without_password(updated.search.output));
  json.member("status", status);
  if (updated.report) {
    const auto& report = *updated.report;
    json.member("matches", report.matches);
    json.member("written", report.written);
    json.member("duplicates", report.duplicates);
    add_sources(json, report);
    json.key("problems");
    json.begin_array();
    for (const auto& problem : report.problems) add_error(json, problem);
    json.end_array();
    json.key("notes");
    json.begin_array();
    for (const auto& note : report.notes) json.value(note);
    json.end_array();
  } else {
    json.member("error", to_text(updated.report.error()));
    json.member("temporary", updated.report.error().kind == Error::Kind::kTemporary);
  }
  json.end_object();
  print(env, text + "\n");
  std::fflush(env.out);
}

// The line of a terminal, also while nothing happens but waiting.
class LiveLine {
 public:
  LiveLine(const Env& env, std::size_t searches, Talk talk) : progress_(env, "update", {"searches", searches, talk}) {
    if (!env.err_is_terminal) return;
    thread_ = std::jthread([this](const std::stop_token& over) {
      std::mutex mutex;
      std::unique_lock lock(mutex);
      std::condition_variable_any never;
      while (!over.stop_requested()) {
        never.wait_for(lock, over, std::chrono::milliseconds(500), [] { return false; });
        if (!over.stop_requested()) progress_.advance(0);
      }
    });
  }
  Progress& progress() { return progress_; }

 private:
  Progress progress_;
  std::jthread thread_;  // ends first
};

// lei's way to say which search an error belongs to.
void name_output(lei::Updated& updated) {
  const auto suffix = fmt::format(" (output: {})", net::without_password(updated.search.place()));
  if (!updated.report)
    updated.report.error().why += suffix;
  else
    for (auto& problem : updated.report->problems) problem.why += suffix;
}

constexpr int kTemporary = static_cast<int>(ExitCode::kTemporary);

// The clock's stop is a passing failure: the next run goes on.
void explain_stop(lei::Updated& updated) {
  if (updated.report || updated.report.error().kind != Error::Kind::kCancelled) return;
  auto& error = updated.report.error();
  error.kind = Error::Kind::kTemporary;
  error.status = 0;  // curl's
  error.why = "its time was over (--max-time)";
}

int update(Env& user, Args& args, const lei::Settings& settings, const Wish& wish) {
  int status = 0;
  const auto searches = choose(user, args, settings.home(), wish, status);
  if (!searches) return args.fail(searches.error());
  std::optional<FileLock> lock;
  if (wish.all && !wish.options.dry_run) {
    auto taken = lei::take_run_lock(settings.home());
    if (!taken && taken.error().kind == Error::Kind::kTemporary) {
      args.remark("# another update is running");
      return 0;
    }
    if (!taken) return args.fail(taken.error());
    lock.emplace(*std::move(taken));
  }
  if (wish.jitter) wait_for(user, std::chrono::milliseconds(std::random_device()() % (wish.jitter->count() + 1)));
  TimeLimit limit(user, wish.max_time);
  const bool is_lei = wish.options.manner == lei::Manner::kLei;
  const bool several = searches->size() > 1;
  std::optional<LiveLine> line;
  if (!is_lei) line.emplace(user, searches->size(), args.talk());
  const auto begins = [&](const lei::SavedSearch& search) {
    if (line) line->progress().set_stage(net::without_password(search.place()));
  };
  lei::update_all(limit.env(), settings, *searches, wish.options, begins, [&](lei::Updated updated) {
    if (line) line->progress().advance();
    if (limit.is_over()) explain_stop(updated);
    if (several) name_output(updated);
    if (several && is_lei) args.remark("# updating " + updated.search.place());
    const auto say = progress_lines(args);
    for (const auto& text : updated.lines) say(text);
    int each = 0;
    if (updated.report)
      each = report_delivery(args, updated.to, *updated.report, lei::Run::kUpdate, wish.options.dry_run);
    else
      each = args.fail(updated.report.error());
    if (wish.json) print_json(user, updated, each);
    // A failure that passes by itself counts least.
    if (each && (status == 0 || status == kTemporary)) status = each;
  });
  line.reset();
  if (const auto alerted = lei::alert(user, wish.alerts); !alerted) return args.fail(alerted.error());
  if (!wish.mua || searches->size() != 1) return status;
  return args.fail(lei::become_mua(user, *wish.mua, searches->front().place()).error());
}

}  // namespace

static int up(Env& env, Args& args) {
  Wish wish;
  auto& options = wish.options;
  std::string jobs;
  unsigned verbose = 0;
  std::vector<std::string> exclude;
  std::vector<Option> rows = {
      {"--all", "[local|remote]", "all saved searches; only those here, or on mail servers",
       Target::Setter([&](std::string_view which) -> Result<void> {
         wish.all = which;
         return {};
       })},
      {"--dry-run", "", "say what would be written, and change nothing", &options.dry_run},
      {"--rescan", "", "look at everything again, not only at what is new", &options.rescan},
      {"--redeliver", "[SINCE]", "deliver again what was removed from the output, of mail that is not older",
       Target::Setter([&](std::string_view since) -> Result<void> {
         wish.redeliver = since;
         return {};
       })},
      {"--remote-fudge-time", "TIME", "how much further back to ask servers (48.hours)", &wish.fudge},
      {"--[no-]external", "", "all known archives", &options.external},
      {"--[no-]local", "", "archives on this machine", &options.local},
      {"--[no-]remote", "", "archives on servers", &options.remote},
      {"--exclude", "LOCATION", "not this archive", &exclude},
      {"--lock", "METHOD", "of an mbox, as for q", &options.locks},
      {"--mua", "COMMAND", "read the output with this program then", &wish.mua},
      {"--alert", "COMMAND", "run this when all is written; :bell rings", &wish.alerts},
      {"--json", "", "a line of JSON on standard output for each search", &wish.json},
      {"--jitter", "TIME", "wait so long at most before, by chance", duration_target(&wish.jitter)},
      {"--max-time", "TIME", "stop after that: 90, 10m, 1h (as lei: of one transfer)", duration_target(&wish.max_time)},
      {"-j --jobs", "N", "how many searches at once (as many as processors, 4 at most)", &jobs},
      {"-v --verbose", "", "accepted for scripts", &verbose},
      heading("How servers are asked"),
  };
  for (auto& row : net::rows(options.http)) rows.push_back(std::move(row));
  if (const auto done = args.parse(std::move(rows))) return *done;
  options.manner = lei::manner_of(args.tool());
  if (options.manner == lei::Manner::kLei && wish.max_time) {
    options.http.max_seconds = static_cast<double>(wish.max_time->count()) / 1000;
    wish.max_time.reset();
  }
  if (const auto count = parse_uint(jobs); count && *count) options.jobs = static_cast<unsigned>(*count);
  const auto settings = lei::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  lei::SourceWish excluded;
  excluded.exclude = exclude;
  const auto settled = lei::settle_locations(env, *settings, excluded, options.manner);
  if (!settled) return args.fail(settled.error());
  options.exclude = settled->exclude;
  if (wish.fudge) {
    const auto seconds = fudge_seconds(env, args, *wish.fudge);
    if (!seconds) return args.fail(seconds.error());
    options.fudge_seconds = *seconds;
  }
  options.redeliver = wish.redeliver.has_value();
  if (wish.redeliver && !wish.redeliver->empty()) {
    const auto since = parse_date(*wish.redeliver, env.now());
    if (!since)
      return args.fail({Error::Kind::kUsage, "use", "--redeliver=" + *wish.redeliver, since.error().why,
                        since.error().suggestion, ""});
    options.redeliver_since = *since;
  }
  return update(env, args, *settings, wish);
}

extern const Command kUp = {
    .also = "lei",
    .verb = "up",
    .operands = "[DST...]",
    .help = "deliver what is new in saved searches",
    .description =
        "DST is the output of an earlier `lorelei q -o DST`. Only what is new is looked for and delivered: mail that "
        "was delivered once does not come back, also if it was deleted since (--redeliver brings it back). Replies in "
        "threads that were delivered come too, if the search has --threads.\n\n"
        "Without a terminal nothing is asked. With -q only new mail and failures are told, with -qq only failures. "
        "While one `up --all` or `watch` is at work, another one does nothing. The exit status is that of the first "
        "failure; 75 if all failures are such that another try may help.",
    .examples = {{"lorelei up ~/Mail/floppy", "one search"},
                 {"lorelei up --all -q", "all of them, from a timer"},
                 {"lorelei up --redeliver=1.week.ago ~/Mail/floppy", "what was deleted by mistake"}},
    .run = up,
};

}  // namespace lorelei::cmd
