// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei archive fetch: bring cloned archives up to date.
#include <fmt/format.h>

#include "archive/config.hh"
#include "archive/fetch.hh"
#include "base/command.hh"
#include "base/joint_status.hh"
#include "base/json.hh"
#include "base/progress.hh"

namespace lorelei::cmd {

using archive::FetchedEpoch;
using Outcome = FetchedEpoch::Outcome;

static std::string short_id(const std::optional<git::ObjectId>& id) { return id ? id->hex().substr(0, 12) : "nothing"; }

static void append_json(JsonWriter& json, const std::string& name, const FetchedEpoch& epoch) {
  json.begin_object();
  json.member("archive", name);
  json.member("epoch", epoch.number);
  json.member("outcome", to_text(epoch.outcome));
  json.member("messages", epoch.messages);
  if (epoch.before) json.member("before", epoch.before->hex());
  if (epoch.after) json.member("after", epoch.after->hex());
  if (!epoch.kept_as.empty()) json.member("kept", epoch.kept_as);
  if (epoch.error) json.member("error", to_text(*epoch.error));
  json.end_object();
}

static std::string line_of(const std::string& name, const FetchedEpoch& epoch) {
  auto line = fmt::format("{} epoch {}: {}", name, epoch.number, to_text(epoch.outcome));
  if (epoch.outcome == Outcome::kRewritten)
    line += fmt::format(" upstream, {} is now {}", short_id(epoch.before), short_id(epoch.after));
  if (epoch.outcome == Outcome::kAhead)
    return line + fmt::format(", which lacks {} messages that are here\n", count_text(epoch.messages));
  if (!epoch.kept_as.empty()) line += ", what it was is " + epoch.kept_as;
  if (epoch.messages > 0) line += fmt::format(", {} messages", count_text(epoch.messages));
  return line + "\n";
}

static int archive_fetch(Env& env, Args& args) {
  bool as_json = false;
  if (const auto done = args.parse({{"--json", "", "what was done to each epoch, as JSON", &as_json}})) return *done;
  const auto archives = archive::locate_archives(env, args.operands());
  if (!archives) return args.fail(archives.error());
  std::string text;
  JsonWriter json(text, JsonStyle::kPretty);
  if (as_json) json.begin_array();
  JointStatus status;
  const auto failed = [&](const Error& error) { status.failed(args.fail(error)); };
  for (const auto& one : *archives) {
    auto inbox = archive::Inbox::open(one.dir);
    if (!inbox) {
      failed(inbox.error());
      continue;
    }
    const auto epochs = archive::fetch_archive(env, *inbox, args.talk());
    if (!epochs) {
      failed(epochs.error());
      if (epochs.error().kind == Error::Kind::kCancelled) return static_cast<int>(ExitCode::kFailed);
      continue;
    }
    for (const auto& epoch : *epochs) {
      if (epoch.error)
        failed(*epoch.error);
      else
        status.done();
      if (as_json)
        append_json(json, one.name, epoch);
      else if (epoch.outcome != Outcome::kNoRemote && epoch.outcome != Outcome::kFailed)
        print(env, line_of(one.name, epoch));
    }
  }
  if (as_json) {
    json.end_array();
    print(env, text + "\n");
  }
  return status.status();
}

extern const Command kArchiveFetch = {
    .verb = "archive fetch",
    .operands = "[ARCHIVE...]",
    .help = "bring cloned archives up to date",
    .description =
        "Fetches every epoch from where it was cloned, then epochs that were begun there since. Without an ARCHIVE (a "
        "name or a directory), all registered ones. History that was rewritten upstream is taken over and named; the "
        "next index run takes back what is gone.",
    .examples = {{"lorelei archive fetch io-uring", "what is new on one list"},
                 {"lorelei archive fetch && lorelei archive index", "all lists, from cron"}},
    .run = archive_fetch,
};

}  // namespace lorelei::cmd
