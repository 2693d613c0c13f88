// SPDX-License-Identifier: GPL-3.0-or-later
// Messages of the selected mailbox: finding, reading, marking, removing them.
#include <algorithm>
#include <deque>
#include <set>

#include "base/text.hh"
#include "net/imap_state.hh"
#include "wire/imap_syntax.hh"

namespace lorelei::net {

namespace {

using wire::ImapFetch;
using wire::ImapResponse;
using wire::ImapUids;
using Kind = Error::Kind;
using What = ImapResponse::Kind;
using Condition = ImapResponse::Condition;

constexpr std::uint64_t kWholeAtOnce = 200;     // messages of one FETCH: what a callback that fails has to wait for
constexpr std::uint64_t kFlagsAtOnce = 20'000;  // a response is about 50 bytes, with a Message-ID 200
constexpr std::uint64_t kAnyCount = UINT64_MAX;

std::string flag_list(const std::vector<std::string>& flags) {
  std::vector<std::string> good;
  std::copy_if(flags.begin(), flags.end(), std::back_inserter(good), wire::is_imap_flag);
  return '(' + join(good, " ") + ')';
}

// What a FETCH was asked for; servers mix in news about other messages.
bool is_complete(const ImapFetch& fetch, FetchItems items) {
  if (fetch.uid == 0) return false;
  switch (items) {
    case FetchItems::kFlags:
      return fetch.flags.has_value();
    case FetchItems::kMessageId:
      return fetch.header.has_value();
    case FetchItems::kWhole:
      return fetch.body.has_value() || fetch.is_cut;
  }
  return false;
}

const char* words_of(FetchItems items) {
  switch (items) {
    case FetchItems::kFlags:
      return "(UID FLAGS)";
    case FetchItems::kMessageId:
      return "(UID BODY.PEEK[HEADER.FIELDS (Message-ID X-Alt-Message-ID)])";
    case FetchItems::kWhole:
      break;
  }
  return "(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])";
}

Result<std::vector<ImapUids>> search_results(ImapSession& session, const std::vector<std::string>& tags,
                                             const std::string& subject) {
  std::vector<ImapUids> all;
  for (const auto& tag : tags) {
    ImapUids found;
    TRY(const auto answer, session.finish(tag, [&](ImapResponse& response) {
      if (response.kind == What::kSearch && (response.tag.empty() || response.tag == tag))
        found = std::move(response.found);
    }));
    if (answer.condition != Condition::kOk) return refused(answer, "search in", subject);
    all.push_back(std::move(found));
  }
  return all;
}

}  // namespace

Result<ImapUids> ImapClient::search(std::string_view criteria) {
  TRY(const auto tag, state_->session.start(ImapCommand("UID SEARCH ").text(criteria)));
  TRY(auto found, search_results(state_->session, {tag}, state_->subject(state_->selected_name)));
  return std::move(found.front());
}

Result<void> ImapClient::fetch(const ImapUids& uids, FetchItems items, const FetchCallback& callback) {
  auto& session = state_->session;
  const bool whole = items == FetchItems::kWhole;
  for (const auto& set : uids.texts(kMaxSetBytes, whole ? kWholeAtOnce : kFlagsAtOnce)) {
    Result<void> verdict;
    const auto listener = [&](ImapResponse& response) {
      if (verdict && response.kind == What::kFetch && is_complete(response.fetch, items))
        verdict = callback(std::move(response.fetch));
    };
    TRY_VOID(must_run(session, ImapCommand("UID FETCH ").text(set).text(" ").text(words_of(items)), "read from",
                      state_->subject(state_->selected_name), listener));
    TRY_VOID(verdict);
  }
  return {};
}

Result<void> ImapClient::store(const ImapUids& uids, FlagChange change, const std::vector<std::string>& flags) {
  const char* item = change == FlagChange::kAdd      ? " +FLAGS.SILENT "
                     : change == FlagChange::kRemove ? " -FLAGS.SILENT "
                                                     : " FLAGS.SILENT ";
  for (const auto& set : uids.texts(kMaxSetBytes, kAnyCount))
    TRY_VOID(must_run(state_->session, ImapCommand("UID STORE ").text(set).text(item).text(flag_list(flags)),
                      "mark messages in", state_->subject(state_->selected_name)));
  return {};
}

// Without UIDPLUS everything goes that is marked, so nothing else may be.
static Result<void> check_only_marked(ImapClient& client, const ImapUids& uids, const std::string& subject) {
  TRY(const auto marked, client.search("DELETED"));
  std::vector<ImapUids::Range> ours = uids.ranges();
  std::sort(ours.begin(), ours.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& range : marked.ranges())
    for (std::uint64_t uid = range.first; uid <= range.last; ++uid) {
      const auto after = std::upper_bound(ours.begin(), ours.end(), uid,
                                          [](std::uint64_t value, const auto& each) { return value < each.first; });
      if (after == ours.begin() || std::prev(after)->last < uid)
        return err(Kind::kRefused, "remove messages from", subject,
                   "the server would remove others with them, which are marked as deleted",
                   "expunge them with your mail program");
    }
  return {};
}

Result<void> ImapClient::expunge(const ImapUids& uids) {
  if (uids.empty()) return {};
  const auto subject = state_->subject(state_->selected_name);
  const bool can_choose = has("UIDPLUS");
  if (!can_choose) TRY_VOID(check_only_marked(*this, uids, subject));
  TRY_VOID(store(uids, FlagChange::kAdd, {"\\Deleted"}));
  if (!can_choose) {
    TRY_VOID(must_run(state_->session, ImapCommand("EXPUNGE"), "remove messages from", subject));
    return {};
  }
  for (const auto& set : uids.texts(kMaxSetBytes, kAnyCount))
    TRY_VOID(must_run(state_->session, ImapCommand("UID EXPUNGE ").text(set), "remove messages from", subject));
  return {};
}

Result<void> ImapClient::copy(const ImapUids& uids, const std::string& to) {
  for (const auto& set : uids.texts(kMaxSetBytes, kAnyCount))
    TRY_VOID(must_run(state_->session, ImapCommand("UID COPY ").text(set).text(" ").astring(to), "copy messages to",
                      state_->subject(to)));
  return {};
}

Result<void> ImapClient::move(const ImapUids& uids, const std::string& to) {
  if (!has("MOVE")) {
    TRY_VOID(copy(uids, to));
    return expunge(uids);
  }
  for (const auto& set : uids.texts(kMaxSetBytes, kAnyCount))
    TRY_VOID(must_run(state_->session, ImapCommand("UID MOVE ").text(set).text(" ").astring(to), "move messages to",
                      state_->subject(to)));
  return {};
}

}  // namespace lorelei::net
