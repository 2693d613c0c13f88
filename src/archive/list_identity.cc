// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/list_identity.hh"

#include <algorithm>
#include <map>

#include "base/text.hh"
#include "git/repository.hh"
#include "mail/address.hh"
#include "mail/message.hh"

namespace lorelei::archive {

namespace {

constexpr int kMailsAsked = 40;
constexpr std::uint64_t kMaxMail = 1 << 20;  // a larger one is not asked

// The newest messages of an epoch, the newest first.
Result<std::vector<git::ObjectId>> newest_mail(const std::string& epoch) {
  TRY(const auto repository, git::Repository::open(epoch));
  TRY(const auto tip, repository.resolve());
  std::vector<git::ObjectId> blobs;
  if (!tip) return blobs;
  TRY(const auto base, repository.resolve("HEAD~" + std::to_string(kMailsAsked)));
  TRY_VOID(repository.history(base, *tip, [&](const git::Change& change) -> Result<void> {
    if (change.kind == git::Change::Kind::kAdd) blobs.push_back(change.blob);
    return {};
  }));
  std::reverse(blobs.begin(), blobs.end());
  return blobs;
}

// "words <name.host>" or "name.host", in lower case.
std::string list_id_in(std::string_view header) {
  const auto open = header.rfind('<'), close = header.rfind('>');
  if (open != std::string_view::npos && close != std::string_view::npos && open < close)
    header = header.substr(open + 1, close - open - 1);
  auto id = to_lower(trim(header));
  const bool plain = !id.empty() && std::none_of(id.begin(), id.end(), [](char c) { return is_space(c) || c == '@'; });
  return plain ? id : "";
}

bool is_sent_to(const mail::Entity& message, const std::string& address) {
  for (const char* header : {"To", "Cc"})
    for (const auto& value : message.header_raw(header))
      for (const auto& one : mail::addresses(value))
        if (equal_ignore_case(one, address)) return true;
  return false;
}

}  // namespace

Result<std::optional<ListIdentity>> guess_list_identity(const Inbox& inbox) {
  if (inbox.epochs().empty()) return std::nullopt;
  TRY(const auto blobs, newest_mail(inbox.epochs().back().path));
  TRY(auto reader, git::BlobReader::open(inbox.object_directories()));
  struct Votes {
    int named = 0, sent = 0;
  };
  std::map<std::string, Votes> votes;
  for (const auto& blob : blobs) {
    const auto bytes = reader.read(blob, kMaxMail);
    if (!bytes && bytes.error().kind == Error::Kind::kTooLarge) continue;
    if (!bytes) return tl::unexpected(bytes.error());
    const mail::Entity message(*bytes);
    for (const auto& header : message.header_raw("List-Id")) {
      const auto id = list_id_in(header);
      const auto dot = id.find('.');
      if (dot == std::string::npos || dot == 0) continue;
      auto& vote = votes[id];
      ++vote.named;
      vote.sent += is_sent_to(message, id.substr(0, dot) + "@" + id.substr(dot + 1));
    }
  }
  const auto best = std::max_element(votes.begin(), votes.end(),
                                     [](const auto& a, const auto& b) { return a.second.sent < b.second.sent; });
  if (best == votes.end() || best->second.sent == 0) return std::nullopt;
  auto address = best->first;
  address[address.find('.')] = '@';
  return ListIdentity{best->first, address};
}

}  // namespace lorelei::archive
