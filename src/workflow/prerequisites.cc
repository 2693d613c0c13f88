// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/prerequisites.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hh"
#include "patch/diff.hh"
#include "patch/patch_id.hh"
#include "workflow/followups.hh"
#include "workflow/mail_finder.hh"
#include "workflow/series_in_branch.hh"

namespace lorelei::workflow {

namespace {

using Kind = Error::Kind;
constexpr std::size_t kIdsOfAQuery = 20;  // servers limit the length of a URL

// The files and hunks that git would apply, without what stands between them: so its patch-id is that of all of it.
std::string applied_part(const std::string& notes) {
  const auto diff = patch::parse_diff(notes);
  if (!diff) return "";
  std::vector<std::size_t> starts = {0};  // of lines
  for (std::size_t at = notes.find('\n'); at != notes.npos; at = notes.find('\n', at + 1)) starts.push_back(at + 1);
  std::string part;
  for (std::size_t i = 0; i < diff->files.size(); ++i) {
    const auto& file = diff->files[i];
    const auto start = starts[file.line_number - 1];
    const bool is_last = i + 1 == diff->files.size();
    auto end = is_last ? notes.size() : starts[diff->files[i + 1].line_number - 1];
    if (!file.hunks.empty()) {
      const auto lines = file.hunks.back().lines;
      end = static_cast<std::size_t>(lines.data() - notes.data()) + lines.size();
    }
    part.append(notes, start, end - start);
  }
  return part;
}

bool is_the_patch(const std::string& patch_id, const AmPatch& patch) {
  const auto id = patch::patch_id(applied_part(patch.notes));
  return id && id->hex() == patch_id;
}

class Search {
 public:
  Search(MailFinder& finder, const std::vector<std::string>& ids) : finder_(finder), ids_(ids), found_(ids.size()) {}

  Result<void> look(MailFinder::Where where) {
    for (std::size_t start = 0; start < ids_.size(); start += kIdsOfAQuery) {
      std::vector<std::string> terms;
      for (std::size_t i = start; i < std::min(ids_.size(), start + kIdsOfAQuery); ++i)
        if (found_[i].empty()) terms.push_back("patchid:" + ids_[i]);
      if (terms.empty()) continue;
      TRY(auto mails, finder_.by_query(where, join(terms, " OR ")));
      for (auto& mail : mails) take(std::move(mail));
    }
    return {};
  }

  bool is_done() const {
    return std::none_of(found_.begin(), found_.end(), [](const auto& mails) { return mails.empty(); });
  }
  // By the place of the id; the newest first.
  std::vector<std::vector<PatchMail>>& found() { return found_; }

 private:
  void take(PatchMail mail) {
    if (!mail.is_patch()) return;
    const auto change = change_of(mail);
    const auto at = change.id ? std::find(ids_.begin(), ids_.end(), change.id->hex()) : ids_.end();
    if (at != ids_.end()) found_[static_cast<std::size_t>(at - ids_.begin())].push_back(std::move(mail));
  }

  MailFinder& finder_;
  const std::vector<std::string>& ids_;
  std::vector<std::vector<PatchMail>> found_;
};

bool all_the_same(const std::vector<PatchMail>& mails) {
  const auto first = change_of(mails.front());
  return std::all_of(mails.begin(), mails.end(), [&](const PatchMail& mail) { return change_of(mail) == first; });
}

}  // namespace

Result<Prerequisites> find_prerequisites(const Env& env, const Settings& settings, const MailSource& source,
                                         const AmWishes& wishes, const AmSeries& series, const Say& say) {
  const auto& ids = series.prerequisites;
  Prerequisites result;
  if (ids.empty()) return result;
  say(fmt::format(" Deps: looking for {} patch{} that it needs", ids.size(), ids.size() == 1 ? "" : "es"));
  TRY(auto finder, MailFinder::open(env, settings, source, say));
  Search search(finder, ids);
  TRY_VOID(search.look(MailFinder::Where::kHere));
  if (!search.is_done() && !finder.is_offline() && !series.thread.is_from_archive)
    TRY_VOID(search.look(MailFinder::Where::kServer));
  AmWishes alone;
  alone.adds_trailers = false;
  alone.allows_hidden_characters = wishes.allows_hidden_characters;
  alone.is_offline = wishes.is_offline;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    auto& mails = search.found()[i];
    if (mails.empty() || !all_the_same(mails)) {
      result.missing.push_back(ids[i] + (mails.empty() ? "" : " (mails have it that are not the same)"));
      continue;
    }
    FetchedThread thread;
    thread.id = mails.front().message_id;
    thread.is_from_archive = series.thread.is_from_archive;
    thread.mails.push_back(std::move(mails.front()));
    TRY(auto one, make_am_series(env, settings, alone, std::move(thread)));
    if (!is_the_patch(ids[i], one.entries.front().patch)) {
      result.missing.push_back(ids[i] + " (the mail that has it has more in it)");
      continue;
    }
    const auto& mail = *one.entries.front().mail;
    auto line = fmt::format(" Deps: {} of {}, <{}>", printable(mail.subject), printable(mail.from_text()),
                            printable(mail.message_id));
    for (const auto& who : one.entries.front().attestors)
      line += fmt::format(" {} {}", settings.mark(who.is_good), printable(who.text));
    say(line);
    result.found.push_back({ids[i], std::move(one)});
  }
  return result;
}

Result<std::vector<std::string>> not_in_history(const Env& env, const std::vector<Prerequisite>& all,
                                                const git::Objects& objects, const git::ObjectId& commit) {
  std::vector<const AmEntry*> entries;
  for (const auto& one : all) entries.push_back(&one.entry());
  TRY(const auto are_there, are_in_branch(env, objects, commit, entries));
  std::vector<std::string> mails;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (!are_there[i]) mails.push_back(entries[i]->text);
  return mails;
}

}  // namespace lorelei::workflow
