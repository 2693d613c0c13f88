// SPDX-License-Identifier: GPL-3.0-or-later
#include "workflow/series_patches.hh"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/text.hh"
#include "git/commit_text.hh"
#include "git/program.hh"
#include "mail/charset.hh"

namespace lorelei::workflow {

using Kind = Error::Kind;

namespace {

std::string in_utf8(std::string_view bytes, const std::string& encoding) {
  const auto charset = mail::Charset::find(encoding.empty() ? "utf-8" : encoding);
  return mail::to_utf8((charset ? *charset : mail::Charset::utf8()).decode_lossy(bytes));
}

patch::Person person_in(std::string_view ident, const std::string& encoding) {
  return {in_utf8(git::name_in_ident(ident), encoding), std::string(git::address_in_ident(ident))};
}

// The first paragraph is the title, as for git log.
void take_message(SeriesPatch& patch, std::string_view message) {
  const auto whole = message;
  while (message.starts_with('\n')) message.remove_prefix(1);
  const auto gap = std::min(message.find("\n\n"), message.size());
  patch.title = squeeze_spaces(message.substr(0, gap));
  auto body = message.substr(gap);
  while (body.starts_with('\n')) body.remove_prefix(1);
  patch.body = trim_end(body);
  patch.body_line = 1 + static_cast<std::size_t>(std::count(whole.begin(), whole.end() - body.size(), '\n'));
}

// One answer for each pair, behind a line with the pair.
Result<std::vector<std::string>> differences(const git::WorkTree& tree,
                                             const std::vector<std::pair<git::ObjectId, git::ObjectId>>& trees) {
  std::vector<std::string> lines;
  std::string input;
  for (const auto& [from, to] : trees) {
    lines.push_back(from.hex() + " " + to.hex() + "\n");
    input += lines.back();
  }
  RunOptions how;
  how.process = git::git_options();
  how.input = input;
  TRY(const auto text,
      output_of(git::git_argv(tree.common_directory(),
                              {"diff-tree", "--stdin", "-r", "--patch-with-stat", "--binary", "--find-renames",
                               "--ignore-submodules=none", "--no-ext-diff", "--no-textconv", "--no-color"}),
                how));
  std::vector<std::string> found;
  std::string_view rest = text;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!rest.starts_with(lines[i])) {  // git says nothing of two that are equal
      found.emplace_back();
      continue;
    }
    rest.remove_prefix(lines[i].size());
    auto end = rest.size();
    for (std::size_t next = i + 1; next < lines.size() && end == rest.size(); ++next)
      if (rest.starts_with(lines[next]))
        end = 0;
      else if (const auto at = rest.find("\n" + lines[next]); at != rest.npos)
        end = at + 1;
    found.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  return found;
}

// Whether git, which looks for renames and has its own form for binary files and submodules, shows it just so.
bool is_plain(std::string_view difference) {
  bool has_new = false, has_deleted = false;
  for (const auto line : split(difference, '\n')) {  // within hunks, lines begin with one of " +-\"
    has_new |= line.starts_with("new file mode ");
    has_deleted |= line.starts_with("deleted file mode ");
    if (line.starts_with("Binary files ") || line.starts_with("diff --git \"")) return false;
    const bool has_mode = line.starts_with("index ") || line.find(" mode ") != line.npos;
    if (has_mode && line.ends_with(" 160000")) return false;
  }
  return !(has_new && has_deleted) && !difference.empty();
}

// Nothing: they need git.
Result<std::optional<std::vector<std::string>>> plain_differences(const git::WorkTree& tree, const git::ObjectId& base,
                                                                  const std::vector<git::ObjectId>& commits) {
  std::vector<std::string> found;
  auto last = base;
  for (const auto& id : commits) {
    TRY(auto difference, tree.difference(last, id));
    if (!is_plain(difference)) return std::nullopt;
    found.push_back(std::move(difference));
    last = id;
  }
  return found;
}

}  // namespace

Result<SeriesPatches> read_series_patches(const git::WorkTree& tree, const git::ObjectId& base,
                                          const std::vector<git::ObjectId>& commits, EmptyCommits empty, DiffUse use) {
  SeriesPatches series;
  std::vector<std::pair<git::ObjectId, git::ObjectId>> trees;
  TRY(const auto below, git::read_commit(tree.objects(), base));
  auto last = below.tree;
  for (const auto& id : commits) {
    TRY(const auto commit, git::read_commit(tree.objects(), id));
    SeriesPatch patch;
    patch.commit = id;
    const auto encoding = commit.encoding();
    patch.author = person_in(commit.author, encoding);
    patch.committer = person_in(commit.committer, encoding);
    take_message(patch, in_utf8(commit.message, encoding));
    if (commit.tree == last && empty == EmptyCommits::kRefused)
      return err(Kind::kRefused, "make a mail of the commit", id.hex().substr(0, 12),
                 fmt::format("\"{}\" changes no file", printable(patch.title)), "git rebase -i, to drop it");
    trees.emplace_back(last, commit.tree);
    last = commit.tree;
    series.patches.push_back(std::move(patch));
  }
  if (commits.empty()) return series;
  if (use == DiffUse::kCompared) {
    TRY(const auto plain, plain_differences(tree, base, commits));
    for (std::size_t i = 0; plain && i < plain->size(); ++i) series.patches[i].diff = (*plain)[i];
    if (plain) return series;
  }
  if (commits.size() > 1) trees.emplace_back(below.tree, last);
  TRY(const auto texts, differences(tree, trees));
  for (std::size_t i = 0; i < series.patches.size(); ++i) series.patches[i].diff = texts[i];
  series.stat = texts.back().substr(0, std::min(texts.back().find("\n\n"), texts.back().size()));
  return series;
}

std::string shortlog_of(const std::vector<SeriesPatch>& patches) {
  std::map<std::string, std::vector<std::string>> by_author;
  for (const auto& patch : patches) by_author[patch.author.name].push_back(patch.title);
  std::string text;
  for (const auto& [author, titles] : by_author) {
    text += fmt::format("{}{} ({}):\n", text.empty() ? "" : "\n", author, titles.size());
    for (const auto& title : titles) text += "      " + title + "\n";
  }
  return text;
}

}  // namespace lorelei::workflow
