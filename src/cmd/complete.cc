// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei _complete: what may stand at the end of a command line, for shells. What the tables of the commands cannot
// know is looked up here: archives, saved searches, externals, labels.
#include <algorithm>

#include "archive/config.hh"
#include "base/completion.hh"
#include "base/text.hh"
#include "lei/destination.hh"
#include "lei/marks.hh"
#include "lei/saved_search.hh"
#include "lei/settings.hh"

namespace lorelei::cmd {

namespace {

using Words = std::vector<std::string>;

enum class Shell { kNone, kBash, kZsh };

Words archives(const Env& env) {
  Words names;
  const auto registry = archive::Registry::load(env);
  if (!registry) return names;
  for (const auto& inbox : registry->inboxes()) names.push_back(inbox.name);
  for (const auto& aggregate : registry->aggregates()) names.push_back(aggregate.name);
  return names;
}

Words searches(const Env& env) {
  Words outputs;
  for (const auto& search : lei::list_saved_searches(lei::Home(env)).all) outputs.push_back(search.place());
  return outputs;
}

Words externals(const Env& env) {
  Words locations;
  const auto settings = lei::Settings::load(env);
  if (!settings) return locations;
  for (const auto& external : settings->externals()) locations.push_back(external.location);
  return locations;
}

// Where another archive of a known server may be: "https://lore.kernel.org/".
Words neighbours(const Env& env) {
  Words places;
  for (const auto& location : externals(env)) {
    if (!lei::is_web_url(location)) continue;
    const auto parent = location.substr(0, location.rfind('/', location.size() - 2) + 1);
    if (std::find(places.begin(), places.end(), parent) == places.end()) places.push_back(parent);
  }
  return places;
}

Words labels(const Env& env) {
  auto marks = lei::Marks::open(lei::Home(env), lei::Marks::Access::kRead);
  if (!marks) return {};
  return marks->all_labels().value_or(Words{});
}

Words look_up(const Env& env, const Completions& asked, const std::string& name) {
  const std::string_view verb = asked.command ? asked.command->verb : "";
  if (name == "NAME" || name == "NAMES" || name == "ARCHIVE" || name == "AGGREGATE") return archives(env);
  if (name == "LABEL") return labels(env);
  if (name == "KEYWORD") return {std::begin(lei::kKeywordNames), std::end(lei::kKeywordNames)};
  if (name == "FORMAT" && (verb == "q" || verb == "lcat")) return lei::format_names();
  if (name == "DST" && asked.is_operand) return searches(env);
  if (name == "FILTER" || (name == "LOCATION" && !asked.is_operand) || verb == "forget-external") {
    auto known = externals(env);
    for (auto& archive : archives(env)) known.push_back(std::move(archive));
    return known;
  }
  if (verb == "add-external") return neighbours(env);
  return {};
}

std::string for_zsh(const Completions::Word& word) {
  auto line = replace_all(word.text, ":", "\\:");
  if (!word.help.empty()) line += ":" + word.help;
  return line;
}

}  // namespace

static int complete(Env& env, Args& args) {
  auto shell = Shell::kNone;
  const auto pick_shell = Target::choice([&](std::size_t index) { shell = static_cast<Shell>(index + 1); });
  if (const auto done = args.parse({{"--shell", "bash|zsh", "answer as its script wants it", pick_shell}}))
    return *done;
  auto found = lorelei::complete(args.commands(), args.tool(), {args.operands().begin() + 1, args.operands().end()});
  for (const auto& [name, prefix] : found.placeholders)
    for (const auto& value : look_up(env, found, name)) found.words.push_back({prefix + value});
  if (shell != Shell::kNone) print(env, found.files ? "files\n" : found.directories ? "directories\n" : "nothing\n");
  for (const auto& word : found.words) {
    const bool is_shown = found.fits(word.text) || (found.is_whole && shell == Shell::kNone);
    if (is_shown && word.text.find('\n') == std::string::npos)
      print(env, (shell == Shell::kZsh ? for_zsh(word) : word.text) + "\n");
  }
  return 0;
}

extern const Command kComplete = {
    .also = "lei",
    .verb = "_complete",
    .operands = "PROGRAM [WORD...]",
    .help = "say what may stand at the end of a command line",
    .description = "For the scripts that `completion` prints; the last WORD is the one being typed.",
    .examples = {{"lorelei _complete lorelei up ''", "the saved searches"}},
    .run = complete,
    .listed = Listed::kNo,
    .order = Order::kOptionsFirst,
};

}  // namespace lorelei::cmd
