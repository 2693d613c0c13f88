// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/find.hh"

#include <iterator>

#include "search/arguments.hh"
#include "search/query_dates.hh"

namespace lorelei::search {

namespace {

void append(std::vector<std::string>& all, std::vector<std::string> more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

}  // namespace

Result<FindReport> find_messages(Env& env, const FindOptions& options) {
  FindReport report;
  TRY(const auto registry, archive::Registry::load(env));
  TRY(auto sources, choose_sources(registry, options.from));
  append(report.notes, std::move(sources.notes));

  auto text = options.text.value_or("");
  if (!options.text) {
    auto query = query_of_arguments(options.arguments, sources.prefixes);
    append(report.notes, std::move(query.notes));
    text = std::move(query.text);
  }
  TRY(auto parsed, read_query(text, {.now = env.now()}, sources.prefixes));
  append(report.notes, std::move(parsed.notes));

  TRY(auto engine, Engine::open(sources.directories, sources.prefixes));
  TRY(const auto outbox, open_outbox(env, options.outbox, engine));
  auto selection = options.selection;
  // In a mailbox the reader sorts; the order of numbers is the cheapest, and newest first as well.
  if (!selection.sort && is_mail(options.outbox.to.format) && engine.numbers_follow_time())
    selection.sort = Sort::kDocid;
  // A match that can be stopped counts its stop as a matching part: percentages, which only JSON shows, come out
  // higher.
  if (!is_json(options.outbox.to.format)) selection.stop.cancelled = env.cancelled;
  const auto take = [&](const Selected& message) -> Result<Taken> {
    if (env.stop_requested()) return err(Error::Kind::kCancelled, "search", "", "it was stopped");
    auto taken = outbox->take(message);
    if (taken || taken.error().kind != Error::Kind::kCorrupt) return taken;
    report.problems.push_back(std::move(taken).error());
    return Taken::kUnreadable;
  };
  TRY(report.summary, select_messages(engine, parsed.query, selection, take));
  TRY_VOID(outbox->finish());
  append(report.notes, report.summary.notes);
  return report;
}

}  // namespace lorelei::search
