// SPDX-License-Identifier: GPL-3.0-or-later
#include "cmd/recipient_rows.hh"

#include "base/text.hh"

namespace lorelei::cmd {

using Wishes = RecipientWishes;

Target RecipientChanges::flag(std::function<bool&(Wishes&)> member) {
  Target target([this, member](std::string_view) -> Result<void> {
    changes_.emplace_back([member](Wishes& wishes) { member(wishes) = true; });
    return {};
  });
  target.undo = [this, member] { changes_.emplace_back([member](Wishes& wishes) { member(wishes) = false; }); };
  return target;
}

Target RecipientChanges::number(std::function<std::int64_t&(Wishes&)> member) {
  return Target([this, member](std::string_view text) -> Result<void> {
    const auto value = parse_int(text);
    if (!value || *value < 0 || *value > INT32_MAX)
      return err(Error::Kind::kUsage, "", "", "not a whole number from 0 upwards");
    changes_.emplace_back([member, value](Wishes& wishes) { member(wishes) = *value; });
    return {};
  });
}

Target RecipientChanges::text(std::function<std::string&(Wishes&)> member) {
  return Target([this, member](std::string_view value) -> Result<void> {
    changes_.emplace_back([member, text = std::string(value)](Wishes& wishes) { member(wishes) = text; });
    return {};
  });
}

std::vector<Option> RecipientChanges::rows() {
  return {
      {"-f --file", "", "operands are files or directories of the tree",
       flag([](Wishes& w) -> bool& { return w.are_files; })},
      {"--mpath --maintainer-path", "FILE", "instead of MAINTAINERS of the tree",
       text([](Wishes& w) -> std::string& { return w.maintainers; })},
      heading("Who"),
      {"--[no]email", "", "people (the default)", flag([](Wishes& w) -> bool& { return w.find.people; })},
      {"--[no]m", "", "maintainers (the default)", flag([](Wishes& w) -> bool& { return w.find.maintainers; })},
      {"--[no]r", "", "reviewers (the default)", flag([](Wishes& w) -> bool& { return w.find.reviewers; })},
      {"--[no]l", "", "lists (the default)", flag([](Wishes& w) -> bool& { return w.find.lists; })},
      {"--[no]moderated", "", "moderated lists, too (the default)",
       flag([](Wishes& w) -> bool& { return w.find.moderated_lists; })},
      {"--[no]s", "", "lists that take mail of subscribers only",
       flag([](Wishes& w) -> bool& { return w.find.subscriber_lists; })},
      {"--[no]fixes", "", "who signed the commits that Fixes: names (the default)",
       flag([](Wishes& w) -> bool& { return w.find.fixes; })},
      {"-k --[no]keywords", "", "sections whose K: the patch has (the default)",
       flag([](Wishes& w) -> bool& { return w.find.keywords; })},
      {"--fe --[no]file-emails", "", "addresses in the files themselves",
       flag([](Wishes& w) -> bool& { return w.find.file_addresses; })},
      {"--pattern-depth", "N", "no patterns that are N levels or more above the file; 0: all",
       number([](Wishes& w) -> std::int64_t& { return w.find.levels; })},
      heading("Whom history shows"),
      {"--[no]git", "", "who signed and wrote recent commits of the files",
       flag([](Wishes& w) -> bool& { return w.find.history; })},
      {"--[no]git-fallback", "", "the same where no maintained section names a file closely (the default)",
       flag([](Wishes& w) -> bool& { return w.find.history_fallback; })},
      {"--[no]git-chief-penguins", "", "Linus Torvalds, too", flag([](Wishes& w) -> bool& { return w.find.penguins; })},
      {"--[no]git-all-signature-types", "", "any tag that ends in by:, not only who signed, reviewed and acked",
       flag([](Wishes& w) -> bool& { return w.find.any_signatures; })},
      {"--git-min-signatures", "N", "so many at least (1)",
       number([](Wishes& w) -> std::int64_t& { return w.find.least_signatures; })},
      {"--git-max-maintainers", "N", "so many people at most, of each kind (5)",
       number([](Wishes& w) -> std::int64_t& { return w.find.most_maintainers; })},
      {"--git-min-percent", "N", "of the commits at least (5)",
       number([](Wishes& w) -> std::int64_t& { return w.find.least_percent; })},
      {"--git-since", "DATE", "commits since then (1-year-ago)",
       text([](Wishes& w) -> std::string& { return w.find.since; })},
      heading("How they are shown"),
      {"--[no]n", "", "with their names (the default)", flag([](Wishes& w) -> bool& { return w.find.names; })},
      {"--[no]roles", "", "with what makes them recipients", flag([](Wishes& w) -> bool& { return w.roles; })},
      {"--[no]rolestats", "", "the same, with numbers of history (the default)",
       flag([](Wishes& w) -> bool& { return w.find.counts; })},
      {"--[no]remove-duplicates", "", "each person once, whatever the name or address (the default)",
       flag([](Wishes& w) -> bool& { return w.find.once; })},
      {"--[no]mailmap", "", "by the names and addresses of .mailmap (the default)",
       flag([](Wishes& w) -> bool& { return w.find.mailmap; })},
      {"--[no]multiline", "", "one a line (the default)", flag([](Wishes& w) -> bool& { return w.multiline; })},
      {"--separator", "TEXT", "all on one line, with this between",
       text([](Wishes& w) -> std::string& { return w.separator; })},
      heading("What else of their sections"),
      {"--[no]scm", "", "trees", flag([](Wishes& w) -> bool& { return w.trees; })},
      {"--[no]status", "", "how they are looked after", flag([](Wishes& w) -> bool& { return w.statuses; })},
      {"--[no]subsystem", "", "titles", flag([](Wishes& w) -> bool& { return w.subsystems; })},
      {"--[no]web", "", "web pages", flag([](Wishes& w) -> bool& { return w.pages; })},
      {"--[no]bug", "", "where bugs are reported", flag([](Wishes& w) -> bool& { return w.bugs; })},
  };
}

Result<void> RecipientWishes::check() const {
  const auto none = [](const char* why, const char* next) {
    return err(Error::Kind::kUsage, "find recipients", "", why, next);
  };
  if (!find.people && !trees && !statuses && !subsystems && !pages && !bugs)
    return none("nothing is asked for", "--email, --scm, --status, --subsystem, --web or --bug");
  if (find.people && !find.maintainers && !find.reviewers && !find.lists && !find.subscriber_lists && !find.history &&
      !find.penguins)
    return none("nobody is asked for", "--m, --r, --l, --s, --git or --git-chief-penguins");
  return {};
}

Result<std::vector<std::string>> read_recipients_file(const Env& env, const fs::path& tree, RecipientChanges& changes) {
  const auto file = workflow::recipients_file(env, tree, ".get_maintainer.conf");
  std::vector<std::string> words;
  if (file.empty()) return words;
  TRY(const auto text, read_file(file));
  for (const auto line : split(text, '\n')) {
    for (const auto word : split_words(line)) {
      if (word.starts_with('#')) break;
      words.emplace_back(word);
    }
  }
  auto operands = parse_options(changes.rows(), words);
  if (operands) return operands;
  auto error = std::move(operands).error();
  error.doing = "read the options";
  error.why = error.subject + ": " + error.why;
  error.subject = file.string();
  return tl::unexpected(std::move(error));
}

}  // namespace lorelei::cmd
