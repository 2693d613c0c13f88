// SPDX-License-Identifier: GPL-3.0-or-later
// The subject line of a list mail, read as what its author meant by the tags in front.
//
//   subject := (reply ":" | tag)* title        reply: Re, Aw, Fwd, ... also with a count, "Re[2]:"
//   tag     := "[" chunk ((" " | "," | ";") chunk)* "]"        brackets inside brackets do not count
//   chunk   := "v"DIGITS | DIGITS"/"DIGITS | DIGITS "of" DIGITS | WORD; glued forms are taken apart: PATCHv3, RFC-v2
//
//   [PATCH RFC v3 02/17 net-next] tcp: fix it    revision 3, patch 2 of 17, a patch, RFC, tree "net-next"
//
// A reply word after a patch tag belongs to the title, and so does a word before a colon that is none of the listed
// ones ("RFC: [PATCH] x" is no reply).
//
// Foreign bytes: UTF-8 or not; linear, a tag is at most kMaxTagBytes long.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lorelei::patch {

inline constexpr std::size_t kMaxTagBytes = 250;  // real ones stay below 100

struct Counter {
  int number = 1, total = 1;  // "2/17"; number 0 is the cover letter
  auto operator<=>(const Counter&) const = default;
};

struct Subject {
  std::string title;               // without tags and reply words, white space squeezed
  std::vector<std::string> tags;   // every chunk as written, but "PATCHv3" apart and "1 of 3" as 1/3
  std::optional<int> revision;     // of "v3"; the last one wins
  std::optional<Counter> counter;  // the last one wins
  bool is_reply = false;
  bool is_patch = false, is_rfc = false, is_resend = false, is_pull = false;  // a tag says so

  int revision_or_first() const { return revision.value_or(1); }
  bool is_cover() const { return counter && counter->number == 0; }
  // Tags that name neither PATCH nor revision nor counter: "RFC", "net-next".
  std::vector<std::string> extra_tags() const;
};

// subject: decoded.
Subject parse_subject(std::string_view subject);

// What stays the same between two postings of a title: lower case (ASCII), white space squeezed, no dots at the end.
std::string series_key(std::string_view title);

}  // namespace lorelei::patch
