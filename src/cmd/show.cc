// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei show: read a message at the terminal.
#include "search/show.hh"

#include "base/command.hh"
#include "base/joint_status.hh"
#include "base/pager.hh"
#include "search/sources.hh"

namespace lorelei::cmd {

static int show(Env& env, Args& args) {
  search::SourceChoice from;
  bool raw = false, json = false;
  if (const auto done = args.parse({
          {"-I --include", "NAME|DIR", "look in this archive too", &from.include},
          {"-O --only", "NAME|DIR", "look in this archive and no other", &from.only},
          {"--exclude", "NAME|DIR", "not in this one of the registered archives", &from.exclude},
          {"--raw", "", "the message as it is stored", &raw},
          {"--json", "", "an object a line, with the decoded text", &json},
      }))
    return *done;
  const auto registry = archive::Registry::load(env);
  if (!registry) return args.fail(registry.error());
  const auto sources = search::choose_sources(*registry, from, search::Needs::kOverview);
  if (!sources) return args.fail(sources.error());
  auto lookup = search::Lookup::open(sources->directories);
  if (!lookup) return args.fail(lookup.error());
  const auto form = raw ? search::ShowForm::kRaw : json ? search::ShowForm::kJson : search::ShowForm::kText;
  std::optional<Pager> pager;
  if (form == search::ShowForm::kText) pager.emplace(env);
  std::vector<Error> failures;
  for (const auto& operand : args.operands())
    if (auto shown = search::show_message(env, *lookup, search::message_id_of(operand), form); !shown)
      failures.push_back(std::move(shown).error());
  pager.reset();
  JointStatus status;
  if (failures.size() < args.operands().size()) status.done();
  for (const auto& failure : failures) status.failed(args.fail(failure));
  return status.status();
}

extern const Command kShow = {
    .verb = "show",
    .operands = "MSGID...",
    .help = "read messages",
    .description =
        "Shows headers and decoded text; patches and quotes are in colour on a terminal. MSGID is a "
        "Message-ID, with or without <>, or the URL of a message on a public-inbox server.",
    .examples = {{"lorelei show 20260103-tls@example.org", "read it"},
                 {"lorelei show --raw 20260103-tls@example.org | git am", "apply the patch in it"}},
    .run = show,
};

}  // namespace lorelei::cmd
