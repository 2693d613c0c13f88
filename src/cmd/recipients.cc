// SPDX-License-Identifier: GPL-3.0-or-later
// lorelei recipients: who gets a patch.
#include "workflow/recipients.hh"

#include <fmt/core.h>
#include <unistd.h>

#include "base/command.hh"
#include "base/json.hh"
#include "base/text.hh"
#include "cmd/recipient_rows.hh"
#include "cmd/tree_row.hh"
#include "git/tracked.hh"

namespace lorelei::cmd {

namespace {

using Kind = Error::Kind;
using workflow::Recipient;

// What a word on the command line means.
struct Operand {
  fs::path place;                     // "-": standard input
  std::optional<std::string> inside;  // relative to the tree, if it is in it; a directory ends in "/"
};

Operand operand_of(const std::string& word, const fs::path& from, const fs::path& tree) {
  if (word == "-") return {word, std::nullopt};
  std::error_code error;
  const auto place = (from / word).lexically_normal();
  auto inside = place.lexically_relative(tree).string();
  if (inside.empty() || inside == "." || inside.starts_with("..")) return {place, std::nullopt};
  if (fs::is_directory(place, error) && !inside.ends_with('/')) inside += '/';
  return {place, inside};
}

// Without -f a file that git knows is one all the same.
Result<bool> is_file_of_tree(const Env& env, const Operand& operand, const fs::path& tree,
                             const RecipientWishes& wishes) {
  std::error_code error;
  if (wishes.are_files) {
    if (!fs::exists(operand.place, error))
      return err(Kind::kNotFound, "find the file", operand.place.string(), "there is none of that name");
    if (!operand.inside)
      return err(Kind::kUsage, "find the recipients of", operand.place.string(),
                 "it is not in the tree " + tree.string());
    return true;
  }
  if (!operand.inside || !fs::exists(tree / ".git", error)) return false;
  const auto here = git::look_around(env);
  if (here.kind != git::RepositoryHere::Kind::kFound) return false;
  return git::is_tracked(here, *operand.inside);
}

Result<workflow::RecipientQuestion> question_of(const Env& env, const Args& args, const RecipientWishes& wishes,
                                                const std::vector<Operand>& operands, const fs::path& tree,
                                                workflow::RecipientFinder& finder) {
  workflow::RecipientQuestion question;
  for (const auto& operand : operands) {
    TRY(const bool is_file, is_file_of_tree(env, operand, tree, wishes));
    if (is_file) {
      TRY_VOID(finder.add_file(*operand.inside, question));
      continue;
    }
    const bool is_input = operand.place == "-";
    TRY(const auto text, is_input ? read_all(0, "standard input", workflow::kMaxPatchBytes)
                                  : read_file(operand.place, workflow::kMaxPatchBytes));
    if (!finder.add_patch(text, question))
      args.remark(fmt::format("{} does not look like a patch. Is it a file of the tree? Then -f.",
                              is_input ? "standard input" : "'" + operand.place.string() + "'"));
  }
  return question;
}

std::string listing(const std::vector<std::string>& lines, const RecipientWishes& wishes) {
  if (lines.empty()) return {};
  if (wishes.is_one_line()) return join(lines, wishes.separator) + "\n";
  return join(lines, "\n") + "\n";
}

std::string plain_text(const workflow::Recipients& found, const RecipientWishes& wishes) {
  std::vector<std::string> lines;
  for (const auto* recipients : {&found.people, &found.lists})
    for (const auto& one : *recipients)
      lines.push_back(wishes.shows_roles() ? fmt::format("{} ({})", one.text, one.role_text()) : one.text);
  auto text = listing(lines, wishes);
  if (wishes.trees) text += listing(found.trees, wishes);
  if (wishes.statuses) text += listing(found.statuses, wishes);
  if (wishes.subsystems) text += listing(found.subsystems, wishes);
  if (wishes.pages) text += listing(found.pages, wishes);
  if (wishes.bugs) text += listing(found.bugs, wishes);
  return text;
}

void write_texts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
  json.key(key);
  json.begin_array();
  for (const auto& text : texts) json.value(text);
  json.end_array();
}

void write_recipients(JsonWriter& json, std::string_view key, const std::vector<Recipient>& recipients) {
  json.key(key);
  json.begin_array();
  for (const auto& one : recipients) {
    const auto contact = workflow::contact_of(one.text);
    json.begin_object();
    if (!contact.name.empty()) json.member("name", workflow::plain_name(contact));
    json.member("address", contact.address);
    write_texts(json, "roles", one.roles);
    json.end_object();
  }
  json.end_array();
}

std::string json_text(const workflow::Recipients& found) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  write_recipients(json, "to", found.people);
  write_recipients(json, "cc", found.lists);
  write_texts(json, "subsystems", found.subsystems);
  write_texts(json, "statuses", found.statuses);
  write_texts(json, "trees", found.trees);
  write_texts(json, "pages", found.pages);
  write_texts(json, "bugs", found.bugs);
  json.end_object();
  return text + "\n";
}

// from: where we were started; a patch is looked for there, a file of the tree here.
Result<int> run(Env& env, const Args& args, const RecipientChanges& asked, const fs::path& from, bool as_json) {
  TRY(const auto tree, workflow::kernel_tree_here());
  RecipientChanges configured;
  TRY(auto words, read_recipients_file(env, tree, configured));
  RecipientWishes wishes;
  configured.make(wishes);
  asked.make(wishes);
  TRY_VOID(wishes.check());
  words.insert(words.end(), args.operands().begin(), args.operands().end());
  if (words.empty() && isatty(0))
    return err(Kind::kUsage, "find recipients", "", "no patch is named", "lorelei recipients FILE.patch, or -f FILE");
  if (words.empty()) words.emplace_back("-");
  std::error_code error;
  const auto base = wishes.are_files ? fs::current_path(error) : from;
  std::vector<Operand> operands;
  for (const auto& word : words) operands.push_back(operand_of(word, base, tree));
  const auto maintainers = wishes.maintainers.empty() ? fs::path() : from / wishes.maintainers;
  TRY(auto finder, workflow::RecipientFinder::open(env, tree, wishes.find, maintainers));
  TRY(const auto question, question_of(env, args, wishes, operands, tree, finder));
  TRY(const auto found, finder.answer(question));
  for (const auto& note : found.notes) args.remark(note);
  const auto text = as_json ? json_text(found) : plain_text(found, wishes);
  print(env, env.out_is_terminal ? printable(text, Lines::kKeep) : text);
  return 0;
}

}  // namespace

static int recipients(Env& env, Args& args) {
  RecipientChanges changes;
  std::string tree;
  bool as_json = false;
  auto rows = changes.rows();
  rows.insert(rows.begin() + 1, tree_row(tree));
  rows.push_back({"--json", "", "one object, with people as to and lists as cc", &as_json});
  if (const auto done = args.parse(std::move(rows))) return *done;
  std::error_code error;
  const auto from = fs::current_path(error);
  if (const auto there = go_to_tree(tree, {}); !there) return args.fail(there.error());
  const auto status = run(env, args, changes, from, as_json);
  return status ? *status : args.fail(status.error());
}

extern const Command kRecipients = {
    .verb = "recipients",
    .operands = "[PATCH|-]...",
    .help = "say who gets a patch",
    .description =
        "The people and lists that MAINTAINERS of the tree here names for what the patches touch, and who worked on it "
        "lately where it names nobody closely. Without PATCH it is read from standard input. Output and options are "
        "those of scripts/get_maintainer.pl, and its files count: .get_maintainer.conf, .get_maintainer.ignore, "
        ".mailmap. Where its order is random (sections that match equally well, people who signed equally often) "
        "here it is that of MAINTAINERS, and of the alphabet.",
    .examples = {{"lorelei recipients 0001-floppy-fix.patch", "who, and why"},
                 {"lorelei recipients --norolestats --nol 0001-floppy-fix.patch", "for git send-email --to-cmd"},
                 {"lorelei recipients --scm --nogit-fallback -f drivers/block/floppy.c", "of a file, with its tree"}},
    .run = recipients,
};

}  // namespace lorelei::cmd
