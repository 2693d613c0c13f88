// SPDX-License-Identifier: GPL-3.0-or-later
#include "archive/verify_epochs.hh"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hh"
#include "git/alternates.hh"
#include "git/objects.hh"

namespace lorelei::archive {

namespace {

using git::MailTree;
using git::ObjectType;

constexpr const char* kMend = "fetch the epoch anew from where it came: move it away, then lorelei archive fetch";

// Walks one epoch. What it can't read it reports, and goes on as far as the chain holds.
class EpochWalk {
 public:
  EpochWalk(const Epoch& epoch, git::Objects objects, VerifyReport& report, const VerifyInput& input,
            const EpochVisitor& visit)
      : epoch_(epoch), objects_(std::move(objects)), report_(report), input_(input), visit_(visit) {}

  Result<void> run(const Env& env, const git::ObjectId& tip) {
    std::optional<git::ObjectId> at = tip;
    while (at) {
      if (env.stop_requested()) return err(Error::Kind::kCancelled, "verify", epoch_.path, "it was stopped");
      at = step(*at);
      ++report_.commits;
      if (input_.progress) input_.progress();
    }
    settle({}, {});  // what the root commit brought is all new
    return {};
  }

 private:
  void found(const git::ObjectId& commit, std::string what) {
    report_.findings.add(fmt::format("epoch {}, commit {}", epoch_.number, commit.hex()), std::move(what), kMend);
  }

  // Reads the object and hashes it again; nothing after a finding.
  std::optional<git::Object> read(const git::ObjectId& commit, const git::ObjectId& id, ObjectType type) {
    auto object = objects_.read(id, type);
    if (!object) {
      found(commit, fmt::format("its {} {} can't be read: {}", to_text(type), id.hex(), object.error().why));
      return std::nullopt;
    }
    if (name_of(type, object->bytes()) == id) return *std::move(object);
    found(commit,
          fmt::format("its {} {} is damaged: the bytes are not those that have this name", to_text(type), id.hex()));
    return std::nullopt;
  }

  // Looks at one commit; its parent, or nothing at the end of what can be followed.
  std::optional<git::ObjectId> step(const git::ObjectId& id) {
    const auto object = read(id, id, ObjectType::kCommit);
    const auto fields = object ? git::scan_commit(object->bytes()) : std::nullopt;
    if (!fields) {
      if (object) found(id, "its header makes no sense");
      settle({}, {});  // what the commit above it holds is taken for new
      pending_.reset();
      return std::nullopt;
    }
    if (fields->parents > 1) found(id, "it has several parents; the history of an epoch is a chain");
    const auto tree = read_tree(id, fields->tree);
    settle(fields->tree, tree);
    visit_.commit(id);
    git::Change change;
    change.commit = id;
    change.author_time = fields->author_time;
    change.committer_time = fields->committer_time;
    pending_ = {change, fields->tree, tree};
    return fields->first_parent;
  }

  MailTree read_tree(const git::ObjectId& commit, const git::ObjectId& id) {
    if (pending_ && pending_->tree_id == id) return pending_->tree;
    const auto object = read(commit, id, ObjectType::kTree);
    const auto tree = object ? git::scan_mail_tree(object->bytes()) : std::nullopt;
    if (!tree) {
      if (object) found(commit, "its tree makes no sense");
      return {};
    }
    if (tree->others > 0) found(commit, "its tree holds something else than a file m or d");
    if (tree->added && tree->deleted) found(commit, "its tree holds both a file m and d");
    if (!tree->added && !tree->deleted) found(commit, "its tree holds neither a file m nor d");
    for (const auto& blob : {tree->added, tree->deleted})
      if (blob) (void)read(commit, *blob, ObjectType::kBlob);
    return *tree;
  }

  // The parent of the pending commit has this tree: now its changes are known.
  void settle(const git::ObjectId& parent_id, const MailTree& parent) {
    if (!pending_ || pending_->tree_id == parent_id) return;
    auto change = pending_->change;
    const MailTree& now = pending_->tree;
    if (now.added && now.added != parent.added) {
      change.kind = git::Change::Kind::kAdd;
      change.blob = *now.added;
      visit_.change(change);
    }
    if (now.deleted && now.deleted != parent.deleted) {
      change.kind = git::Change::Kind::kDelete;
      change.blob = *now.deleted;
      visit_.change(change);
    }
  }

  struct Pending {
    git::Change change;
    git::ObjectId tree_id;
    MailTree tree;
  };
  const Epoch& epoch_;
  git::Objects objects_;
  VerifyReport& report_;
  const VerifyInput& input_;
  const EpochVisitor& visit_;
  std::optional<Pending> pending_;
};

}  // namespace

void verify_layout(const Inbox& inbox, Findings& findings) {
  const auto path = inbox.all_git() / "objects" / "info" / "alternates";
  const auto directories = inbox.listed_object_directories();
  if (!directories) {
    findings.add("all.git", "its list of epochs can't be read: " + directories.error().why,
                 "lorelei archive fetch or import makes it");
    return;
  }
  std::vector<std::string> listed;
  for (const auto& directory : *directories) {
    listed.push_back(directory.string());
    std::error_code ignored;  // what can't be looked at is not there for git either
    if (!fs::is_directory(directory, ignored))
      findings.add("all.git", "the epoch " + directory.parent_path().string() + " is missing",
                   "bring it back, or take its line out of " + path.string());
  }
  for (const auto& epoch : inbox.epochs())
    if (std::find(listed.begin(), listed.end(), epoch.path + "/objects") == listed.end())
      findings.add(
          "all.git", fmt::format("epoch {} is not in its list of epochs", epoch.number),
          "add the line ../../git/" + fs::path(epoch.path).filename().string() + "/objects to " + path.string());
}

Result<void> verify_epoch(const Env& env, const Epoch& epoch, VerifyReport& report, const VerifyInput& input,
                          const EpochVisitor& visit) {
  const auto unreadable = [&](const Error& error) {
    report.findings.add(fmt::format("epoch {}", epoch.number), error.why, error.next);
  };
  const auto repository = git::Repository::open(epoch.path);
  if (!repository) return unreadable(repository.error()), Result<void>();
  const auto tip = repository->resolve();
  if (!tip) return unreadable(tip.error()), Result<void>();
  if (!*tip) return {};
  // Its own objects only: what another epoch has does not make this one whole.
  auto directories = git::expand_alternates(fs::path(epoch.path) / "objects");
  if (!directories) return unreadable(directories.error()), Result<void>();
  TRY(auto objects, git::Objects::open(*std::move(directories)));
  return EpochWalk(epoch, std::move(objects), report, input, visit).run(env, **tip);
}

}  // namespace lorelei::archive
