// SPDX-License-Identifier: GPL-3.0-or-later
// What a mail asks to be pulled: the text that `git request-pull` writes, as people send it.
//
//   The following changes since commit BASE:
//     ...
//   are available in the Git repository at:
//
//     URL REF
//
//   for you to fetch changes up to TIP:
//     ...
//   --------------------------------------
//   the message of the tag
//   --------------------------------------
//   shortlog and diffstat
//
// It is read word by word, for mail programs break its lines anywhere; a backslash at the end of a line and <> around
// URL mean nothing. Without REF, HEAD is meant. BASE or TIP may be missing. A mail that names either, but not the place
// in these words, has it on a line that ends in URL REF. Quoted lines are somebody else's.
//
// All of it is foreign text: before a program sees URL and REF, workflow/pull_place has to take them.
// Foreign bytes: linear; what is behind the first MiB is not looked at.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace lorelei::workflow {

inline constexpr std::size_t kMaxPullText = 1 << 20;  // requests stand in front; behind them come long diffstats

struct PullRequest {
  std::string base, tip;  // 7 to 64 hexadecimal digits in lower case, or empty
  std::string url;        // as written
  std::string ref;        // as written: "tags/for-linus", "for-next", "refs/heads/x"; "HEAD" if there is none
  std::string message;    // of the tag; may be empty
  unsigned others = 0;    // more requests in the same mail
};
// The first one. text: the body, decoded, without CR.
std::optional<PullRequest> parse_pull_request(std::string_view text);

}  // namespace lorelei::workflow
