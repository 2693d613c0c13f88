// SPDX-License-Identifier: GPL-3.0-or-later
// Whether git may be given the URL and the ref that a mail names. Git runs programs for some URLs, and takes what
// begins with "-" for an option, so that only these pass:
//
//   git:// https:// http:// ssh://     with a host
//   [USER@]HOST:PATH                   ssh, too
//   file://  /PATH  ./PATH  ../PATH    only where the user says so: they are of this machine
//
// Neither blanks nor control characters, also not as %XX; no "NAME::ADDRESS", no bare word (a remote's name).
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hh"
#include "git/config.hh"

namespace lorelei::workflow {

inline constexpr std::size_t kMaxPullUrl = 2048;  // real ones have a hundred

enum class LocalPlaces { kRefused, kAllowed };

// Errors: kRefused.
Result<void> check_pull_place(std::string_view url, std::string_view ref, LocalPlaces);
// What GIT_ALLOW_PROTOCOL says to git and to all that it starts: those above that the user's own GIT_ALLOW_PROTOCOL and
// protocol.*.allow do not forbid, for ours takes their place.
std::string allowed_protocols(LocalPlaces, const std::optional<std::string>& of_user, const git::Config&);

// As git has it in FETCH_HEAD and in the message of a merge: without user, password, slashes and ".git" at its end.
std::string url_of_merge(std::string_view url);

}  // namespace lorelei::workflow
