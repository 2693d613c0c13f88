// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/other_revisions.hh"

#include <fmt/core.h>

#include <set>

#include "archive/config.hh"
#include "base/text.hh"
#include "search/series.hh"
#include "workflow/thread.hh"

namespace lorelei::workflow {

namespace {

using Kind = Error::Kind;

Result<void> look_in(const fs::path& directory, const std::vector<search::SeriesFilter>& filters, int given,
                     PostedRevisions& revisions) {
  auto reader = search::SeriesReader::open(directory);
  if (!reader && reader.error().kind == Kind::kNotFound) return {};
  if (!reader) return tl::unexpected(reader.error());
  for (const auto& filter : filters) {
    TRY(const auto found, reader->list(filter));
    for (const auto& one : found) {
      if (one.revision == given || (!one.cover && one.patches.empty())) continue;
      const auto& first = one.cover ? *one.cover : one.patches.front();
      auto& posted = revisions[one.revision];
      if (posted.message_id.empty() || posted.sent < first.sent) posted = {first.message_id, first.title, first.sent};
    }
  }
  return {};
}

std::vector<search::SeriesFilter> filters_for(const Revision& revision) {
  std::vector<search::SeriesFilter> filters;
  const auto& first = revision.first();
  if (const auto key = patch::series_key(first.tags.title); !key.empty()) {
    search::SeriesFilter filter;
    filter.key = key;
    filter.address = first.sender.address;
    filters.push_back(std::move(filter));
  }
  if (const auto id = revision.label("change-id"); !id.empty()) {
    search::SeriesFilter filter;
    filter.change_id = id;
    filter.address = first.sender.address;  // anybody can write a change-id
    filters.push_back(std::move(filter));
  }
  return filters;
}

bool is_of_series(const PatchMail& mail, const Revision& revision) {
  const auto& first = revision.first();
  return (mail.is_patch() || mail.is_cover()) && equal_ignore_case(mail.sender.address, first.sender.address) &&
         patch::series_key(mail.tags.title) == patch::series_key(first.tags.title);
}

std::string query_for(const Revision& revision) {
  const auto& first = revision.first();
  return fmt::format("s:\"{}\" AND f:\"{}\"", replace_all(first.tags.title, "\"", ""), first.sender.address);
}

void add_thread(std::vector<PatchMail> mails, FetchedThread& thread) {
  std::set<std::string> known;
  for (const auto& mail : thread.mails) known.insert(mail.message_id);
  for (auto& mail : mails)
    if (known.insert(mail.message_id).second) thread.mails.push_back(std::move(mail));
}

Result<int> add_newer_of_server(const Env& env, const Settings& settings, const MailSource& source,
                                const Revision& latest, FetchedThread& thread, const Say& say) {
  TRY(auto finder, MailFinder::open(env, settings, source, say));
  TRY(const auto found,
      finder.by_query(MailFinder::Where::kServer, query_for(latest), MailFinder::Extent::kWholeThreads));
  std::map<int, const PatchMail*> newer;
  for (const auto& mail : found)
    if (mail.tags.revision_or_first() > latest.number && is_of_series(mail, latest))
      newer.try_emplace(mail.tags.revision_or_first(), &mail);
  std::vector<PatchMail> added;
  for (const auto& [revision, mail] : newer)
    for (auto& one : connected(found, mail->message_id, Parents::kFollowed)) added.push_back(std::move(one));
  add_thread(std::move(added), thread);
  return static_cast<int>(newer.size());
}

}  // namespace

Result<PostedRevisions> posted_revisions(const Env& env, const MailSource& source, const Revision& revision) {
  const auto& first = revision.first();
  PostedRevisions revisions = {{revision.number, {first.message_id, first.tags.title, first.sent}}};
  TRY(const auto registry, archive::Registry::load(env));
  const auto sources = search::choose_sources(registry, source.archives, search::Needs::kOverview);
  if (!sources && sources.error().kind == Kind::kNotFound) return revisions;
  if (!sources) return tl::unexpected(sources.error());
  const auto filters = filters_for(revision);
  for (const auto& directory : sources->directories) TRY_VOID(look_in(directory, filters, revision.number, revisions));
  return revisions;
}

Result<PostedRevisions> posted_revisions_on_server(const Revision& revision, PostedRevisions known,
                                                   MailFinder& finder) {
  TRY(const auto found, finder.by_query(MailFinder::Where::kServer, query_for(revision)));
  for (const auto& mail : found)
    if (is_of_series(mail, revision))
      known.try_emplace(mail.tags.revision_or_first(), PostedRevision{mail.message_id, mail.tags.title, mail.sent});
  return known;
}

Result<int> add_newer_revisions(const Env& env, const Settings& settings, const MailSource& source,
                                FetchedThread& thread, const Say& say) {
  PostedRevisions posted;
  {
    const Revisions revisions(thread.mails);
    if (!revisions.latest()) return 0;
    TRY(posted, posted_revisions(env, source, *revisions.latest()));
    posted.erase(posted.begin(), posted.upper_bound(revisions.latest()->number));
    const bool asks_server = !source.is_offline && !thread.is_from_archive && source.mailbox.empty();
    if (posted.empty() && asks_server) {
      // The mails move when some are added.
      auto more = thread;
      TRY(const auto count, add_newer_of_server(env, settings, source, *revisions.latest(), more, say));
      thread = std::move(more);
      return count;
    }
  }
  auto from = source;
  from.mailbox.clear();
  for (const auto& [revision, first] : posted) {
    TRY(auto more, fetch_thread(env, settings, from, first.message_id, say));
    add_thread(std::move(more.mails), thread);
  }
  return static_cast<int>(posted.size());
}

}  // namespace lorelei::workflow
