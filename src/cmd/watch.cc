// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei watch: keep saved searches up to date, in the foreground.
#include <fmt/core.h>

#include <ctime>
#include <map>

#include "base/duration.hh"
#include "base/json.hh"
#include "base/text.hh"
#include "cmd/lei_request.hh"
#include "lei/watch.hh"
#include "net/url.hh"

namespace lorelei::cmd {

namespace {

enum class Output { kLines, kJson };

std::string local_time(std::int64_t now) {
  const auto at = static_cast<std::time_t>(now);
  std::tm local{};
  localtime_r(&at, &local);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &local)};
}

// Each update that brought something is a line of results; a failure is told when it begins, and when it ends.
class Teller {
 public:
  Teller(Env& env, const Args& args, Output output, bool tells_all)
      : env_(env), args_(args), output_(output), tells_all_(tells_all) {}

  void tell(const lei::Updated& updated) {
    const auto place = net::without_password(updated.search.place());
    tell_failure(updated, place);
    if (!updated.report) return;
    const auto& report = *updated.report;
    if (!report.written && !report.removed && !tells_all_) return;
    for (const auto& note : report.notes) args_.remark("# " + note);
    print(env_, output_ == Output::kJson ? json_of(report, place) : line_of(report, place));
    std::fflush(env_.out);
  }

 private:
  std::string line_of(const lei::DeliveryReport& report, const std::string& place) const {
    std::string line =
        fmt::format("{} {}: {} written ({} matches", local_time(env_.now()), place, report.written, report.matches);
    if (report.duplicates) line += fmt::format(", {} duplicates", report.duplicates);
    return line + ")\n";
  }
  std::string json_of(const lei::DeliveryReport& report, const std::string& place) const {
    std::string text;
    JsonWriter json(text);
    json.begin_object();
    json.member("time", env_.now());
    json.member("output", place);
    json.member("written", report.written);
    json.member("matches", report.matches);
    json.member("duplicates", report.duplicates);
    json.end_object();
    return text + "\n";
  }
  void tell_failure(const lei::Updated& updated, const std::string& place) {
    std::string now;
    const Error* error = nullptr;
    if (!updated.report)
      error = &updated.report.error();
    else if (!updated.report->problems.empty())
      error = &updated.report->problems.front();
    if (error) now = to_text(*error);
    auto& before = failures_[updated.search.directory];
    if (now == before) return;
    if (error) {
      auto named = *error;
      named.why += " (output: " + place + ")";
      (void)args_.fail(named);
    } else {
      args_.remark("# " + place + ": all is well again");
    }
    before = now;
  }

  Env& env_;
  const Args& args_;
  const Output output_;
  const bool tells_all_;
  std::map<fs::path, std::string> failures_;
};

}  // namespace

static int watch(Env& env, Args& args) {
  lei::WatchOptions options;
  std::string jobs;
  bool json = false, verbose = false;
  std::vector<Option> rows = {
      {"--interval", "TIME", "how often to look: 90, 10m, 1h (10m)", duration_target(&options.interval)},
      {"--slack", "TIME", "how much later at most, so that several go together (a fifth of the interval)",
       duration_target(&options.slack)},
      {"--json", "", "a line of JSON for each update that brought something", &json},
      {"-v --verbose", "", "also updates that brought nothing", &verbose},
      {"--lock", "METHOD", "of an mbox, as for q", &options.updating.locks},
      {"-j --jobs", "N", "how many searches at once (as many as processors, 4 at most)", &jobs},
      heading("How servers are asked"),
  };
  for (auto& row : net::rows(options.updating.http)) rows.push_back(std::move(row));
  if (const auto done = args.parse(std::move(rows))) return *done;
  if (const auto count = parse_uint(jobs); count && *count) options.updating.jobs = static_cast<unsigned>(*count);
  if (options.interval && *options.interval <= std::chrono::milliseconds::zero())
    return args.fail({Error::Kind::kUsage, "watch", "", "an interval of no time", "--interval=10m", ""});
  Teller teller(env, args, json ? Output::kJson : Output::kLines, verbose);
  lei::WatchReports reports;
  reports.updated = [&](const lei::Updated& updated) { teller.tell(updated); };
  reports.failed = [&](const Error& error) { (void)args.fail(error); };
  reports.remark = [&](const std::string& line) { args.remark(line); };
  const auto done = lei::watch(env, options, reports);
  return done ? 0 : args.fail(done.error());
}

extern const Command kWatch = {
    .verb = "watch",
    .operands = "",
    .help = "keep saved searches up to date, until it is stopped",
    .description =
        "Each search runs at its interval, and at once when an archive on this machine that it looks at has new mail. "
        "Servers are asked first whether anything is new at all. Flags that a mail program sets in a Maildir or a "
        "mailbox on a server are read back, as `q` does it. What is paused is passed over. Searches that are "
        "added, changed or forgotten meanwhile are noticed. While it runs, `up --all` does nothing; `up DST` works.\n\n"
        "The interval of a search is in its file ([lorelei] interval and slack, in seconds); else --interval, else "
        "the settings lorelei.interval and lorelei.slack (10m).\n\n"
        "Each update that brought something is a line on standard output. SIGTERM and ^C end it, with status 0.",
    .examples = {{"lorelei watch", "in a terminal"},
                 {"systemctl --user enable --now lorelei-watch", "as a service of the user's"}},
    .run = watch,
};

}  // namespace lorelei::cmd
