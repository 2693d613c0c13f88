// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/reviews_elsewhere.hh"

#include <fmt/core.h>

#include <set>

#include "base/text.hh"
#include "net/url.hh"
#include "workflow/followups.hh"
#include "workflow/mail_finder.hh"
#include "workflow/revisions.hh"

namespace lorelei::workflow {

namespace {

constexpr std::size_t kIdsOfAQuery = 20;  // servers limit the length of a URL

std::vector<std::string> terms_for(const FetchedThread& thread, std::optional<int> wanted) {
  const Revisions revisions(thread.mails);
  const auto* revision = revisions.latest();
  if (wanted) {
    const auto found = revisions.all().find(*wanted);
    revision = found == revisions.all().end() ? nullptr : &found->second;
  }
  std::vector<std::string> terms;
  for (std::size_t i = 1; revision && i < revision->slots.size(); ++i)
    if (const auto* mail = revision->slots[i].mail)
      if (const auto change = change_of(*mail); change.id) terms.push_back("patchid:" + change.id->hex());
  return terms;
}

class Gatherer {
 public:
  Gatherer(const Env& env, const Settings& settings, const MailSource& source, FetchedThread& thread, const Say& say)
      : env_(env), settings_(settings), places_(source), thread_(thread), say_(say) {
    asks_server_ = source.mailbox.empty() && !thread.is_from_archive && !source.is_offline;
    places_.mailbox.clear();
    places_.root = MailSource::Root::kOfThread;
    places_.is_offline |= !asks_server_;
    for (const auto& mail : thread.mails) known_.insert(mail.message_id);
  }

  Result<void> gather(std::optional<int> revision) {
    TRY(auto finder, MailFinder::open(env_, settings_, places_, say_));
    if (!asks_server_ && !finder.has_words_here()) return {};
    if (asks_server_)
      say_(fmt::format("Looking for additional code-review trailers on {}",
                       net::without_password(settings_.archive_url)));
    const auto terms = terms_for(thread_, revision);
    for (std::size_t start = 0; start < terms.size(); start += kIdsOfAQuery) {
      const auto first = terms.begin() + static_cast<std::ptrdiff_t>(start);
      const auto count = static_cast<std::ptrdiff_t>(std::min(kIdsOfAQuery, terms.size() - start));
      const auto query = join({first, first + count}, " OR ");
      if (asks_server_) {
        TRY(auto mails, finder.by_query(MailFinder::Where::kServer, query, MailFinder::Extent::kWholeThreads));
        take(std::move(mails));
        continue;
      }
      TRY(const auto found, finder.by_query(MailFinder::Where::kHere, query));
      for (const auto& one : found) {
        if (known_.contains(one.message_id) || threads_ == kMaxThreadsElsewhere) continue;
        ++threads_;
        TRY(auto other, fetch_thread(env_, settings_, places_, one.message_id, say_));
        take(std::move(other.mails));
      }
    }
    return {};
  }

 private:
  void take(std::vector<PatchMail> mails) {
    for (auto& mail : mails)
      if (thread_.elsewhere.size() < kMaxMailsElsewhere && known_.insert(mail.message_id).second)
        thread_.elsewhere.push_back(std::move(mail));
  }

  const Env& env_;
  const Settings& settings_;
  MailSource places_;
  FetchedThread& thread_;
  const Say& say_;
  bool asks_server_ = false;
  std::set<std::string> known_;
  std::size_t threads_ = 0;
};

}  // namespace

void add_reviews_elsewhere(const Env& env, const Settings& settings, const MailSource& source,
                           std::optional<int> revision, FetchedThread& thread, const Say& say) {
  Gatherer gatherer(env, settings, source, thread, say);
  const auto gathered = gatherer.gather(revision);
  if (!gathered && !env.stop_requested())
    say("Reviews in other threads are not looked for: " + printable(to_text(gathered.error())));
}

}  // namespace lorelei::workflow
