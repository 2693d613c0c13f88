// SPDX-License-Identifier: GPL-3.0-or-later
// Changes in mailboxes on servers, told by the servers (IDLE): new flags, messages that go. A connection and a thread a
// mailbox, kMost at most: servers allow a user few connections. Where one breaks it is made again, after a while.
#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "base/env.hh"
#include "base/files.hh"
#include "git/credential.hh"
#include "lei/settings.hh"

namespace lorelei::lei {

class MailboxNews {
 public:
  static constexpr std::size_t kMost = 8;

  // Its threads have the signal mask of whoever calls watch_only(). credentials must outlive it. Errors: kFailed, no
  // descriptor to be had.
  static Result<std::unique_ptr<MailboxNews>> create(const Env&, git::Credentials& credentials);
  ~MailboxNews();  // ends its threads

  // These and no others, URLs by any name for them.
  void watch_only(const Settings&, const std::map<std::string, std::string>& urls);
  int fd() const { return wakeup_.get(); }  // readable when there is news
  std::set<std::string> take();             // names

 private:
  struct Watch {
    Env env;
    std::atomic<bool> stop = false;
    std::string url;
    std::thread thread;
  };
  MailboxNews(const Env& env, git::Credentials& credentials) : env_(env), credentials_(credentials) {}
  static void end(Watch&);
  void listen(const Settings&, const std::string& name, Watch&);
  Result<void> converse(const Settings&, const std::string& name, Watch&);
  void tell(const std::string& name);

  const Env& env_;
  git::Credentials& credentials_;
  Fd wakeup_;
  std::mutex mutex_;
  std::set<std::string> news_;  // guarded by mutex_
  std::map<std::string, std::unique_ptr<Watch>> watches_;
};

}  // namespace lorelei::lei
