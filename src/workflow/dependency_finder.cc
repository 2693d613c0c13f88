// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/dependency_finder.hh"

#include <fmt/core.h>

#include <algorithm>

#include "archive/config.hh"
#include "base/text.hh"
#include "git/program.hh"
#include "git/rewrite.hh"
#include "patch/body.hh"
#include "patch/patch_id.hh"
#include "search/series.hh"
#include "workflow/followups.hh"
#include "workflow/mail_finder.hh"
#include "workflow/other_revisions.hh"
#include "workflow/prerequisites.hh"
#include "workflow/thread.hh"

namespace lorelei::workflow {

using Kind = Error::Kind;

namespace {

bool has_change_id(const PatchMail& mail, const std::string& id) {
  return !mail.is_reply && (mail.is_patch() || mail.is_cover()) && patch::labelled_word(mail.body, "change-id") == id;
}

// The number of the highest tag sent/ID-vN.
Result<int> newest_tag(const git::WorkTree& tree, const std::string& id) {
  const auto prefix = "refs/tags/sent/" + id + "-v";
  TRY(const auto refs, git::run_git(tree.common_directory(), {"for-each-ref", "--format=%(refname)", prefix + "*"},
                                    "list the tags of", id));
  int newest = 0;
  for (const auto ref : split(refs, '\n'))
    if (ref.starts_with(prefix))
      if (const auto number = parse_uint(ref.substr(prefix.size())); number && *number <= 9999)
        newest = std::max(newest, static_cast<int>(*number));
  return newest;
}

// What is there and would not be taken, as by the policy for signatures.
bool is_about_mails(Kind kind) {
  return kind == Kind::kAttestation || kind == Kind::kRefused || kind == Kind::kCorrupt || kind == Kind::kNotFound;
}

// Why its patches are not all named; empty: they are.
std::string why_unresolved(const FoundDependency& found) {
  if (!found.is_there()) return found.doubt.empty() ? "neither a tag nor an archive here has it" : found.doubt;
  const auto missing = found.series ? found.series->missing.size() : 0;
  return missing == 0 ? "" : fmt::format("{} of its patches {} not here", missing, missing == 1 ? "is" : "are");
}

}  // namespace

// What was sent from here is known for certain.
Result<bool> DependencyFinder::find_tag(FoundDependency& found) {
  TRY(auto tag, sent_tag_named(tree_, fmt::format("sent/{}-v{}", found.wanted.value, found.wanted.revision)));
  if (!tag) return false;
  TRY(const auto base, tree_.resolve(tag->base.empty() ? "-" : tag->base));
  if (!base) {
    found.doubt = tag->name + " names no base-commit that is here";
    return false;
  }
  TRY(const auto commits, git::line_of_commits(tree_.objects(), *base, tag->commit));
  PostingSource source;
  source.base = *base;
  source.cover.text = "what was sent";
  source.cover.tracking.change_id = found.wanted.value;
  TRY(source.patches, read_series_patches(tree_, *base, commits));
  for (const auto& patch : source.patches.patches)
    if (const auto id = patch::patch_id(patch.diff)) found.patch_ids.push_back(id->hex());
  TRY(const auto settings, SendSettings::load(env_));
  TRY(const auto posting, make_posting(env_, settings, source, {}, "123456"));
  for (const auto& mail : posting.mails)
    if (!mail.is_cover()) found.mails.push_back(mail.text);
  found.title = tag->message.substr(0, tag->message.find('\n'));
  TRY(found.newest, newest_tag(tree_, found.wanted.value));
  found.tag = std::move(tag);
  return true;
}

// A revision out of a thread.
Result<void> DependencyFinder::take(FoundDependency& found, FetchedThread thread, int revision) {
  AmWishes wishes;
  wishes.revision = revision;
  wishes.adds_trailers = false;
  wishes.is_offline = source_.is_offline;
  TRY(found.series, make_am_series(env_, settings_, wishes, std::move(thread)));
  found.title = found.series->revision->first().subject;
  found.newest = std::max(found.newest, revision);
  for (const auto& entry : found.series->entries) {
    found.mails.push_back(entry.text);
    if (const auto id = change_of(*entry.mail).id) found.patch_ids.push_back(id->hex());
  }
  return {};
}

Result<bool> DependencyFinder::find_in_mails(FoundDependency& found, const std::vector<PatchMail>& mails,
                                             bool is_from_archive) {
  const PatchMail* wanted = nullptr;
  for (const auto& mail : mails) {
    if (!has_change_id(mail, found.wanted.value)) continue;
    const int revision = mail.tags.revision_or_first();
    found.newest = std::max(found.newest, revision);
    if (revision == found.wanted.revision && !wanted) wanted = &mail;
  }
  if (!wanted) return false;
  FetchedThread thread;
  thread.id = wanted->message_id;
  thread.is_from_archive = is_from_archive;
  thread.mails = connected(mails, thread.id, Parents::kFollowed);
  TRY_VOID(take(found, std::move(thread), found.wanted.revision));
  return true;
}

Result<void> DependencyFinder::find_in_archives(FoundDependency& found) {
  TRY(const auto registry, archive::Registry::load(env_));
  const auto sources = search::choose_sources(registry, source_.archives, search::Needs::kOverview);
  if (!sources && sources.error().kind == Kind::kNotFound) return {};
  if (!sources) return tl::unexpected(sources.error());
  search::SeriesFilter filter;
  filter.change_id = found.wanted.value;
  std::string first;
  for (const auto& directory : sources->directories) {
    auto reader = search::SeriesReader::open(directory);
    if (!reader && reader.error().kind == Kind::kNotFound) continue;
    if (!reader) return tl::unexpected(reader.error());
    TRY(const auto series, reader->list(filter));
    for (const auto& one : series) {
      if (!one.cover && one.patches.empty()) continue;
      found.newest = std::max(found.newest, one.revision);
      if (one.revision == found.wanted.revision && first.empty())
        first = one.cover ? one.cover->message_id : one.patches.front().message_id;
    }
  }
  if (first.empty()) return {};
  auto here = source_;
  here.mailbox.clear();
  TRY(auto thread, fetch_thread(env_, settings_, here, first, say_));
  return take(found, std::move(thread), found.wanted.revision);
}

Result<void> DependencyFinder::find_by_change_id(FoundDependency& found) {
  TRY(const bool was_sent, find_tag(found));
  if (was_sent) return {};
  if (!source_.mailbox.empty()) {
    TRY(const auto all, fetch_thread(env_, settings_, source_, "", say_));
    TRY(const bool is_there, find_in_mails(found, all.mails, false));
    if (is_there) return {};
  }
  TRY_VOID(find_in_archives(found));
  if (found.is_there() || source_.is_offline) return {};
  TRY(auto finder, MailFinder::open(env_, settings_, source_, say_));
  TRY(const auto mails,
      finder.by_query(MailFinder::Where::kServer, fmt::format("nq:\"change-id: {}\"", found.wanted.value),
                      MailFinder::Extent::kWholeThreads));
  TRY_VOID(find_in_mails(found, mails, false));
  return {};
}

Result<void> DependencyFinder::find_by_message_id(FoundDependency& found) {
  auto thread = fetch_thread(env_, settings_, source_, found.wanted.value, say_);
  if (!thread && thread.error().kind == Kind::kNotFound) return {};
  if (!thread) return tl::unexpected(std::move(thread).error());
  int revision = 0;
  {
    const Revisions revisions(thread->mails);
    if (revisions.latest()) found.newest = revisions.latest()->number;
    for (const auto& [number, one] : revisions.all())
      for (const auto& slot : one.slots)
        if (slot.mail && slot.mail->message_id == thread->id && slot.revision == number) revision = number;
    if (revision != 0) {
      TRY(const auto posted, posted_revisions(env_, source_, revisions.all().at(revision)));
      found.newest = std::max(found.newest, posted.rbegin()->first);
    }
  }
  if (revision == 0) {
    found.doubt = "the mail is no patch and no cover letter";
    return {};
  }
  return take(found, *std::move(thread), revision);
}

Result<void> DependencyFinder::find_by_patch_id(FoundDependency& found) {
  found.patch_ids = {found.wanted.value};
  AmSeries asking;
  asking.prerequisites = found.patch_ids;
  AmWishes wishes;
  wishes.is_offline = source_.is_offline;
  TRY(auto answer, find_prerequisites(env_, settings_, source_, wishes, asking, say_));
  if (answer.found.empty()) {
    if (!answer.missing.empty() && answer.missing.front() != found.wanted.value) found.doubt = answer.missing.front();
    return {};
  }
  found.series = std::move(answer.found.front().series);
  found.title = found.series->entries.front().mail->subject;
  found.mails = {found.series->entries.front().text};
  return {};
}

Result<FoundDependency> DependencyFinder::find(const Dependency& wanted) {
  FoundDependency found;
  found.wanted = wanted;
  switch (wanted.kind) {
    case Dependency::Kind::kChangeId:
      TRY_VOID(find_by_change_id(found));
      break;
    case Dependency::Kind::kMessageId:
      TRY_VOID(find_by_message_id(found));
      break;
    case Dependency::Kind::kPatchId:
      TRY_VOID(find_by_patch_id(found));
      break;
    case Dependency::Kind::kBaseCommit:
      break;
  }
  return found;
}

Result<void> add_dependencies(const Env& env, const git::WorkTree& tree, PostingSource& posting) {
  const auto all = dependencies_in(posting.cover.tracking.prerequisites);
  posting.prerequisites.clear();
  posting.unresolved.clear();
  if (all.empty()) return {};
  TRY(posting.named_base, named_base(tree, all));
  TRY(const auto settings, Settings::load(env));
  MailSource source;
  source.is_offline = true;
  DependencyFinder finder(env, settings, tree, source, [](const std::string&) {});
  for (const auto& one : all) {
    if (one.kind == Dependency::Kind::kBaseCommit) continue;
    posting.prerequisites += "prerequisite-" + one.line() + "\n";
    if (one.kind == Dependency::Kind::kPatchId) continue;
    const auto found = finder.find(one);
    if (!found && !is_about_mails(found.error().kind)) return tl::unexpected(found.error());
    if (auto why = found ? why_unresolved(*found) : found.error().why; !why.empty())
      posting.unresolved.push_back(one.line() + ": " + std::move(why));
    if (!found) continue;
    for (const auto& id : found->patch_ids) posting.prerequisites += "prerequisite-patch-id: " + id + "\n";
  }
  return {};
}

}  // namespace lorelei::workflow
