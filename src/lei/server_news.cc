// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/server_news.hh"

#include <algorithm>

#include "base/sha256.hh"

namespace lorelei::lei {

namespace {

constexpr std::uint64_t kMaxManifest = 4 << 20;  // that of all of lore.kernel.org is a tenth of it
constexpr std::size_t kGzipHead = 10;            // its bytes hold the time of packing
constexpr std::string_view kGzip = "\x1f\x8b";

std::string identity_of(std::string_view manifest) {
  if (!manifest.starts_with(kGzip) || manifest.size() <= kGzipHead) return {};
  const auto digest = sha256(manifest.substr(kGzipHead));
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

void ServerNews::hear(net::Http& web, const std::string& url, Site& site, Time now) {
  net::Request request;
  request.url = url + "manifest.js.gz";
  request.etag = site.etag;
  request.last_modified = site.last_modified;
  request.rounds = 1;
  site.heard = now;
  site.was_heard = true;
  auto response = web.send(request);
  if (response && response->status() == 304 && !site.identity.empty()) return;
  std::string identity;
  site.etag.clear();
  site.last_modified.clear();
  if (response && response->status() == 200)
    if (const auto body = response->read_rest(kMaxManifest)) {
      identity = identity_of(*body);
      if (!identity.empty()) {
        site.etag = response->etag();
        site.last_modified = response->last_modified();
      }
    }
  if (identity != site.identity) site.since = now;
  site.identity = std::move(identity);
}

bool ServerNews::has_news(net::Http& web, const std::string& search, const std::string& url,
                          std::chrono::milliseconds interval) {
  std::shared_ptr<Site> site;
  {
    const std::lock_guard lock(mutex_);
    auto& slot = sites_[url];
    if (!slot) slot = std::make_shared<Site>();
    site = slot;
  }
  const std::lock_guard site_lock(site->mutex);
  const auto now = clock_();
  if (!site->was_heard || now - site->heard >= interval / 10) hear(web, url, *site, now);
  const std::lock_guard lock(mutex_);
  const auto last = asked_.find({search, url});
  const bool is_known = last != asked_.end() && !site->identity.empty() && last->second.identity == site->identity &&
                        last->second.at - site->since >= kSettled && now - last->second.at < kAtLeast;
  if (is_known) return false;
  now_[{search, url}] = {site->identity, now};
  return true;
}

void ServerNews::was_asked(const std::string& search, const std::string& url) {
  const std::lock_guard lock(mutex_);
  const auto found = now_.find({search, url});
  if (found == now_.end()) return;
  asked_[{search, url}] = std::move(found->second);
  now_.erase(found);
}

}  // namespace lorelei::lei
