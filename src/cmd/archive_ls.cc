// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei archive ls: the registered archives, or the messages of one that could not be indexed.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "archive/config.hh"
#include "archive/inbox.hh"
#include "archive/status.hh"
#include "base/command.hh"
#include "base/joint_status.hh"
#include "base/json.hh"
#include "base/progress.hh"
#include "base/text.hh"
#include "search/places.hh"
#include "search/series_store.hh"
#include "search/shards.hh"

namespace lorelei::cmd {

namespace {

using archive::Located;

struct Row {
  Located archive;
  archive::Status status;
  std::string level;
  std::optional<Error> error;
};

std::string day(const std::optional<std::int64_t>& seconds) {
  return seconds ? fmt::format("{:%Y-%m-%d}", fmt::gmtime(static_cast<std::time_t>(*seconds))) : "-";
}

// As its shards say; none are at level basic.
std::string level_of(const Located& one, const archive::Status& status) {
  if (status.index == archive::IndexState::kNone) return "";
  const auto place = search::find_place(one.dir.string());
  if (!place) return "damaged";
  if (place->shards.empty()) return "basic";
  const auto written = search::shard_metadata(place->shards.front(), "indexlevel");
  return !written ? "damaged" : written->empty() ? "full" : *written;
}

Row row_of(Located archive) {
  Row row{std::move(archive), {}, "", std::nullopt};
  auto status = archive::status_of(row.archive);
  if (status) {
    row.status = *status;
    row.level = level_of(row.archive, row.status);
  } else {
    row.error = std::move(status).error();
  }
  return row;
}

std::string table(const std::vector<Row>& rows) {
  std::size_t width = 4;
  for (const auto& row : rows) width = std::max(width, display_width(row.archive.name));
  auto text = fmt::format("{:<{}}  {:>10}  {:>6}  {:<6}  {:<10}  {:<7}  {}\n", "NAME", width, "MESSAGES", "EPOCHS",
                          "LEVEL", "NEWEST", "INDEX", "DIRECTORY");
  for (const auto& row : rows) {
    const auto pad = width - display_width(row.archive.name);
    text += fmt::format("{}{}  {:>10}  {:>6}  {:<6}  {:<10}  {:<7}  {}\n", row.archive.name, std::string(pad, ' '),
                        row.status.messages ? count_text(*row.status.messages) : "-",
                        row.status.epochs == 0 ? "-" : std::to_string(row.status.epochs),
                        row.level.empty() ? "-" : row.level, day(row.status.newest),
                        row.error ? "error" : to_text(row.status.index), row.archive.dir.string());
  }
  return text;
}

void append_json(JsonWriter& json, const Row& row) {
  json.begin_object();
  json.member("name", row.archive.name);
  json.member("kind", row.archive.kind == Located::Kind::kAggregate ? "aggregate" : "archive");
  json.member("directory", row.archive.dir.string());
  if (row.error) {
    json.member("error", to_text(*row.error));
  } else {
    json.member("index", to_text(row.status.index));
    json.member("epochs", row.status.epochs);
  }
  if (!row.level.empty()) json.member("level", row.level);
  if (row.status.messages) json.member("messages", *row.status.messages);
  if (row.status.newest) json.member("newest", *row.status.newest);
  if (row.status.updated) json.member("updated", *row.status.updated);
  json.end_object();
}

std::string json_array(const auto& items, const auto& append) {
  std::string text;
  JsonWriter json(text, JsonStyle::kPretty);
  json.begin_array();
  for (const auto& item : items) append(json, item);
  json.end_array();
  return text + "\n";
}

enum class Format { kTable, kNames, kJson };

int list_archives(Env& env, Args& args, const std::vector<Located>& archives, Format format) {
  if (format == Format::kNames) {
    for (const auto& one : archives) print(env, one.name + "\n");
    return 0;
  }
  std::vector<Row> rows;
  for (const auto& one : archives) rows.push_back(row_of(one));
  print(env, format == Format::kJson ? json_array(rows, append_json) : rows.empty() ? "" : table(rows));
  JointStatus status;
  for (const auto& row : rows) {
    if (row.error)
      status.failed(args.fail(*row.error));
    else
      status.done();
  }
  if (rows.empty() && format == Format::kTable)
    args.remark("no archives are registered\n  try: lorelei archive clone SOURCE NAME");
  return status.status();
}

int list_skipped(Env& env, Args& args, const std::vector<Located>& archives, Format format) {
  std::vector<std::pair<std::string, search::SkippedMessage>> all;
  for (const auto& one : archives) {
    const auto skipped = search::skipped_messages(one.dir);
    if (!skipped) return args.fail(skipped.error());
    for (const auto& message : *skipped) all.emplace_back(one.name, message);
  }
  if (format != Format::kJson) {
    for (const auto& [name, message] : all)
      print(env,
            printable(fmt::format("{}  epoch {}  {}  {}", name, message.epoch, message.blob.hex(), message.reason)) +
                "\n");
    return 0;
  }
  print(env, json_array(all, [](JsonWriter& json, const auto& item) {
          const auto& [name, message] = item;
          json.begin_object();
          json.member("archive", name);
          json.member("epoch", message.epoch);
          json.member("blob", message.blob.hex());
          json.member("commit", message.commit.hex());
          json.member("reason", message.reason);
          json.member("at", message.at);
          json.end_object();
        }));
  return 0;
}

// Everything that is registered, aggregates last.
Result<std::vector<Located>> all_registered(const Env& env) {
  TRY(const auto registry, archive::Registry::load(env));
  std::vector<Located> all;
  for (const auto& inbox : registry.inboxes()) all.push_back({Located::Kind::kInbox, inbox.name, inbox.dir, inbox});
  for (const auto& one : registry.aggregates())
    all.push_back({Located::Kind::kAggregate, one.name, one.dir, std::nullopt});
  return all;
}

}  // namespace

static int archive_ls(Env& env, Args& args) {
  bool names = false, as_json = false, skipped = false;
  if (const auto done = args.parse({
          {"--names", "", "names only, one a line", &names},
          {"--json", "", "the same facts as JSON, times in seconds since 1970", &as_json},
          {"--skipped", "", "the messages that are in git but could not be indexed, and why", &skipped},
      }))
    return *done;
  const auto archives = args.operands().empty() ? all_registered(env) : archive::locate_archives(env, args.operands());
  if (!archives) return args.fail(archives.error());
  const auto format = as_json ? Format::kJson : names ? Format::kNames : Format::kTable;
  return skipped ? list_skipped(env, args, *archives, format) : list_archives(env, args, *archives, format);
}

extern const Command kArchiveLs = {
    .verb = "archive ls",
    .operands = "[ARCHIVE...]",
    .help = "list the registered archives, or what could not be indexed",
    .description =
        "An ARCHIVE is a name or a directory; without one, everything in public-inbox's configuration file is listed. "
        "INDEX says whether the index holds all that is in git: current, behind (lorelei archive index brings it up to "
        "date) or none.",
    .examples = {{"lorelei archive ls", "what there is"},
                 {"lorelei archive ls --skipped io-uring", "mail that no search finds, with the reason"},
                 {"lorelei archive ls --json | jq '.[].name'", "for scripts"}},
    .run = archive_ls,
};

}  // namespace lorelei::cmd
