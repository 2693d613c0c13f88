// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/remote_gather.hh"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "mail/overview.hh"
#include "net/url.hh"
#include "source/packing.hh"
#include "source/remote_archive.hh"

namespace lorelei::lei {

namespace {

constexpr std::uint64_t kMaxAnswerBytes = 8ULL << 30;  // more than ten years of the largest list
constexpr std::size_t kMaxBatchBytes = 3'000;  // of a query: it is part of a URL, and servers take 8 KiB with the rest
constexpr std::size_t kMaxBatches = 8;         // a run
constexpr std::size_t kMaxFetched = 16;        // threads a run, where they are asked for one by one
constexpr int kMaxRootSteps = 16;              // from a message that leaves its first reference out to the root
constexpr std::int64_t kPatience = 24;         // after a day without a reply a thread is asked for each hour

class Asking {
 public:
  Asking(net::Http& web, const RemoteQuestion& question, const std::function<void(const std::string&)>& say)
      : question_(question),
        say_(say),
        shown_(net::without_password(question.url)),
        now_(web.env().now()),
        web_(web),
        archive_(web, question.url) {
    answer_.news.location = question.url;
    answer_.news.is_remote = true;
  }

  RemoteAnswer run();

 private:
  void search();
  void follow();
  void follow_by_references(const std::vector<Ledger::Thread>&);
  void follow_one_by_one(const std::vector<Ledger::Thread>&);
  bool find_out_about_references();
  Result<void> take(mail::MboxMessage&&);
  std::string root_of(std::string id) const;
  source::MessageSink sink() {
    return [this](mail::MboxMessage&& message) { return take(std::move(message)); };
  }

  const RemoteQuestion& question_;
  const std::function<void(const std::string&)>& say_;
  const std::string shown_;
  const std::int64_t now_;
  net::Http& web_;
  source::RemoteArchive archive_;
  RemoteAnswer answer_;
  std::uint64_t spooled_ = 0;
  std::unordered_map<std::string, std::string> first_reference_;  // of messages by id; a root is its own
};

Result<void> Asking::take(mail::MboxMessage&& message) {
  if (answer_.candidates.size() >= question_.limit) return {};
  if (!answer_.spool) {
    TRY(answer_.spool, source::nameless_file());
  }
  if (spooled_ + message.raw.size() > kMaxAnswerBytes)
    return err(Error::Kind::kTooLarge, "search", shown_, "its answer has no end",
               "a narrower query, such as one with rt:1.year.ago..");
  TRY_VOID(write_all(answer_.spool.get(), message.raw, "the spool"));
  Candidate candidate;
  candidate.offset = spooled_;
  candidate.size = message.raw.size();
  spooled_ += message.raw.size();
  if (question_.wants_threads) {
    const auto end = message.raw.find("\n\n");
    const mail::Entity head(std::string_view(message.raw).substr(0, end == std::string::npos ? end : end + 2));
    auto ids = mail::message_ids(head);
    auto references = mail::references(head);
    if (!ids.empty()) {
      std::erase(references, ids[0]);
      candidate.root = ids[0];
      first_reference_.emplace(ids[0], references.empty() ? ids[0] : references[0]);
    }
  }
  answer_.candidates.push_back(std::move(candidate));
  return {};
}

// Not every mailer keeps all references.
std::string Asking::root_of(std::string id) const {
  for (int step = 0; step < kMaxRootSteps; ++step) {
    const auto found = first_reference_.find(id);
    if (found == first_reference_.end() || found->second == id) break;
    id = found->second;
  }
  return id;
}

void Asking::search() {
  const auto threads = question_.wants_threads ? source::Threads::kYes : source::Threads::kNo;
  say_(fmt::format("# /usr/bin/curl -Sf -s -d '' {}", source::search_url(shown_, question_.text, threads)));
  auto& news = answer_.news;
  auto mail = archive_.search(question_.text, threads, sink());
  news.matches = mail.messages;
  if (mail.saw_everything()) {
    news.asked_at = mail.started;
    say_(fmt::format("# {} {}/{}", shown_, mail.messages, mail.messages));
  } else {
    news.status = mail.failure && mail.failure->curl_code ? mail.failure->curl_code : 1;
    news.failed = mail.failure ? static_cast<Error&&>(*std::move(mail.failure)) : Error{};
    news.failed->status = news.status;
  }
  if (mail.moved_to) say_(fmt::format("# {} has moved to {}", shown_, net::without_password(*mail.moved_to)));
}

bool is_word(std::string_view id) { return id.find_first_of(" \t\"()") == std::string_view::npos && !id.empty(); }

// A server that does not know the term looks for words, and they are not in a reply to something else.
bool Asking::find_out_about_references() {
  if (question_.knows_references) return *question_.knows_references;
  for (const auto& [id, reference] : first_reference_) {
    if (id == reference || !is_word(id) || !is_word(reference)) continue;
    const auto count = [&](const std::string& root) -> std::optional<std::uint64_t> {
      std::uint64_t messages = 0;
      const auto mail =
          archive_.search(fmt::format("m:{} references:{}", id, root), source::Threads::kNo,
                          [&](mail::MboxMessage&&) -> Result<void> { return ++messages, Result<void>{}; });
      return mail.saw_everything() ? std::optional(messages) : std::nullopt;
    };
    const auto found = count(reference);
    if (!found) return false;
    bool knows = *found > 0;
    if (knows) {
      const auto other = count("nobody-" + id);
      if (!other) return false;
      knows = *other == 0;
    }
    answer_.news.knows_references = knows;
    return knows;
  }
  return false;
}

void Asking::follow_by_references(const std::vector<Ledger::Thread>& threads) {
  std::size_t batches = 0;
  for (std::size_t at = 0; at < threads.size() && batches < kMaxBatches;) {
    std::string text;
    std::vector<std::string> roots;
    std::int64_t since = now_;
    for (; at < threads.size() && text.size() + threads[at].root.size() < kMaxBatchBytes; ++at) {
      if (!is_word(threads[at].root)) continue;
      text += (text.empty() ? "references:" : " OR references:") + threads[at].root;
      roots.push_back(threads[at].root);
      since = std::min(since, threads[at].polled ? threads[at].polled : threads[at].active);
    }
    if (roots.empty()) {
      if (at < threads.size()) ++at;  // too long to be asked for
      continue;
    }
    ++batches;
    text = fmt::format("({}) AND rt:{}..", text, std::max<std::int64_t>(since - question_.fudge_seconds, 0));
    const auto mail = archive_.search(text, source::Threads::kNo, sink());
    if (!mail.saw_everything()) {
      answer_.news.notes.push_back(fmt::format("{}: replies in {} threads could not be asked for: {}", shown_,
                                               threads.size(), mail.failure ? mail.failure->why : "it broke off"));
      return;
    }
    answer_.news.polled.insert(answer_.news.polled.end(), roots.begin(), roots.end());
  }
}

void Asking::follow_one_by_one(const std::vector<Ledger::Thread>& threads) {
  std::size_t fetched = 0;
  for (const auto& thread : threads) {
    if (now_ - thread.polled < (now_ - thread.active) / kPatience) continue;
    if (fetched++ >= kMaxFetched || web_.env().stop_requested()) return;
    const auto mail = archive_.thread(thread.root, sink());
    if (!mail.saw_everything()) {
      answer_.news.notes.push_back(fmt::format("{}: replies to {} could not be fetched: {}", shown_, thread.root,
                                               mail.failure ? mail.failure->why : "it broke off"));
      return;
    }
    answer_.news.polled.push_back(thread.root);
  }
}

// Threads that the search itself did not bring, all of them.
void Asking::follow() {
  std::set<std::string> there;
  for (const auto& [id, reference] : first_reference_) there.insert(root_of(reference));
  std::vector<Ledger::Thread> threads;
  for (const auto& thread : question_.followed) {
    if (there.contains(thread.root))
      answer_.news.polled.push_back(thread.root);
    else
      threads.push_back(thread);
  }
  if (threads.empty()) {
    (void)find_out_about_references();
    return;
  }
  const auto before = answer_.candidates.size();
  if (find_out_about_references())
    follow_by_references(threads);
  else
    follow_one_by_one(threads);
  if (answer_.candidates.size() > before)
    say_(fmt::format("# {} {} of followed threads", shown_, answer_.candidates.size() - before));
}

RemoteAnswer Asking::run() {
  if (question_.has_news && !question_.has_news(web_, question_.url)) {
    answer_.news.is_unchanged = true;
    say_(fmt::format("# {} has nothing new", shown_));
    return std::move(answer_);
  }
  search();
  if (question_.wants_threads && !answer_.news.failed && !web_.env().stop_requested()) follow();
  for (auto& candidate : answer_.candidates)
    if (!candidate.root.empty()) candidate.root = root_of(std::move(candidate.root));
  return std::move(answer_);
}

}  // namespace

RemoteAnswer ask_server(net::Http& web, const RemoteQuestion& question,
                        const std::function<void(const std::string& line)>& say) {
  return Asking(web, question, say).run();
}

}  // namespace lorelei::lei
