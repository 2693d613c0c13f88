// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei diff: what has changed between two revisions of a series.
#include <fmt/core.h>

#include "base/command.hh"
#include "base/files.hh"
#include "base/pager.hh"
#include "base/shell_word.hh"
#include "base/text.hh"
#include "cmd/thread_rows.hh"
#include "cmd/tree_row.hh"
#include "git/work_tree.hh"
#include "workflow/other_revisions.hh"
#include "workflow/range_diff.hh"

namespace lorelei::cmd {

namespace {

using Kind = Error::Kind;

struct Wishes {
  ThreadChoice thread;
  std::string versions, options, output, tree;
  std::vector<std::string> words;  // operands
  bool allows_incomplete = false, has_colour = false, shows = true;
};

struct Pair {
  workflow::AmSeries older, newer;
};

Result<int> number_of(std::string_view word) {
  const auto number = parse_uint(trim(word));
  if (!number || *number == 0 || *number > 9999)
    return err(Kind::kUsage, "compare the revision", std::string(word), "it is no number from 1 on", "-v1,3");
  return static_cast<int>(*number);
}

// "1,3", "1..3", or "1" and a number among the operands.
Result<std::vector<int>> wanted_revisions(Wishes& wishes) {
  std::vector<int> numbers;
  if (wishes.versions.empty()) return numbers;
  const auto list = replace_all(wishes.versions, "..", ",");
  for (const auto word : split(list, ',')) {
    TRY(const int number, number_of(word));
    numbers.push_back(number);
  }
  for (auto word = wishes.words.begin(); word != wishes.words.end() && numbers.size() == 1; ++word)
    if (parse_uint(*word)) {
      TRY(const int number, number_of(*word));
      numbers.push_back(number);
      wishes.words.erase(word);
      break;
    }
  if (numbers.size() > 2)
    return err(Kind::kUsage, "compare the revisions", wishes.versions, "they are more than two", "-v1,3");
  return numbers;
}

Result<workflow::AmSeries> series_of(const Env& env, const workflow::Settings& settings, workflow::FetchedThread thread,
                                     std::optional<int> revision, bool allows_incomplete) {
  workflow::AmWishes wishes;
  wishes.revision = revision;
  wishes.adds_trailers = false;
  wishes.allows_hidden_characters = true;
  TRY(auto series, workflow::make_am_series(env, settings, wishes, std::move(thread)));
  if (series.is_complete() || allows_incomplete) return series;
  std::vector<std::string> missing;
  for (const int number : series.missing) missing.push_back(std::to_string(number));
  return err(Kind::kIncomplete, "compare the series",
             fmt::format("v{} of {}", series.revision->number, printable(series.thread.id)),
             "patches are missing: " + join(missing, ", "), "--allow-incomplete");
}

// The revisions of the thread, and, of a thread from an archive here, those that were posted as threads of their own:
// with the Message-ID that finds them; empty for those of this thread.
Result<std::map<int, std::string>> known_revisions(const Env& env, const Wishes& wishes,
                                                   const workflow::FetchedThread& thread,
                                                   const workflow::Revisions& revisions) {
  std::map<int, std::string> known;
  if (thread.is_from_archive) {
    TRY(const auto posted, workflow::posted_revisions(env, wishes.thread.source, *revisions.latest()));
    for (const auto& [number, one] : posted) known[number] = one.message_id;
  }
  for (const auto& [number, revision] : revisions.all()) known[number].clear();
  return known;
}

Result<Pair> from_thread(const Env& env, const Args& args, const workflow::Settings& settings, Wishes& wishes) {
  TRY(const auto numbers, wanted_revisions(wishes));
  if (wishes.words.size() > 1) return err(Kind::kUsage, "use", wishes.words[1], "it is one too many", "one MSGID");
  TRY(const auto asked, asked_thread(wishes.thread, wishes.words));
  const workflow::Say say = [&](const std::string& line) { args.remark(line); };
  TRY(const auto thread, workflow::fetch_thread(env, settings, wishes.thread.source, asked, say));
  const workflow::Revisions revisions(thread.mails);
  const auto* newest = revisions.latest();
  if (!newest)
    return err(Kind::kNotFound, "compare the series of", printable(thread.id), "there is no patch in the thread",
               "lorelei thread MSGID");
  TRY(const auto known, known_revisions(env, wishes, thread, revisions));
  const int newer = numbers.size() > 1 ? std::max(numbers[0], numbers[1]) : newest->number;
  std::optional<int> older;
  if (numbers.size() > 1) older = std::min(numbers[0], numbers[1]);
  if (numbers.size() == 1) older = numbers[0];
  for (const auto& [number, id] : known)
    if (numbers.empty() && number < newer) older = number;
  if (!older || *older == newer)
    return err(Kind::kNotFound, "compare the series of", printable(thread.id),
               known.size() > 1 ? fmt::format("v{} is compared with itself", newer)
                                : fmt::format("v{} is the only revision that is known", newer),
               "lorelei mbox -o DIR of each; lorelei diff -m OLD.mbx NEW.mbx");
  args.remark(fmt::format("Comparing v{} with v{}", *older, newer));
  const auto revision = [&](int number) -> Result<workflow::AmSeries> {
    const auto found = known.find(number);
    if (found == known.end() || found->second.empty())
      return series_of(env, settings, thread, number, wishes.allows_incomplete);
    TRY(auto other, workflow::fetch_thread(env, settings, wishes.thread.source, found->second, say));
    return series_of(env, settings, std::move(other), number, wishes.allows_incomplete);
  };
  TRY(auto one, revision(*older));
  TRY(auto two, revision(newer));
  return Pair{std::move(one), std::move(two)};
}

Result<workflow::AmSeries> from_mailbox(const Env& env, const Args& args, const workflow::Settings& settings,
                                        const Wishes& wishes, const std::string& mailbox) {
  auto source = wishes.thread.source;
  source.mailbox = mailbox;
  TRY(auto thread,
      workflow::fetch_thread(env, settings, source, "", [&](const std::string& line) { args.remark(line); }));
  return series_of(env, settings, std::move(thread), std::nullopt, wishes.allows_incomplete);
}

Result<Pair> from_mailboxes(const Env& env, const Args& args, const workflow::Settings& settings,
                            const Wishes& wishes) {
  if (wishes.words.size() > 1 || !wishes.versions.empty())
    return err(Kind::kUsage, "compare", wishes.words.back(), "two mailboxes are compared, of a revision each",
               "-m OLD.mbx NEW.mbx");
  TRY(auto one, from_mailbox(env, args, settings, wishes, wishes.thread.source.mailbox));
  TRY(auto two, from_mailbox(env, args, settings, wishes, wishes.words[0]));
  return Pair{std::move(one), std::move(two)};
}

Result<void> compare(Env& env, const Args& args, workflow::Settings settings, Wishes& wishes) {
  settings.shows_attestation = false;
  const auto options = shell_words(wishes.options);
  if (!options) return err(Kind::kUsage, "use the options", wishes.options, "a quote in them is not ended");
  std::error_code failed;
  const bool are_mailboxes =
      !wishes.thread.source.mailbox.empty() && !wishes.words.empty() && fs::exists(wishes.words[0], failed);
  TRY(const auto pair,
      are_mailboxes ? from_mailboxes(env, args, settings, wishes) : from_thread(env, args, settings, wishes));
  const auto here = git::WorkTree::here(env);
  if (!wishes.shows) {
    if (!here) return tl::unexpected(here.error());
    TRY(const auto ranges, workflow::RangeDiff::prepare(pair.older, pair.newer, *here));
    print(env, "git range-diff " + (wishes.options.empty() ? "" : wishes.options + " ") + ranges + "\n");
    return {};
  }
  TRY(const auto made, workflow::RangeDiff::make(pair.older, pair.newer, here ? &here->objects() : nullptr));
  const bool has_colour = wishes.has_colour || (env.colour && wishes.output.empty());
  TRY(const auto text, made.text(*options, has_colour));
  if (!wishes.output.empty()) return create_file(wishes.output, text);
  Pager pager(env);
  print(env, env.out_is_terminal ? workflow::printable_but_colours(text) : text);
  return {};
}

}  // namespace

static int diff(Env& env, Args& args) {
  Wishes wishes;
  std::vector<Option> rows;
  add_thread_rows(rows, wishes.thread);
  rows.insert(rows.end(),
              {
                  {"-v --compare-versions", "A[,B]", "these revisions; without B, A and the latest", &wishes.versions},
                  {"--allow-incomplete", "", "compare also where patches are missing", &wishes.allows_incomplete},
                  {"-r --range-diff-opts", "OPTIONS", "for git range-diff", &wishes.options},
                  {"-n --no-diff", "", "only say which git range-diff shows it", &wishes.shows},
                  {"-o --output-diff", "FILE", "write it there, without colour", &wishes.output},
                  {"-c --color", "", "with colour wherever it goes", &wishes.has_colour},
                  tree_row(wishes.tree),
              });
  if (const auto done = args.parse(std::move(rows))) return *done;
  wishes.words = args.operands();
  auto& mailbox = wishes.thread.source.mailbox;
  std::error_code failed;
  std::string none;
  auto& other =
      !mailbox.empty() && !wishes.words.empty() && fs::exists(wishes.words[0], failed) ? wishes.words[0] : none;
  if (const auto there = go_to_tree(wishes.tree, {&mailbox, &other, &wishes.output}); !there)
    return args.fail(there.error());
  const auto settings = workflow::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  const auto compared = compare(env, args, *settings, wishes);
  return compared ? 0 : args.fail(compared.error());
}

extern const Command kDiff = {
    .also = "b4",
    .verb = "diff",
    .operands = "[MSGID|MBOX]...",
    .help = "what has changed between two revisions of a series, as git range-diff shows it",
    .description =
        "MSGID is that of any mail of the newer revision. Without -v the latest revision of its thread is compared "
        "with the one before, which is in the same thread or, in the archives here, in another. With -m OLD NEW the "
        "revisions are those of two mailboxes.\n\n"
        "The patches themselves are compared: neither has to apply to anything, and no work tree is needed. In a "
        "repository that has the files they are for, what is around a change is shown from there. With -n the commits "
        "that are "
        "compared are put into that repository, where no branch has them, and the command is printed.",
    .examples = {{"lorelei diff 20260103-tls@example.org", "the latest revision and the one before"},
                 {"lorelei diff -v1,3 20260103-tls@example.org", "these two"},
                 {"lorelei diff -m old.mbx new.mbx", "what was saved"}},
    .run = diff,
};

}  // namespace lorelei::cmd
