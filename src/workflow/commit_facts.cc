// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/commit_facts.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hh"
#include "git/program.hh"
#include "patch/patch_id.hh"
#include "workflow/mail_source.hh"

namespace lorelei::workflow {

namespace {

using Kind = Error::Kind;
constexpr auto kDoing = "find the mail of";
constexpr std::size_t kMaxLinks = 20;  // of a commit; each is looked up

// URLs of other things than mail have an "@", too: https://social.example/@ann/12345.
bool is_message_id(std::string_view id) {
  const auto at = id.find('@');
  return at != id.npos && at > 0 && at + 1 < id.size() && id.find('@', at + 1) == id.npos && id.find('/') == id.npos;
}

}  // namespace

std::vector<std::string> message_ids_in(std::string_view log_message) {
  std::vector<std::string> ids;
  for (const auto line : split(log_message, '\n')) {
    const auto colon = line.find(':');
    if (colon == line.npos || ids.size() == kMaxLinks) continue;
    const auto name = line.substr(0, colon);
    if (!equal_ignore_case(name, "link") && !equal_ignore_case(name, "message-id")) continue;
    const auto words = split_words(line.substr(colon + 1));
    if (words.empty()) continue;
    auto id = asked_mail(words.front()).id;
    const bool is_url = words.front().find("://") != std::string_view::npos;
    if (is_url && !is_message_id(id)) id = words.front().substr(words.front().rfind('/') + 1);  // of an unknown archive
    if (is_message_id(id) && std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(std::move(id));
  }
  return ids;
}

Result<CommitFacts> read_commit(const Env& env, const std::string& revision) {
  const auto resolved = git::run_git("", {"rev-parse", "--verify", "--end-of-options", revision + "^{commit}"}, kDoing,
                                     revision, env.cancelled);
  if (!resolved) {
    auto error = resolved.error();
    if (error.kind == Kind::kFailed) error.kind = Kind::kNotFound;
    return tl::unexpected(std::move(error));
  }
  CommitFacts facts;
  facts.id = trim(*resolved);
  TRY(const auto text, git::run_git("",
                                    {"show", "-s", "--no-notes", "--no-show-signature", "--no-color",
                                     "--encoding=UTF-8", "--format=%P%x00%an%x00%ae%x00%at%x00%s%x00%B", facts.id},
                                    kDoing, revision, env.cancelled));
  const auto parts = split(text, '\0');
  if (parts.size() < 6) return err(Kind::kCorrupt, kDoing, revision, "git shows no commit");
  if (split_words(parts[0]).size() > 1)
    return err(Kind::kUsage, kDoing, revision, "it is a merge, which nobody sends by mail", "one of the commits in it");
  facts.author = parts[1];
  facts.email = parts[2];
  facts.authored = parse_int(parts[3]).value_or(0);
  facts.title = squeeze_spaces(parts[4]);
  facts.message_ids = message_ids_in(parts[5]);
  return facts;
}

Result<std::optional<git::ObjectId>> patch_id_of_commit(const Env& env, const std::string& id,
                                                        std::string_view algorithm) {
  TRY(const auto diff, git::run_git("",
                                    {"diff-tree", "-p", "-M", "--root", "--no-commit-id", "--binary", "--full-index",
                                     "--no-ext-diff", "--no-textconv", "--no-color", "--src-prefix=a/",
                                     "--dst-prefix=b/", "--diff-algorithm=" + std::string(algorithm), id},
                                    kDoing, id, env.cancelled));
  return patch::patch_id(diff);
}

}  // namespace lorelei::workflow
