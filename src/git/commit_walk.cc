// SPDX-License-Identifier: GPL-3.0-or-later
#include "git/commit_walk.hh"

#include <string>

#include "base/text.hh"

namespace lorelei::git {

Result<void> CommitWalk::add(const ObjectId& id) {
  if (!seen_.insert(id).second) return {};
  TRY(auto object, objects_.read(id, ObjectType::kCommit));
  const auto fields = scan_commit(object.bytes());
  if (!fields) return err(Error::Kind::kCorrupt, "read the commit", id.hex(), "its header makes no sense");
  queue_.push({id, *fields, std::move(object)});
  return {};
}

Result<std::optional<CommitWalk::Commit>> CommitWalk::next() {
  if (queue_.empty()) return std::nullopt;
  auto commit = queue_.top();
  queue_.pop();
  auto header = commit.bytes().substr(0, commit.bytes().find("\n\n"));
  for (const auto line : split(header, '\n')) {
    if (!line.starts_with("parent ")) continue;
    const auto parent = ObjectId::parse(line.substr(7));
    if (parent && objects_.has(*parent)) TRY_VOID(add(*parent));
  }
  return std::optional(std::move(commit));
}

std::string_view message_of_commit(std::string_view commit) {
  const auto end = commit.find("\n\n");
  return end == commit.npos ? std::string_view() : commit.substr(end + 2);
}

std::string title_of_commit(std::string_view commit) {
  auto message = message_of_commit(commit);
  while (message.starts_with('\n')) message.remove_prefix(1);
  return squeeze_spaces(message.substr(0, message.find("\n\n")));
}

}  // namespace lorelei::git
