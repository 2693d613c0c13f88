// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/trailer_update.hh"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/git_date.hh"
#include "base/text.hh"
#include "git/commit_text.hh"
#include "patch/body.hh"
#include "workflow/apply_series.hh"
#include "workflow/attestations.hh"
#include "workflow/branch_rewrite.hh"
#include "workflow/cut_message.hh"
#include "workflow/mail_finder.hh"
#include "workflow/posting.hh"
#include "workflow/trailer_block.hh"

namespace lorelei::workflow {

using Kind = Error::Kind;
using Json = nlohmann::ordered_json;

namespace {

constexpr const char* kIgnored = "b4-trailers-ignore.json";
constexpr std::size_t kMaxSearched = 20;  // patch-ids in one query

struct Range {
  std::optional<PrepBranch> series;
  git::ObjectId base;
  std::vector<git::ObjectId> patches;
};

// One's own commits, newest first, as far as they go.
Result<Range> own_commits(const git::WorkTree& tree, const git::ObjectId& tip, const std::string& me,
                          std::int64_t since) {
  Range range;
  range.base = tip;
  for (auto at = tip; range.patches.size() < git::kMaxRewritten;) {
    TRY(const auto commit, git::read_commit(tree.objects(), at));
    const auto seconds = parse_uint(split_words(git::date_in_ident(commit.committer)).empty()
                                        ? std::string_view()
                                        : split_words(git::date_in_ident(commit.committer)).front());
    const bool is_mine = equal_ignore_case(git::address_in_ident(commit.committer), me);
    if (!is_mine || commit.parents.size() != 1 || static_cast<std::int64_t>(seconds.value_or(0)) < since) break;
    range.patches.push_back(at);
    range.base = at = commit.parents.front();
  }
  std::reverse(range.patches.begin(), range.patches.end());
  return range;
}

Result<Range> range_of(const Env& env, const git::WorkTree& tree, const TrailerWishes& wishes, const std::string& me) {
  Range range;
  TRY(const auto tip, tree.head());
  if (!tip) return err(Kind::kNotFound, "find the commits of", tree.directory(), "there is none yet");
  if (!wishes.since_commit.empty()) {
    TRY(const auto first, tree.resolve(wishes.since_commit));
    if (!first)
      return err(Kind::kNotFound, "find the commits since", wishes.since_commit, "there is no such commit", "git log");
    TRY(const auto commit, git::read_commit(tree.objects(), *first));
    if (commit.parents.size() != 1)
      return err(Kind::kUsage, "find the commits since", wishes.since_commit, "it is a merge, or has no parent");
    range.base = commit.parents.front();
    TRY(range.patches, git::line_of_commits(tree.objects(), range.base, *tip));
    return range;
  }
  if (auto series = PrepBranch::open(env, tree, "")) {
    range.base = series->base;
    range.patches = series->patches;
    range.series = *std::move(series);
    return range;
  }
  const auto since = parse_date(wishes.since, env.now(), DateReading::kGit);
  if (!since) return err(Kind::kUsage, "read the date", wishes.since, since.error().why, "--since 2.weeks");
  return own_commits(tree, *tip, me, *since);
}

// A commit that changes nothing is no patch, and nobody has answered it.
Result<void> leave_out_empty(const git::WorkTree& tree, Range& range) {
  std::vector<git::ObjectId> kept;
  for (const auto& id : range.patches) {
    TRY(const auto commit, git::read_commit(tree.objects(), id));
    TRY(const auto below, git::read_commit(tree.objects(), commit.parents.front()));
    if (commit.tree != below.tree) kept.push_back(id);
  }
  range.patches = std::move(kept);
  return {};
}

// The commits as the mails that they would be.
Result<std::vector<PatchMail>> as_mails(const Env& env, const git::WorkTree& tree, const git::ObjectId& base,
                                        const std::vector<git::ObjectId>& commits) {
  TRY(const auto settings, SendSettings::load(env));
  PostingSource source;
  source.cover.tracking.change_id = "0-commits-0";
  source.base = base;
  TRY(source.patches, read_series_patches(tree, base, commits, EmptyCommits::kRefused, DiffUse::kCompared));
  PostingWishes wishes;
  wishes.has_cover = true;
  wishes.carries_tracking = false;
  TRY(const auto posting, make_posting(env, settings, source, wishes, "123456"));
  std::vector<PatchMail> mails;
  for (const auto& mail : posting.mails) {
    if (mail.is_cover()) continue;
    TRY(auto read, read_patch_mail(mail.text, env.now()));
    mails.push_back(std::move(read));
  }
  return mails;
}

void add_mails(FetchedThread& to, FetchedThread from) {
  std::set<std::string> known;
  for (const auto& mail : to.mails) known.insert(mail.message_id);
  for (auto& mail : from.mails)
    if (known.insert(mail.message_id).second) to.mails.push_back(std::move(mail));
  to.is_from_archive = from.is_from_archive;
}

// Threads in which a patch was posted that is one of these.
Result<std::vector<std::string>> threads_with(const Env& env, const Settings& settings, const TrailerWishes& wishes,
                                              const std::vector<PatchMail>& patches, const Say& say) {
  std::string query;
  std::size_t count = 0;
  for (const auto& mail : patches) {
    const auto change = change_of(mail);
    if (!change.id || ++count > kMaxSearched) continue;
    query += (query.empty() ? "" : " OR ") + ("patchid:" + change.id->hex());
  }
  std::vector<std::string> ids;
  if (query.empty()) return ids;
  TRY(auto finder, MailFinder::open(env, settings, wishes.source, say));
  std::vector<PatchMail> found;
  if (finder.has_words_here()) {
    TRY(found, finder.by_query(MailFinder::Where::kHere, query));
  }
  if (found.empty() && !finder.is_offline()) {
    TRY(found, finder.by_query(MailFinder::Where::kServer, query));
  }
  for (const auto& mail : found) ids.push_back(mail.message_id);
  return ids;
}

Result<FetchedThread> mails_for(const Env& env, const Settings& settings, const TrailerWishes& wishes,
                                const std::optional<PrepBranch>& series, const std::vector<PatchMail>& patches,
                                const Say& say) {
  if (!wishes.source.mailbox.empty() || !wishes.from.empty())
    return fetch_thread(env, settings, wishes.source, wishes.from, say);
  std::vector<std::string> ids;
  if (series) {
    const auto& tracking = series->cover.tracking;
    for (const auto& [revision, posted] : tracking.history)
      if (!posted.empty()) ids.push_back(posted.front());
    if (!tracking.from_thread.empty()) ids.push_back(tracking.from_thread);
  }
  if (ids.empty()) {
    TRY(ids, threads_with(env, settings, wishes, patches, say));
  }
  FetchedThread all;
  std::set<std::string> known;
  std::optional<Error> failure;
  for (const auto& id : ids) {
    if (known.contains(id)) continue;
    auto thread = fetch_thread(env, settings, wishes.source, id, say);
    if (!thread) {
      failure = thread.error();
      continue;
    }
    for (const auto& mail : thread->mails) known.insert(mail.message_id);
    if (all.id.empty()) all.id = thread->id;
    add_mails(all, *std::move(thread));
  }
  if (failure && all.mails.empty()) return tl::unexpected(*failure);
  if (failure) say("Reviews may be missing, a thread is not read: " + to_text(*failure));
  if (!all.mails.empty()) return all;
  return err(Kind::kNotFound, "find reviews of", "the commits", "no thread with them is known here",
             "-F MSGID, or -m MAILBOX");
}

// What the user did not want before: trailer and link.
std::set<std::string> unwanted(const fs::path& git_directory) {
  std::set<std::string> texts;
  const auto text = read_file(git_directory / kIgnored);
  const auto json = text ? Json::parse(*text, nullptr, false) : Json();
  if (!json.is_object() || !json.contains("ignored") || !json["ignored"].is_array()) return texts;
  for (const auto& one : json["ignored"])
    if (one.is_object() && one.contains("trailer") && one["trailer"].is_string())
      texts.insert(one["trailer"].get<std::string>());
  return texts;
}

// Whether a posted patch is a commit though it was changed since: named in it, or the only one of its title.
bool is_named(const PatchMail& posted, const PatchMail& commit, const std::vector<PatchMail>& commits) {
  for (const auto& trailer : patch::find_trailers(patch::message_of(commit.body), patch::TrailerSource::kPatch)) {
    const bool names_mail = equal_ignore_case(trailer.name, "link") || equal_ignore_case(trailer.name, "message-id");
    if (names_mail && asked_mail(trailer.value).id == posted.message_id) return true;
  }
  const auto key = patch::series_key(posted.tags.title);
  const auto has_title = [&](const PatchMail& mail) { return patch::series_key(mail.tags.title) == key; };
  return has_title(commit) && std::count_if(commits.begin(), commits.end(), has_title) == 1;
}

// Out of what was found; each once, by the mail it is in.
void take_objections(TrailerUpdate& update, Followups& found, const Revisions& revisions) {
  std::set<std::pair<const PatchMail*, std::string>> seen;
  const auto take = [&](const FollowupTrailer& one) {
    if (!is_objection(one.trailer)) return false;
    const auto* answered = revisions.find(one.giver->parent);
    if (seen.emplace(one.giver, line_of(one.trailer)).second)
      update.objections.push_back({one, answered ? answered->subject : ""});
    return true;
  };
  for (const auto& mail : update.commits_as_mails) std::erase_if(found.added[&mail], take);
  std::erase_if(found.lost, [&](const LostTrailer& one) { return take(one.given); });
  std::erase_if(update.mismatched, take);
}

// What git am would commit, with the title; the rest is notes.
std::string_view committed_part(std::string_view message) {
  const auto title = std::min(message.find('\n'), message.size() - 1) + 1;
  return message.substr(0, title + cut_message(message.substr(title)).above.size());
}

// Without the private part below "---", which stays at its place.
std::string with_trailers_in(const std::string& message, const TrailerChange& change) {
  std::string text(committed_part(message));
  const auto notes = message.substr(text.size());
  const auto gap = text.find("\n\n");
  const auto title = std::string(trim(text.substr(0, gap)));
  const auto body = gap == std::string::npos ? std::string() : text.substr(gap + 2);
  text = fmt::format("{}\n\n{}", title, trim_end(with_trailers(body, change)));
  return text + "\n" + notes;
}

}  // namespace

std::size_t TrailerUpdate::count() const {
  return static_cast<std::size_t>(
      std::count_if(commits.begin(), commits.end(), [](const CommitTrailers& one) { return !one.added.empty(); }));
}

Result<TrailerUpdate> find_trailer_update(const Env& env, const Settings& settings, const TrailerWishes& wishes,
                                          const Say& say) {
  TRY(auto tree, git::WorkTree::here(env));
  TRY(const auto me, committer_line(env, tree.config()));
  TRY(auto range, range_of(env, tree, wishes, std::string(git::address_in_ident(me))));
  TRY_VOID(leave_out_empty(tree, range));
  if (range.patches.empty())
    return err(Kind::kNotFound, "find the commits of", tree.branch(), "there are none of yours",
               "--since-commit COMMIT");
  TRY(const auto tip, tree.head());
  TRY(auto line, git::line_of_commits(tree.objects(), range.base, *tip));
  const auto below = range.series ? range.series->start() : range.base;
  TRY(auto mails, as_mails(env, tree, below, range.patches));
  TRY(auto thread, mails_for(env, settings, wishes, range.series, mails, say));
  const auto branch = tree.branch();
  TrailerUpdate update{std::move(tree),
                       branch.empty() ? "HEAD" : branch,
                       range.base,
                       *tip,
                       std::move(line),
                       std::move(thread),
                       std::move(mails),
                       {},
                       {},
                       {},
                       {},
                       {}};

  const Revisions revisions(update.thread.mails);
  Revision chosen;
  chosen.slots.resize(update.commits_as_mails.size() + 1);
  chosen.expected = static_cast<int>(update.commits_as_mails.size());
  if (const auto* last = revisions.latest()) chosen.slots[0].mail = last->cover();
  for (std::size_t i = 0; i < update.commits_as_mails.size(); ++i)
    chosen.slots[i + 1].mail = &update.commits_as_mails[i];
  using Network = Attestations::Network;
  Attestations attestations(
      env, wishes.source.is_offline || update.thread.is_from_archive ? Network::kNotUsed : Network::kUsed);
  FollowupRules rules;
  rules.is_sloppy = wishes.is_sloppy;
  rules.ignored_from = settings.ignored_from;
  std::optional<Error> failure;
  if (settings.shows_attestation)
    rules.is_attested = [&](const PatchMail& mail) {
      const auto judged = attestations.of(mail);
      if (!judged && !failure) failure = judged.error();
      return judged && is_attested(**judged);
    };
  rules.is_like = [&](const PatchMail& posted, const PatchMail& commit) {
    return is_named(posted, commit, update.commits_as_mails);
  };
  if (wishes.is_fuzzy) rules.is_also_same = rules.is_like;
  auto found = collect_followups(revisions, chosen, {}, rules);
  if (failure) return tl::unexpected(*std::move(failure));
  update.mismatched = std::move(found.mismatched);
  update.ignored = std::move(found.ignored);
  const auto refused = unwanted(update.tree.git_directory());
  take_objections(update, found, revisions);
  for (auto& one : found.lost)
    if (!refused.contains(line_of(one.given.trailer))) update.lost.push_back(std::move(one));
  for (std::size_t i = 0; i < range.patches.size(); ++i) {
    CommitTrailers one{range.patches[i], update.commits_as_mails[i].tags.title, {}};
    for (auto& trailer : found.added[&update.commits_as_mails[i]])
      if (!refused.contains(line_of(trailer.trailer))) one.added.push_back(std::move(trailer));
    update.commits.push_back(std::move(one));
  }
  return update;
}

Result<void> carry_out(const Env& env, TrailerUpdate& update, const Say& say) {
  TRY(auto wishes, rewrite_as_me(env, update.tree));
  const auto address = wishes.own_address;
  const patch::Person me{std::string(git::name_in_ident(wishes.committer)), address};
  for (const auto& one : update.commits) {
    if (one.added.empty()) continue;
    TRY(const auto commit, git::read_commit(update.tree.objects(), one.commit));
    TrailerChange change;
    change.me = me;
    for (const auto& trailer : one.added) change.add.push_back(trailer.trailer);
    // One that ends the chain stays its end; one in the middle is somebody else's affair.
    const auto text = trim_end(committed_part(commit.message));
    const auto own = patch::find_trailers(patch::last_paragraph(text), patch::TrailerSource::kPatch);
    if (!own.empty() && equal_ignore_case(own.back().name, "signed-off-by") &&
        equal_ignore_case(own.back().person.address, address))
      change.signed_off_by = own.back().person;
    const bool is_ascii = std::all_of(change.add.begin(), change.add.end(), [](const patch::Trailer& trailer) {
      const auto line = line_of(trailer);
      return std::all_of(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 128; });
    });
    if (!is_ascii && !commit.encoding().empty()) {
      say(fmt::format("Left alone: \"{}\": its message is in {}, and a new trailer is not in ASCII",
                      printable(one.title), printable(commit.encoding())));
      continue;
    }
    wishes.messages[one.commit] = with_trailers_in(commit.message, change);
  }
  git::NewObjects objects(update.tree.objects());
  TRY(const auto rewritten, git::rewrite(objects, update.line, wishes));
  return replace_commits(env, update.tree, update.branch, update.tip, objects, rewritten, "trailers: update", say);
}

std::string trailer_sheet(const TrailerUpdate& update, const Settings& settings) {
  std::string sheet =
      "# What is left here goes into the commits when the editor is closed. Lines with + that you remove are not "
      "added,\n"
      "# now or later. Remove all to change nothing.\n";
  for (const auto& one : update.commits) {
    if (one.added.empty()) continue;
    sheet += "- " + printable(one.title) + "\n";
    for (const auto& trailer : one.added)
      sheet += fmt::format("  + {}\n#   via: {}\n", printable(line_of(trailer.trailer)),
                           settings.link_to(trailer.giver->message_id));
  }
  return sheet;
}

std::optional<std::vector<FollowupTrailer>> take_trailer_sheet(TrailerUpdate& update, std::string_view sheet) {
  std::vector<std::pair<std::string, std::set<std::string>>> kept;  // by title, in order
  for (const auto line : split(sheet, '\n')) {
    if (line.starts_with("- ")) kept.emplace_back(trim(line.substr(2)), std::set<std::string>());
    if (const auto text = trim(line); text.starts_with("+ ") && !kept.empty())
      kept.back().second.emplace(trim(text.substr(2)));
  }
  if (kept.empty()) return std::nullopt;
  auto group = kept.begin();
  std::vector<FollowupTrailer> unwanted;
  for (auto& one : update.commits) {
    if (one.added.empty()) continue;
    const auto title = std::string(trim(printable(one.title)));
    const auto found = std::find_if(group, kept.end(), [&](const auto& each) { return each.first == title; });
    const auto lines = found == kept.end() ? std::set<std::string>() : found->second;
    if (found != kept.end()) group = found + 1;
    std::erase_if(one.added, [&](const FollowupTrailer& trailer) {
      if (lines.contains(printable(line_of(trailer.trailer)))) return false;
      unwanted.push_back(trailer);
      return true;
    });
  }
  return unwanted;
}

Result<void> remember_unwanted(const TrailerUpdate& update, const std::vector<FollowupTrailer>& unwanted) {
  if (unwanted.empty()) return {};
  const auto path = update.tree.git_directory() / kIgnored;
  const auto text = read_file(path);
  auto json = text ? Json::parse(*text, nullptr, false) : Json();
  if (!json.is_object() || !json.contains("ignored") || !json["ignored"].is_array())
    json = Json{{"ignored", Json::array()}};
  for (const auto& one : unwanted)
    json["ignored"].push_back({{"trailer", line_of(one.trailer)}, {"via", one.giver->message_id}});
  return replace_file(path, json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace lorelei::workflow
