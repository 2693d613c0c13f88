// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/commit_text.hh"

#include <fmt/format.h>

#include "base/text.hh"

namespace lorelei::git {

std::optional<CommitText> parse_commit(std::string_view raw) {
  CommitText commit;
  bool has_tree = false, in_signature = false;
  while (!raw.empty() && raw.front() != '\n') {
    const auto end = raw.find('\n');
    if (end == raw.npos) return std::nullopt;
    const auto line = raw.substr(0, end + 1);
    const auto value = [&](std::string_view name) { return line.substr(name.size(), line.size() - name.size() - 1); };
    raw.remove_prefix(end + 1);
    if (line.front() == ' ') {  // of a line above that goes on
      if (!in_signature) commit.others += line;
      continue;
    }
    in_signature = line.starts_with("gpgsig ") || line.starts_with("gpgsig-sha256 ");
    commit.is_signed |= in_signature;
    if (in_signature) continue;
    if (line.starts_with("tree ") && !has_tree) {
      const auto id = ObjectId::parse(value("tree "));
      if (!id) return std::nullopt;
      commit.tree = *id;
      has_tree = true;
    } else if (line.starts_with("parent ") && commit.author.empty()) {
      const auto id = ObjectId::parse(value("parent "));
      if (!id) return std::nullopt;
      commit.parents.push_back(*id);
    } else if (line.starts_with("author ") && commit.author.empty()) {
      commit.author = value("author ");
    } else if (line.starts_with("committer ") && commit.committer.empty()) {
      commit.committer = value("committer ");
    } else {
      commit.others += line;
    }
  }
  if (!has_tree || commit.author.empty() || commit.committer.empty()) return std::nullopt;
  if (!raw.empty()) commit.message = raw.substr(1);
  return commit;
}

namespace {

Result<CommitText> parsed(const Object& object, const ObjectId& id) {
  auto commit = parse_commit(object.bytes());
  if (commit) return *std::move(commit);
  return err(Error::Kind::kCorrupt, "read the commit", id.hex(), "its header makes no sense", "git fsck");
}

}  // namespace

Result<CommitText> read_commit(const Objects& objects, const ObjectId& id) {
  TRY(const auto object, objects.read(id, ObjectType::kCommit));
  return parsed(object, id);
}

Result<CommitText> read_commit(const NewObjects& objects, const ObjectId& id) {
  TRY(const auto object, objects.read(id, ObjectType::kCommit));
  return parsed(object, id);
}

std::string CommitText::bytes() const {
  auto text = fmt::format("tree {}\n", tree.hex());
  for (const auto& parent : parents) text += fmt::format("parent {}\n", parent.hex());
  text += fmt::format("author {}\ncommitter {}\n", author, committer);
  return text + others + "\n" + message;
}

std::string CommitText::bytes_with(std::string_view signature) const {
  auto with = *this;
  with.others += "gpgsig";
  for (const auto line : split(trim_end(signature), '\n')) with.others += fmt::format(" {}\n", line);
  return with.bytes();
}

std::string CommitText::encoding() const {
  for (const auto line : split(others, '\n'))
    if (line.starts_with("encoding ")) return std::string(trim(line.substr(9)));
  return "";
}

std::string_view address_in_ident(std::string_view ident) {
  const auto end = ident.rfind("> "), start = ident.find('<');
  if (end == ident.npos || start == ident.npos || start > end) return "";
  return ident.substr(start + 1, end - start - 1);
}

std::string_view name_in_ident(std::string_view ident) { return trim(ident.substr(0, ident.find('<'))); }

std::string_view date_in_ident(std::string_view ident) {
  const auto end = ident.rfind("> ");
  return end == ident.npos ? std::string_view() : ident.substr(end + 2);
}

}  // namespace lorelei::git
