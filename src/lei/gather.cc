// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/gather.hh"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <mutex>
#include <set>
#include <thread>

#include "git/repository.hh"
#include "lei/blob_finder.hh"
#include "lei/remote_gather.hh"
#include "net/http.hh"
#include "net/url.hh"
#include "search/arguments.hh"
#include "search/date_text.hh"
#include "search/engine.hh"
#include "search/query_dates.hh"
#include "search/schema.hh"

namespace lorelei::lei {

namespace {

using search::Query;

constexpr char kWidened[] = "the window begins where it began at the last update, so that nothing in between is lost";
constexpr std::int64_t kLongAgo = 1000LL * 86'400;  // no date that depends on today is the same then
constexpr std::size_t kServersAtOnce = 4;
constexpr std::size_t kMaxOfThread = 100'000;  // members of one thread that are looked at

}  // namespace

Result<QueryText> read_query(const QueryWords& words, const search::PrefixSet& prefixes, std::int64_t now,
                             std::optional<std::int64_t> then) {
  QueryText result;
  std::string text = words.words.empty() ? "" : words.words[0];
  if (!words.is_text) {
    auto made = search::query_of_arguments(words.words, prefixes);
    text = std::move(made.text);
    result.notes = std::move(made.notes);
  }
  // A backslash before a line end is white space: it was meant for a shell that did not see it.
  text = replace_all(text, "\\\n", " ");
  std::replace(text.begin(), text.end(), '\0', ' ');
  TRY(const auto typed, search::parse_query(text, prefixes));
  result.query = typed.query;
  TRY(const auto dates, search::resolve_ranges(result.query, text, {.now = now}, prefixes));
  for (const auto* some : {&typed.notes, &dates}) result.notes.insert(result.notes.end(), some->begin(), some->end());
  auto long_ago = typed.query;
  TRY([[maybe_unused]] const auto ignored, search::resolve_ranges(long_ago, text, {.now = now - kLongAgo}, prefixes));
  result.slides = search::with_dates_in_numbers(text, typed.query, long_ago) !=
                  search::with_dates_in_numbers(text, typed.query, result.query);
  if (then && *then < now) {
    auto earlier = typed.query;
    TRY([[maybe_unused]] const auto same, search::resolve_ranges(earlier, text, {.now = *then}, prefixes));
    // Of less than a day there is nothing to say.
    if (search::widen_to(result.query, earlier) && now - *then > 86'400) result.notes.emplace_back(kWidened);
  }
  result.text = squeeze_spaces(search::with_dates_in_numbers(text, typed.query, result.query));
  return result;
}

struct Gathered::Reader {
  search::Place place;
  std::optional<git::BlobReader> blobs;
};

Result<std::string> Gathered::read(const Candidate& candidate) {
  if (sources[candidate.source].is_remote) {
    std::string bytes(candidate.size, '\0');
    const auto got =
        ::pread(spools_[candidate.source].get(), bytes.data(), bytes.size(), static_cast<off_t>(candidate.offset));
    if (got != static_cast<ssize_t>(bytes.size())) return err_errno(errno, "read again", "what a server sent");
    return bytes;
  }
  auto& reader = *readers_[candidate.source];
  if (!reader.blobs) {
    std::error_code error;
    const auto objects = fs::absolute(reader.place.objects(), error);
    TRY(reader.blobs, git::BlobReader::open({objects.string()}));
  }
  auto bytes = reader.blobs->read(candidate.blob);
  if (!bytes && bytes.error().kind == Error::Kind::kNotFound && elsewhere_) {
    TRY(auto found, elsewhere_(candidate.blob));
    if (found) return *std::move(found);
  }
  if (!bytes) return bytes;
  if (bytes->starts_with("From ")) bytes->erase(0, std::min(bytes->find('\n'), bytes->size() - 1) + 1);
  return bytes;
}

class Gatherer {
 public:
  Gatherer(Env& env, const Sources& sources, const QueryText& query, const GatherOptions& options,
           const std::function<void(const std::string&)>& talk)
      : env_(env), sources_(sources), query_(query), options_(options), talk_(talk) {}

  Result<Gathered> gather();

 private:
  Result<void> local(const std::string& directory);
  Result<void> search_local(search::Engine&, const Query&, SourceNews&);
  Result<void> new_in_threads(search::Engine&, std::int64_t above, SourceNews&);
  Result<std::vector<std::int64_t>> followed(archive::OverReader&, SourceNews&);
  Result<void> add(const search::Selected&);
  Result<void> remotes();
  Result<std::optional<RemoteQuestion>> question(const std::string& url);
  std::optional<std::int64_t> since(const std::string& url) const;
  std::string remote_query(const std::string& url);
  unsigned index() const { return static_cast<unsigned>(gathered_.sources.size()); }

  Env& env_;
  const Sources& sources_;
  const QueryText& query_;
  const GatherOptions& options_;
  const std::function<void(const std::string&)>& talk_;
  Gathered gathered_;
};

Result<void> Gatherer::add(const search::Selected& message) {
  const auto blob = git::ObjectId::parse(message.row.blob);
  if (!blob)
    return err(Error::Kind::kCorrupt, "read the message", message.row.message_id, "the index has no blob for it");
  gathered_.candidates.push_back({.source = index(),
                                  .number = message.row.number,
                                  .blob = *blob,
                                  .percent = message.percent,
                                  .mark = message.mark,
                                  .offset = 0,
                                  .size = 0,
                                  .root = {}});
  return {};
}

// What matches, and the threads of it.
Result<void> Gatherer::search_local(search::Engine& engine, const Query& query, SourceNews& news) {
  auto selection = options_.selection;
  if (!selection.sort && engine.numbers_follow_time()) selection.sort = search::Sort::kDocid;
  selection.stop.cancelled = env_.cancelled;
  std::set<std::int64_t> threads;
  const auto take = [&](const search::Selected& message) -> Result<search::Taken> {
    if (message.row.size_bytes == 0) return search::Taken::kUnreadable;
    if (message.percent || selection.threads == search::Threads::kNone)
      news.highest_match = std::max(news.highest_match, message.row.number);
    if (selection.threads != search::Threads::kNone && threads.insert(message.row.thread).second)
      news.threads.push_back(message.row.number);
    if (options_.is_known) {
      const auto blob = git::ObjectId::parse(message.row.blob);
      TRY(const bool known, blob ? options_.is_known(*blob) : Result<bool>(false));
      if (known) return search::Taken::kDuplicate;
    }
    TRY_VOID(add(message));
    return search::Taken::kDelivered;
  };
  TRY(const auto summary, search::select_messages(engine, query, selection, take));
  news.matches = summary.matches;
  news.estimated = summary.estimated;
  for (const auto& note : summary.notes) gathered_.notes.push_back(note);
  talk_(fmt::format("# {} {}/{}", news.location, summary.matches, std::max(summary.estimated, summary.matches)));
  return {};
}

// A message of each thread to follow. Where the numbers are not those of last time, or lei delivered before us, they
// are found by Message-ID, and remembered.
Result<std::vector<std::int64_t>> Gatherer::followed(archive::OverReader& over, SourceNews& news) {
  if (!news.is_renumbered) return options_.watched(news.location);
  std::vector<std::int64_t> numbers;
  if (!options_.delivered_ids) return numbers;
  TRY(const auto ids, options_.delivered_ids());
  std::set<std::int64_t> threads;
  for (const auto& id : ids) {
    TRY(const auto found, over.numbers_of_message_id(id));
    if (found.empty()) continue;
    TRY(const auto thread, over.thread_of(found.front()));
    if (thread && threads.insert(thread).second) numbers.push_back(found.front());
  }
  news.threads.insert(news.threads.end(), numbers.begin(), numbers.end());
  return numbers;
}

// Replies that came to threads which were delivered before.
Result<void> Gatherer::new_in_threads(search::Engine& engine, std::int64_t above, SourceNews& news) {
  if (!options_.watched || options_.selection.threads == search::Threads::kNone) return {};
  auto& over = engine.over(0);
  TRY(const auto watched, followed(over, news));
  std::set<std::int64_t> seen;
  for (const auto& candidate : gathered_.candidates)
    if (candidate.source == index()) seen.insert(candidate.number);
  std::set<std::int64_t> threads;
  archive::OverRow row;
  return over.snapshot([&]() -> Result<void> {
    for (const auto number : watched) {
      TRY(const auto thread, over.thread_of(number));
      if (thread == 0 || !threads.insert(thread).second) continue;
      TRY(const auto members, over.numbers_of_thread(thread));
      std::size_t looked_at = 0;
      for (auto it = members.rbegin(); it != members.rend() && *it > above; ++it) {
        if (++looked_at > kMaxOfThread) break;
        if (!seen.insert(*it).second) continue;
        TRY(const bool found, over.read(*it, row));
        const auto blob = found ? git::ObjectId::parse(row.blob) : std::nullopt;
        if (blob && options_.is_known) {
          TRY(const bool known, options_.is_known(*blob));
          if (known) continue;
        }
        if (found && row.size_bytes) TRY_VOID(add({row, 0, std::nullopt, search::Mark::kNone}));
      }
    }
    return {};
  });
}

Result<void> Gatherer::local(const std::string& directory) {
  SourceNews news;
  news.location = directory;
  auto reader = std::make_shared<Gathered::Reader>();
  gathered_.readers_.resize(index() + 1);
  gathered_.readers_[index()] = reader;
  const auto before = gathered_.candidates.size();
  const auto work = [&]() -> Result<void> {
    TRY(reader->place, search::find_place(directory));
    std::int64_t above = 0;
    news.reading.identity = search::identity_of(reader->place);
    // Marks are put on messages that have long been there.
    const bool has_marks = search::mentions(query_.query, "kw") || search::mentions(query_.query, "L");
    if (options_.reading) {
      TRY(const auto last, options_.reading(directory));
      const bool same = last && last->identity == news.reading.identity;
      news.is_renumbered = last && !same;
      if (options_.is_update && !has_marks && last && (same || last->identity.empty())) above = last->highest;
    }
    {
      TRY(auto over, archive::OverReader::open(reader->place.over()));
      TRY(news.reading.highest, over.highest_number());
    }
    if (news.reading.highest < above) above = 0, news.is_renumbered = true;  // the numbers start anew
    if (above && news.reading.highest == above && !news.is_renumbered) {
      talk_(fmt::format("# {} 0/0", directory));
      return {};
    }
    TRY(auto engine, search::Engine::open({directory}, sources_.prefixes));
    if (above == 0) {
      TRY_VOID(search_local(engine, query_.query, news));
      return options_.is_known ? new_in_threads(engine, 0, news) : Result<void>();  // of a first run all is found
    }
    Query newer;
    newer.op = Query::Op::kRange;
    newer.prefix = "uid";
    newer.slot = search::slot::kNumber;
    newer.low = above + 1;
    Query both;
    both.op = Query::Op::kAnd;
    both.parts = {query_.query, newer};
    TRY_VOID(search_local(engine, both, news));
    return new_in_threads(engine, above, news);
  };
  if (auto done = work(); !done) {
    if (done.error().kind == Error::Kind::kCancelled || done.error().kind == Error::Kind::kUsage) return done;
    gathered_.candidates.resize(before);
    news.failed = std::move(done).error();
  }
  gathered_.sources.push_back(std::move(news));
  return {};
}

// What a server is asked: since the last time, and a while before that, for mail that came late.
std::optional<std::int64_t> Gatherer::since(const std::string& url) const {
  const auto last = options_.is_update && options_.last_result ? options_.last_result(url) : std::nullopt;
  return last ? std::optional(std::max<std::int64_t>(*last - options_.fudge_seconds, 0)) : std::nullopt;
}

std::string Gatherer::remote_query(const std::string& url) {
  const auto begin = since(url);
  if (!begin) return query_.text;
  const auto at = static_cast<std::time_t>(*begin);
  std::tm local{};
  localtime_r(&at, &local);
  char text[64];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M %z", &local);
  talk_(fmt::format("# {} limiting to {} and newer", net::without_password(url), text));
  return query_.text.empty() ? fmt::format("rt:{}..", *begin) : fmt::format("({}) AND rt:{}..", query_.text, *begin);
}

Result<std::optional<RemoteQuestion>> Gatherer::question(const std::string& url) {
  // A server would look for the word.
  if (search::mentions(query_.query, "kw") || search::mentions(query_.query, "L")) {
    talk_(fmt::format("# {} is not asked: keywords and labels are yours alone", net::without_password(url)));
    return std::nullopt;
  }
  RemoteQuestion question;
  question.url = url;
  question.text = remote_query(url);
  question.wants_threads = options_.selection.threads != search::Threads::kNone;
  if (!question.wants_threads) question.limit = options_.remote_limit;
  question.fudge_seconds = options_.fudge_seconds;
  question.has_news = options_.has_news;
  if (question.wants_threads && options_.followed) {
    TRY(question.followed, options_.followed(url));
    TRY(question.knows_references, options_.knows_references(url));
  }
  return question;
}

Result<void> Gatherer::remotes() {
  const auto& urls = sources_.remotes;
  std::vector<std::optional<RemoteQuestion>> questions;
  for (const auto& url : urls) {
    TRY(auto asked, question(url));
    questions.push_back(std::move(asked));
  }
  if (urls.empty()) return {};
  TRY(const auto user, git::Config::user(env_));
  std::vector<RemoteAnswer> answers(urls.size());
  std::mutex mutex;  // guards talk_
  const auto say = [&](const std::string& line) {
    const std::lock_guard lock(mutex);
    talk_(line);
  };
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    net::Http web(env_, std::vector<git::Config>{user, options_.settings->config()}, options_.http);
    for (std::size_t i = next++; i < urls.size(); i = next++)
      if (questions[i]) answers[i] = ask_server(web, *questions[i], say);
  };
  std::vector<std::thread> workers;
  for (std::size_t i = 1; i < std::min(urls.size(), kServersAtOnce); ++i) workers.emplace_back(work);
  work();
  for (auto& worker : workers) worker.join();
  for (std::size_t i = 0; i < urls.size(); ++i) {
    auto& [news, candidates, spool] = answers[i];
    if (news.failed && news.failed->kind == Error::Kind::kCancelled) return tl::unexpected(*std::move(news.failed));
    news.location = urls[i];
    news.is_remote = true;
    for (auto& candidate : candidates) {
      candidate.source = index();
      gathered_.candidates.push_back(std::move(candidate));
    }
    gathered_.readers_.resize(index() + 1);
    gathered_.spools_.resize(index() + 1);
    gathered_.spools_[index()] = std::move(spool);
    gathered_.sources.push_back(std::move(news));
  }
  return {};
}

Result<Gathered> Gatherer::gather() {
  if (options_.settings)
    gathered_.elsewhere_ = [seats = std::make_shared<SeatReader>(env_, *options_.settings)](const git::ObjectId& blob) {
      return seats->read(blob);
    };
  if (sources_.store) TRY_VOID(local(*sources_.store));
  for (const auto& directory : sources_.locals) TRY_VOID(local(directory));
  TRY_VOID(remotes());
  return std::move(gathered_);
}

Result<Gathered> gather(Env& env, const Sources& sources, const QueryText& query, const GatherOptions& options,
                        const std::function<void(const std::string& line)>& talk) {
  return Gatherer(env, sources, query, options, talk).gather();
}

}  // namespace lorelei::lei
