// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/mailbox_news.hh"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "base/time_limit.hh"
#include "lei/mail_servers.hh"

namespace lorelei::lei {

namespace {

using namespace std::chrono_literals;

constexpr auto kIdle = 10min;  // then the server is asked whether it is still there
constexpr std::chrono::milliseconds kFirstPause = 5s, kLongestPause = 10min;  // before connecting again

}  // namespace

Result<std::unique_ptr<MailboxNews>> MailboxNews::create(const Env& env, git::Credentials& credentials) {
  std::unique_ptr<MailboxNews> news(new MailboxNews(env, credentials));
  news->wakeup_ = Fd(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!news->wakeup_) return err_errno(errno, "wait for news of mailboxes", "");
  return news;
}

MailboxNews::~MailboxNews() {
  for (auto& [name, watch] : watches_) watch->stop = true;
  for (auto& [name, watch] : watches_) end(*watch);
}

void MailboxNews::end(Watch& watch) {
  watch.stop = true;
  if (watch.thread.joinable()) watch.thread.join();
}

void MailboxNews::watch_only(const Settings& settings, const std::map<std::string, std::string>& urls) {
  for (auto it = watches_.begin(); it != watches_.end();) {
    const auto wanted = urls.find(it->first);
    if (wanted != urls.end() && wanted->second == it->second->url) {
      ++it;
      continue;
    }
    end(*it->second);
    it = watches_.erase(it);
  }
  for (const auto& [name, url] : urls) {
    if (watches_.size() >= kMost) return;
    auto& watch = watches_[name];
    if (watch) continue;
    watch = std::make_unique<Watch>();
    watch->env = env_;
    watch->env.cancelled = &watch->stop;
    watch->url = url;
    watch->thread = std::thread([this, settings, name = name, raw = watch.get()] { listen(settings, name, *raw); });
  }
}

void MailboxNews::tell(const std::string& name) {
  const std::lock_guard lock(mutex_);
  news_.insert(name);
  const std::uint64_t one = 1;
  (void)!write(wakeup_.get(), &one, sizeof one);
}

std::set<std::string> MailboxNews::take() {
  std::uint64_t count = 0;
  (void)!read(wakeup_.get(), &count, sizeof count);
  const std::lock_guard lock(mutex_);
  return std::exchange(news_, {});
}

Result<void> MailboxNews::converse(const Settings& settings, const std::string& name, Watch& watch) {
  TRY(const auto url, wire::parse_imap_url(watch.url));
  TRY(const auto options, imap_options(settings));
  TRY(auto imap, net::ImapClient::connect(watch.env, url, credentials_, options));
  TRY(const auto mailbox, imap.resolve_mailbox(url.mailbox, net::Missing::kFail));
  TRY([[maybe_unused]] const auto selected, imap.select(mailbox.name, net::Access::kReadOnly));
  tell(name);  // what changed before we listened
  for (;;) {
    TRY(const auto end, imap.idle(kIdle));
    if (end == net::IdleEnd::kNews) tell(name);
  }
}

// A server that does not want us, or does not have the mailbox yet, is asked again when something else changes; the
// updates say what is wrong.
void MailboxNews::listen(const Settings& settings, const std::string& name, Watch& watch) {
  auto pause = kFirstPause;
  while (!watch.stop) {
    const auto begin = std::chrono::steady_clock::now();
    const auto done = converse(settings, name, watch);
    if (!done && done.error().kind == Error::Kind::kRefused) return;
    if (std::chrono::steady_clock::now() - begin > kLongestPause) pause = kFirstPause;
    wait_for(watch.env, pause);
    pause = std::min(2 * pause, kLongestPause);
  }
}

}  // namespace lorelei::lei
