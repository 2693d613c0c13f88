// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/imap_arrived.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/text.hh"
#include "mail/content_hash.hh"
#include "mail/overview.hh"

namespace lorelei::lei {

static std::string least(const std::vector<std::string>& ids) {
  return ids.empty() ? std::string() : *std::min_element(ids.begin(), ids.end());
}

Doubtful Doubtful::of(const std::vector<std::string>& mids, const Sha256Digest& digest, std::uint32_t first) {
  return {least(mids), digest, first};
}

using Uids = std::vector<std::uint32_t>;  // ascending

// The messages from `first` on by their Message-IDs; by "" those that have none.
static Result<std::unordered_map<std::string, Uids>> ids_since(net::ImapClient& imap, std::uint32_t first,
                                                               const std::set<std::uint32_t>& taken) {
  std::unordered_map<std::string, Uids> uids_of;
  TRY(const auto since, imap.search(fmt::format("UID {}:*", first)));
  TRY_VOID(imap.fetch(since, net::FetchItems::kMessageId, [&](wire::ImapFetch&& mail) -> Result<void> {
    // "7:*" is also the last message if that is 5.
    if (mail.uid < first || taken.contains(mail.uid)) return {};
    const auto header = replace_all(*mail.header, "\r\n", "\n");
    uids_of[least(mail::message_ids_for_index(mail::Entity(header)))].push_back(mail.uid);
    return {};
  }));
  for (auto& [id, uids] : uids_of) std::sort(uids.begin(), uids.end());
  return uids_of;
}

static Result<std::unordered_map<std::uint32_t, Sha256Digest>> digests(net::ImapClient& imap, const Uids& uids) {
  std::unordered_map<std::uint32_t, Sha256Digest> all;
  TRY_VOID(imap.fetch(wire::ImapUids(uids), net::FetchItems::kWhole, [&](wire::ImapFetch&& mail) -> Result<void> {
    if (!mail.body) return {};  // over the limit of a message
    const auto raw = replace_all(*mail.body, "\r\n", "\n");
    all.emplace(mail.uid, mail::content_hash(mail::Entity(raw)));
    return {};
  }));
  return all;
}

// Several messages with one id, or without any: their content tells. What a server has changed on its way is recognised
// by nothing but its order, and that only by an id.
static Result<void> tell_apart(net::ImapClient& imap, const std::vector<Doubtful>& doubtful,
                               const std::vector<std::size_t>& which, const Uids& uids, Uids& places) {
  TRY(const auto digest_of, digests(imap, uids));
  std::set<std::uint32_t> left(uids.begin(), uids.end());
  for (const auto i : which)
    for (const auto uid : uids) {
      const auto digest = digest_of.find(uid);
      if (places[i] || uid < doubtful[i].first || digest == digest_of.end() || digest->second != doubtful[i].digest ||
          !left.erase(uid))
        continue;
      places[i] = uid;
    }
  for (const auto i : which) {
    if (places[i] || doubtful[i].mid.empty()) continue;
    const auto next = left.lower_bound(doubtful[i].first);
    if (next == left.end()) continue;
    places[i] = *next;
    left.erase(next);
  }
  return {};
}

Result<Uids> find_arrived(net::ImapClient& imap, const std::vector<Doubtful>& doubtful, std::set<std::uint32_t> taken) {
  Uids places(doubtful.size());
  if (doubtful.empty()) return places;
  const auto lowest = std::min_element(doubtful.begin(), doubtful.end(),
                                       [](const auto& a, const auto& b) { return a.first < b.first; });
  TRY(const auto uids_of, ids_since(imap, lowest->first, taken));
  std::map<std::string_view, std::vector<std::size_t>> by_id;
  for (std::size_t i = 0; i < doubtful.size(); ++i) by_id[doubtful[i].mid].push_back(i);
  for (const auto& [id, which] : by_id) {
    const auto uids = uids_of.find(std::string(id));
    if (uids == uids_of.end()) continue;
    if (!id.empty() && which.size() == 1 && uids->second.size() == 1) {
      if (uids->second[0] >= doubtful[which[0]].first) places[which[0]] = uids->second[0];
    } else {
      TRY_VOID(tell_apart(imap, doubtful, which, uids->second, places));
    }
  }
  return places;
}

}  // namespace lorelei::lei
