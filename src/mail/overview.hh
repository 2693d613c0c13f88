// SPDX-License-Identifier: GPL-3.0-or-later
// What an index keeps of one message: identity, references, times and the headers of a list view, in the exact forms
// of public-inbox 1.9 (archive-wide equality depends on them: the overview column, threads, NNTP's OVER).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mail/date.hh"
#include "mail/message.hh"

namespace lorelei::mail {

inline constexpr std::size_t kMaxMessageIdBytes = 244;  // Xapian's 245 byte terms less the prefix Q

// Message-IDs of the Message-ID headers: every <...> group, else the whole value; cleaned (no TAB, CR, LF), cut to
// kMaxMessageIdBytes, first-seen order, no repeats. Empty if there is none. Bytes, as they stand in the mail.
std::vector<std::string> message_ids(const Entity&);
// The same with those of X-Alt-Message-ID appended: what is searchable.
std::vector<std::string> message_ids_for_index(const Entity&);
// Ids of References, then In-Reply-To; without the literal y and n (answers to a prompt of git send-email) and without
// ids that are addresses in To, From, Cc. First occurrences are kept.
std::vector<std::string> references(const Entity&);

// The first usable Date header, else the first usable Received, else fallback.
Time date_sent(const Entity&, Time fallback);
// The top-most usable Received, else Date, else fallback.
Time date_received(const Entity&, Time fallback);

struct Overview {
  std::string subject, from, to, cc;     // UTF-8; all occurrences joined by ", "; no CR, and NUL, TAB, LF are spaces
  std::string subject_key;               // subject_key() of the subject
  std::vector<std::string> message_ids;  // for the index; bytes
  std::vector<std::string> references;   // without its own id (own_id below) and ids over the limit; bytes
  std::string own_id;                    // the Message-ID that its article number belongs to
  std::int64_t sent = 0, received = 0;   // seconds since 1970
  std::uint64_t size_bytes = 0;          // as if every bare LF were CRLF (RFC822.SIZE)
  std::uint64_t lines = 0;               // LFs in the raw body
};
// raw: the whole message as stored. own_id is left empty and references hold all ids: both are settled by
// choose_own_id when the article number is known.
Overview make_overview(const Entity&, std::string_view raw, Time author_fallback, Time committer_fallback);
// Sets own_id and drops it from the references; a message with several ids refers to its others.
void choose_own_id(Overview&, std::string_view own_id);

// The grouping key of a subject ("sid"): normalised, lower case; its SHA-1 in hex if it would exceed 40 characters or
// hold others than [A-Za-z0-9_-]. Empty for an empty subject. Letters are those of Unicode in a subject that was
// decoded and those of ASCII in raw bytes: take Overview::subject_key where there is one.
std::string subject_key(const Text& subject);
std::string subject_key(std::string_view utf8_subject);

}  // namespace lorelei::mail
