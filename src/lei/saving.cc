// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/saving.hh"

#include <algorithm>

#include "base/leftovers.hh"
#include "net/url.hh"
#include "search/arguments.hh"

namespace lorelei::lei {

namespace {

constexpr std::string_view kSameness[] = {"content", "oid", "mid", "none"};

search::Threads threads_of(unsigned count) {
  return count == 0 ? search::Threads::kNone : count == 1 ? search::Threads::kWhole : search::Threads::kMarked;
}

}  // namespace

std::optional<search::Sameness> sameness_named(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kSameness); ++i)
    if (kSameness[i] == name) return static_cast<search::Sameness>(i);
  return std::nullopt;
}

Result<SearchLock> SearchLock::take(const SavedSearch& search) {
  std::error_code error;
  if (!fs::is_directory(search.directory, error))
    return err(Error::Kind::kNotFound, "update", net::without_password(search.place()), "it was forgotten meanwhile");
  auto run = FileLock::take(search.directory / "lorelei.lock", LockMode::kExclusive, LockWait::kFail);
  if (!run) {
    auto refusal = std::move(run).error();
    if (refusal.kind == Error::Kind::kTemporary) refusal.why = kIsBeingUpdated;
    refusal.doing = "update";
    refusal.subject = net::without_password(search.output);
    return tl::unexpected(std::move(refusal));
  }
  TRY(auto theirs, FileLock::take(search.lock()));
  remove_leftovers(search.directory, "." + search.file().filename().string() + ".");
  return SearchLock(*std::move(run), std::move(theirs));
}

bool stores_what_servers_send(const Settings& settings, Manner manner, std::optional<bool> wish) {
  if (wish) return *wish;
  const auto* usual = settings.find("lei.memoize");
  return usual ? git::as_bool(*usual).value_or(false) : manner == Manner::kLei;
}

SavedSearch to_be_saved(const Settings& settings, const Request& request, const Destination& to,
                        const ImportWish& imports) {
  SavedSearch search;
  search.output = to.text();
  search.directory = directory_of(settings.home(), search.output);
  search.query = request.query.words;
  search.is_text = request.query.is_text;
  // lei would make a phrase of an argument that is an expression; as one text it understands it.
  if (auto made = lorelei::search::query_of_arguments(search.query); !search.is_text && !made.notes.empty()) {
    search.query = {std::move(made.text)};
    search.is_text = true;
  }
  search.only = request.wish.only;
  search.include = request.wish.include;
  search.exclude = request.wish.exclude;
  search.external = request.wish.external;
  search.local = request.wish.local;
  search.remote = request.wish.remote;
  search.import_before = imports.before;
  search.import_remote = imports.remote;
  search.threads = static_cast<unsigned>(request.selection.threads);
  if (request.has_limit) search.limit = request.selection.limit;
  if (request.sameness != search::Sameness::kContent)
    search.dedupe = kSameness[static_cast<std::size_t>(request.sameness)];
  return search;
}

Result<DeliveryReport> deliver_and_save(Env& env, const Settings& settings, const Request& request,
                                        const SavedSearch& search, DeliveryOptions delivery, const Say& say) {
  if (delivery.dry_run) return deliver(env, settings, request, &search, delivery, say);
  TRY_VOID(make_private_directory(search.directory));
  TRY(const auto lock, SearchLock::take(search));
  delivery.begins = [&] { return write_saved_search(search); };
  auto report = deliver(env, settings, request, &search, delivery, say);
  std::error_code error;
  // Refused before it began: there is nothing to remember.
  if (!report && !fs::exists(search.file(), error)) fs::remove_all(search.directory, error);
  return report;
}

Result<Saved> from_saved(const Env& env, const Settings& settings, const SavedSearch& search, Manner manner) {
  constexpr auto kDoing = "update";
  Saved saved;
  auto& request = saved.request;
  request.manner = manner;
  request.query = {search.query, search.is_text};
  if (search.query.empty())
    return err(Error::Kind::kUsage, kDoing, search.output, "lei.q unset in " + search.file().string(),
               "lei edit-search " + search.place());
  SourceWish wish;
  wish.only = search.only;
  wish.include = search.include;
  wish.exclude = search.exclude;
  wish.external = search.external;
  wish.local = search.local;
  wish.remote = search.remote;
  TRY(request.wish, settle_locations(env, settings, std::move(wish), manner));
  request.selection.threads = threads_of(search.threads);
  request.selection.limit = search::kNoLimit;  // what is new is all of it
  if (search.limit) {
    request.has_limit = true;
    request.selection.limit = static_cast<std::uint32_t>(std::min<std::uint64_t>(*search.limit, search::kNoLimit));
  }
  const auto sameness = search.dedupe.empty() ? search::Sameness::kContent : sameness_named(search.dedupe);
  if (!sameness || *sameness == search::Sameness::kNone)
    return err(Error::Kind::kUsage, kDoing, search.output, "--dedupe=" + search.dedupe + " requires --no-save",
               "content, oid or mid");
  request.sameness = *sameness;
  TRY(saved.delivery.to, parse_destination(search.output));
  saved.delivery.run = Run::kUpdate;
  saved.delivery.import_before = search.import_before.value_or(true);
  saved.delivery.memoize = stores_what_servers_send(settings, manner, search.import_remote);
  constexpr std::int64_t kDay = 86'400, kMostDays = 100'000;
  std::int64_t days = saved.delivery.follow_seconds / kDay;
  if (const auto* entry = settings.find("lorelei.followdays")) {
    TRY(days, git::as_integer(*entry));
  }
  days = std::clamp<std::int64_t>(search.follow_days.value_or(days), 0, kMostDays);
  saved.delivery.follow_seconds = std::max(days * kDay, search.expire_after.value_or(0));
  return saved;
}

}  // namespace lorelei::lei
