// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei lcat: read messages by Message-ID, URL, blob or folder, from the archives on this machine.
#include <fmt/core.h>

#include "base/exit_code.hh"
#include "base/files.hh"
#include "base/pager.hh"
#include "base/text.hh"
#include "cmd/lei_request.hh"
#include "lei/blob_words.hh"
#include "lei/find.hh"
#include "lei/lookups.hh"

namespace lorelei::cmd {

namespace {

struct Wanted {
  std::vector<lei::Lookup> lookups;
  std::vector<git::ObjectId> blobs;
};

// Each word of standard input may be one; on the command line each has to be.
Result<Wanted> wanted_of(const Args& args, const lei::Home& home, bool from_stdin, lei::Manner manner) {
  Wanted wanted;
  if (!from_stdin && !args.operands().empty() && args.operands() != std::vector<std::string>{"-"}) {
    TRY(auto sync, lei::MailSync::open(home, lei::MailSync::Access::kRead));
    for (const auto& word : args.operands()) {
      TRY(const auto blobs, lei::blobs_named(sync, word));
      if (blobs) {
        wanted.blobs.insert(wanted.blobs.end(), blobs->begin(), blobs->end());
        continue;
      }
      auto lookup = lei::find_message_id(word);
      // A bare id, as other commands take it.
      if (!lookup && manner == lei::Manner::kOurs && word.find('@') != std::string::npos)
        lookup = lei::find_message_id("<" + word + ">");
      if (!lookup)
        return err(Error::Kind::kUsage, "show", word, "could not extract Message-ID from " + word,
                   "<ID>, mid:ID, blob:OID, a folder, or the URL of a message");
      wanted.lookups.push_back(*std::move(lookup));
    }
    return wanted;
  }
  TRY(const auto text, read_all(0, "standard input", kMaxSmallFile));
  for (const auto word : split_words(text))
    if (auto lookup = lei::find_message_id(word)) wanted.lookups.push_back(*std::move(lookup));
  if (wanted.lookups.empty())
    return err(Error::Kind::kUsage, "show", "", "no Message-ID in: standard input", "<ID>, or a URL");
  return wanted;
}

}  // namespace

static int lcat(Env& env, Args& args) {
  SourceOptions sources;
  lei::Request request;
  lei::ListingOptions listing;
  std::string output = "-";
  std::optional<std::string> format;
  bool from_stdin = false;
  unsigned threads = 0;
  std::vector<Option> rows;
  add_source_rows(rows, sources);
  const std::vector<Option> own = {
      {"--stdin", "", "look for ids in standard input", &from_stdin},
      {"-t --threads", "", "whole threads", &threads},
      heading("Where to put it"),
      {"-o --output --mfolder", "DST", "standard output, or a pipe", &output},
      {"-f --format", "FORMAT", "text, reply, json, mboxrd, ...", &format},
  };
  rows.insert(rows.end(), own.begin(), own.end());
  rows.push_back(heading("How servers are asked"));
  for (auto& row : net::rows(request.http)) rows.push_back(std::move(row));
  if (const auto done = args.parse(std::move(rows))) return *done;
  const auto manner = lei::manner_of(args.tool());
  const auto settings = lei::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  const auto wanted = wanted_of(args, settings->home(), from_stdin, manner);
  if (!wanted) return args.fail(wanted.error());
  const auto to = lei::choose_destination(output, format ? format : std::optional<std::string>("text"), env, manner);
  if (!to) return args.fail(to.error());
  if (!to->is_stream)
    return args.fail({Error::Kind::kUsage, "show", output, "it is a place that keeps mail", "q -o " + output, ""});
  listing.to = *to;
  listing.manner = request.manner = manner;
  auto wish = settle(env, *settings, sources, manner);
  if (!wish) return args.fail(wish.error());
  request.wish = *std::move(wish);
  request.selection.sort = search::Sort::kRelevance;
  std::string query;
  for (const auto& lookup : wanted->lookups) {
    query += (query.empty() ? "" : " OR ") + lookup.query;
    if (lookup.extent == lei::Lookup::Extent::kThread) ++threads;
  }
  if (!query.empty()) request.query = {{query}, true};
  request.selection.threads = threads ? search::Threads::kWhole : search::Threads::kNone;
  std::optional<Pager> pager;
  if (!is_mail(to->format)) pager.emplace(env);
  const auto found = lei::find_messages(env, *settings, request, listing, progress_lines(args), wanted->blobs);
  pager.reset();
  if (!found) return args.fail(found.error());
  for (const auto& problem : found->problems) (void)args.fail(problem);
  if (!found->problems.empty()) return failure_status(args, found->problems, found->status);
  if (found->shown) return 0;
  args.remark("# no matches");
  return manner == lei::Manner::kLei ? 0 : static_cast<int>(exit_code(Error::Kind::kNotFound));
}

extern const Command kLcat = {
    .also = "lei",
    .verb = "lcat",
    .operands = "[MSGID|URL|blob:OID|FOLDER...]",
    .help = "read messages by Message-ID or URL, from archives at hand",
    .description =
        "A URL of a thread (.../ID/T/) means the whole thread. A FOLDER is one that was imported: a Maildir, "
        "imaps://HOST/MAILBOX, nntp://HOST/GROUP, with /;UID=N one message of it.",
    .examples = {{"lorelei lcat https://lore.kernel.org/all/20260103-tls@example.org/T/", "a thread"},
                 {"git log -1 | lorelei lcat", "what the Link: of a commit points to"}},
    .run = lcat,
};

}  // namespace lorelei::cmd
