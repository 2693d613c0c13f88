// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/postings.hh"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>
#include <unordered_map>

#include "base/groups.hh"
#include "workflow/series_list.hh"

namespace lorelei::workflow {

namespace {

using search::SeriesSnapshot;
constexpr std::size_t kNobody = SIZE_MAX;

void connect_by_change_id(const std::vector<Posting>& postings, Groups& groups) {
  std::unordered_map<std::string_view, std::size_t> first;
  for (std::size_t i = 0; i < postings.size(); ++i)
    if (const std::string_view id = postings[i].series.change_id; !id.empty())
      groups.connect(i, first.try_emplace(id, i).first->second);
}

// Some write the revision behind the title, too.
std::string_view without_revision(std::string_view key) {
  const auto digits = key.find_last_not_of("0123456789");
  const bool is_one = digits != std::string_view::npos && digits >= 2 && digits + 1 < key.size() &&
                      key[digits] == 'v' && key[digits - 1] == ' ';
  return is_one ? key.substr(0, digits - 1) : key;
}

void connect_by_title(const std::vector<Posting>& postings, Groups& groups) {
  std::vector<std::size_t> by_time(postings.size());
  std::iota(by_time.begin(), by_time.end(), std::size_t{0});
  std::stable_sort(by_time.begin(), by_time.end(),
                   [&](std::size_t a, std::size_t b) { return postings[a].series.sent < postings[b].series.sent; });
  std::map<std::pair<std::string_view, std::string_view>, std::size_t> last_with;
  for (const auto i : by_time) {
    const auto& now = postings[i].series;
    if (now.key.empty()) continue;
    const auto [last, is_first] = last_with.try_emplace({now.sender.address, without_revision(now.key)}, i);
    if (is_first) continue;
    const auto& before = postings[last->second].series;
    if (now.revision > before.revision || now.sent - before.sent <= kMaxPause) groups.connect(i, last->second);
    last->second = i;
  }
}

void connect_by_answers(const SeriesSnapshot& all, std::vector<Posting>& postings, Groups& groups) {
  std::vector<std::size_t> posting_of(all.rows().size(), kNobody);
  for (std::size_t i = 0; i < postings.size(); ++i)
    for (const auto row : postings[i].rows) posting_of[row] = i;
  for (std::size_t i = 0; i < postings.size(); ++i)
    for (const auto row : postings[i].rows) {
      const auto& ids = all.rows()[row].ids;
      for (std::size_t at = 1; at < ids.size(); ++at) {
        const auto to = all.row_of_id(ids[at]);
        if (!to || posting_of[*to] == kNobody || posting_of[*to] == i) continue;
        const auto& older = postings[posting_of[*to]].series;
        const auto& newer = postings[i].series;
        if (older.sender.address != newer.sender.address || older.revision >= newer.revision) continue;
        groups.connect(i, posting_of[*to]);
        postings[i].answers_older = true;
      }
    }
}

}  // namespace

std::vector<Posting> find_postings(const SeriesSnapshot& all) {
  std::vector<Posting> postings;
  for (auto& members : search::group_series(all.rows())) {
    Posting posting;
    for (const auto* row : members) posting.rows.push_back(static_cast<std::size_t>(row - all.rows().data()));
    posting.series = search::make_series(std::move(members));
    if (search::is_series(posting.series)) postings.push_back(std::move(posting));
  }
  Groups groups(postings.size());
  connect_by_change_id(postings, groups);
  connect_by_title(postings, groups);
  connect_by_answers(all, postings, groups);
  std::unordered_map<std::size_t, std::vector<std::size_t>> revisions;
  for (std::size_t i = 0; i < postings.size(); ++i) revisions[groups.of(i)].push_back(i);
  for (auto& [group, members] : revisions) {
    std::sort(members.begin(), members.end(), [&](std::size_t a, std::size_t b) {
      const auto& x = postings[a].series;
      const auto& y = postings[b].series;
      return std::tuple(x.revision, x.sent, a) > std::tuple(y.revision, y.sent, b);
    });
    for (const auto i : members) postings[i].newest = members.front();
    postings[members.front()].older.assign(members.begin() + 1, members.end());
  }
  return postings;
}

}  // namespace lorelei::workflow
