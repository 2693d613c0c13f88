// SPDX-License-Identifier: GPL-3.0-or-later
#include "cmd/patch_rows.hh"

#include <fmt/core.h>

#include <algorithm>

#include "base/files.hh"
#include "base/text.hh"
#include "workflow/am_text.hh"
#include "workflow/other_revisions.hh"
#include "workflow/rethread.hh"
#include "workflow/reviews_elsewhere.hh"

namespace lorelei::cmd {

void add_patch_rows(std::vector<Option>& rows, PatchChoice& choice) {
  auto& am = choice.am;
  add_thread_rows(rows, choice.thread);
  rows.insert(
      rows.end(),
      {
          {"--no-parent", "", "the mail is the root of its thread, whatever it answers", &choice.with_parent},
          {"--single-message", "", "this mail alone; patches that are attached to it are the series",
           &choice.is_single},
          {"--rethread", "", "MSGIDs are patches that were posted as mails of their own; of one, the others are found",
           &choice.is_rethreaded},
          {"-v --use-version", "N", "this revision instead of the latest", &choice.revision},
          {"-c --check-newer-revisions", "", "look for newer revisions that were posted as threads of their own",
           &choice.looks_for_newer},
          {"-P --cherry-pick", "WHICH",
           "of the patches: 1-3,5,7-, -1 (the last), <4, a glob of titles, _ (the one of MSGID)", &am.cherry_pick},
          {"--no-partial-reroll", "", "do not take patches that were not sent again from the revision before",
           &am.completes_rerolls},
          {"--allow-incomplete", "", "go on, and exit with 0, also where patches are missing",
           &choice.allows_incomplete},
          {"--allow-unicode-control-chars", "", "take patches with characters that hide what is there",
           &am.allows_hidden_characters},
          heading("Trailers"),
          {"-T --no-add-trailers", "", "add none of those that replies give", &am.adds_trailers},
          {"-S --sloppy-trailers", "", "also those of somebody else than who sent the reply", &am.is_sloppy},
          {"-s --add-my-sob", "", "add your own Signed-off-by", &am.signs_off},
          {"-l --add-link", "", "add a Link to each mail", &am.adds_link},
          {"-i --add-message-id", "", "add the Message-ID of each mail", &am.adds_message_id},
          {"--cc-trailers", "", "add a Cc for everybody in To and Cc", &am.adds_cc},
          {"-t --apply-cover-trailers", "", "always done; for those who are used to it", &choice.ignored_t},
      });
}

Result<void> PatchChoice::settle(const workflow::Settings& settings) {
  if (!with_parent) thread.source.root = workflow::MailSource::Root::kAsked;
  if (!thread.source.separator.empty() && thread.source.mailbox != "-")
    return err(Error::Kind::kUsage, "use", "--stdin-pipe-sep", "it is about mails on standard input", "-m -");
  if (is_single && is_rethreaded)
    return err(Error::Kind::kUsage, "use", "--single-message and --rethread", "they contradict each other",
               "one of them");
  if (is_single) {
    thread.source.root = workflow::MailSource::Root::kMailAlone;
    am.adds_trailers = false;
  }
  am.is_offline = thread.source.is_offline;
  if (revision && *revision == 0)
    return err(Error::Kind::kUsage, "use the revision", "v0", "the first one is v1", "-v1");
  if (revision) am.revision = static_cast<int>(std::clamp<std::uint64_t>(*revision, 1, 9999));
  if (am.signs_off && !settings.me)
    return err(Error::Kind::kUsage, "sign off", "", "user.name or user.email is not set",
               "git config --global user.name NAME");
  return {};
}

// Of standard input: the first word of each line; lines that begin with "#" are talk.
static Result<std::vector<std::string>> listed_ids() {
  TRY(const auto text, read_all(0, "standard input", 1 << 20));
  std::vector<std::string> ids;
  for (const auto line : split(text, '\n'))
    if (const auto words = split_words(line); !words.empty() && words[0][0] != '#') ids.emplace_back(words[0]);
  if (ids.empty()) return err(Error::Kind::kUsage, "read the Message-IDs", "standard input", "there is none");
  return ids;
}

static Result<workflow::FetchedThread> chosen_thread(const Env& env, const Args& args,
                                                     const workflow::Settings& settings, const PatchChoice& choice,
                                                     const workflow::Say& say) {
  auto words = args.operands();
  if (!choice.is_rethreaded && words.size() > 1)
    return err(Error::Kind::kUsage, "use", words[1], "one thread is asked for",
               "--rethread, for the mails of a series");
  if (!choice.is_rethreaded) {
    TRY(const auto asked, asked_thread(choice.thread, words));
    return workflow::fetch_thread(env, settings, choice.thread.source, asked, say);
  }
  if (words == std::vector<std::string>{"-"}) {
    TRY(words, listed_ids());
  }
  if (words.empty()) {
    TRY(const auto asked, asked_thread(choice.thread, words));
    words.push_back(asked);
  }
  return workflow::rethread(env, settings, choice.thread.source, words, say);
}

Result<workflow::AmSeries> chosen_series(const Env& env, const Args& args, const workflow::Settings& settings,
                                         const PatchChoice& choice) {
  const workflow::Say say = [&](const std::string& line) { args.remark(line); };
  TRY(auto thread, chosen_thread(env, args, settings, choice, say));
  if (choice.looks_for_newer) TRY_VOID(workflow::add_newer_revisions(env, settings, choice.thread.source, thread, say));
  args.remark(
      fmt::format("Analyzing {} message{} in the thread", thread.mails.size(), thread.mails.size() == 1 ? "" : "s"));
  if (choice.am.adds_trailers)
    workflow::add_reviews_elsewhere(env, settings, choice.thread.source, choice.am.revision, thread, say);
  auto wishes = choice.am;
  if (choice.is_single && thread.mails.size() == 1 && wishes.cherry_pick.empty()) wishes.cherry_pick.assign(1, '_');
  TRY(auto series, workflow::make_am_series(env, settings, wishes, std::move(thread)));
  for (const auto& note : series.notes) args.remark(printable(note));
  auto listing = workflow::am_listing(series, settings);
  if (listing.ends_with('\n')) listing.pop_back();
  args.remark(listing);
  args.remark("---");
  if (!series.is_complete()) args.tell("WARNING: Thread incomplete!");
  if (series.thread.is_from_archive && !choice.looks_for_newer && !choice.is_definite()) {
    TRY(const auto posted, workflow::posted_revisions(env, choice.thread.source, *series.revision));
    if (const auto& [number, newest] = *posted.rbegin(); number > series.revision->number)
      args.remark(fmt::format("There is a newer revision, v{}: {}; -c takes it", number, printable(newest.message_id)));
  }
  return series;
}

}  // namespace lorelei::cmd
