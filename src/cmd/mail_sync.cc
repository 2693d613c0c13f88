// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei ls-mail-sync, refresh-mail-sync, forget-mail-sync, export-kw: what is known of folders.
#include <fmt/core.h>

#include "base/text.hh"
#include "cmd/lei_request.hh"
#include "lei/folder_refresh.hh"
#include "lei/keyword_export.hh"

namespace lorelei::cmd {

namespace {

using lei::MailSync;

bool is_remote(std::string_view folder) { return folder.find("://") != std::string_view::npos; }

// The folders that the words name, or all of a kind. Errors: kUsage, kNotFound.
Result<std::vector<std::string>> chosen(MailSync& sync, const std::vector<std::string>& words,
                                        const std::optional<std::string>& all, const char* doing) {
  std::vector<std::string> folders;
  if (all) {
    if (!words.empty()) return err(Error::Kind::kUsage, doing, words[0], "--all is all of them", "one of the two");
    if (!all->empty() && *all != "local" && *all != "remote")
      return err(Error::Kind::kUsage, doing, "", fmt::format("--all={} not understood", *all),
                 "--all=local, --all=remote, or --all");
    TRY(auto known, sync.folders());
    for (auto& folder : known)
      if (all->empty() || is_remote(folder) == (*all == "remote")) folders.push_back(std::move(folder));
    return folders;
  }
  if (words.empty()) return err(Error::Kind::kUsage, doing, "", "no folder is named", "a folder, or --all");
  for (const auto& word : words) {
    TRY(auto named, sync.folders_named(word));
    if (named.empty())
      return err(Error::Kind::kNotFound, doing, word, "nothing is known of it", "lorelei ls-mail-sync lists what is");
    folders.insert(folders.end(), named.begin(), named.end());
  }
  return folders;
}

Option all_row(std::optional<std::string>& all) {
  return {"--all", "[local|remote]", "all folders, those here, or those on servers", Target(&all)};
}

}  // namespace

static int ls_mail_sync(Env& env, Args& args) {
  bool nul = false, literal = false, invert = false, local = false, remote = false;
  if (const auto done = args.parse({
          {"-z -0", "", "end names by NUL", &nul},
          {"-g --globoff", "", "FILTER is no pattern", &literal},
          {"-v --invert-match", "", "what does not match FILTER", &invert},
          {"--[no-]local", "", "only those here", &local},
          {"--[no-]remote", "", "only those on servers", &remote},
      }))
    return *done;
  auto sync = MailSync::open(lei::Home(env), MailSync::Access::kRead);
  if (!sync) return args.fail(sync.error());
  const auto folders = sync->folders();
  if (!folders) return args.fail(folders.error());
  for (const auto& folder : *folders) {
    if (local != remote && is_remote(folder) != remote) continue;
    if (!args.operands().empty()) {
      const auto& filter = args.operand(0);
      const auto by_pattern = literal ? std::nullopt : lei::glob_matches(filter, folder);
      if (by_pattern.value_or(folder.find(filter) != std::string::npos) == invert) continue;
    }
    print(env, folder + (nul ? std::string(1, '\0') : "\n"));
  }
  return 0;
}

static int forget_mail_sync(Env& env, Args& args) {
  if (const auto done = args.parse({})) return *done;
  const auto work = [&]() -> Result<void> {
    TRY(auto sync, MailSync::open(lei::Home(env), MailSync::Access::kWrite));
    TRY(const auto folders, chosen(sync, args.operands(), std::nullopt, "forget the folder"));
    TRY_VOID(sync.begin());
    for (const auto& folder : folders) TRY_VOID(sync.forget(folder));
    return sync.commit();
  };
  const auto done = work();
  return done ? 0 : args.fail(done.error());
}

static int refresh_mail_sync(Env& env, Args& args) {
  std::optional<std::string> all;
  if (const auto done = args.parse({all_row(all)})) return *done;
  const auto settings = lei::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  auto sync = MailSync::open(settings->home(), MailSync::Access::kWrite);
  if (!sync) return args.fail(sync.error());
  const auto folders = chosen(*sync, args.operands(), all, "look at the folder");
  if (!folders) return args.fail(folders.error());
  lei::MailServers servers(env, *settings);
  int status = 0;
  for (const auto& folder : *folders) {
    const auto report = lei::refresh_folder(env, *settings, servers, *sync, folder, lei::manner_of(args.tool()));
    if (!report) {
      status = args.fail(report.error());
      continue;
    }
    if (report->is_forgotten) args.remark(fmt::format("# {} is gone, and forgotten", folder));
    if (report->gone || report->moved || report->learnt)
      args.remark(
          fmt::format("# {}: {} gone, {} moved, {} learnt", folder, report->gone, report->moved, report->learnt));
    if (report->unknown)
      args.remark(fmt::format("# {}: {} are not in the store; lorelei import takes them", folder, report->unknown));
  }
  return status;
}

static int export_kw(Env& env, Args& args) {
  std::optional<std::string> all;
  auto mode = lei::ExportMode::kMerge;
  if (const auto done = args.parse({
          all_row(all),
          {"--mode", "merge|set", "keep what changed in the folder (the default), or replace its keywords",
           pick(&mode)},
      }))
    return *done;
  const auto settings = lei::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  auto sync = MailSync::open(settings->home(), MailSync::Access::kWrite);
  if (!sync) return args.fail(sync.error());
  const auto folders = chosen(*sync, args.operands(), all, "export keywords to");
  if (!folders) return args.fail(folders.error());
  auto marks = lei::Marks::open(settings->home(), lei::Marks::Access::kRead);
  if (!marks) return args.fail(marks.error());
  lei::MailServers servers(env, *settings);
  int status = 0;
  for (const auto& folder : *folders) {
    const auto report = lei::export_keywords(servers, *sync, *marks, folder, mode);
    // With --all, folders that keep none are no failure.
    if (!report && all && report.error().kind == Error::Kind::kRefused) {
      args.remark(fmt::format("# {}: {}", folder, report.error().why));
    } else if (!report) {
      status = args.fail(report.error());
    } else if (report->gone) {
      args.remark(fmt::format("# {}: {} are not where they were; lorelei refresh-mail-sync looks for them", folder,
                              report->gone));
    }
  }
  return status;
}

extern const Command kLsMailSync = {
    .also = "lei",
    .verb = "ls-mail-sync",
    .operands = "[FILTER]",
    .help = "list the folders of which is known what lies where",
    .description =
        "Folders become known by import, and Maildirs by being a destination of a search. FILTER is a pattern (* ? "
        "[a-z]), or a part of the name.",
    .examples = {{"lorelei ls-mail-sync --remote", "those on servers"}},
    .run = ls_mail_sync,
};
extern const Command kForgetMailSync = {
    .also = "lei",
    .verb = "forget-mail-sync",
    .operands = "FOLDER...",
    .help = "forget what lies in a folder, and how far it was read",
    .description = "The folder and the mail in your store stay as they are; the next import reads the folder anew.",
    .examples = {{"lorelei forget-mail-sync ~/Mail/old", "one that is no longer of interest"}},
    .run = forget_mail_sync,
};
extern const Command kRefreshMailSync = {
    .also = "lei",
    .verb = "refresh-mail-sync",
    .operands = "[FOLDER...]",
    .help = "look what of a folder is gone or has moved",
    .description =
        "Of a Maildir it is also learnt what lies there and is in your store or in an archive that is searched.",
    .examples = {{"lorelei refresh-mail-sync --all=local", "all Maildirs"}},
    .run = refresh_mail_sync,
};
extern const Command kExportKw = {
    .also = "lei",
    .verb = "export-kw",
    .operands = "[FOLDER...]",
    .help = "write keywords into folders: Maildirs and mailboxes on servers",
    .description =
        "What you have marked with `tag`, or read in another folder that was imported, becomes a flag of the message. "
        "Labels stay here.",
    .examples = {{"lorelei export-kw --all=local", "into all Maildirs that are known"},
                 {"lorelei export-kw --mode=set imaps://mail.example.org/INBOX",
                  "as they are here, whatever they are "
                  "there"}},
    .run = export_kw,
};

}  // namespace lorelei::cmd
