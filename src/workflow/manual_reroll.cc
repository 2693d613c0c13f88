// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/manual_reroll.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/plural.hh"
#include "base/text.hh"
#include "patch/patch_id.hh"
#include "workflow/dependency_finder.hh"
#include "workflow/followups.hh"
#include "workflow/posted_letter.hh"
#include "workflow/posting.hh"
#include "workflow/series_patches.hh"

namespace lorelei::workflow {

using Kind = Error::Kind;

namespace {

// The one that has the mail; a reply is about the one that the branch is at, if that is there.
const Revision* revision_meant(const Revisions& revisions, const std::string& id, int at) {
  for (const auto& [number, revision] : revisions.all())
    for (const auto& slot : revision.slots)
      if (slot.mail && slot.mail->message_id == id && slot.revision == number) return &revision;
  if (const auto found = revisions.all().find(at); found != revisions.all().end()) return &found->second;
  return revisions.latest();
}

// What send would keep as the tag's text, had it sent the mails.
Result<std::string> letter_for_tag(const Env& env, const PrepBranch& branch, const Revision& revision) {
  TRY(const auto settings, SendSettings::load(env));
  PostingSource source;
  source.cover.text = posted_text(revision);
  source.cover.tracking = branch.cover.tracking;
  source.cover.tracking.revision = revision.number;
  source.cover.tracking.prefixes = revision.first().tags.extra_tags();
  source.base = branch.base;
  TRY(source.patches, read_series_patches(branch.tree, branch.start(), branch.patches));
  TRY_VOID(add_dependencies(env, branch.tree, source));
  TRY(const auto posting, make_posting(env, settings, source, {}, "123456"));
  return posting.letter;
}

Result<void> check_revision(const PrepBranch& branch, const Revision& revision) {
  const auto& tracking = branch.cover.tracking;
  const auto& id = revision.first().message_id;
  const auto name = fmt::format("v{}", revision.number);
  const auto conflict = [&](const std::string& why, const std::string& next) {
    return err(Kind::kConflict, "take as sent", name + ", " + id, why, next);
  };
  if (const auto past = tracking.history.find(revision.number); past != tracking.history.end()) {
    const auto& ids = past->second;
    if (std::find(ids.begin(), ids.end(), id) != ids.end()) return {};
    return conflict(fmt::format("{} was sent as {}", name, ids.empty() ? "another mail" : printable(ids.front())),
                    "lorelei prep --show-info");
  }
  if (revision.number > tracking.revision)
    return conflict(fmt::format("the branch is at v{}", tracking.revision),
                    fmt::format("lorelei prep --force-revision {}", revision.number));
  return {};
}

}  // namespace

Result<PostedDifferences> compare_posted(const PrepBranch& branch, const Revision& revision) {
  PostedDifferences result;
  const auto& own = branch.cover.tracking.change_id;
  const auto posted_id = revision.label("change-id");
  if (!posted_id.empty() && posted_id != own) {
    result.has_other_change_id = true;
    result.differences.push_back(fmt::format("its change-id is {}, that of the branch {}", printable(posted_id), own));
  }
  TRY(const auto here, read_series_patches(branch.tree, branch.start(), branch.patches));
  const auto posted = static_cast<std::size_t>(revision.expected), count = here.patches.size();
  if (posted != count) {
    result.has_other_patches = true;
    result.differences.push_back(
        fmt::format("{} {} posted, {} on the branch", posted, posted == 1 ? "patch was" : "patches were", count));
  }
  for (std::size_t i = 0; i < std::min(posted, count); ++i) {
    const auto* mail = revision.slots[i + 1].mail;
    const auto& patch = here.patches[i];
    if (!mail) {
      result.has_other_patches = true;
      result.differences.push_back(fmt::format("patch {} was not found", i + 1));
      continue;
    }
    const auto id = patch::patch_id(patch.diff);
    const bool is_same_change = id && change_of(*mail).id == id;
    const bool is_same_title = patch::series_key(mail->tags.title) == patch::series_key(patch.title);
    if (is_same_change && is_same_title) continue;
    result.has_other_patches |= !is_same_change && !is_same_title;
    result.differences.push_back(
        is_same_title
            ? fmt::format("patch {}, \"{}\", changes something else on the branch", i + 1, printable(patch.title))
            : fmt::format("patch {} was posted as \"{}\", and is \"{}\" on the branch", i + 1,
                          printable(mail->tags.title), printable(patch.title)));
  }
  return result;
}

Result<std::string> tag_posted(const Env& env, PrepBranch& branch, const Revision& revision) {
  const auto name = tag_name(branch, revision.number);
  TRY(const auto there, branch.tree.ref("refs/tags/" + name));
  if (there) return std::string();
  TRY(const auto letter, letter_for_tag(env, branch, revision));
  TRY(const auto object, make_tag(env, branch, name, letter));
  TRY_VOID(branch.tree.put_ref("refs/tags/" + name, object, "prep: " + name));
  return name;
}

Result<void> take_as_sent(const Env& env, const Settings& settings, PrepBranch& branch, const FetchedThread& thread,
                          const Told& told) {
  const Revisions revisions(thread.mails);
  const auto* revision = revision_meant(revisions, thread.id, branch.cover.tracking.revision);
  if (!revision)
    return err(Kind::kNotFound, "take as sent", thread.id, "there is no patch in the thread", "lorelei thread MSGID");
  if (branch.merges > 0)
    return err(Kind::kRefused, "tag what is on", branch.name, "there is a merge on it",
               "git rebase, so that the series is a line of commits");
  if (branch.above > 0)
    return err(Kind::kRefused, "tag what is on", branch.name,
               plural(branch.above, "commit stands", "commits stand") + " above its cover letter",
               "git rebase -i, to move the cover letter's commit above them");
  TRY(const auto compared, compare_posted(branch, *revision));
  const bool is_certain = !revision->label("change-id").empty() && !compared.has_other_change_id;
  if (compared.has_other_change_id || (!is_certain && compared.has_other_patches))
    return err(Kind::kConflict, "take as sent", revision->first().subject,
               "it is not the series on this branch: " + join(compared.differences, "; "), "git checkout BRANCH");
  TRY_VOID(check_revision(branch, *revision));
  OutboxPosting posting;
  posting.kind = OutboxPosting::Kind::kRevision;
  posting.branch = branch.name;
  posting.change_id = branch.cover.tracking.change_id;
  posting.revision = revision->number;
  posting.first_id = revision->first().message_id;
  if (branch.cover.tracking.history.contains(revision->number)) {
    told(fmt::format("v{} is written down as sent already", revision->number));
    return {};
  }
  for (const auto& one : compared.differences) told("WARNING: " + one);
  if (!compared.differences.empty()) told("The tag is of what is on the branch now");
  TRY_VOID(check_finish(env, branch, Signing::kTried));
  TRY(const auto letter, letter_for_tag(env, branch, *revision));
  posting.tag = tag_name(branch, revision->number);
  TRY(const auto object, make_tag(env, branch, posting.tag, letter));
  posting.tag_object = object.hex();
  return finish_series(env, settings, posting, told);
}

}  // namespace lorelei::workflow
