// SPDX-License-Identifier: GPL-3.0-or-later
// What later commands want to know of a mail without reading it again: is it a patch, a cover letter or a reply that
// gives a trailer, to which series does it belong, and to what does it answer.
//
// The one idea: one mail is judged by itself, from its headers and its text; what needs other mails (which message of a
// thread a trailer is for, which patches are missing) is worked out when somebody asks (search/series.hh).
//
//   cover   number 0 in the subject, or a diffstat without a diff and without a number; never a pull request
//   patch   a diff, and not a reply by its subject
//   reply   anything else that gives a trailer and answers something
//
// The text is the first one of the mail; a later part that has a diff takes its place if the first has none.
// Foreign bytes: linear in the text.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "git/object_id.hh"
#include "mail/message.hh"
#include "mail/overview.hh"
#include "patch/subject.hh"
#include "patch/trailers.hh"

namespace lorelei::patch {

inline constexpr std::size_t kMaxAncestors = 32;  // of a longer thread: the nearest ones and the first mail's

struct PatchFacts {
  enum class Kind { kNone = 0, kPatch = 1, kCover = 2, kReply = 3 };  // the numbers are stored; never change one
  Kind kind = Kind::kNone;
  Subject subject;
  Person sender;
  std::int64_t sent = 0;               // seconds since 1970
  std::vector<std::string> ancestors;  // Message-IDs, nearest first: In-Reply-To, then References from the last
  std::vector<Trailer> trailers;       // of a reply those it gives; of a patch or cover its own
  // Only of a patch or cover, each may be absent:
  std::string change_id, base_commit;
  std::optional<git::ObjectId> patch_id;
  std::vector<std::string> paths;
};

class FactsReader {
 public:
  // Both are only looked at during the call.
  FactsReader(const mail::Entity& message, const mail::Overview&);
  // Each text of the message in document order, as mail::Entity::text() gives it; id: patch_id() of it.
  void add_text(std::string_view text, const std::optional<git::ObjectId>& id);
  PatchFacts finish() &&;

 private:
  PatchFacts facts_;
  bool has_text_ = false, has_diff_ = false, has_diffstat_ = false;
};

}  // namespace lorelei::patch
