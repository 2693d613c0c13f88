// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei prep --cleanup: branches of series that are done.
#include <fmt/core.h>
#include <unistd.h>

#include <iostream>

#include "base/text.hh"
#include "base/utc_day.hh"
#include "cmd/prep_series.hh"
#include "git/program.hh"
#include "workflow/prep_archive.hh"
#include "workflow/prep_cleanup.hh"

namespace lorelei::cmd {

namespace {

using Kind = Error::Kind;
using workflow::DoneSeries;

std::string last_sent(const DoneSeries& series) {
  if (series.last_revision() == 0) return "never sent";
  const auto sent = series.last_sent();
  return fmt::format("v{} sent {}", series.last_revision(), sent ? utc_day(sent) : "(no tag says when)");
}

std::string what_goes(const Env& env, const DoneSeries& series) {
  auto text =
      fmt::format("  branch   {}, {} patch{}, {}\n", printable(series.branch.name), series.branch.patches.size(),
                  series.branch.patches.size() == 1 ? "" : "es", last_sent(series));
  for (const auto& [revision, sent] : series.sent) text += fmt::format("  tag      {}\n", printable(sent.tag.name));
  return text + fmt::format("  archive  {}\n", printable(workflow::archive_of(env, series).string()));
}

// What there is of it now, and what was sent, newest first.
Result<std::string> commits_of(const DoneSeries& series) {
  const auto& branch = series.branch;
  std::string text;
  const auto add = [&](const std::string& what, const git::ObjectId& from, const git::ObjectId& to) -> Result<void> {
    TRY(const auto log, git::run_git(branch.tree.common_directory(),
                                     {"log", "--no-color", "--no-decorate", "--no-show-signature", "--format=%h %s",
                                      fmt::format("{}..{}", from.hex(), to.hex()), "--"},
                                     "list the commits of", what));
    text += "  " + what + "\n";
    for (const auto line : split(log, '\n'))
      if (!line.empty()) text += fmt::format("    {}\n", printable(line));
    return {};
  };
  TRY_VOID(add(printable(branch.name), branch.start(), branch.end()));
  for (const auto& [revision, sent] : series.sent) {
    TRY(const auto base, branch.tree.resolve(sent.tag.base.empty() ? "-" : sent.tag.base));
    TRY_VOID(add(printable(sent.tag.name), base ? *base : branch.base, sent.tag.commit));
  }
  return text;
}

enum class Answer { kYes, kNo, kStop };

Result<Answer> ask(const Env& env, const Args& args, Consent consent, const DoneSeries& series) {
  args.tell(what_goes(env, series));
  if (consent == Consent::kGiven) return Answer::kYes;
  if (!isatty(0) || !env.err_is_terminal)
    return err(Kind::kUsage, "clean up", series.branch.name, "nobody is here to say yes", "--yes");
  for (;;) {
    args.tell("Archive it, and delete branch and tags? yes, show its commits, quit [y/s/q/N]");
    std::string answer;
    if (!std::getline(std::cin, answer) || env.stop_requested()) return Answer::kStop;
    const auto word = to_lower(trim(answer));
    if (word == "y" || word == "yes") return Answer::kYes;
    if (word == "q" || word == "quit") return Answer::kStop;
    if (word != "s" && word != "show") return Answer::kNo;
    TRY(const auto commits, commits_of(series));
    args.tell(commits);
  }
}

// Whether to go on with others: a "no" is an answer as good as a "yes".
Result<bool> clean_up_one(const Env& env, const Args& args, Consent consent, const DoneSeries& series) {
  TRY_VOID(workflow::check_deletable(env, series));
  TRY(const auto answer, ask(env, args, consent, series));
  if (answer != Answer::kYes) {
    args.remark("Left as it is: " + printable(series.branch.name));
    return answer == Answer::kNo;
  }
  TRY_VOID(workflow::archive_and_delete(env, series, [&](const std::string& line) { args.tell(printable(line)); }));
  return true;
}

Result<void> list(Env& env, const Args& args, const std::vector<DoneSeries>& all) {
  for (const auto& series : all)
    print(env, fmt::format("{}  {}{}\n", printable(series.branch.name), last_sent(series),
                           series.use.empty() ? "" : "  (" + series.use + ")"));
  args.remark(all.empty() ? "No series here has been sent" : "lorelei prep --cleanup BRANCH archives and deletes one");
  return {};
}

}  // namespace

Result<void> clean_up(Env& env, const Args& args, Consent consent, const std::vector<std::string>& branches,
                      std::optional<std::uint64_t> older_than_days) {
  constexpr std::uint64_t kMaxDays = 36'500;
  const auto limit = env.now() - static_cast<std::int64_t>(std::min(older_than_days.value_or(0), kMaxDays)) * 86'400;
  const auto is_old = [&](const DoneSeries& series) { return series.last_sent() != 0 && series.last_sent() <= limit; };
  for (const auto& name : branches) {
    TRY(const auto series, workflow::series_of_branch(env, name));
    if (older_than_days && !is_old(series)) {
      args.remark(fmt::format("Left, {}: {}", last_sent(series), printable(series.branch.name)));
      continue;
    }
    TRY(const bool goes_on, clean_up_one(env, args, consent, series));
    if (!goes_on) return {};
  }
  if (!branches.empty()) return {};
  TRY(const auto all, workflow::sent_series(env, [&](const std::string& line) { args.tell(line); }));
  if (!older_than_days) return list(env, args, all);
  std::size_t found = 0;
  for (const auto& series : all) {
    if (!is_old(series)) continue;
    ++found;
    if (!series.use.empty()) {
      args.remark(fmt::format("Left, for it is {}: {}", series.use, printable(series.branch.name)));
      continue;
    }
    TRY(const bool goes_on, clean_up_one(env, args, consent, series));
    if (!goes_on) return {};
  }
  if (found == 0) args.remark("No series was last sent that long ago");
  return {};
}

}  // namespace lorelei::cmd
