// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei rm, reindex: messages taken out of the store, its index made anew.
#include <fmt/core.h>

#include "archive/inbox.hh"
#include "cmd/lei_request.hh"
#include "lei/box.hh"
#include "lei/intake.hh"
#include "lei/store.hh"
#include "mail/normalise.hh"

namespace lorelei::cmd {

static int rm(Env& env, Args& args) {
  std::string format;
  bool from_stdin = false;
  if (const auto done = args.parse({
          {"--stdin", "", "read standard input", &from_stdin},
          {"-F --in-format", "FORMAT", "of files: eml, mboxrd, mboxo, mboxcl or mboxcl2", &format},
      }))
    return *done;
  auto words = args.operands();
  if (from_stdin || (words.empty() && has_standard_input())) {
    if (!words.empty())
      return args.fail({Error::Kind::kUsage, "read", words[0], "--stdin and words do not mix", "one of them", ""});
    words = {"-"};
  }
  if (words.empty())
    return args.fail({Error::Kind::kUsage, "read", "", "nothing is named to be read", "a LOCATION, or --stdin", ""});
  const auto settings = lei::Settings::load(env);
  if (!settings) return args.fail(settings.error());
  std::uint64_t removed = 0, absent = 0;
  const auto work = [&]() -> Result<void> {
    TRY(const auto places, lei::parse_places(words, words[0] == "-" && format.empty() ? "eml" : format));
    TRY(auto store, lei::Store::open(env, settings->home()));
    const auto taken = lei::take_in(env, *settings, places, [&](source::FoundMail&& mail) -> Result<void> {
      const auto letter = lei::make_letter(mail::normalised(mail.raw), std::nullopt, env.now());
      TRY(const auto copies, store.remove(lei::known_likeness(letter)));
      removed += copies;
      absent += copies == 0;
      return {};
    });
    // Also what came before a failure.
    const auto finished = store.finish();
    if (!taken) return taken;
    return finished;
  };
  const auto done = work();
  if (!done) return args.fail(done.error());
  if (absent) args.remark(fmt::format("# {} messages were not in the store", absent));
  return 0;
}

static int reindex(Env& env, Args& args) {
  if (const auto done = args.parse({})) return *done;
  const auto work = [&]() -> Result<void> {
    TRY(auto store, lei::Store::open(env, lei::Home(env)));
    return store.reindex([&](std::uint64_t count) { args.remark(fmt::format("# reindexing 1..{}", count)); });
  };
  const auto done = work();
  return done ? 0 : args.fail(done.error());
}

extern const Command kRm = {
    .also = "lei",
    .verb = "rm",
    .operands = "[LOCATION...]",
    .help = "take messages out of your own store",
    .description =
        "The messages are those of the LOCATIONs, as for import. The LOCATIONs themselves, other archives, keywords "
        "and "
        "labels stay as they are; git's history of the store keeps the message.",
    .examples = {{"lorelei rm mail.eml", "one message"},
                 {"lorelei q L:junk -f mboxrd | lorelei rm -F mboxrd --stdin", "what a search finds"}},
    .run = rm,
};
extern const Command kReindex = {
    .also = "lei",
    .verb = "reindex",
    .operands = "",
    .help = "make the index of your own store anew",
    .description = "Keywords and labels are kept: they are not in the index only.",
    .examples = {{"lorelei reindex", "after an update that says so"}},
    .run = reindex,
};

}  // namespace lorelei::cmd
