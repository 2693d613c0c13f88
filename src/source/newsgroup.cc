// SPDX-License-Identifier: GPL-3.0-or-later
#include "source/newsgroup.hh"

#include <algorithm>

namespace lorelei::source {

NewsgroupMail fetch_newsgroup(net::Nntp& news, const net::NntpUrl& url, std::optional<std::uint64_t> seen_up_to,
                              const NewsSink& sink) {
  NewsgroupMail result;
  result.seen_up_to = seen_up_to.value_or(0);
  const auto group = news.group(url.group);
  if (!group) {
    result.failure = group.error();
    return result;
  }
  result.first = std::max<std::uint64_t>(group->low, 1);
  result.last = group->high;
  if (url.first) {
    result.first = std::max(result.first, *url.first);
    result.last = std::min(result.last, url.last.value_or(group->high));
  } else if (seen_up_to) {
    // An empty group may say 0 for its highest number.
    result.is_renumbered = group->high < *seen_up_to && !group->is_empty();
    if (!result.is_renumbered) result.first = std::max(result.first, *seen_up_to + 1);
  }
  if (result.last < result.first) return result;
  std::uint64_t reached = result.first - 1;
  const auto fetched = news.articles(result.first, result.last, [&](net::NntpArticle&& article) -> Result<void> {
    if (article.is_cut)
      ++result.too_large;
    else
      TRY_VOID(sink(article.number, std::move(article.raw)));
    if (!article.is_cut) ++result.messages;
    reached = article.number;
    return {};
  });
  if (!fetched) result.failure = fetched.error();
  if (!url.first) result.seen_up_to = fetched ? result.last : reached;
  return result;
}

}  // namespace lorelei::source
