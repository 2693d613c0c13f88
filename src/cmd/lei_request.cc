// SPDX-License-Identifier: GPL-3.0-or-later
#include "cmd/lei_request.hh"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/exit_code.hh"
#include "base/files.hh"
#include "net/url.hh"
#include "search/query.hh"

namespace lorelei::cmd {

void add_source_rows(std::vector<Option>& rows, SourceOptions& options) {
  auto& wish = options.wish;
  rows.push_back(heading("Where to search"));
  rows.push_back({"-I --include", "LOCATION", "this archive too: a name, a directory or a URL", &wish.include});
  rows.push_back({"-O --only", "LOCATION", "this archive and no other", &wish.only});
  rows.push_back({"--exclude", "LOCATION", "not this one of those that are known", &wish.exclude});
  rows.push_back({"--[no-]local", "", "your own store, and known archives on this machine", &wish.local});
  rows.push_back({"--[no-]remote", "", "known archives on servers (only if none is known here)", &wish.remote});
  rows.push_back({"--[no-]external", "", "all known archives", &wish.external});
  rows.push_back({"-g --globoff", "", "take * ? [] and {} in LOCATIONs as they are", &options.literal});
}

Result<lei::SourceWish> settle(const Env& env, const lei::Settings& settings, const SourceOptions& options,
                               lei::Manner manner) {
  auto wish = options.wish;
  wish.globs = options.literal ? lei::Globs::kNo : lei::Globs::kYes;
  return lei::settle_locations(env, settings, std::move(wish), manner);
}

bool has_standard_input() {
  struct stat status {};
  return fstat(STDIN_FILENO, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISREG(status.st_mode));
}

Result<lei::QueryWords> read_query_words(const Args& args, bool from_stdin) {
  lei::QueryWords query{args.operands(), false};
  const bool is_dash = query.words == std::vector<std::string>{"-"};
  if (!from_stdin && !is_dash && (!query.words.empty() || !has_standard_input())) return query;
  if (!query.words.empty() && !is_dash)
    return err(Error::Kind::kUsage, "read the query", "", "no query allowed on command-line with --stdin",
               "give it in one place only");
  TRY(auto text, read_all(STDIN_FILENO, "standard input", search::kMaxQueryBytes));
  return lei::QueryWords{{std::move(text)}, true};
}

int report_delivery(const Args& args, const lei::Destination& to, const lei::DeliveryReport& report, lei::Run run,
                    bool dry_run) {
  const bool is_lei = lei::manner_of(args.tool()) == lei::Manner::kLei;
  for (const auto& note : report.notes) args.remark("# " + note);
  if (!report.set_aside.empty())
    args.remark(fmt::format("# what was in {} is now in {}", net::without_password(to.path), report.set_aside));
  for (const auto& problem : report.problems) (void)args.fail(problem);
  const auto written = is_lei && run == lei::Run::kFirst ? report.written + report.kept : report.written;
  auto line = fmt::format("# {} {} to {}{} ({} {}", written, dry_run ? "would be written" : "written",
                          net::without_password(to.path), to.format == lei::Format::kMaildir ? "/" : "", report.matches,
                          !is_lei && report.matches_are_threads ? "threads" : "matches");
  if (report.duplicates) line += fmt::format(", {} duplicates", report.duplicates);
  if (!is_lei && report.kept) line += fmt::format(", {} stay", report.kept);
  if (report.removed) line += fmt::format(", {} removed", report.removed);
  line += ")";
  // Whom -q spares the rest still wants to hear of new mail.
  if (!is_lei && run == lei::Run::kUpdate && (report.written || report.removed))
    args.tell(line);
  else
    args.remark(line);
  return failure_status(args, report.problems, report.status);
}

int failure_status(const Args& args, const std::vector<Error>& problems, int first) {
  if (problems.empty()) return 0;
  if (lei::manner_of(args.tool()) == lei::Manner::kLei) return first;
  const auto lasting = std::find_if(problems.begin(), problems.end(),
                                    [](const Error& problem) { return problem.kind != Error::Kind::kTemporary; });
  if (lasting == problems.end()) return static_cast<int>(ExitCode::kTemporary);
  return first == static_cast<int>(ExitCode::kIncomplete) ? first : static_cast<int>(exit_code(lasting->kind));
}

lei::Say progress_lines(const Args& args) {
  const bool is_lei = lei::manner_of(args.tool()) == lei::Manner::kLei;
  return [&args, is_lei](const std::string& line) {
    if (is_lei || !line.starts_with("# /")) args.remark(line);
  };
}

}  // namespace lorelei::cmd
