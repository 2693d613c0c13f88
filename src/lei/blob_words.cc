// SPDX-License-Identifier: GPL-3.0-or-later
#include "lei/blob_words.hh"

#include "base/shell_word.hh"
#include "base/text.hh"
#include "mail/maildir.hh"
#include "net/nntp_url.hh"

namespace lorelei::lei {

namespace {

constexpr std::string_view kBlob = "blob:";

// Numbers that an address is limited to.
struct Span {
  std::uint64_t first = 0, last = UINT64_MAX;
};
Result<Span> span_of(const std::string& word) {
  Span span;
  if (wire::is_imap_url(word)) {
    TRY(const auto url, wire::parse_imap_url(word));
    if (url.uid) span = {*url.uid, *url.uid};
  } else if (net::is_nntp_url(word)) {
    TRY(const auto url, net::parse_nntp_url(word));
    if (url.first) span = {*url.first, url.last.value_or(UINT64_MAX)};
  }
  return span;
}

}  // namespace

bool is_folder_word(const std::string& word) {
  if (wire::is_imap_url(word)) return true;
  if (net::is_nntp_url(word)) {
    const auto url = net::parse_nntp_url(word);
    return !url || url->message_id.empty();
  }
  return starts_with_ignore_case(word, "maildir:") || mail::is_maildir(word);
}

Result<std::optional<std::vector<git::ObjectId>>> blobs_named(MailSync& sync, const std::string& word) {
  if (word.starts_with(kBlob)) {
    const auto oid = git::ObjectId::parse(std::string_view(word).substr(kBlob.size()));
    if (!oid) return err(Error::Kind::kUsage, "show the blob", word, "it is not 40 hexadecimal digits", "blob:OID");
    return std::vector<git::ObjectId>{*oid};
  }
  if (!is_folder_word(word)) return std::nullopt;
  TRY(const auto folders, sync.folders_named(word));
  if (folders.empty())
    return err(Error::Kind::kNotFound, "show the folder", word, "nothing is known of it",
               "lorelei import " + shell_word(word));
  TRY(const auto span, span_of(word));
  std::vector<git::ObjectId> blobs;
  for (const auto& folder : folders)
    TRY_VOID(sync.each_seat(folder, [&](const Seat& seat) -> Result<void> {
      if (seat.number >= span.first && seat.number <= span.last) blobs.push_back(seat.blob);
      return {};
    }));
  return blobs;
}

}  // namespace lorelei::lei
