// SPDX-License-Identifier: GPL-3.0-or-later
// What of a commit tells which mail it came from. Read by the git program: any kind of repository, one process for the
// commit and one for each diff algorithm that is asked for.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hh"
#include "base/result.hh"
#include "git/object_id.hh"

namespace lorelei::workflow {

struct CommitFacts {
  std::string id;  // in full
  std::string title, author, email;
  std::int64_t authored = 0;             // seconds since 1970
  std::vector<std::string> message_ids;  // of Link and Message-ID trailers, each once
};
// revision: anything that git calls a commit. Errors: kNotFound; kUsage, it is a merge.
Result<CommitFacts> read_commit(const Env&, const std::string& revision);

// Message-IDs of the lines "Link: URL" and "Message-ID: ID" of a log message, as far as they look like one (an
// "@" within, no "/"); foreign bytes, linear.
std::vector<std::string> message_ids_in(std::string_view log_message);

// By which a patch may have been made, the usual one first.
inline constexpr std::string_view kDiffAlgorithms[] = {"myers", "histogram", "patience", "minimal"};
// `git patch-id --stable` of the commit's diff, as `git format-patch` makes it. Nothing: it changes nothing.
Result<std::optional<git::ObjectId>> patch_id_of_commit(const Env&, const std::string& id, std::string_view algorithm);

}  // namespace lorelei::workflow
