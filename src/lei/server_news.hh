// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a server of public-inbox has anything new, before it is asked to search: its manifest.js.gz changes with each
// message, and costs it next to nothing, least of all if it answers 304.
//
// A search needs not be asked again if the manifest is what it was when it was asked last. But a manifest tells what
// git has, and the index comes a little later: until it has stood still for a while (kSettled), searches are asked
// anyway. And they are asked now and then whatever it says (kAtLeast). A server without a usable manifest always has
// news.
#pragma once
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "net/http.hh"

namespace lorelei::lei {

class ServerNews {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Clock = std::function<Time()>;
  static constexpr std::chrono::minutes kAtLeast{60};
  static constexpr std::chrono::minutes kSettled{5};

  explicit ServerNews(Clock clock = std::chrono::steady_clock::now) : clock_(std::move(clock)) {}

  // search: any name for it. interval: how often it is asked; a tenth of that, what was heard of a server lately
  // counts. May be called from several threads.
  bool has_news(net::Http&, const std::string& search, const std::string& url, std::chrono::milliseconds interval);
  // The search was asked because of that, and the server answered in full.
  void was_asked(const std::string& search, const std::string& url);

 private:
  struct Site {
    std::mutex mutex;                 // guards all of it
    std::string identity;             // of the manifest; empty: none that can be used
    std::string etag, last_modified;  // of the same
    Time since = {}, heard = {};      // when that manifest was first seen, and last
    bool was_heard = false;
  };
  struct Asked {
    std::string identity;
    Time at = {};
  };
  void hear(net::Http&, const std::string& url, Site&, Time now);

  Clock clock_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Site>> sites_;                // guarded by mutex_
  std::map<std::pair<std::string, std::string>, Asked> asked_, now_;  // guarded by mutex_; now_: not answered yet
};

}  // namespace lorelei::lei
