// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/mail_finder.hh"

#include <fmt/core.h>

#include <algorithm>

#include "archive/config.hh"
#include "base/text.hh"
#include "net/http.hh"
#include "net/url.hh"
#include "search/engine.hh"
#include "search/lookup.hh"
#include "search/messages.hh"
#include "search/query_dates.hh"
#include "source/remote_archive.hh"
#include "workflow/thread.hh"

namespace lorelei::workflow {

namespace {
using Kind = Error::Kind;
constexpr std::size_t kMaxFromServer = 10'000;  // of one answer
}  // namespace

struct MailFinder::Impl {
  const Env& env;
  const Settings& settings;
  const MailSource& source;
  Say say;
  archive::Registry registry;
  search::Sources by_overview = {}, by_words = {};
  std::optional<search::Lookup> lookup = {};
  std::optional<search::Messages> messages = {};
  std::optional<search::Engine> engine = {};
  std::optional<search::Messages> engine_messages = {};
  std::unique_ptr<net::Http> web = {};
  std::optional<source::RemoteArchive> server = {};

  Result<search::Sources> sources(search::Needs needs) const {
    const bool is_named = !source.archives.only.empty() || !source.archives.include.empty();
    auto found = search::choose_sources(registry, source.archives, needs);
    // Archives without words can be asked by id at least.
    if (!found && found.error().kind == Kind::kNotFound && (!is_named || needs == search::Needs::kWords))
      return search::Sources();
    return found;
  }

  Result<source::RemoteArchive*> open_server() {
    if (server) return &*server;
    TRY(auto config, git::Config::user(env));
    TRY(const auto url, net::canonical_archive_url(settings.archive_url));
    web = std::make_unique<net::Http>(env, std::vector<git::Config>{std::move(config)});
    server.emplace(*web, url);
    return &*server;
  }

  // What cannot be read as a mail with an id is none that anybody looks for.
  Result<void> take(std::string raw, std::vector<PatchMail>& mails) const {
    if (mails.size() == kMaxFromServer)
      return err(Kind::kTooLarge, "search", settings.archive_url, fmt::format("more than {} mails", kMaxFromServer));
    if (auto mail = read_patch_mail(std::move(raw), env.now())) mails.push_back(*std::move(mail));
    return {};
  }

  Result<std::vector<PatchMail>> by_id_here(const std::string& id) {
    std::vector<PatchMail> mails;
    if (by_overview.directories.empty()) return mails;
    if (!lookup) {
      TRY(lookup, search::Lookup::open(by_overview.directories));
      messages.emplace(lookup->places());
    }
    const auto known = lookup->messages(id);
    if (!known && known.error().kind == Kind::kNotFound) return mails;
    if (!known) return tl::unexpected(known.error());
    for (const auto& one : *known) {
      TRY(auto raw, messages->read(one.place, one.row));
      TRY_VOID(take(std::move(raw), mails));
    }
    return mails;
  }

  Result<std::vector<PatchMail>> by_query_here(const std::string& query) {
    std::vector<PatchMail> mails;
    if (by_words.directories.empty()) return mails;
    if (!engine) {
      TRY(engine, search::Engine::open(by_words.directories, by_words.prefixes));
      engine_messages.emplace(engine->places());
    }
    TRY(const auto parsed, search::read_query(query, {.now = env.now()}, by_words.prefixes));
    search::SearchOptions options;
    options.limit = kMaxFound;
    TRY(const auto found, engine->search(parsed.query, options));
    std::vector<archive::OverRow> rows;
    TRY_VOID(engine->read_rows(found.hits, rows));
    for (std::size_t i = 0; i < found.hits.size(); ++i) {
      if (rows[i].number == 0) continue;
      TRY(auto raw, engine_messages->read(found.hits[i].place, rows[i]));
      TRY_VOID(take(std::move(raw), mails));
    }
    return mails;
  }

  // ask: the request, given the server and the sink.
  template <typename Ask>
  Result<std::vector<PatchMail>> from_server(const std::string& what, const Ask& ask) {
    std::vector<PatchMail> mails;
    TRY(auto* archive, open_server());
    say(fmt::format("Looking for {} at {}", printable(what), net::without_password(archive->base())));
    const auto asked =
        ask(*archive, [&](mail::MboxMessage&& message) -> Result<void> { return take(std::move(message.raw), mails); });
    if (asked.failure) return tl::unexpected(static_cast<const Error&>(*asked.failure));
    return mails;
  }
};

Result<MailFinder> MailFinder::open(const Env& env, const Settings& settings, const MailSource& source,
                                    const Say& say) {
  TRY(auto registry, archive::Registry::load(env));
  auto impl = std::make_shared<Impl>(Impl{env, settings, source, say, std::move(registry)});
  TRY(impl->by_overview, impl->sources(search::Needs::kOverview));
  TRY(impl->by_words, impl->sources(search::Needs::kWords));
  return MailFinder(std::move(impl));
}

bool MailFinder::is_offline() const { return impl_->source.is_offline; }

Result<std::optional<PatchMail>> MailFinder::by_id(Where where, const std::string& id, const IsWanted& is_wanted) {
  auto found = where == Where::kHere
                   ? impl_->by_id_here(id)
                   : impl_->from_server(id, [&](source::RemoteArchive& archive, const source::MessageSink& sink) {
                       return archive.message(id, sink);
                     });
  if (!found) return tl::unexpected(std::move(found).error());
  std::erase_if(*found,
                [&](const PatchMail& mail) { return mail.message_id != id || (is_wanted && !is_wanted(mail)); });
  auto one = one_of_each(*std::move(found), impl_->settings.list_preference);
  return one.empty() ? std::optional<PatchMail>() : std::move(one.front());
}

Result<std::vector<PatchMail>> MailFinder::by_query(Where where, const std::string& query, Extent extent) {
  const auto threads = extent == Extent::kMatches ? source::Threads::kNo : source::Threads::kYes;
  auto found = where == Where::kHere
                   ? impl_->by_query_here(query)
                   : impl_->from_server(query, [&](source::RemoteArchive& archive, const source::MessageSink& sink) {
                       return archive.search(query, threads, sink);
                     });
  if (!found) return tl::unexpected(std::move(found).error());
  auto mails = one_of_each(*std::move(found), impl_->settings.list_preference);
  if (extent == Extent::kWholeThreads) return mails;
  std::stable_sort(mails.begin(), mails.end(), [](const auto& a, const auto& b) { return a.sent > b.sent; });
  mails.resize(std::min<std::size_t>(mails.size(), kMaxFound), PatchMail());
  return mails;
}

bool MailFinder::has_words_here() const { return !impl_->by_words.directories.empty(); }

}  // namespace lorelei::workflow
