// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei thread: see a conversation as a tree.
#include "base/command.hh"
#include "base/pager.hh"
#include "search/show.hh"
#include "search/sources.hh"

namespace lorelei::cmd {

static int thread(Env& env, Args& args) {
  search::SourceChoice from;
  bool mbox = false, json = false;
  if (const auto done = args.parse({
          {"-I --include", "NAME|DIR", "look in this archive too", &from.include},
          {"-O --only", "NAME|DIR", "look in this archive and no other", &from.only},
          {"--exclude", "NAME|DIR", "not in this one of the registered archives", &from.exclude},
          {"--mbox", "", "the messages themselves, as an mboxrd", &mbox},
          {"--json", "", "an object a line, in the order of the tree", &json},
      }))
    return *done;
  const auto registry = archive::Registry::load(env);
  if (!registry) return args.fail(registry.error());
  const auto sources = search::choose_sources(*registry, from, search::Needs::kOverview);
  if (!sources) return args.fail(sources.error());
  auto lookup = search::Lookup::open(sources->directories);
  if (!lookup) return args.fail(lookup.error());
  const auto form = mbox ? search::ThreadForm::kMbox : json ? search::ThreadForm::kJson : search::ThreadForm::kTree;
  std::optional<Pager> pager;
  if (form == search::ThreadForm::kTree) pager.emplace(env);
  const auto shown = search::show_thread(env, *lookup, search::message_id_of(args.operand(0)), form);
  pager.reset();
  return shown ? 0 : args.fail(shown.error());
}

extern const Command kThread = {
    .verb = "thread",
    .operands = "MSGID",
    .help = "show the conversation a message is in",
    .description =
        "A tree of all messages that are connected by their References, put together from all archives. "
        "MSGID is a Message-ID, with or without <>, or the URL of a message on a public-inbox server.",
    .examples = {{"lorelei thread 20260103-tls@example.org", "the tree, with that message marked"},
                 {"lorelei thread --mbox 20260103-tls@example.org > tls.mbox", "the whole thread for a mail program"}},
    .run = thread,
};

}  // namespace lorelei::cmd
