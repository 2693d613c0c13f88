// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei archive verify: say whether archives are whole, and their indexes what git says.
#include <fmt/format.h>

#include <unordered_set>

#include "archive/config.hh"
#include "archive/verify.hh"
#include "base/command.hh"
#include "base/joint_status.hh"
#include "base/json.hh"
#include "base/progress.hh"
#include "base/text.hh"
#include "search/series_store.hh"
#include "search/verify_shards.hh"

namespace lorelei::cmd {

namespace {

std::string summary(const std::string& name, const archive::VerifyReport& report) {
  auto text =
      fmt::format("{}: {} messages in {} commits", name, count_text(report.messages), count_text(report.commits));
  text += report.has_index ? fmt::format(", {} indexed", count_text(report.indexed)) : ", no index";
  if (report.skipped) text += fmt::format(", {} skipped for a reason", count_text(report.skipped));
  if (report.not_indexed) text += fmt::format(", {} not indexed yet", count_text(report.not_indexed));
  const auto count = report.findings.count();
  text += count == 0 ? ": no problems" : count == 1 ? ": 1 problem" : fmt::format(": {} problems", count_text(count));
  return text + "\n";
}

void append_json(JsonWriter& json, const std::string& name, const archive::VerifyReport& report) {
  json.begin_object();
  json.member("archive", name);
  json.member("commits", report.commits);
  json.member("messages", report.messages);
  json.member("indexed", report.indexed);
  json.member("skipped", report.skipped);
  json.member("not_indexed_yet", report.not_indexed);
  json.member("problems", report.findings.count());
  json.key("findings");
  json.begin_array();
  for (const auto& finding : report.findings.kept()) {
    json.begin_object();
    json.member("where", finding.where);
    json.member("what", finding.what);
    if (!finding.next.empty()) json.member("next", finding.next);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

Result<archive::VerifyReport> verify(Env& env, const archive::Located& one, Talk talk) {
  TRY(const auto inbox, archive::Inbox::open(one.dir));
  std::unordered_set<git::ObjectId, git::ObjectIdHash> listed;
  if (const auto skipped = search::skipped_messages(one.dir))
    for (const auto& message : *skipped) listed.insert(message.blob);
  Progress progress(env, "verify " + one.name, {.unit = "objects", .talk = talk});
  const archive::VerifyInput input{[&](const git::ObjectId& blob) { return listed.contains(blob); },
                                   [&] { progress.advance(); }};
  TRY(auto report, archive::verify_archive(env, inbox, input));
  TRY_VOID(search::verify_shards(env, inbox, report.findings, input.progress));
  return report;
}

// The findings and a last line; advice once where several share it.
std::string text_of(const std::string& name, const archive::VerifyReport& report) {
  std::string text, last_advice;
  for (const auto& finding : report.findings.kept()) {
    if (!last_advice.empty() && finding.next != last_advice) text += "  try: " + last_advice + "\n";
    text += printable(fmt::format("{}: {}: {}", name, finding.where, finding.what)) + "\n";
    last_advice = finding.next;
  }
  if (!last_advice.empty()) text += "  try: " + last_advice + "\n";
  if (report.findings.count() > report.findings.kept().size())
    text += fmt::format("{}: and {} more\n", name, count_text(report.findings.count() - report.findings.kept().size()));
  return text + summary(name, report);
}

}  // namespace

static int archive_verify(Env& env, Args& args) {
  bool as_json = false;
  if (const auto done = args.parse({{"--json", "", "what was found, as JSON", &as_json}})) return *done;
  const auto archives = archive::locate_archives(env, args.operands());
  if (!archives) return args.fail(archives.error());
  std::string text;
  JsonWriter json(text, JsonStyle::kPretty);
  if (as_json) json.begin_array();
  JointStatus status;
  bool any_wrong = false;
  for (const auto& one : *archives) {
    const auto report = verify(env, one, args.talk());
    if (!report) {
      const int failure = args.fail(report.error());
      if (report.error().kind == Error::Kind::kCancelled) return failure;
      status.failed(failure);
      continue;
    }
    status.done();
    any_wrong |= report->findings.count() > 0;
    if (as_json)
      append_json(json, one.name, *report);
    else
      print(env, text_of(one.name, *report));
  }
  if (as_json) {
    json.end_array();
    print(env, text + "\n");
  }
  return any_wrong ? static_cast<int>(ExitCode::kFailed) : status.status();
}

extern const Command kArchiveVerify = {
    .verb = "archive verify",
    .operands = "[ARCHIVE...]",
    .help = "say whether archives are whole, and their indexes right",
    .description =
        "Reads and hashes every commit, tree and message from each epoch's newest commit down, looks at the layout, "
        "and compares the index with git: every message must be indexed, or be there a reason why not. Without an "
        "ARCHIVE (a name or a directory), all registered ones. Nothing is changed.",
    .examples = {{"lorelei archive verify io-uring", "one archive; the exit status says whether it is sound"},
                 {"lorelei archive verify --json", "all of them, for a script"}},
    .run = archive_verify,
};

}  // namespace lorelei::cmd
