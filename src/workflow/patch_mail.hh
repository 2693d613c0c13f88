// SPDX-License-Identifier: GPL-3.0-or-later
// One mail of a thread, as somebody who applies patches sees it: who says what, to which mail, and is there a diff.
//
//   diff      the body has one, and the subject is not that of a reply
//   reply     by its subject; or a mail with References that gives trailers and has no diff ("Re:" was dropped)
//   parent    In-Reply-To, else the last of References
//
// The body is the first text of the mail; a later part that has a diff takes its place.
// Foreign bytes: linear.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "patch/subject.hh"
#include "patch/trailers.hh"

namespace lorelei::workflow {

struct PatchMail {
  std::string raw;
  std::string message_id;               // without <>; never empty
  std::string subject;                  // decoded, on one line
  patch::Subject tags;                  // of it
  patch::Person sender;                 // the first address of From; name: the address if there is no other
  std::vector<patch::Person> to, cc;    // decoded
  std::int64_t sent = 0;                // Date, else when it arrived; seconds since 1970
  std::string parent;                   // empty: it answers nothing
  std::vector<std::string> references;  // with the parent; the nearest last
  std::string list_id;                  // lower case, without <>
  std::string body;                     // UTF-8, without CR
  bool is_reply = false, has_diff = false, has_diffstat = false;
  std::vector<patch::Trailer> given;  // of a reply: the trailers in it

  bool is_patch() const { return has_diff && !is_reply; }
  bool is_cover() const {
    return !is_reply && (tags.is_cover() || (!tags.counter && has_diffstat && !has_diff && !tags.is_pull));
  }
  std::string from_text() const;  // "NAME <ADDRESS>"
};

// now: for mail without any date. Errors: kCorrupt, it has no Message-ID.
Result<PatchMail> read_patch_mail(std::string raw, std::int64_t now);

}  // namespace lorelei::workflow
