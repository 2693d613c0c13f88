// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/sent_tag.hh"

#include <fmt/core.h>

#include "base/text.hh"
#include "patch/subject.hh"

namespace lorelei::workflow {

namespace {

std::string names_of_tag(const PrepBranch& branch, int revision, bool by_change_id) {
  const auto of_branch = branch.name.starts_with("b4/") ? branch.name.substr(3) : branch.name;
  return fmt::format("sent/{}-v{}", by_change_id ? branch.cover.tracking.change_id : of_branch, revision);
}

}  // namespace

Result<std::optional<SentTag>> sent_tag_named(const git::WorkTree& tree, const std::string& name) {
  SentTag tag;
  tag.name = name;
  TRY(const auto object, tree.ref("refs/tags/" + name));
  if (!object) return std::nullopt;
  TRY(const auto commit, tree.resolve("refs/tags/" + name));
  if (!commit) return std::nullopt;
  tag.commit = *commit;
  if (const auto text = tree.objects().read(*object, git::ObjectType::kTag)) {
    const auto bytes = text->bytes();
    const auto start = bytes.find("\n\n");
    if (start != bytes.npos) tag.message = bytes.substr(start + 2);
  }
  for (const auto line : split(tag.message, '\n'))
    if (line.starts_with("base-commit: "))
      if (const auto base = git::ObjectId::parse(trim(line.substr(13)))) tag.base = base->hex();
  return tag;
}

Result<std::optional<SentTag>> sent_tag(const PrepBranch& branch, int revision) {
  for (const bool by_change_id : {true, false}) {
    TRY(auto tag, sent_tag_named(branch.tree, names_of_tag(branch, revision, by_change_id)));
    if (tag) return tag;
  }
  return std::nullopt;
}

SeriesCover cover_of(const SentTag& tag, const PrepBranch& branch, int revision) {
  SeriesCover cover;
  cover.tracking = branch.cover.tracking;
  cover.tracking.revision = revision;
  std::string_view text = tag.message;
  const auto first_line = text.substr(0, text.find('\n'));
  cover.tracking.prefixes = patch::parse_subject(first_line).extra_tags();
  if (text.starts_with('[')) text.remove_prefix(std::min(text.find("] ") + 2, text.size()));
  // Shortlog with diffstat, and the lines with base-commit, are its last two sections.
  for (int i = 0; i < 2; ++i)
    if (const auto mark = text.rfind("\n---\n"); mark != text.npos) text = text.substr(0, mark);
  cover.text = with_recipients(text, letter_of(branch.cover.text).to_cc);
  return cover;
}

std::string prerequisite_lines(const SentTag& tag) {
  std::string lines;
  for (const auto line : split(tag.message, '\n'))
    if (line.starts_with("prerequisite-")) lines += std::string(line) + "\n";
  return lines;
}

}  // namespace lorelei::workflow
